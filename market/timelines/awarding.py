"""What became of an award until its contract: publicity, confirmation, objections, no signature."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from market.clocks.queries import cards_about
from market.contracts.signing.cards import subject_of_case
from market.contracts.signing.queries import cases_of
from market.db import UnitOfWork
from market.draws.model import Award
from market.draws.queries.freezes import freezes_of
from market.draws.rules import AwardState
from market.errors import msgid
from market.labels import label_of
from market.objections.queries import of_award
from market.timelines.beside import cards_told
from market.timelines.rules import Account, Link, Moment, Step

OBJECTED: Final = msgid("有异议待办理，查明以前暂停签约")
COMPLAINED: Final = msgid("有投诉待办理，查明以前暂停签约")
# Whose turn it is where an award stands.
_TURN: Final = {
    AwardState.PUBLICITY: Account.PROCESS,
    AwardState.OFFERED: Account.FIRM,
    AwardState.CONFIRMED: Account.BOTH,
    AwardState.UNSIGNED: Account.PROCESS,
    AwardState.SIGNED: None,
}
_GONE: Final = {
    AwardState.DECLINED: Step.DECLINED,
    AwardState.LAPSED: Step.LAPSED,
    AwardState.DISQUALIFIED: Step.DISQUALIFIED,
    AwardState.RELEASED: Step.RELEASED,
}


def moments_of(work: UnitOfWork, award: Award) -> Iterator[Moment]:
    """Yield what everybody may know of one award, the reasons of its end included."""
    link = Link(endpoint="portal.award_letter", value=award.number)
    yield Moment(
        at=award.published_at,
        step=Step.CHOSEN if award.direct_number else Step.AWARDED,
        account=Account.PROCESS,
        link=link,
        facts={"number": award.number},
    )
    yield from _answered(award, work.now)
    objections = {one.number for one in of_award(work, award.id)}
    for freeze in freezes_of(work, award.id):
        yield Moment(
            at=freeze.frozen_at,
            step=Step.FROZEN,
            # The service of a signed contract goes on: its clock says on whose account.
            account=None if freeze.was is AwardState.SIGNED else Account.PROCESS,
            why=(OBJECTED if freeze.why in objections else COMPLAINED,),
            facts={"number": freeze.why},
        )
        if freeze.ended_at is not None:
            yield Moment(at=freeze.ended_at, step=Step.GOES_ON, account=_TURN[freeze.was])
    yield from _objections(work, award)
    yield from _unsigned(work, award)


def _answered(award: Award, now: datetime) -> Iterator[Moment]:
    offered_at = award.publicity_ends_at
    if award.answer_by_at is not None and offered_at <= now:
        yield Moment(at=offered_at, step=Step.OFFERED, account=Account.FIRM)
    if award.answered_at is None:
        if award.state is AwardState.LAPSED and award.answer_by_at is not None:
            yield Moment(at=award.answer_by_at, step=Step.LAPSED, account=Account.PROCESS)
        return
    if award.state in _GONE and award.sign_by_at is None:
        why = (award.reason,) if award.reason else ()
        yield Moment(
            at=award.answered_at, step=_GONE[award.state], account=Account.PROCESS, why=why
        )
    else:
        yield Moment(at=award.answered_at, step=Step.CONFIRMED, account=Account.BOTH)


def _objections(work: UnitOfWork, award: Award) -> Iterator[Moment]:
    for one in of_award(work, award.id):
        link = Link(endpoint="objections.show", value=one.number)
        ground = (label_of(one.ground).text,)
        yield Moment(at=one.raised_at, step=Step.OBJECTION, why=ground, link=link)
        if one.closed_at is not None:
            yield Moment(
                at=one.closed_at,
                step=Step.OBJECTION_OVER,
                why=(label_of(one.outcome or one.state).text, one.clause),
                link=link,
            )


def _unsigned(work: UnitOfWork, award: Award) -> Iterator[Moment]:
    for case in cases_of(work, award.id):
        yield Moment(at=case.opened_at, step=Step.UNSIGNED, account=Account.PROCESS)
        if case.decided_at is not None and case.fault is not None:
            yield Moment(
                at=case.decided_at,
                step=Step.FAULT_FOUND,
                account=Account.BOTH if award.state is AwardState.CONFIRMED else None,
                why=(label_of(case.fault).text,),
            )
        yield from cards_told(work, cards_about(work, [subject_of_case(case)]))
