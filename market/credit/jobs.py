"""What time does to credit: ledgers fill from what happened, decisions take effect."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy.exc import IntegrityError

from market import regulations
from market.clocks.model import Card, Clock
from market.clocks.rules import CardStage
from market.credit import actions, sources
from market.credit.model import Case
from market.credit.rules import BreachKind
from market.db import Actor, UnitOfWork, reading_work, unit_of_work
from market.draws.model import Award
from market.draws.rules import AwardState
from market.errors import ConflictError
from market.firms.model import Firm
from market.firms.queries import locked
from market.installation import Installation

ACTOR: Final = Actor("job:credit")
BATCH: Final = 100
CARD_KINDS: Final = {
    CardStage.RED: BreachKind.RED_CARD,
    CardStage.SUPERVISE: BreachKind.LATE_SUPERVISED,
    CardStage.REFER: BreachKind.LATE_REFERRED,
}


def sweep(here: Installation) -> int:
    """Enter new breaches and put due decisions into effect; return how much was done.

    Every source is entered once (a unique constraint says so): running twice, or on two nodes
    at once, changes nothing.
    """
    steps = (_cards, _awards, _quotes, _returns, _false_promises)
    done = sum(_until_done(here, step) for step in steps)
    return done + _effects(here)


def _until_done(here: Installation, step: Callable[[UnitOfWork], int]) -> int:
    total = 0
    while True:
        try:
            with unit_of_work(here.sessions, ACTOR, here.clock) as work:
                count = step(work)
        except (IntegrityError, ConflictError):
            return total  # Another node was first; the next sweep looks again.
        total += count
        if count < BATCH:
            return total


def _cards(work: UnitOfWork) -> int:
    found = sources.new_cards(work, BATCH)
    for card, clock, firm in found:
        _enter_card(work, card, clock, firm)
    return len(found)


def _enter_card(work: UnitOfWork, card: Card, clock: Clock, firm: Firm) -> None:
    actions.enter_breach(
        work,
        firm,
        CARD_KINDS[card.stage],
        source=sources.CARD,
        source_id=card.id,
        occurred_at=card.reached_at,
        evidence=f"{clock.number}：{card.cause}",
    )


def _awards(work: UnitOfWork) -> int:
    found = sources.new_lost_awards(work, BATCH)
    for award in found:
        unsigned = award.state is AwardState.LAPSED and award.answered_at is not None
        kind = BreachKind.CONTRACT_NOT_SIGNED if unsigned else BreachKind.AWARD_DECLINED
        actions.enter_breach(
            work,
            work.session.get_one(Firm, award.firm_id),
            kind,
            source=sources.AWARD,
            source_id=award.id,
            occurred_at=_lost_at(award),
            evidence=_how_lost(award),
        )
    return len(found)


def _lost_at(award: Award) -> datetime:
    """Return when an award was lost: declined, or its last day passed."""
    if award.state is AwardState.DECLINED and award.answered_at is not None:
        return award.answered_at
    last_day = award.answer_by_at if award.answered_at is None else award.sign_by_at
    return last_day or award.publicity_ends_at


def _how_lost(award: Award) -> str:
    if award.state is AwardState.DECLINED:
        return f"{award.number}：{award.reason or ''}"[:500]
    if award.answered_at is None:
        return f"{award.number}：中选后未在规定期限内答复"
    return f"{award.number}：确认中选后未在规定期限内签订合同"


def _quotes(work: UnitOfWork) -> int:
    """Enter quotes that were sealed and not opened, where the rules of today say what it costs."""
    kind = BreachKind.QUOTE_NOT_OPENED
    if f"points.{kind}" not in regulations.in_force("credit", work.today):
        return 0
    found = sources.new_unopened_quotes(work, BATCH)
    for verdict, firm, number in found:
        actions.enter_breach(
            work,
            firm,
            kind,
            source=sources.QUOTE,
            source_id=verdict.id,
            occurred_at=verdict.at,
            evidence=f"{number}：封存报价后未在规定时段内开启",
        )
    return len(found)


def _returns(work: UnitOfWork) -> int:
    found = sources.new_repeated_returns(work, BATCH)
    for contract, returned_at in found:
        actions.enter_breach(
            work,
            work.session.get_one(Firm, contract.firm_id),
            BreachKind.RETURNED_TWICE,
            source=sources.CONTRACT,
            source_id=contract.id,
            occurred_at=returned_at,
            evidence=f"{contract.number}：成果被退回两次",
        )
    return len(found)


def _false_promises(work: UnitOfWork) -> int:
    found = sources.new_false_promises(work, BATCH)
    for verification, firm in found:
        actions.enter_breach(
            work,
            firm,
            BreachKind.FALSE_MATERIALS,
            source=sources.PROMISE,
            source_id=verification.id,
            occurred_at=verification.opened_at,
            evidence=f"入驻承诺核查不实：{verification.finding}"[:500],
        )
    return len(found)


def _effects(here: Installation) -> int:
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        due = sources.due_cases(work)
    done = 0
    for case_id, firm_id in due:
        try:
            with unit_of_work(here.sessions, ACTOR, here.clock) as work:
                done += _take_effect(work, case_id, firm_id)
        except ConflictError:
            continue  # Someone changed the firm at this moment; the next sweep looks again.
    return done


def _take_effect(work: UnitOfWork, case_id: int, firm_id: int) -> bool:
    # The firm is locked first: two cases of one firm then cannot wait for one another.
    firm = locked(work, firm_id)
    case = work.session.get_one(Case, case_id)
    if case.next_check_at is None or case.next_check_at > work.now:
        return False
    actions.take_effect(work, case, firm)
    return True
