"""What happened under a contract: filing, materials, the service clock, deliverables, its end."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from market.accounts.queries import organisation
from market.clocks.actions.telling import is_ruled
from market.clocks.extension.queries import of_clock
from market.clocks.labels import EVENT_WORDS
from market.clocks.model import Clock, ClockEvent, Suspension
from market.clocks.queries import clock_of, events_of, segments_of, suspensions_of
from market.clocks.rules import SuspensionState
from market.contracts.actions import subject_of
from market.contracts.model import Contract
from market.db import UnitOfWork
from market.labels import label_of
from market.timelines import beside, examined
from market.timelines.rules import OF_PARTY, Account, Link, Moment, Step

START: Final = "start"


def moments_of(work: UnitOfWork, contract: Contract, *, for_good: bool) -> Iterator[Moment]:
    """Yield what everybody may know of a contract once both sides confirmed it.

    Before that only the days are told: on whose account they were, not what was filed. What is
    kept ``for_good`` says nothing of sanctions: they are public for their term.
    """
    waits_for = Account.OWNER if contract.filed_by_org_id == contract.firm_org_id else Account.FIRM
    yield Moment(at=contract.filed_at, step=Step.FILED, account=waits_for)
    if contract.confirmed_at is None:
        return
    yield Moment(
        at=contract.confirmed_at,
        step=Step.IN_FORCE,
        account=Account.OWNER,
        link=Link(endpoint="contracts.public", value=contract.number),
        facts={"number": contract.number},
    )
    clock = clock_of(work, subject_of(contract))
    done = examined.by_instant(examined.moments_of(work, contract))
    if clock is not None:
        yield from _clock(work, clock, done)
    for moments in done.values():
        yield from moments
    for tell in (beside.reports, beside.cards, beside.endings, beside.money, beside.ratings):
        yield from tell(work, contract)
    if not for_good:
        yield from beside.sanctions(work, contract)


def _clock(work: UnitOfWork, clock: Clock, done: dict[datetime, list[Moment]]) -> Iterator[Moment]:
    """Yield the events of a clock; what was done at an event's instant is taken from ``done``.

    Where several things were done at one instant, each event takes the next of them.
    """
    link = Link(endpoint="clocks.show", value=clock.id)
    events = events_of(work, clock)
    # Whose the time is now: a correction moves it to another account.
    for event, segment in zip(events, segments_of(clock, events), strict=True):
        moments = done.get(event.happened_at) if event.kind != START else None
        moment = moments.pop(0) if moments else _plain(event)
        yield replace(
            moment,
            account=OF_PARTY[segment.party],
            link=moment.link or link,
            entered_at=event.entered_at,
            is_start=event.kind == START,
        )
    for one in suspensions_of(work, clock):
        yield from _suspension(work, clock, one, link)
    yield from _extensions(work, clock, link)


def _suspension(work: UnitOfWork, clock: Clock, one: Suspension, link: Link) -> Iterator[Moment]:
    """Yield a request to suspend and what became of it; of an appeal, the refusal as well."""
    yield Moment(
        at=one.requested_at,
        step=Step.SUSPENSION_ASKED,
        why=(label_of(one.reason).text, one.evidence),
        link=link,
        facts={"days": one.working_days},
    )
    if one.refused_at is not None:
        why = (label_of(SuspensionState.REFUSED).text, one.refusal or "")
        yield Moment(at=one.refused_at, step=Step.SUSPENSION_ANSWERED, why=why, link=link)
    if one.appealed_at is not None:
        said = (one.appeal or "",)
        yield Moment(at=one.appealed_at, step=Step.SUSPENSION_APPEALED, why=said, link=link)
    if one.rejoined_at is not None:
        said = (one.rejoinder or "",)
        yield Moment(at=one.rejoined_at, step=Step.SUSPENSION_REJOINED, why=said, link=link)
    if one.answered_at is not None:
        ruled = is_ruled(clock, one)
        who = (organisation(work, one.answered_by_org_id or 0).name,) if ruled else ()
        why = (*who, label_of(one.state).text, one.answer or "")
        step = Step.SUSPENSION_RULED if ruled else Step.SUSPENSION_ANSWERED
        yield Moment(at=one.answered_at, step=step, why=why, link=link)


def _extensions(work: UnitOfWork, clock: Clock, link: Link) -> Iterator[Moment]:
    for one in of_clock(work, clock):
        facts = {"days": one.working_days}
        yield Moment(
            at=one.requested_at,
            step=Step.EXTENSION_ASKED,
            why=(label_of(one.reason).text, one.why),
            link=link,
            facts=facts,
        )
        if one.answered_at is not None:
            yield Moment(
                at=one.answered_at,
                step=Step.EXTENSION_ANSWERED,
                why=(label_of(one.state).text, one.answer or ""),
                link=link,
                facts=facts,
            )


def _plain(event: ClockEvent) -> Moment:
    """Return an event of the clock of which nothing else is known."""
    reason = (label_of(event.reason).text,) if event.reason else ()
    why = (EVENT_WORDS[event.kind], *reason, event.why)
    return Moment(at=event.happened_at, step=Step.CLOCK, why=why)
