"""Accounts that two people of the operator open, reset or close: asked, agreed, confirmed."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from market.access import Permission, requires
from market.accounts import handing_over, queries, queries_handovers
from market.accounts.blueprint import bp
from market.accounts.forms import HandoverForm, typed
from market.accounts.handover_rules import (
    Half,
    HandoverPurpose,
    HandoverState,
    half,
    handover_key,
    needs_agreement,
    whole,
)
from market.accounts.model import Organisation, User
from market.accounts.passwords import hasher
from market.accounts.queries_handovers import Handover
from market.db import UnitOfWork
from market.duties import took
from market.errors import MarketError
from market.web.deeds import NUMBER, Page, as_seen, done, reading, seen_version
from market.web.errors import sentence_of, status_of
from market.web.lists import Pages
from market.web.once import AlreadySentError, BadRequestKeyError
from market.web.work import installation, request_work

_ONE = f"/handovers/<{NUMBER}:handover_id>"
_AGREE = f"/handovers/<{NUMBER}:agreement_id>"


@bp.get("/handovers")
@requires(Permission.OVERSIGHT_READ)
def handovers() -> str:
    """List who was given a password by others, why, and by which two people."""
    with reading() as work:
        pages = Pages.of(queries_handovers.count(work))
        rows = queries_handovers.newest(work, limit=pages.rows, offset=pages.offset)
        may_open = Permission.PASSWORD_HAND_OVER in work.actor.permissions
    return render_template("accounts/handovers.html", rows=rows, pages=pages, may_open=may_open)


@bp.get(_ONE)
@requires(Permission.PASSWORD_HAND_OVER)
def handover(handover_id: int) -> Page:
    """Show one handover, and to each of the two people the half that is theirs to tell."""
    return _page(handover_id)


@bp.post(f"{_ONE}/confirm")
@requires(Permission.PASSWORD_HAND_OVER)
def handover_confirm(handover_id: int) -> Page:
    """Confirm what a colleague asked for."""
    here = installation()
    with reading() as work:
        seen = queries_handovers.one(work, handover_id).row
    password = whole(handover_key(here.keys.log_seed), seen.salt)
    hashed = hasher(here.config.password_memory_kib).hash(password)
    try:
        with request_work() as work:
            as_seen(queries_handovers.locked(work, handover_id).version)
            handing_over.hand_over(work, handover_id, hashed)
    except (AlreadySentError, BadRequestKeyError):
        raise
    except MarketError as error:
        return _page(handover_id, error)
    if seen.purpose is HandoverPurpose.CLOSE:
        return _back(handover_id, gettext("已复核，账号已停用。"))
    return _back(handover_id, gettext("已复核。请把您的一半密码直接告诉本人。"))


@bp.post(f"{_ONE}/refuse")
@requires(Permission.PASSWORD_HAND_OVER)
def handover_refuse(handover_id: int) -> Page:
    """Refuse what a colleague asked for, or withdraw one's own."""
    try:
        with request_work() as work:
            as_seen(queries_handovers.locked(work, handover_id).version)
            handing_over.refuse(work, handover_id)
    except (AlreadySentError, BadRequestKeyError):
        raise
    except MarketError as error:
        return _page(handover_id, error)
    return _back(handover_id, gettext("已登记不予办理，账号和密码没有改动。"))


@bp.get(f"{_AGREE}/agreement")
@requires(Permission.ACCOUNT_AGREE)
def handover_agreement(agreement_id: int) -> Page:
    """Show what the operator would do with an account, to whoever can agree or stop it."""
    with reading() as work:
        shown = queries_handovers.agreed_to(work, agreement_id)
        return render_template(
            "accounts/handover_agreement.html",
            shown=shown,
            roles=queries.roles_of(work, shown.user),
            version=shown.row.version,
        )


@bp.post(f"{_AGREE}/agree")
@requires(Permission.ACCOUNT_AGREE)
def handover_agree(agreement_id: int) -> Response:
    """Agree to what the operator would do with an account."""
    with request_work() as work:
        as_seen(queries_handovers.locked_to_agree(work, agreement_id).version)
        handing_over.agree(work, agreement_id)
    flash(gettext("已同意。运营机构另一名人员复核后生效。"), "success")
    return redirect(url_for("accounts.workbench"), code=303)


@bp.post(f"{_AGREE}/disagree")
@requires(Permission.ACCOUNT_AGREE)
def handover_disagree(agreement_id: int) -> Response:
    """Stop what the operator would do with an account."""
    with request_work() as work:
        as_seen(queries_handovers.locked_to_agree(work, agreement_id).version)
        handing_over.disagree(work, agreement_id)
    flash(gettext("已登记不同意，账号没有改动。"), "success")
    return redirect(url_for("accounts.workbench"), code=303)


def ask_page(
    employer: Organisation, user: User, purpose: HandoverPurpose = HandoverPurpose.RESET
) -> Page:
    """Show the form by which an operator asks for a colleague's confirmation; sent, ask."""
    form = HandoverForm()
    asked: list[int] = []

    def deed(work: UnitOfWork) -> None:
        queries.looked_after(work, employer.id)
        found = queries.user_of(work, employer.id, user.id)
        row = handing_over.ask(work, found, purpose, typed(form.reason))
        asked.append(row.id)

    status = done(form, deed)
    if status is None:
        return _back(asked[0], gettext("已申请，等待他人同意、复核。复核以前账号和密码不变。"))
    with reading() as work:
        waiting = queries_handovers.waiting_for(work, user.id)
    return render_template(
        "accounts/handover_ask.html",
        form=form,
        organisation=employer,
        person=user,
        waiting=waiting,
        closes=purpose is HandoverPurpose.CLOSE,
        awaits=needs_agreement(employer.kind, purpose),
    ), status


def opened(handover_id: int) -> Response:
    """Answer whoever opened an account: a colleague confirms before anybody can sign in to it."""
    return _back(handover_id, gettext("账号已登记，经同意并由另一名运营人员复核后才能登录。"))


def _page(handover_id: int, error: MarketError | None = None) -> tuple[str, int]:
    key = handover_key(installation().keys.log_seed)
    with reading() as work:
        shown = queries_handovers.one(work, handover_id)
        page = render_template(
            "accounts/handover.html",
            shown=shown,
            asked_here=took(work, shown.row.asked_by_id),
            for_me=took(work, shown.row.user_id),
            own_half=_own_half(work, shown, key),
            version=seen_version(shown.row.version),
            problem=sentence_of(error) if error else None,
        )
    return page, status_of(error) if error else 200


def _own_half(work: UnitOfWork, shown: Handover, key: bytes) -> str | None:
    """Return the half that the reader tells, until it is used or of no use."""
    row = shown.row
    waits = row.state in {HandoverState.AWAITED, HandoverState.ASKED}
    handed = row.state is HandoverState.HANDED and shown.user.password_temporary
    if not row.salt or not (waits or handed):
        return None
    if took(work, row.asked_by_id):
        return half(key, row.salt, Half.FIRST)
    if handed and took(work, row.decided_by_id):
        return half(key, row.salt, Half.SECOND)
    return None


def _back(handover_id: int, words: str) -> Response:
    flash(words, "success")
    return redirect(url_for("accounts.handover", handover_id=handover_id), code=303)
