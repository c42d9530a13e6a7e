"""What happened under a contract: filing, materials, the service clock, deliverables, its end."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from market.clocks.labels import EVENT_WORDS
from market.clocks.model import Clock, ClockEvent
from market.clocks.queries import cards_about, clock_of, events_of, suspensions_of
from market.contracts.actions import subject_of
from market.contracts.ending.queries import of_contract
from market.contracts.model import Contract
from market.contracts.queries import rounds_of
from market.db import UnitOfWork
from market.labels import label_of
from market.payments.queries import overdues_of
from market.timelines.rules import OF_PARTY, Account, Link, Moment, Step

START: Final = "start"


def moments_of(work: UnitOfWork, contract: Contract) -> Iterator[Moment]:
    """Yield what everybody may know of a contract once both sides confirmed it.

    Before that only the days are told: on whose account they were, not what was filed.
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
    if clock is not None:
        yield from _clock(work, contract, clock)
    for card in cards_about(work, subject_of(contract)):
        yield Moment(
            at=card.reached_at,
            step=Step.CARD,
            why=(label_of(card.stage).text, card.cause, label_of(card.state).text),
            link=Link(endpoint="supervision.show", value=card.number),
            facts={"number": card.number},
            entered_at=card.issued_at,
        )
    if contract.ended_at is not None:
        faults = [one.fault for one in of_contract(work, contract) if one.fault]
        why = tuple(label_of(fault).text for fault in faults)
        yield Moment(at=contract.ended_at, step=Step.ENDED, account=Account.NOBODY, why=why)
    for overdue in overdues_of(work, contract):
        yield Moment(at=overdue.at, step=Step.PAYMENT_LATE)


def _clock(work: UnitOfWork, contract: Contract, clock: Clock) -> Iterator[Moment]:
    link = Link(endpoint="clocks.show", value=clock.id)
    rounds = _rounds(work, contract)
    for event in events_of(work, clock):
        yield _event(event, rounds.pop(event.happened_at, None), link)
    for one in suspensions_of(work, clock):
        reason = label_of(one.reason).text
        yield Moment(
            at=one.requested_at,
            step=Step.SUSPENSION_ASKED,
            why=(reason, one.evidence),
            link=link,
            facts={"days": one.working_days},
        )
        if one.answered_at is not None:
            yield Moment(
                at=one.answered_at,
                step=Step.SUSPENSION_ANSWERED,
                why=(label_of(one.state).text, one.answer or ""),
                link=link,
            )


def _event(event: ClockEvent, done: Moment | None, link: Link) -> Moment:
    """Return an event of the clock, as what was done at that instant if that is known."""
    reason = (label_of(event.reason).text,) if event.reason else ()
    return Moment(
        at=event.happened_at,
        step=done.step if done else Step.CLOCK,
        account=OF_PARTY[event.party],
        why=done.why if done else (EVENT_WORDS[event.kind], *reason, event.why),
        link=link,
        facts=done.facts if done else {},
        entered_at=event.entered_at,
        is_start=event.kind == START,
    )


def _rounds(work: UnitOfWork, contract: Contract) -> dict[datetime, Moment]:
    """Return what each round of deliverables did, by its instant."""
    found: dict[datetime, Moment] = {}
    for one in rounds_of(work, contract):
        deliverable, review = one.deliverable, one.review
        facts = {"round": deliverable.round_no}
        at = deliverable.submitted_at
        found[at] = Moment(at=at, step=Step.DELIVERED, facts=facts)
        if review is None:
            continue
        accepted_at = contract.accepted_at if review.accepted else None
        at = accepted_at or review.reviewed_at
        why = (label_of(review.reason).text,) if review.reason else ()
        step = Step.ACCEPTED if review.accepted else Step.RETURNED
        found[at] = Moment(at=at, step=step, why=why, facts=facts)
    return found
