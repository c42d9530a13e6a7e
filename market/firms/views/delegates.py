"""A firm's delegates: who may do what for it, for which services, until when."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from market.access import Permission, Role, requires
from market.accounts import actions as account_actions
from market.accounts import queries as accounts
from market.accounts.model import User
from market.accounts.passwords import HashedPassword, hasher, temporary_password
from market.accounts.rules import username_of
from market.db import UnitOfWork
from market.errors import MarketError
from market.firms import actions, queries, queries_entry
from market.firms.forms_entry import DelegateForm
from market.firms.rules import ServiceState
from market.firms.views.blueprint import bp
from market.regulations import in_force
from market.web.deeds import Page, done
from market.web.errors import status_of
from market.web.work import installation, request_work


@bp.route("/firm/delegates", methods=["GET", "POST"])
@requires(Permission.FIRM_EDIT)
def own_delegates() -> Page:
    """List the firm's delegates; authorise another."""
    form = DelegateForm()
    _offer(form)
    status = HTTPStatus.OK
    if request.method == "POST":
        refused = _authorise(form)
        if refused is None:
            flash(gettext("授权已登记，到期自动终止。"), "success")
            return redirect(url_for("firms.own_delegates"), code=303)
        status = refused
    else:
        form.password.data = temporary_password()
    with request_work() as work:
        firm = queries.own(work)
        rules = in_force(queries_entry.RULES, work.today)
        page = render_template(
            "firms/delegates.html",
            firm=firm,
            form=form,
            delegates=queries_entry.delegates(work, firm),
            items=queries.item_names(work.today),
            longest_months=rules.integer("delegate.longest_months"),
        )
    return page, status


def _offer(form: DelegateForm) -> None:
    with request_work() as work:
        firm = queries.own(work)
        offered = [s for s in queries.services(work, firm.id) if s.state != ServiceState.WITHDRAWN]
        form.offer(work.today, frozenset(s.item_code for s in offered))
        people = accounts.people_of(work, firm.organisation_id)
        form.offer_people(
            {
                one.user.id: f"{one.user.name}（{one.user.username}）"
                for one in people
                if one.user.active and one.roles == (Role.FIRM_AGENT,)
            }
        )


def _authorise(form: DelegateForm) -> HTTPStatus | None:
    """Open the account if the person is new and enter the authority, both or neither."""
    if not form.validate():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        hashed = _hashed(form) if form.is_new else None
    except MarketError as error:
        form.refuse(error)
        return status_of(error)
    return done(form, lambda work: _enter(work, form, hashed))


def _hashed(form: DelegateForm) -> HashedPassword:
    passwords = hasher(installation().config.password_memory_kib)
    return passwords.choose(form.password.data or "", username_of(form.username.data or ""))


def _enter(work: UnitOfWork, form: DelegateForm, hashed: HashedPassword | None) -> None:
    firm = queries.own(work)
    user = _user(work, firm.organisation_id, form, hashed)
    actions.authorise(work, firm, user, form.authority())


def _user(
    work: UnitOfWork, organisation_id: int, form: DelegateForm, hashed: HashedPassword | None
) -> User:
    if hashed is None:
        return accounts.user_of(work, organisation_id, int(form.person.data))
    return account_actions.add_user(
        work,
        accounts.organisation(work, organisation_id),
        username=form.username.data or "",
        name=form.name.data or "",
        roles=[Role.FIRM_AGENT],
        password=hashed,
        temporary=True,
    )


@bp.post("/firm/delegates/<int:delegate_id>/end")
@requires(Permission.FIRM_EDIT)
def end_authority(delegate_id: int) -> Response:
    """End an authority before its day."""
    with request_work() as work:
        firm = queries.own(work)
        actions.end_authority(work, firm, queries_entry.delegate(work, firm, delegate_id))
    flash(gettext("授权已终止。"), "success")
    return redirect(url_for("firms.own_delegates"), code=303)
