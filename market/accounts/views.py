"""Signing in and out, registering a firm, the workbench and one's password."""

from collections.abc import Sequence

from flask import Flask, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

import market.accounts.people_views  # noqa: F401 - its pages are on the same blueprint
from market.access import OrgKind, Permission, Role, public, requires
from market.accounts import (
    actions,
    doors,
    handover_todos,
    login,
    queries,
    queries_handovers,
    sessions,
    todo,
)
from market.accounts.blueprint import Answer, bp, page, refusal
from market.accounts.forms import EnrolForm, PasswordForm, SignInForm, typed
from market.accounts.model import User
from market.accounts.passwords import hasher
from market.accounts.queries_handovers import Handover
from market.accounts.rules import address_of, username_of
from market.codes import credit_code
from market.db import reading_work, unit_of_work
from market.errors import ConflictError, MarketError, msgid
from market.web.deeds import reading
from market.web.language import local_path
from market.web.work import ANYONE, acting, installation, request_work


def init_app(app: Flask) -> None:
    """Set up sign-in, register the pages and the links of the workbench."""
    login.init_app(app)
    app.register_blueprint(bp)
    todo.provide(Permission.PASSWORD_HAND_OVER, handover_todos.for_second)
    todo.provide(Permission.ACCOUNT_AGREE, handover_todos.for_agreers)
    todo.link(Permission.ORGANISATION_MANAGE, msgid("单位管理"), "accounts.organisations")
    todo.link(Permission.ACCOUNT_MANAGE, msgid("本单位人员"), "accounts.people")
    todo.link(Permission.OVERSIGHT_READ, msgid("账号办理登记"), "accounts.handovers")
    todo.link(Permission.WORKBENCH_OPEN, msgid("修改密码"), "accounts.password")


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Answer | Response:
    """Sign in. Sent twice it signs in twice, of which the browser keeps the last."""
    form = SignInForm()
    if request.method != "POST" and current_user.is_authenticated:
        return redirect(_target(), code=303)
    if not form.validate_on_submit():
        return page("accounts/sign_in.html", form)
    username = typed(form.username)
    try:
        token = doors.sign_in(
            installation(),
            username=username,
            password=typed(form.password),
            address=address_of(request.remote_addr),
            browser=login.shown_by_browser(username),
        )
    except MarketError as error:
        return refusal("accounts/sign_in.html", form, error)
    _end_session_here()
    login.welcome(token)
    return login.knowing(redirect(_target(), code=303), token)


def _target() -> str:
    wanted = request.args.get("next")
    return local_path(wanted) if wanted else url_for("accounts.workbench")


@bp.post("/sign-out")
@public
def sign_out() -> Response:
    """Sign this browser out; one that is not signed in stays so."""
    _end_session_here()
    login.leave()
    flash(gettext("您已退出登录。"), "success")
    return redirect(url_for("accounts.sign_in"), code=303)


def _end_session_here() -> None:
    token = login.token_here()
    if token:
        here = installation()
        with unit_of_work(here.sessions, ANYONE, here.clock) as work:
            sessions.end(work, token)


@bp.route("/enrol", methods=["GET", "POST"])
@public
def enrol_firm() -> Answer | Response:
    """A firm registers itself and its first person, who is signed in at once."""
    form = EnrolForm()
    if request.method != "POST" and current_user.is_authenticated:
        return redirect(url_for("accounts.workbench"), code=303)
    if not form.validate_on_submit():
        return page("accounts/enrol_firm.html", form)
    try:
        token = _enrol(form)
    except MarketError as error:
        return refusal("accounts/enrol_firm.html", form, error)
    login.welcome(token)
    flash(gettext("注册成功。请接着办理入驻：填写机构信息、资质、人员和收费标准。"), "success")
    return login.knowing(redirect(url_for("accounts.workbench"), code=303), token)


def _enrol(form: EnrolForm) -> str:
    here = installation()
    code = credit_code(typed(form.code), field="code")
    username = username_of(typed(form.username))
    doors.claim_enrolment(here, code, address_of(request.remote_addr))
    hashed = hasher(here.config.password_memory_kib).choose(typed(form.password), username)
    with request_work() as work:
        firm = actions.register_organisation(
            work, kind=OrgKind.FIRM, code=code, name=typed(form.organisation_name)
        )
        user = actions.add_user(
            work,
            firm,
            username=username,
            name=typed(form.name),
            roles=[Role.FIRM_DELEGATE],
            password=hashed,
        )
        return sessions.begin(work, user)


@bp.get("/workbench")
@requires(Permission.WORKBENCH_OPEN)
def workbench() -> str:
    """Show what the reader has to do, by when, and the pages they need."""
    with request_work() as work:
        return render_template(
            "accounts/workbench.html",
            organisation=queries.organisation(work, work.org_id),
            scope=queries.scope_of(work, work.org_id),
            resets=queries_handovers.lately_reset(work),
            items=[_entry(item, item.urgency_at(work.now)) for item in todo.todos(work)],
            links=[
                link
                for link in todo.links(work.actor.permissions)
                if link.endpoint in current_app.view_functions
            ],
        )


_URGENCIES = {"late": "overdue", "soon": "soon", "normal": "later"}


def _entry(item: todo.Todo, urgency: todo.Urgency) -> dict[str, object]:
    """Return a todo as the macro of the workbench list takes it."""
    several = gettext("%(what)s（%(count)s 项）", what=item.what, count=item.count)
    return {
        "what": several if item.count > 1 else item.what,
        "matter": item.detail,
        "by": item.due_at,
        "url": item.url,
        "urgency": _URGENCIES[urgency],
    }


@bp.route("/password", methods=["GET", "POST"])
@requires(Permission.WORKBENCH_OPEN)
def password() -> Answer | Response:
    """Change one's own password; every other browser is signed out."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return page("accounts/password.html", form, resets=_resets())
    try:
        token = _change_password(form)
    except MarketError as error:
        return refusal("accounts/password.html", form, error, resets=_resets())
    login.welcome(token)
    flash(gettext("密码已修改，其他设备上的登录已全部退出。"), "success")
    return login.knowing(redirect(url_for("accounts.workbench"), code=303), token)


def _resets() -> Sequence[Handover]:
    """Return who reset the reader's password lately."""
    with reading() as work:
        return queries_handovers.lately_reset(work)


def _change_password(form: PasswordForm) -> str:
    here = installation()
    with reading_work(here.sessions, acting(), here.clock) as work:
        seen = work.session.get_one(User, work.user_id)
    hashed = doors.prove_password(here, seen, typed(form.current), typed(form.password))
    with request_work() as work:
        user = work.session.get_one(User, seen.id, with_for_update=True)
        if user.password_hash != seen.password_hash:
            raise ConflictError
        actions.change_password(work, user, hashed)
        return sessions.begin(work, user)
