"""The people of an organisation, and the organisations the operator admits."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from market.access import OrgKind, Permission, requires
from market.accounts import actions, queries, scope
from market.accounts.blueprint import Answer, bp, page, refusal
from market.accounts.forms import OrganisationForm, PersonForm, TemporaryPasswordForm, typed
from market.accounts.model import Organisation, User
from market.accounts.passwords import HashedPassword, hasher, temporary_password
from market.accounts.roles import ADMITTED_BY_OPERATOR, roles_of_kind
from market.accounts.rules import username_of
from market.db import UnitOfWork, reading_work
from market.errors import MarketError, MissingError
from market.labels import label_of
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
    if request.method != "POST":
        form.password.data = temporary_password()
    if not form.validate_on_submit():
        return page("accounts/person_new.html", form, organisation=employer)
    try:
        hashed = _hashed(form)
        with request_work() as work:
            _add_person(work, queries.looked_after(work, organisation_id), form, hashed)
    except MarketError as error:
        return refusal("accounts/person_new.html", form, error, organisation=employer)
    return _back(organisation_id, gettext("已新增人员 %(name)s。", name=typed(form.name)))


def _hashed(form: PersonForm) -> HashedPassword:
    passwords = hasher(installation().config.password_memory_kib)
    return passwords.choose(typed(form.password), username_of(typed(form.username)))


def _add_person(
    work: UnitOfWork, employer: Organisation, form: PersonForm, hashed: HashedPassword
) -> None:
    actions.add_user(
        work,
        employer,
        username=typed(form.username),
        name=typed(form.name),
        roles=form.chosen_roles(),
        password=hashed,
        temporary=True,
    )


def _looked_after(organisation_id: int) -> Organisation:
    here = installation()
    with reading_work(here.sessions, acting(), here.clock) as work:
        return queries.looked_after(work, organisation_id)


def _back(organisation_id: int, words: str) -> Response:
    flash(words, "success")
    if organisation_id == current_user.actor.org_id:
        return redirect(url_for("accounts.people"), code=303)
    return redirect(url_for("accounts.organisation", organisation_id=organisation_id), code=303)


@bp.post("/organisations/<int:organisation_id>/people/<int:user_id>/deactivate")
@requires(Permission.ACCOUNT_MANAGE)
def person_deactivate(organisation_id: int, user_id: int) -> Response:
    """Close a person's account for good."""
    with request_work() as work:
        employer = queries.looked_after(work, organisation_id)
        user = queries.user_of(work, employer.id, user_id)
        actions.deactivate_user(work, user)
    return _back(organisation_id, gettext("%(name)s 的账号已停用。", name=user.name))


@bp.route(
    "/organisations/<int:organisation_id>/people/<int:user_id>/password", methods=["GET", "POST"]
)
@requires(Permission.ACCOUNT_MANAGE)
def person_password(organisation_id: int, user_id: int) -> Answer | Response:
    """Give a person who forgot their password a temporary one."""
    employer, user = _person(organisation_id, user_id)
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
    if request.method != "POST":
        form.password.data = temporary_password()
    shown = {"kind": admitted, "kinds": ADMITTED_BY_OPERATOR}
    if not form.validate_on_submit():
        return page("accounts/organisation_new.html", form, **shown)
    try:
        hashed = _hashed(form)
        with request_work() as work:
            entered = _admit(work, admitted, form, hashed)
    except MarketError as error:
        return refusal("accounts/organisation_new.html", form, error, **shown)
    done = gettext(
        "已登记%(kind)s：%(name)s。", kind=gettext(label_of(admitted).text), name=entered.name
    )
    return _back(entered.id, done)


def _admit(
    work: UnitOfWork, kind: OrgKind, form: OrganisationForm, hashed: HashedPassword
) -> Organisation:
    entered = actions.register_organisation(
        work,
        kind=kind,
        code=typed(form.code),
        name=typed(form.organisation_name),
        scope=form.scope.data or (),
    )
    _add_person(work, entered, form, hashed)
    return entered
