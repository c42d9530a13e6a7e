"""What happened to a need until somebody was chosen: notices, draws, and what failed."""

from collections.abc import Iterator
from typing import Final

from market.contracts.signing.queries import obstructed
from market.db import UnitOfWork
from market.draws.actions.publishing import no_second_notice
from market.draws.model import Draw
from market.draws.queries.finding import draws_of_need
from market.draws.rules import VoidReason
from market.errors import msgid
from market.labels import label_of
from market.needs.model import Need, Notice
from market.needs.queries import failures_of, notices_of, returns_of
from market.needs.rules import Move, NeedState
from market.timelines.rules import Account, Link, Moment, Step

OVER: Final = msgid("不能再次公告，须另建需求，本项目到此为止")


def moments_of(work: UnitOfWork, need: Need) -> Iterator[Moment]:
    """Yield what the public may know of a need's notices and draws.

    A notice and its draw run by a timetable that nobody can hurry. After a failure, or a draw
    that was called off, the next notice waits for the owner, unless there can be none.
    """
    draws = {draw.notice_id: draw for draw in draws_of_need(work, need.id)}
    for notice in notices_of(work, need):
        yield Moment(
            at=notice.published_at,
            step=Step.NOTICE,
            account=Account.PROCESS,
            link=Link(endpoint="needs.show", value=need.number),
            facts={"number": notice.number},
        )
        if notice.id in draws:
            yield from _draw(notice, draws[notice.id])
    over = need.state is NeedState.FAILED and _never_again(work, need)
    for failure in failures_of(work, need):
        ends = over and failure.attempt == need.attempt
        yield Moment(
            at=failure.at,
            step=Step.FAILED,
            account=Account.NOBODY if ends else Account.OWNER,
            why=(failure.diagnosis, OVER) if ends else (failure.diagnosis,),
        )
    for one in returns_of(work, need):
        if one.move == Move.WITHDRAW:
            yield Moment(at=one.at, step=Step.WITHDRAWN, account=Account.NOBODY, why=(one.reason,))


def _never_again(work: UnitOfWork, need: Need) -> bool:
    """Whether a need can never be announced again: there is nothing that its owner could do."""
    return any(ask(work, need) is not None for ask in (no_second_notice, obstructed))


def _draw(notice: Notice, draw: Draw) -> Iterator[Moment]:
    link = Link(endpoint="draws.show", value=notice.number)
    if draw.closed_at is not None:
        yield Moment(at=draw.closed_at, step=Step.CLOSED, link=link)
    if draw.drawn_at is not None:
        yield Moment(at=draw.drawn_at, step=Step.DRAWN, account=Account.PROCESS, link=link)
    if draw.voided_at is not None:
        why = (label_of(VoidReason(draw.void_reason)).text,) if draw.void_reason else ()
        yield Moment(at=draw.voided_at, step=Step.VOIDED, account=Account.OWNER, why=why, link=link)
