"""The operator's pages: registrations and added qualifications to check."""

from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from market.access import Permission, requires
from market.db import UnitOfWork
from market.duties import took
from market.firms import actions, listing, materials, queries, queries_entry, queries_held
from market.firms.actions.registration import SUBJECT
from market.firms.checks import QualificationState
from market.firms.doubles import doubts_of
from market.firms.forms import PassForm, ReturnForm
from market.firms.rules import SETTLED, FirmState
from market.firms.views.blueprint import bp
from market.regulations import in_force
from market.web.deeds import Page, done
from market.web.work import request_work, today


@bp.get("/firm-checks")
@requires(Permission.FIRM_CHECK)
def checks() -> str:
    """List what waits for a check, the most urgent first."""
    with request_work() as work:
        rules = in_force(SUBJECT, work.today)
        return render_template(
            "firms/checks.html",
            today=work.today,
            firms=listing.to_check(work),
            qualifications=listing.qualifications_to_check(work),
            staff=listing.staff_to_check(work),
            promises=queries_entry.to_verify(work),
            feedback=queries_entry.to_answer(work),
            changes=queries_entry.changes_to_check(work),
            limit=rules.integer("registration.check_working_days"),
            limit_source=rules.clause_of("registration.check_working_days"),
        )


@bp.get("/firm-checks/<int:firm_id>")
@requires(Permission.FIRM_CHECK)
def check(firm_id: int) -> Page:
    """Show everything a check looks at."""
    return _check_page(firm_id, PassForm(), _return_form(), HTTPStatus.OK)


@bp.post("/firm-checks/<int:firm_id>/pass")
@requires(Permission.FIRM_CHECK)
def check_pass(firm_id: int) -> Page:
    """Pass a registration."""
    form = PassForm()
    refused = done(form, lambda work: _pass(work, firm_id, form))
    if refused is None:
        flash(gettext("审核通过，已进入入驻公示。"), "success")
        return redirect(url_for("firms.checks"), code=303)
    return _check_page(firm_id, form, _return_form(blank=True), refused)


def _pass(work: UnitOfWork, firm_id: int, form: PassForm) -> None:
    actions.check_pass(work, queries.for_check(work, firm_id), form.comment.data or "")


@bp.post("/firm-checks/<int:firm_id>/return")
@requires(Permission.FIRM_CHECK)
def check_return(firm_id: int) -> Page:
    """Send a registration back, with reasons."""
    form = _return_form()
    refused = done(form, lambda work: _return(work, firm_id, form))
    if refused is None:
        flash(gettext("已退回，原因已登记并告知机构。"), "success")
        return redirect(url_for("firms.checks"), code=303)
    return _check_page(firm_id, PassForm(formdata=None), form, refused)


def _return(work: UnitOfWork, firm_id: int, form: ReturnForm) -> None:
    firm = queries.for_check(work, firm_id)
    actions.check_return(work, firm, form.chosen(), form.comment.data or "")


@bp.post("/firm-checks/<int:firm_id>/qualifications/<int:qualification_id>/confirm")
@requires(Permission.FIRM_CHECK)
def confirm_qualification(firm_id: int, qualification_id: int) -> Response:
    """Confirm a qualification that a listed firm added."""
    with request_work() as work:
        firm = queries.for_check(work, firm_id)
        row = queries.qualification(work, firm, qualification_id)
        actions.confirm_qualification(work, firm, row)
    flash(gettext("资质已核对通过。"), "success")
    return redirect(url_for("firms.checks"), code=303)


@bp.route(
    "/firm-checks/<int:firm_id>/qualifications/<int:qualification_id>/refuse",
    methods=["GET", "POST"],
)
@requires(Permission.FIRM_CHECK)
def refuse_qualification(firm_id: int, qualification_id: int) -> Page:
    """Refuse a qualification that a listed firm added, with reasons."""
    form = _return_form()
    status = HTTPStatus.OK
    if form.is_submitted():
        refused = done(form, lambda work: _refuse(work, firm_id, qualification_id, form))
        if refused is None:
            flash(gettext("已登记不通过的原因并告知机构。"), "success")
            return redirect(url_for("firms.checks"), code=303)
        status = refused
    with request_work() as work:
        firm = queries.for_check(work, firm_id)
        page = render_template(
            "firms/refuse.html",
            firm=firm,
            row=queries.qualification(work, firm, qualification_id),
            form=form,
        )
    return page, status


def _refuse(work: UnitOfWork, firm_id: int, qualification_id: int, form: ReturnForm) -> None:
    firm = queries.for_check(work, firm_id)
    row = queries.qualification(work, firm, qualification_id)
    actions.refuse_qualification(work, firm, row, form.chosen(), form.comment.data or "")


@bp.post("/firm-checks/<int:firm_id>/staff/<int:staff_id>/confirm")
@requires(Permission.FIRM_CHECK)
def confirm_staff(firm_id: int, staff_id: int) -> Response:
    """Confirm a person whom a listed firm added."""
    with request_work() as work:
        firm = queries.for_check(work, firm_id)
        actions.confirm_staff(work, firm, queries.staff_member(work, firm, staff_id))
    flash(gettext("执业人员已核对通过。"), "success")
    return redirect(url_for("firms.checks"), code=303)


@bp.route("/firm-checks/<int:firm_id>/staff/<int:staff_id>/refuse", methods=["GET", "POST"])
@requires(Permission.FIRM_CHECK)
def refuse_staff(firm_id: int, staff_id: int) -> Page:
    """Refuse a person whom a listed firm added, with reasons."""
    form = _return_form()
    status = HTTPStatus.OK
    if form.is_submitted():
        refused = done(form, lambda work: _refuse_staff(work, firm_id, staff_id, form))
        if refused is None:
            flash(gettext("已登记不通过的原因并告知机构。"), "success")
            return redirect(url_for("firms.checks"), code=303)
        status = refused
    with request_work() as work:
        firm = queries.for_check(work, firm_id)
        member = queries.staff_member(work, firm, staff_id)
        page = render_template("firms/refuse_staff.html", firm=firm, member=member, form=form)
    return page, status


def _refuse_staff(work: UnitOfWork, firm_id: int, staff_id: int, form: ReturnForm) -> None:
    firm = queries.for_check(work, firm_id)
    member = queries.staff_member(work, firm, staff_id)
    actions.refuse_staff(work, firm, member, form.chosen(), form.comment.data or "")


def _return_form(*, blank: bool = False) -> ReturnForm:
    form = ReturnForm(formdata=None) if blank else ReturnForm()
    form.offer()
    return form


def _check_page(
    firm_id: int, pass_form: PassForm, return_form: ReturnForm, status: HTTPStatus
) -> Page:
    with request_work() as work:
        firm = queries.for_check(work, firm_id)
        qualifications = queries.qualifications(work, firm.id)
        page = render_template(
            "firms/check.html",
            firm=firm,
            pass_form=pass_form,
            return_form=return_form,
            qualifications=qualifications,
            pending=[q for q in qualifications if q.state is QualificationState.PENDING],
            staff=queries.staff(work, firm.id),
            offers=queries.offers(work, firm.id),
            items=queries.item_names(work.today),
            problems=queries.problems(work, firm),
            slots=materials.listed(work, firm),
            promise=queries.promise(work, firm.id),
            history=queries.checks(work, firm.id),
            may_decide=firm.state is FirmState.SUBMITTED,
            may_return=firm.state in {FirmState.SUBMITTED, FirmState.PUBLICITY},
            verification=queries_entry.open_verification(work, firm),
            doubts=doubts_of(work, firm),
            compared=queries_held.comparison(work, firm),
            feedback=queries_entry.feedback(work, firm),
            changes=queries_entry.changes(work, firm),
            settled=firm.state in SETTLED,
            imported_by_me=took(work, firm.imported_by_id),
            today=today(),
        )
    return page, status
