"""The operator's draw desk: what is due, what blocks, and the values that people bring."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy import select

from market import log
from market.access import Permission, requires
from market.db import UnitOfWork
from market.draws import actions, lists, others, queries
from market.draws.actions import calling_off, numbers
from market.draws.actions.publishing import supervisor_key
from market.draws.errors import WrongRoundError
from market.draws.forms import CallOffForm, CourierForm, NumbersForm
from market.draws.lists import Running
from market.draws.model import BeaconRound, Draw
from market.draws.model_later import Replacement
from market.draws.rules import DrawMode, DrawState, ReplacementState
from market.draws.views import typing, watch
from market.draws.views.blueprint import bp, draw_by
from market.duties import took
from market.needs import queries as needs
from market.needs.model import Need, Notice
from market.web.deeds import Page, done, reading
from market.web.forms import MarketForm
from market.web.work import installation


@bp.get("/desk")
@requires(Permission.DRAW_RUN)
def desk() -> str:
    """Show what is due today by session, what blocks each draw, and how the witnesses do."""
    here = installation()
    with reading() as work:
        rows = watch.rows_of(work, here, lists.running(work))
        today = work.today
        return render_template(
            "draws/desk.html",
            late=watch.sessions(work, rows, lambda day: day < today),
            today=watch.sessions(work, rows, lambda day: day == today),
            later=watch.sessions(work, rows, lambda day: day > today),
            replacing=watch.rows_of(work, here, _replacing(work)),
            elsewhere=others.frozen(work),
            over=watch.over(work),
            lights=watch.lights(work, here),
            quorum=watch.quorum(here),
            drand_urls=here.config.drand_urls,
            last_round=work.session.scalar(
                select(BeaconRound).order_by(BeaconRound.round.desc()).limit(1)
            ),
            key=supervisor_key(work),
        )


def _replacing(work: UnitOfWork) -> list[Running]:
    """Return the draws for which a replacement is to be drawn afresh."""
    rows = work.session.execute(
        select(Draw, Notice.number, Need.title)
        .join(Notice, Notice.id == Draw.notice_id)
        .join(Need, Need.id == Draw.need_id)
        .where(Draw.id.in_(select(Replacement.draw_id).where(*_WANTED)))
        .order_by(Draw.id)
        .limit(lists.MOST_ROWS)
    )
    return [Running(draw, number, title) for draw, number, title in rows]


_WANTED = (
    Replacement.wanted,
    Replacement.state.in_((ReplacementState.WAITING, ReplacementState.WITNESSED)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The value that a draw, or the drawing of a replacement, waits for."""

    at: datetime
    round: int | None
    game: str
    issue: str
    serves: int

    @property
    def key(self) -> str:
        """The name of a public lottery's issue."""
        return f"{self.game}/{self.issue}"


def _wanted(work: UnitOfWork, draw: Draw) -> Wanted | None:
    """Return the value a draw waits for; None if it waits for none."""
    if draw.state is DrawState.FROZEN:
        serves = len(queries.session_of(work, draw).waiting)
        return Wanted(
            at=draw.phi_at,
            round=draw.phi_round,
            game=draw.game or "",
            issue=draw.issue or "",
            serves=serves,
        )
    row = work.session.scalar(
        select(Replacement)
        .where(Replacement.draw_id == draw.id, *_WANTED)
        .order_by(Replacement.id)
        .limit(1)
    )
    if row is None:
        return None
    return Wanted(
        at=row.phi_at, round=row.phi_round, game=draw.game or "", issue=row.issue or "", serves=1
    )


@bp.get("/<number>/phi")
@requires(Permission.DRAW_RUN)
def phi(number: str) -> Page:
    """Show which round a draw waits for, and take it as a courier brings it."""
    return _phi_page(number, CourierForm(formdata=None), HTTPStatus.OK)


@bp.post("/<number>/phi")
@requires(Permission.DRAW_RUN)
def submit_phi(number: str) -> Page:
    """Check a carried round; if it is the right one every draw that waits for it is drawn."""
    form = CourierForm()
    refused = done(form, lambda work: _submit_phi(work, number, form))
    if refused is not None:
        return _phi_page(number, form, refused)
    log.sequence(installation())
    flash(gettext("随机值核对无误，结果已经得出。"), "success")
    return redirect(url_for("draws.show", number=number), code=303)


def _submit_phi(work: UnitOfWork, number: str, form: CourierForm) -> None:
    round_number, signature = typing.carried_in(form.evidence.data or "")
    wanted = _wanted(work, draw_by(work, number))
    if wanted is not None and wanted.round not in {None, round_number}:
        raise WrongRoundError(wanted.round or 0, round_number)
    actions.submit_phi_round(work, installation(), round_number, signature)


def _phi_page(number: str, form: CourierForm, status: HTTPStatus) -> Page:
    with reading() as work:
        draw = draw_by(work, number)
        wanted = _wanted(work, draw) if draw.mode is DrawMode.A else None
        page = render_template(
            "draws/phi.html",
            draw=draw,
            number=number,
            need=needs.by_id(work, draw.need_id),
            wanted=wanted,
            is_time=wanted is not None and work.now >= wanted.at,
            form=form,
        )
    return page, status


@bp.get("/<number>/numbers")
@requires(Permission.DRAW_RUN)
def type_numbers(number: str) -> Page:
    """Let an officer type the numbers of a public lottery without seeing the other's."""
    return _numbers_page(number, NumbersForm(formdata=None), HTTPStatus.OK)


@bp.post("/<number>/numbers")
@requires(Permission.DRAW_RUN)
def submit_numbers(number: str) -> Page:
    """Take what one officer typed; two who agree complete the value."""
    form = NumbersForm()
    agreed: list[bool] = []
    refused = done(form, lambda work: agreed.append(_submit_numbers(work, number, form)))
    if refused is not None:
        return _numbers_page(number, form, refused)
    if agreed[0]:
        log.sequence(installation())
        flash(gettext("两人录入一致，号码已采用，结果已经得出。"), "success")
        return redirect(url_for("draws.show", number=number), code=303)
    if _differed(number):
        flash(gettext("两人录入的号码不一致，都没有采用。请各自重新录入。"), "warning")
    else:
        flash(gettext("您录入的号码已封存，不显示给任何人。"), "success")
    return redirect(url_for("draws.type_numbers", number=number), code=303)


def _differed(number: str) -> bool:
    """Whether the typing that was just completed did not agree, so that both begin again."""
    with reading() as work:
        wanted = _wanted(work, draw_by(work, number))
        state = numbers.typing_of(work, wanted.key) if wanted else None
        return state is not None and bool(state.differed) and not state.by


def _submit_numbers(work: UnitOfWork, number: str, form: NumbersForm) -> bool:
    wanted = _wanted(work, draw_by(work, number))
    typed = typing.numbers_in(form.numbers.data or "")
    key = wanted.key if wanted else ""
    return actions.type_numbers(work, installation(), key, typed, source=form.source.data or "")


def _numbers_page(number: str, form: NumbersForm, status: HTTPStatus) -> Page:
    with reading() as work:
        draw = draw_by(work, number)
        wanted = _wanted(work, draw) if draw.mode is DrawMode.B else None
        state = numbers.typing_of(work, wanted.key) if wanted else None
        page = render_template(
            "draws/numbers.html",
            draw=draw,
            number=number,
            need=needs.by_id(work, draw.need_id),
            wanted=wanted,
            typing=state,
            mine=state is not None and work.user_id in state.by,
            is_time=wanted is not None and work.now >= wanted.at,
            form=form,
        )
    return page, status


@bp.get("/<number>/call-off")
@requires(Permission.DRAW_RUN)
def call_off(number: str) -> Page:
    """Show the written order to call off a draw whose last value is lost."""
    return _call_off_page(number, CallOffForm(formdata=None), HTTPStatus.OK)


@bp.post("/<number>/call-off")
@requires(Permission.DRAW_RUN)
def propose_call_off(number: str) -> Page:
    """Enter the written order; another person carries it out."""
    form = CallOffForm()
    refused = done(
        form,
        lambda work: calling_off.propose(
            work, draw_by(work, number), form.authority.data or "", form.order.data or ""
        ),
    )
    if refused is not None:
        return _call_off_page(number, form, refused)
    flash(gettext("书面决定已登记，须由另一名经办人核对后办理。"), "success")
    return redirect(url_for("draws.call_off", number=number), code=303)


@bp.post("/<number>/call-off/<int:order_id>")
@requires(Permission.DRAW_RUN)
def confirm_call_off(number: str, order_id: int) -> Page:
    """Carry out an order that another person entered."""
    form = MarketForm()
    voided: list[bool] = []
    refused = done(form, lambda work: voided.append(_confirm_call_off(work, number, order_id)))
    if refused is not None:
        return _call_off_page(number, form, refused)
    log.sequence(installation())
    words = gettext("本次抽取已终止，书面决定的哈希已写入公开日志。")
    flash(words if voided[0] else gettext("已停止抽取递补。原结果不变，本次采购流标。"), "warning")
    return redirect(url_for("draws.show", number=number), code=303)


def _confirm_call_off(work: UnitOfWork, number: str, order_id: int) -> bool:
    """Carry an order out; return whether the draw is void, and not only a replacement stopped."""
    draw = draw_by(work, number)
    calling_off.confirm(work, draw, order_id)
    return draw.state is DrawState.VOID


def _call_off_page(number: str, form: MarketForm, status: HTTPStatus) -> Page:
    with reading() as work:
        draw = draw_by(work, number)
        orders = calling_off.orders_of(work, draw)
        page = render_template(
            "draws/call_off.html",
            draw=draw,
            number=number,
            need=needs.by_id(work, draw.need_id),
            order=orders[-1] if orders else None,
            own=bool(orders) and took(work, orders[-1].proposed_by_id),
            may=calling_off.is_lost(work, draw),
            is_drawn=draw.state is DrawState.DRAWN,
            problems=form,
            form=form if isinstance(form, CallOffForm) else CallOffForm(formdata=None),
        )
    return page, status
