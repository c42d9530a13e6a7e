"""The people of an organisation, and the organisations the operator admits."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from market.access import OrgKind, Permission, requires
from market.accounts import actions, handing_over, handover_views, queries, scope
from market.accounts.blueprint import Answer, bp, page, refusal
from market.accounts.forms import OrganisationForm, PersonForm, TemporaryPasswordForm, typed
from market.accounts.handover_rules import HandoverPurpose, needs_second
from market.accounts.model import Organisation, User
from market.accounts.passwords import HashedPassword, hasher, temporary_password
from market.accounts.roles import ADMITTED_BY_OPERATOR, roles_of_kind
from market.accounts.rules import username_of
from market.db import UnitOfWork, reading_work
from market.errors import MarketError, MissingError
from market.labels import label_of
from market.web.deeds import Page
from market.web.work import acting, installation, request_work


@bp.get("/people")
@requires(Permission.ACCOUNT_MANAGE)
def people() -> str:
    """List the people of the reader's own organisation."""
    with request_work() as work:
        return _people_page(work, queries.organisation(work, work.org_id))


@bp.get("/organisations/<int:organisation_id>")
@requires(Permission.ACCOUNT_MANAGE)
def organisation(organisation_id: int) -> str:
    """Show one organisation and its people to whoever looks after them."""
    with request_work() as work:
        return _people_page(work, queries.looked_after(work, organisation_id))


def _people_page(work: UnitOfWork, shown: Organisation) -> str:
    return render_template(
        "accounts/people.html",
        organisation=shown,
        own=shown.id == work.org_id,
        people=queries.people_of(work, shown.id),
        groups=_group_names(queries.scope_of(work, shown.id)),
        myself=work.user_id,
    )


def _group_names(codes: frozenset[str]) -> list[str]:
    names = dict(scope.groups())
    return [names.get(code, code) for code in sorted(codes)]


@bp.route("/organisations/<int:organisation_id>/people/new", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def person_new(organisation_id: int) -> Answer | Response:
    """Add a person, with a temporary password to hand over."""
    employer = _looked_after(organisation_id)
    form = PersonForm()
    form.offer(roles_of_kind(employer.kind))
    _start(form)
    if not form.validate_on_submit():
        return page("accounts/person_new.html", form, organisation=employer)
    try:
        hashed = _hashed(form)
        with request_work() as work:
            found = queries.looked_after(work, organisation_id)
            handover_id = _add_person(work, found, form, hashed)
    except MarketError as error:
        return refusal("accounts/person_new.html", form, error, organisation=employer)
    if handover_id is not None:
        return handover_views.opened(handover_id)
    return _back(organisation_id, gettext("已新增人员 %(name)s。", name=typed(form.name)))


def _start(form: PersonForm) -> None:
    """Offer a temporary password, or none where two people hand it over."""
    if needs_second(current_user.actor.org_kind):
        form.leave_password()
    elif request.method != "POST":
        form.password.data = temporary_password()


def _hashed(form: PersonForm) -> HashedPassword:
    passwords = hasher(installation().config.password_memory_kib)
    username = username_of(typed(form.username))
    if form.password is None:
        return passwords.lock()
    return passwords.choose(typed(form.password), username)


def _add_person(
    work: UnitOfWork, employer: Organisation, form: PersonForm, hashed: HashedPassword
) -> int | None:
    """Open an account; return the handover of its password, if two people hand it over."""
    user = actions.add_user(
        work,
        employer,
        username=typed(form.username),
        name=typed(form.name),
        roles=form.chosen_roles(),
        password=hashed,
        temporary=True,
    )
    if form.password is not None:
        return None
    return handing_over.ask(work, user, HandoverPurpose.OPEN, handing_over.OPENED).id


def _looked_after(organisation_id: int) -> Organisation:
    here = installation()
    with reading_work(here.sessions, acting(), here.clock) as work:
        return queries.looked_after(work, organisation_id)


def _back(organisation_id: int, words: str) -> Response:
    flash(words, "success")
    if organisation_id == current_user.actor.org_id:
        return redirect(url_for("accounts.people"), code=303)
    return redirect(url_for("accounts.organisation", organisation_id=organisation_id), code=303)


@bp.route(
    "/organisations/<int:organisation_id>/people/<int:user_id>/deactivate", methods=["GET", "POST"]
)
@requires(Permission.ACCOUNT_MANAGE)
def person_deactivate(organisation_id: int, user_id: int) -> Page:
    """Close a person's account for good; the operator asks for it."""
    found, person = _person(organisation_id, user_id)
    if needs_second(current_user.actor.org_kind):
        return handover_views.ask_page(found, person, HandoverPurpose.CLOSE)
    if request.method != "POST":
        return redirect(url_for("accounts.people"), code=303)
    with request_work() as work:
        employer = queries.looked_after(work, organisation_id)
        user = queries.user_of(work, employer.id, user_id)
        actions.deactivate_user(work, user)
    return _back(organisation_id, gettext("%(name)s 的账号已停用。", name=user.name))


@bp.route(
    "/organisations/<int:organisation_id>/people/<int:user_id>/password", methods=["GET", "POST"]
)
@requires(Permission.ACCOUNT_MANAGE)
def person_password(organisation_id: int, user_id: int) -> Answer | Page:
    """Give a person who forgot their password a temporary one; the operator asks for it."""
    employer, user = _person(organisation_id, user_id)
    if needs_second(current_user.actor.org_kind):
        return handover_views.ask_page(employer, user)
    form = TemporaryPasswordForm()
    if request.method != "POST":
        form.password.data = temporary_password()
    shown = {"organisation": employer, "person": user}
    if not form.validate_on_submit():
        return page("accounts/person_password.html", form, **shown)
    try:
        passwords = hasher(installation().config.password_memory_kib)
        hashed = passwords.choose(typed(form.password), user.username)
        with request_work() as work:
            queries.looked_after(work, organisation_id)
            actions.reset_password(work, queries.user_of(work, organisation_id, user_id), hashed)
    except MarketError as error:
        return refusal("accounts/person_password.html", form, error, **shown)
    return _back(organisation_id, gettext("已为 %(name)s 设置临时密码。", name=user.name))


def _person(organisation_id: int, user_id: int) -> tuple[Organisation, User]:
    here = installation()
    with reading_work(here.sessions, acting(), here.clock) as work:
        employer = queries.looked_after(work, organisation_id)
        return employer, queries.user_of(work, employer.id, user_id)


@dataclass(frozen=True, slots=True)
class Pager:
    """Where the pages of a list of organisations are."""

    found: queries.Page
    kind: OrgKind | None
    words: str

    @property
    def number(self) -> int:
        """The page shown."""
        return self.found.number

    @property
    def pages(self) -> int:
        """How many there are."""
        return self.found.pages

    @property
    def total(self) -> int:
        """How many organisations are on them."""
        return self.found.total

    def url_for(self, number: int) -> str:
        """Return the address of a page."""
        return url_for(
            "accounts.organisations",
            kind=self.kind.value if self.kind else None,
            words=self.words or None,
            page=number,
        )


@bp.get("/organisations")
@requires(Permission.ORGANISATION_MANAGE)
def organisations() -> str:
    """List the organisations of the market for the operator."""
    words = request.args.get("words", "").strip()[:100].replace("\0", "")
    kind = _kind(request.args.get("kind"))
    number = request.args.get("page", 1, type=int)
    with request_work() as work:
        found = queries.organisations(work, kind=kind, words=words, number=number)
        return render_template(
            "accounts/organisations.html",
            found=found,
            pager=Pager(found, kind, words),
            kinds=list(OrgKind),
            kind=kind,
            words=words,
            admitted=ADMITTED_BY_OPERATOR,
        )


def _kind(text: str | None) -> OrgKind | None:
    return OrgKind(text) if text in set(OrgKind) else None


@bp.route("/organisations/new/<kind>", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_MANAGE)
def organisation_new(kind: str) -> Answer | Response:
    """Admit an organisation, with its first person."""
    admitted = _kind(kind)
    if admitted not in ADMITTED_BY_OPERATOR:
        raise MissingError
    form = OrganisationForm()
    form.offer(roles_of_kind(admitted))
    form.scope.choices = list(scope.groups()) if admitted is OrgKind.REGULATOR else []
    _start(form)
    shown = {"kind": admitted, "kinds": ADMITTED_BY_OPERATOR}
    if not form.validate_on_submit():
        return page("accounts/organisation_new.html", form, **shown)
    try:
        hashed = _hashed(form)
        with request_work() as work:
            entered, handover_id = _admit(work, admitted, form, hashed)
    except MarketError as error:
        return refusal("accounts/organisation_new.html", form, error, **shown)
    done = gettext(
        "已登记%(kind)s：%(name)s。", kind=gettext(label_of(admitted).text), name=entered.name
    )
    if handover_id is not None:
        flash(done, "success")
        return handover_views.opened(handover_id)
    return _back(entered.id, done)


def _admit(
    work: UnitOfWork, kind: OrgKind, form: OrganisationForm, hashed: HashedPassword
) -> tuple[Organisation, int | None]:
    entered = actions.register_organisation(
        work,
        kind=kind,
        code=typed(form.code),
        name=typed(form.organisation_name),
        scope=form.scope.data or (),
    )
    return entered, _add_person(work, entered, form, hashed)
