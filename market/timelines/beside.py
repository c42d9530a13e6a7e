"""What happened beside a contract's service: reports, cards, money, its end, ratings, sanctions."""

from collections.abc import Iterable, Iterator
from typing import Final

from market.clocks.model import Card
from market.clocks.queries import cards_about
from market.contracts.actions import subject_of
from market.contracts.ending.queries import of_contract
from market.contracts.ending.rules import OPEN as OPEN_ENDINGS
from market.contracts.ending.rules import EndingKind
from market.contracts.model import Contract
from market.contracts.reports import timing
from market.contracts.reports.queries import rows_of
from market.contracts.signing.cards import subjects_of
from market.credit import sources
from market.credit.cases.queries import breaches_of_case, in_effect_from
from market.db import UnitOfWork
from market.errors import msgid
from market.labels import label_of
from market.money import yuan
from market.payments.queries import ledger_of, overdues_of
from market.ratings.queries import of_contract as ratings_of
from market.ratings.rules import COUNTED
from market.supervision.queries import decisions_of
from market.timelines.rules import Account, Link, Moment, Step

LATE: Final = msgid("付款期限已过，款项没有付清。")

TENTHS: Final = 10
UNTIL: Final = msgid("期限届满后不再公示")


def reports(work: UnitOfWork, contract: Contract) -> Iterator[Moment]:
    """Yield the progress reports that came, and those that did not when they were due."""
    for row in rows_of(work, contract):
        clock = timing.of(work, row.milestone)
        link = Link(endpoint="clocks.show", value=clock.id) if clock else None
        facts: dict[str, str | int] = {"position": row.milestone.position}
        if row.milestone.missed_at is not None:
            yield Moment(
                at=row.milestone.missed_at, step=Step.REPORT_MISSED, facts=facts, link=link
            )
        if row.report is not None:
            facts = facts | {"percent": row.report.percent}
            yield Moment(at=row.report.reported_at, step=Step.REPORTED, facts=facts, link=link)


def cards(work: UnitOfWork, contract: Contract) -> Iterator[Moment]:
    """Yield the public cards about a contract, and what was decided about each."""
    yield from cards_told(work, cards_about(work, [subject_of(contract)], contract.number))


def cards_told(work: UnitOfWork, given: Iterable[Card]) -> Iterator[Moment]:
    """Yield cards, and what was decided about each."""
    for card in given:
        link = Link(endpoint="supervision.show", value=card.number)
        yield Moment(
            at=card.reached_at,
            step=Step.CARD,
            why=(label_of(card.stage).text, card.cause, label_of(card.state).text),
            link=link,
            facts={"number": card.number},
            entered_at=card.issued_at,
        )
        for one in decisions_of(work, card):
            yield Moment(
                at=one.decided_at,
                step=Step.CARD_JUDGED,
                why=(label_of(one.move).text, one.text),
                link=link,
                facts={"number": card.number},
            )


def endings(work: UnitOfWork, contract: Contract) -> Iterator[Moment]:
    """Yield who asked to end a contract for which cause, what came of it, and its end."""
    found = of_contract(work, contract)
    for one in found:
        facts = {"number": one.number}
        if one.kind is not EndingKind.ANNULLED:
            cause = (label_of(one.cause).text,) if one.cause else ()
            yield Moment(
                at=one.asked_at,
                step=Step.ENDING_ASKED,
                why=(label_of(one.kind).text, *cause),
                facts=facts,
            )
        closed_at = one.closed_at or one.decided_at or one.replied_at
        if closed_at is not None and one.state not in OPEN_ENDINGS:
            fault = (label_of(one.fault).text,) if one.fault else ()
            yield Moment(
                at=closed_at,
                step=Step.ENDING_CLOSED,
                why=(label_of(one.state).text, *fault),
                facts=facts,
            )
    if contract.ended_at is not None:
        faults = [one.fault for one in found if one.fault]
        why = tuple(label_of(fault).text for fault in faults)
        yield Moment(at=contract.ended_at, step=Step.ENDED, account=Account.NOBODY, why=why)


def money(work: UnitOfWork, contract: Contract) -> Iterator[Moment]:
    """Yield invoices and payments, what the other side said, and the days an owner let pass."""
    link = Link(endpoint="contracts.public", value=contract.number)
    for line in ledger_of(work, contract).lines:
        row = line.voucher
        what = label_of(row.kind).text
        facts = {"amount": yuan(row.amount_fen)}
        yield Moment(at=row.recorded_at, step=Step.MONEY, why=(what,), facts=facts, link=link)
        for answer in line.answers:
            yield Moment(
                at=answer.answered_at,
                step=Step.MONEY_ANSWERED,
                why=(what, label_of(answer.move).text),
                facts=facts,
            )
    for overdue in overdues_of(work, contract):
        yield Moment(
            at=overdue.at,
            step=Step.PAYMENT_LATE,
            why=(LATE,),
            facts={"amount": yuan(overdue.open_fen)},
        )


def ratings(work: UnitOfWork, contract: Contract) -> Iterator[Moment]:
    """Yield the ratings from their release on; before it nobody knows what they say."""
    for row in ratings_of(work, contract.id):
        rating = row.rating
        if rating.released_at is None or rating.released_at > work.now:
            continue
        counted = rating.state in COUNTED and rating.overall_tenths is not None
        score = {"score": f"{(rating.overall_tenths or 0) / TENTHS:.1f}"} if counted else {}
        yield Moment(
            at=rating.released_at,
            step=Step.RATED,
            why=(label_of(rating.direction).text, label_of(rating.state).text),
            facts=score,
            link=Link(endpoint="ratings.contract", value=contract.number),
        )


def sanctions(work: UnitOfWork, contract: Contract) -> Iterator[Moment]:
    """Yield the public decisions that rest on this project, as long as they are in effect."""
    found = {(sources.CONTRACT, contract.id), (sources.AWARD, contract.award_id)}
    about = cards_about(work, subjects_of(work, contract), contract.number)
    found |= {(sources.CARD, card.id) for card in about}
    for case in in_effect_from(work, found):
        if case.effective_at is not None:
            kinds = dict.fromkeys(breach.kind for breach in breaches_of_case(work, case))
            yield Moment(
                at=case.effective_at,
                step=Step.SANCTION,
                why=(label_of(case.measure).text, *(label_of(one).text for one in kinds), UNTIL),
                facts={"number": case.number, "months": case.months},
            )
