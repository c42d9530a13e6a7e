"""An owner's own needs: the list, one need as the public will read it, and its way there."""

from collections.abc import Callable
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from market.access import Permission, requires
from market.calendar import UnknownYearError
from market.clocks.beside import numbered
from market.db import UnitOfWork
from market.duties import took
from market.money import short_yuan
from market.needs import actions, elsewhere, hindrances, queries
from market.needs.bundling.queries import parts_of
from market.needs.changes import queries as changes
from market.needs.documents import facts_body
from market.needs.forms import DeedForm, JustifyForm, ReasonForm, WithdrawForm
from market.needs.labels import NEXT_STEP, NO_SECOND_NOTICE, method_name
from market.needs.limits import Ahead, ahead, due_at
from market.needs.model import Need
from market.needs.outcome import outcome_of
from market.needs.record.rules import CancelGround
from market.needs.rules import MOVES, Move, NeedState
from market.needs.views.blueprint import ONE, bp
from market.needs.views.checking import panel_of
from market.needs.views.sketching import SketchRow, sketch_rows
from market.needs.withdrawals import queries as withdrawals
from market.web.deeds import Page, done, reading, seen_version, sent_version
from market.web.errors import sentence_of
from market.web.forms import MarketForm
from market.web.links import link_to
from market.web.lists import PAGE_ROWS, Pages, words_asked

_BEFORE_A_NOTICE = frozenset(
    {NeedState.FAILED, NeedState.APPROVAL, NeedState.CHECK, NeedState.RETURNED}
)


@bp.get("/mine")
@requires(Permission.WORKBENCH_OPEN)
def mine() -> str:
    """List the needs of the reader's organisation."""
    asked = request.args.get("state", "")
    state = NeedState(asked) if asked in set(NeedState) else None
    words = words_asked()
    with reading() as work:
        pages = Pages.of(queries.own_count(work, state=state, text=words))
        needs = queries.own_list(
            work, state=state, text=words, limit=PAGE_ROWS, offset=pages.offset
        )
        return render_template(
            "needs/mine.html",
            needs=needs,
            pages=pages,
            state=state,
            states=list(NeedState),
            words=words,
            next_step=NEXT_STEP,
            may_post=Permission.NEED_POST in work.actor.permissions,
            unfinished=_unfinished(work),
        )


def _unfinished(work: UnitOfWork) -> list[SketchRow]:
    return sketch_rows(work) if Permission.NEED_POST in work.actor.permissions else []


@bp.get(f"{ONE}/own")
@requires(Permission.WORKBENCH_OPEN)
def show_own(need_id: int) -> Page:
    """Show a need to its own organisation: all of it, and what happens next."""
    return own_page(need_id, DeedForm(formdata=None), ReasonForm(formdata=None), HTTPStatus.OK)


@bp.post(f"{ONE}/submit")
@requires(Permission.NEED_POST)
def submit(need_id: int) -> Page:
    """Send a need to its second person."""
    return _decide(need_id, actions.submit, gettext("已提交内部审批。"))


@bp.post(f"{ONE}/recall")
@requires(Permission.NEED_POST)
def recall(need_id: int) -> Page:
    """Take a need that nobody has approved yet back to a draft."""
    words = gettext("已收回为草稿，可以继续修改，改好后须重新提交审批。")
    return _decide(need_id, actions.recall, words)


@bp.post(f"{ONE}/approve")
@requires(Permission.NEED_APPROVE)
def approve(need_id: int) -> Page:
    """Approve a need as its second person."""
    return _decide(need_id, actions.approve, gettext("已审批通过，转运营机构审核。"))


@bp.post(f"{ONE}/send-back")
@requires(Permission.NEED_APPROVE)
def send_back(need_id: int) -> Page:
    """Send a need back to who wrote it, with the reason."""
    form = ReasonForm()
    refused = done(form, lambda work: _send_back(work, need_id, form))
    if refused is not None:
        return own_page(need_id, DeedForm(formdata=None), form, refused)
    return _back(need_id, gettext("已退回填报人，理由已登记。"))


def _send_back(work: UnitOfWork, need_id: int, form: ReasonForm) -> None:
    need = queries.own(work, need_id)
    actions.unchanged_since(need, sent_version())
    actions.send_back(work, need, form.reason.data or "")


@bp.route(f"{ONE}/withdraw", methods=["GET", "POST"])
@requires(Permission.NEED_POST)
def withdraw(need_id: int) -> Page:
    """Withdraw a need that has no notice out, with the reason."""
    form = _withdraw_form(need_id)
    status = HTTPStatus.OK
    if request.method == "POST":
        refused = done(form, lambda work: _withdraw(work, need_id, form))
        if refused is None:
            return _back(need_id, gettext("需求已撤回，理由已登记。"))
        status = refused
    with reading() as work:
        need = queries.own(work, need_id)
        page = render_template(
            "needs/withdraw.html",
            form=form,
            need=need,
            allowed=_may_take_back(need),
            version=seen_version(need.version),
        )
    return page, status


def _withdraw_form(need_id: int) -> ReasonForm:
    """Ask for the ground too, where the public has read a notice of the need."""
    with reading() as work:
        need = queries.own(work, need_id)
        read = _may_take_back(need) and bool(queries.notices_of(work, need))
    return WithdrawForm() if read else ReasonForm()


def _withdraw(work: UnitOfWork, need_id: int, form: ReasonForm) -> None:
    need = queries.own(work, need_id)
    actions.unchanged_since(need, sent_version())
    known = isinstance(form, WithdrawForm)
    ground = CancelGround(form.ground.data) if known else CancelGround.OTHER
    actions.take_back(work, need, form.reason.data or "", ground)


def _may_take_back(need: Need) -> bool:
    return need.state is not NeedState.OPEN and (need.state, Move.WITHDRAW) in MOVES


def _decide(need_id: int, deed: Callable[[UnitOfWork, Need], object], words: str) -> Page:
    form = DeedForm()

    def decide(work: UnitOfWork) -> None:
        need = queries.own(work, need_id)
        actions.unchanged_since(need, sent_version())
        deed(work, need)

    refused = done(form, decide)
    if refused is not None:
        return own_page(need_id, form, ReasonForm(formdata=None), refused)
    return _back(need_id, words)


def _back(need_id: int, words: str) -> Response:
    flash(words, "success")
    return redirect(url_for("needs.show_own", need_id=need_id), code=303)


def own_page(
    need_id: int,
    deed_form: MarketForm,
    reason_form: ReasonForm,
    status: HTTPStatus,
    explaining: JustifyForm | None = None,
) -> Page:
    """Show a need to its owner, with a form that was refused in its place."""
    with reading() as work:
        need = queries.own(work, need_id)
        steps, no_dates = _ahead(work, need)
        notice = queries.notice_of(work, need)
        hindrance = _hindrance(work, need)
        page = render_template(
            "needs/own.html",
            need=need,
            body=facts_body(work, need),
            owner=queries.owner_name(work, need),
            due=due_at(need.state, need.state_since),
            steps=steps,
            no_dates=no_dates,
            next_step=NO_SECOND_NOTICE if hindrance else NEXT_STEP[need.state],
            hindrance=hindrance,
            clocks_beside=numbered(work, need.number),
            returns=queries.returns_of(work, need),
            failures=queries.failures_of(work, need),
            notice=notice,
            is_public=bool(queries.notices_of(work, need)),
            checks=panel_of(work, need, explaining),
            deed_form=deed_form,
            reason_form=reason_form,
            may=_may(work, need, is_hindered=hindrance is not None),
            same_person=took(work, *need.written_by_ids),
            withdraw_notice_url=_withdraw_notice_url(work, need),
            withdrawal=withdrawals.open_of(work, need),
            withdrawals_url=_withdrawals_url(work, need),
            draw_url=link_to("draws.show", notice.number) if notice else None,
            outcome=outcome_of(work, need) if notice else None,
            has_changes=bool(changes.of_need(work, need)),
            elsewhere=elsewhere.links_of(work, need),
            is_bundle=bool(parts_of(work, need)),
            approval_words=_approval_words(need),
        )
    return page, status


def _approval_words(need: Need) -> str:
    """Ask the second person once more, with what is decided."""
    words: str = gettext(
        "审批通过“%(title)s”：服务费上限 %(yuan)s 元，服务时限 %(days)s 个工作日，"
        "选取方式为%(method)s？通过后转运营机构审核，公告后不能更改。",
        title=need.title,
        yuan=short_yuan(need.ceiling_fen),
        days=need.service_working_days,
        method=gettext(method_name(need.method)),
    )
    return words


def _withdraw_notice_url(work: UnitOfWork, need: Need) -> str | None:
    """Return where the owner withdraws a notice that is out: the draw ends with it."""
    notice = queries.notice_of(work, need) if need.state is NeedState.OPEN else None
    if notice is None or work.now >= notice.enrol_close_at:
        return None
    return link_to("draws.withdraw_need", need.id)


def _withdrawals_url(work: UnitOfWork, need: Need) -> str | None:
    """Return where the owner reads what was asked for, if anything was."""
    return link_to("draws.withdraw_need", need.id) if withdrawals.of_need(work, need) else None


def _hindrance(work: UnitOfWork, need: Need) -> str | None:
    """Say why a need that is not announced now cannot be announced again, if it cannot."""
    found = hindrances.of_again(work, need) if need.state in _BEFORE_A_NOTICE else None
    return sentence_of(found) if found else None


def _may(work: UnitOfWork, need: Need, *, is_hindered: bool) -> dict[str, bool]:
    """Say which buttons the page shows; the actions decide again."""
    posts = Permission.NEED_POST in work.actor.permissions
    approves = Permission.NEED_APPROVE in work.actor.permissions
    return {
        "edit": posts and need.state in {NeedState.DRAFT, NeedState.RETURNED},
        "submit": posts and (need.state, Move.SUBMIT) in MOVES and not is_hindered,
        "approve": approves and need.state is NeedState.APPROVAL,
        "repeat": posts,  # not "copy": of a dictionary, a template would find the method
        "recall": posts and actions.may_recall(work, need),
        "withdraw": posts and _may_take_back(need),
        "withdraw_notice": posts,
        "change_notice": posts,
        "renotice": posts and need.state is NeedState.FAILED and not is_hindered,
        "replace": posts and is_hindered,
    }


def _ahead(work: UnitOfWork, need: Need) -> tuple[list[Ahead], str | None]:
    try:
        steps = ahead(
            need.state,
            need.state_since,
            work.now,
            need.ceiling_fen,
            need.mode,
            method=need.method,
        )
    except UnknownYearError as error:
        return [], sentence_of(error)
    return steps, None
