"""A firm's own pages: the registration step by step, and its upkeep afterwards."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from market.access import Permission, requires
from market.accounts import queries as accounts
from market.clocks.beside import numbered
from market.db import UnitOfWork
from market.firms import actions, materials, promises, queries, queries_entry, queries_held, ties
from market.firms.actions.holding import adopt
from market.firms.actions.promising import promised_kinds
from market.firms.actions.registration import STEP_WORDS, SUBJECT, missing_steps
from market.firms.at_stake import EnrolmentsAtStakeError
from market.firms.endings import endings, is_near
from market.firms.forms import (
    ContactsForm,
    FactsForm,
    PromiseForm,
    QualificationForm,
    StaffForm,
)
from market.firms.held import not_stated
from market.firms.identity import identity_key
from market.firms.model import Firm
from market.firms.rules import CHANGEABLE, EDITABLE, PUBLIC, FirmState, Step
from market.firms.views.blueprint import bp, taken_note_of
from market.labels import label_of
from market.log import trusted_cities
from market.regulations import in_force
from market.web.deeds import Page, done
from market.web.errors import sentence_of, status_of
from market.web.forms import MarketForm
from market.web.work import installation, request_work, today

PAGES = {
    Step.FACTS: "firms.own_facts",
    Step.QUALIFICATIONS: "firms.own_qualifications",
    Step.STAFF: "firms.own_staff",
    Step.SERVICES: "firms.own_services",
    Step.PROMISE: "firms.own_promise",
    Step.MATERIALS: "documents.own_firm",
    Step.SUBMIT: "firms.own_submit",
}


def stepper(work: UnitOfWork, firm: Firm | None, here: Step | None) -> list[dict[str, object]]:
    """Return the steps of the registration as the macro shows them."""
    complete = _complete(work, firm)
    steps: list[dict[str, object]] = []
    for step, endpoint in PAGES.items():
        state = "current" if step is here else "done" if step in complete else "todo"
        reachable = firm is not None or step is Step.FACTS
        url = url_for(endpoint) if reachable and step is not here else None
        steps.append({"label": gettext(STEP_WORDS[step]), "state": state, "url": url})
    return steps


def _complete(work: UnitOfWork, firm: Firm | None) -> set[Step]:
    if firm is None:
        return set()
    missing = set(missing_steps(work, firm))
    complete = {Step.FACTS} | ({Step.SERVICES, Step.PROMISE} - missing)
    if queries.qualifications(work, firm.id):
        complete.add(Step.QUALIFICATIONS)
    if queries.staff(work, firm.id):
        complete.add(Step.STAFF)
    if not materials.lacking(work, firm):
        complete.add(Step.MATERIALS)
    # A service that asks for neither shows that nothing is missing there.
    if Step.SERVICES in complete:
        complete |= {Step.QUALIFICATIONS, Step.STAFF}
    if firm.state not in EDITABLE:
        complete.add(Step.SUBMIT)
    return complete


def show_step(
    step: Step, template: str, form: MarketForm, status: HTTPStatus, **context: object
) -> Page:
    """Show a step; before the first one is done, there is only the first one."""
    with request_work() as work:
        firm = queries.of_org_or_none(work, work.org_id)
        if firm is None and step is not Step.FACTS:
            flash(gettext("请先填写并保存基本信息。"), "info")
            return redirect(url_for("firms.own_facts"), code=303)
        page = render_template(
            template,
            form=form,
            firm=firm,
            steps=stepper(work, firm, step),
            editable=firm is None or firm.state in EDITABLE,
            changeable=firm is None or firm.state in CHANGEABLE,
            organisation=accounts.organisation(work, work.org_id),
            qualifications=queries.qualifications(work, firm.id) if firm else [],
            staff=queries.staff(work, firm.id) if firm else [],
            promise=queries.promise(work, firm.id) if firm else None,
            today=work.today,
            **_held(work, firm),
            **context,
        )
    return page, status


def _held(work: UnitOfWork, firm: Firm | None) -> dict[str, object]:
    """Return what the State holds, for the steps that start from it."""
    code = firm.code if firm else accounts.organisation(work, work.org_id).code
    record = queries_held.latest(work, code)
    if record is None:
        may_bring = bool(trusted_cities(installation()))
        return {"held_record": None, "held_licences": [], "may_bring": may_bring}
    stated = queries_held.stated(work, firm) if firm else []
    return {
        "held_record": record,
        "held_licences": not_stated(stated, queries_held.read(record)),
    }


@bp.get("/firm")
@requires(Permission.FIRM_EDIT)
def own() -> Page:
    """Show where the registration stands and what comes next."""
    with request_work() as work:
        firm = queries.of_org_or_none(work, work.org_id)
        return render_template(
            "firms/own.html",
            firm=firm,
            organisation=accounts.organisation(work, work.org_id),
            steps=stepper(work, firm, None),
            missing=missing_steps(work, firm) if firm else [],
            checks=queries.checks(work, firm.id) if firm else [],
            services=queries.services(work, firm.id) if firm else [],
            standing_changes=queries.standing_changes(work, firm.id) if firm else [],
            standing=queries.standing_now(work, firm) if firm else None,
            ties=ties.of(work, firm) if firm else [],
            items=queries.item_names(work.today),
            clocks_beside=numbered(work, firm.code) if firm else [],
            **(_upkeep(work, firm) if firm else {}),
        )


def _upkeep(work: UnitOfWork, firm: Firm) -> dict[str, object]:
    """Return what a listed firm has to keep in mind."""
    rules = in_force(SUBJECT, work.today)
    return {
        "verification": queries_entry.open_verification(work, firm),
        "removal": queries_entry.removal(work, firm),
        "reapply_on": actions.may_reapply_on(work, firm),
        "endings": [one for one in endings(work, firm) if is_near(one, work.today)],
        "dormant_months": rules.integer("registration.dormant_after_months"),
        "is_public": firm.state in PUBLIC,
    }


@bp.route("/firm/facts", methods=["GET", "POST"])
@requires(Permission.FIRM_EDIT)
def own_facts() -> Page:
    """Step 1: what the firm says about itself."""
    form = FactsForm()
    form.offer()
    status = HTTPStatus.OK
    if request.method == "POST":
        refused = done(form, lambda work: _save_facts(work, form))
        if refused is None:
            flash(gettext("基本信息已保存。"), "success")
            return redirect(url_for("firms.own_qualifications"), code=303)
        status = refused
    else:
        _prefill(form)
        _start_from_held(form)
    return show_step(Step.FACTS, "firms/facts.html", form, status)


def _save_facts(work: UnitOfWork, form: FactsForm) -> None:
    actions.save_facts(work, accounts.organisation(work, work.org_id), form.facts())


def _prefill(form: MarketForm) -> None:
    with request_work() as work:
        if firm := queries.of_org_or_none(work, work.org_id):
            form.process(obj=firm)


def _start_from_held(form: FactsForm) -> None:
    """Fill in what the State holds, before the firm has said anything itself."""
    with request_work() as work:
        if queries.of_org_or_none(work, work.org_id) is not None:
            return
        record = queries_held.latest(work, accounts.organisation(work, work.org_id).code)
        if record is not None:
            facts = queries_held.read(record).facts
            form.process(data={field.value: value for field, value in facts.items()})


@bp.route("/firm/contacts", methods=["GET", "POST"])
@requires(Permission.FIRM_EDIT)
def own_contacts() -> Page:
    """Change how the public reaches the firm, at any time."""
    form = ContactsForm()
    status = HTTPStatus.OK
    if request.method == "POST":
        refused = done(
            form, lambda work: actions.save_contacts(work, queries.own(work), form.contacts())
        )
        if refused is None:
            flash(gettext("联系方式已更新。"), "success")
            return redirect(url_for("firms.own"), code=303)
        status = refused
    else:
        _prefill(form)
    with request_work() as work:
        return render_template("firms/contacts.html", form=form, firm=queries.own(work)), status


@bp.route("/firm/qualifications", methods=["GET", "POST"])
@requires(Permission.FIRM_EDIT)
def own_qualifications() -> Page:
    """Step 2: licences, filings and registrations."""
    form = QualificationForm()
    form.offer(today())
    status = HTTPStatus.OK
    if request.method == "POST":
        refused = done(
            form, lambda work: actions.add_qualification(work, queries.own(work), form.facts())
        )
        if refused is None:
            flash(gettext("资质已保存。"), "success")
            return redirect(url_for("firms.own_qualifications"), code=303)
        status = refused
    return show_step(Step.QUALIFICATIONS, "firms/qualifications.html", form, status)


@bp.post("/firm/qualifications/adopt")
@requires(Permission.FIRM_EDIT)
def adopt_qualification() -> Response:
    """State a qualification as the State holds it."""
    record_id = request.form.get("record", -1, type=int)
    place = request.form.get("place", -1, type=int)
    with request_work() as work:
        adopt(work, queries.own(work), record_id, place)
    flash(gettext("已采用。请核对，与证书原件不符的先删除，再自行填写。"), "success")
    return redirect(url_for("firms.own_qualifications"), code=303)


@bp.post("/firm/qualifications/<int:qualification_id>/remove")
@requires(Permission.FIRM_EDIT)
def remove_qualification(qualification_id: int) -> Response:
    """Take back a qualification that nobody has confirmed."""
    with request_work() as work:
        firm = queries.own(work)
        row = queries.qualification(work, firm, qualification_id)
        actions.remove_qualification(work, firm, row)
    flash(gettext("资质已删除。"), "success")
    return redirect(url_for("firms.own_qualifications"), code=303)


@bp.route("/firm/staff", methods=["GET", "POST"])
@requires(Permission.FIRM_EDIT)
def own_staff() -> Page:
    """Step 3: the people who practise for the firm."""
    form = StaffForm()
    form.offer(today())
    status = HTTPStatus.OK
    if request.method == "POST":
        key = identity_key(installation().keys)
        refused = done(
            form, lambda work: actions.add_staff(work, queries.own(work), form.facts(), key)
        )
        if refused is None:
            flash(gettext("执业人员已保存。"), "success")
            return redirect(url_for("firms.own_staff"), code=303)
        status = refused
    return show_step(Step.STAFF, "firms/staff.html", form, status)


@bp.post("/firm/staff/<int:staff_id>/remove")
@requires(Permission.FIRM_EDIT)
def remove_staff(staff_id: int) -> Page:
    """Note that a person has left, once the firm knows which enrolments that costs."""
    try:
        with request_work() as work:
            firm = queries.own(work)
            member = queries.staff_member(work, firm, staff_id)
            actions.remove_staff(work, firm, member, taken_note_of())
    except EnrolmentsAtStakeError as error:
        form = StaffForm(formdata=None)
        form.offer(today())
        return show_step(
            Step.STAFF, "firms/staff.html", form, status_of(error),
            leaving=staff_id, problem=sentence_of(error), stakes=error.stakes,
        )  # fmt: skip
    flash(gettext("已登记离职。"), "success")
    return redirect(url_for("firms.own_staff"), code=303)


@bp.route("/firm/promise", methods=["GET", "POST"])
@requires(Permission.FIRM_EDIT)
def own_promise() -> Page:
    """Step 5: read and sign the promise."""
    form = PromiseForm()
    status = HTTPStatus.OK
    if request.method == "POST":
        refused = done(
            form,
            lambda work: actions.sign_promise(work, queries.own(work), str(form.signer_name.data)),
        )
        if refused is None:
            flash(gettext("承诺书已签署。"), "success")
            return redirect(url_for("firms.own_submit"), code=303)
        status = refused
    return show_step(
        Step.PROMISE,
        "firms/promise.html",
        form,
        status,
        text=promises.TEXT,
        text_version=promises.VERSION,
        may_sign=_may_sign(),
    )


def _may_sign() -> bool:
    with request_work() as work:
        firm = queries.of_org_or_none(work, work.org_id)
        return firm is not None and firm.state in CHANGEABLE


@bp.route("/firm/submit", methods=["GET", "POST"])
@requires(Permission.FIRM_EDIT)
def own_submit() -> Page:
    """Step 6: look everything over and hand it in."""
    form = MarketForm()
    status = HTTPStatus.OK
    if request.method == "POST":
        refused = done(form, lambda work: actions.submit(work, queries.own(work)))
        if refused is None:
            flash(gettext("已提交。运营机构审核后，结果会显示在工作台。"), "success")
            return redirect(url_for("firms.own"), code=303)
        status = refused
    with request_work() as work:
        firm = queries.of_org_or_none(work, work.org_id)
        missing = missing_steps(work, firm) if firm else []
        services = queries.services(work, firm.id) if firm else []
        items = queries.item_names(work.today)
        problems = queries.problems(work, firm) if firm else []
        rules = in_force(queries_entry.RULES, work.today)
        bars = actions.route_bars(work, firm) if firm else []
        lacking = materials.lacking(work, firm) if firm else []
    return show_step(
        Step.SUBMIT,
        "firms/submit.html",
        form,
        status,
        missing=[(STEP_WORDS[step], url_for(PAGES[step])) for step in missing],
        services=services,
        items=items,
        problems=problems,
        lacking=lacking,
        bars=bars,
        promised_kinds=[gettext(label_of(k).text) for k in promised_kinds(rules)],
        verify_days=rules.integer("promise.verify_working_days"),
        barred_months=rules.integer("promise.barred_months"),
    )


@bp.post("/firm/leave")
@requires(Permission.FIRM_EDIT)
def leave() -> Response:
    """Leave the market."""
    with request_work() as work:
        actions.leave(work, queries.own(work))
    flash(gettext("本机构已退出中介超市。已签合同须继续履行。"), "success")
    return redirect(url_for("firms.own"), code=303)


@bp.post("/firm/reapply")
@requires(Permission.FIRM_EDIT)
def reapply() -> Response:
    """Begin again after leaving."""
    with request_work() as work:
        firm = queries.own(work)
        actions.reapply(work, firm)
        again = firm.state is FirmState.DRAFT
    if again:
        flash(gettext("可以重新填报入驻申请。"), "success")
    return redirect(url_for("firms.own"), code=303)
