"""An owner registers itself, looks after its registration, and is checked."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from market import regulations
from market.access import OrgKind, Permission, Role, public, requires
from market.accounts import actions as accounts
from market.accounts import doors, login, sessions
from market.accounts.blueprint import Answer, refusal
from market.accounts.blueprint import page as plain_page
from market.accounts.forms import typed
from market.accounts.passwords import hasher
from market.accounts.queries import organisation
from market.accounts.rules import address_of, username_of
from market.clocks.beside import numbered
from market.codes import credit_code
from market.db import UnitOfWork
from market.documents import queries, queries_owners
from market.documents.actions import owners
from market.documents.forms import PASS, EnrolOwnerForm, OwnerCheckForm, OwnerForm
from market.documents.owner_rules import EDITABLE, OwnerState
from market.documents.views.blueprint import bp
from market.errors import MarketError, MissingError
from market.web.deeds import NUMBER, Page, as_seen, done, reading, seen_version
from market.web.forms import MarketForm
from market.web.lists import PAGE_ROWS, Pages
from market.web.work import installation, request_work


@bp.route("/enrol/owner", methods=["GET", "POST"])
@public
def enrol_owner() -> Answer | Response:
    """An owner registers itself and its first person, who is signed in at once."""
    form = EnrolOwnerForm()
    form.offer()
    if request.method != "POST" and current_user.is_authenticated:
        return redirect(url_for("accounts.workbench"), code=303)
    if not form.validate_on_submit():
        return plain_page("documents/enrol_owner.html", form)
    try:
        token = _enrol(form)
    except MarketError as error:
        return refusal("documents/enrol_owner.html", form, error)
    login.welcome(token)
    flash(gettext("注册成功。请接着上传登记材料并提交核对。"), "success")
    return redirect(url_for("documents.own_owner"), code=303)


def _enrol(form: EnrolOwnerForm) -> str:
    here = installation()
    code = credit_code(typed(form.code), field="code")
    username = username_of(typed(form.username))
    doors.claim_enrolment(here, code, address_of(request.remote_addr))
    hashed = hasher(here.config.password_memory_kib).choose(typed(form.password), username)
    with request_work() as work:
        entered = accounts.register_organisation(
            work, kind=OrgKind.OWNER, code=code, name=typed(form.organisation_name)
        )
        user = accounts.add_user(
            work,
            entered,
            username=username,
            name=typed(form.name),
            roles=[Role.OWNER_CLERK, Role.OWNER_APPROVER],
            password=hashed,
        )
        owners.begin(work, entered, form.facts())
        return sessions.begin(work, user)


@bp.route("/owner", methods=["GET", "POST"])
@requires(Permission.OWNER_EDIT)
def own_owner() -> Page:
    """Show one's own registration; change what it says while nobody relies on it."""
    form = OwnerForm()
    form.offer()
    status = done(form, lambda work: _save(work, form))
    if status is None:
        flash(gettext("单位信息已保存。"), "success")
        return redirect(url_for("documents.own_owner"), code=303)
    return _own_page(form, status)


def _save(work: UnitOfWork, form: OwnerForm) -> None:
    row = queries_owners.own(work)
    as_seen(row.version)
    owners.save_facts(work, row, form.facts())


def _own_page(form: MarketForm, status: int) -> Page:
    with reading() as work:
        row = queries_owners.registration(work, work.org_id)
        if row is not None and not form.is_submitted():
            form.process(obj=row)
        slots = queries.owner_slots(work, work.org_id) if row else []
        page = render_template(
            "documents/owner.html",
            form=form,
            row=row,
            version=seen_version(row.version) if row else 0,
            organisation=organisation(work, work.org_id),
            slots=slots,
            lacking=[slot.name for slot in slots if slot.is_missing],
            history=queries_owners.checks(work, work.org_id),
            clocks_beside=numbered(work, work.actor.org_code or ""),
            editable=row is not None and row.state in EDITABLE,
            days=_check_days(work),
        )
    return page, status


def _check_days(work: UnitOfWork) -> int:
    return regulations.in_force(queries.RULES, work.today).integer("owner.check_working_days")


@bp.post("/owner/submit")
@requires(Permission.OWNER_EDIT)
def submit_owner() -> Page:
    """Hand the registration to the operator."""
    form = MarketForm()
    status = done(form, lambda work: owners.submit(work, queries_owners.own(work)))
    if status is None:
        flash(gettext("已提交。运营机构核对后，结果会显示在工作台。"), "success")
        return redirect(url_for("documents.own_owner"), code=303)
    shown = OwnerForm(formdata=None)
    shown.offer()
    with reading() as work:
        shown.process(obj=queries_owners.registration(work, work.org_id))
    shown.form_errors.extend(form.form_errors)
    return _own_page(shown, status)


@bp.get("/owner-checks")
@requires(Permission.OWNER_CHECK)
def owner_checks() -> str:
    """List the owners that wait for a check, the most urgent first."""
    with reading() as work:
        pages = Pages.of(queries_owners.count_to_check(work))
        return render_template(
            "documents/owner_checks.html",
            rows=queries_owners.to_check(work, limit=PAGE_ROWS, offset=pages.offset),
            pages=pages,
            days=_check_days(work),
        )


@bp.route(f"/owner-checks/<{NUMBER}:organisation_id>", methods=["GET", "POST"])
@requires(Permission.OWNER_CHECK)
def check_owner(organisation_id: int) -> Page:
    """Compare what an owner says with its documents, and decide."""
    form = OwnerCheckForm()
    form.offer()
    status = done(form, lambda work: _check(work, organisation_id, form))
    if status is None:
        flash(gettext("核对结论已登记并告知对方。"), "success")
        return redirect(url_for("documents.owner_checks"), code=303)
    with reading() as work:
        row = queries_owners.registration(work, organisation_id)
        if row is None:
            raise MissingError
        page = render_template(
            "documents/check_owner.html",
            form=form,
            row=row,
            version=seen_version(row.version),
            organisation=organisation(work, organisation_id),
            slots=queries.owner_slots(work, organisation_id),
            history=queries_owners.checks(work, organisation_id),
            may_decide=row.state is OwnerState.SUBMITTED,
        )
    return page, status


def _check(work: UnitOfWork, organisation_id: int, form: OwnerCheckForm) -> None:
    row = queries_owners.for_check(work, organisation_id)
    as_seen(row.version)
    comment = form.comment.data or ""
    if form.outcome.data == PASS:
        owners.check_pass(work, row, comment)
    else:
        owners.check_return(work, row, form.chosen(), comment)
