"""What time does to credit: ledgers fill from what happened, decisions take effect."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy import select

from market import regulations
from market.clocks.model import Card, Clock
from market.clocks.rules import CardStage
from market.contracts.model import Contract
from market.credit import actions, bids, sources
from market.credit.cases.actions import look, note_late, take_effect
from market.credit.cases.basis import due as due_basis
from market.credit.cases.basis import overdue as overdue_basis
from market.credit.cases.model import Case
from market.credit.repair import actions as repairs
from market.credit.repair.model import CreditRepair
from market.credit.repair.queries import due as due_repairs
from market.credit.rules import BreachKind
from market.db import Actor, UnitOfWork
from market.draws.model import Award
from market.draws.rules import AwardState
from market.firms.model import Firm
from market.firms.model_entry import FirmVerification
from market.firms.queries import locked
from market.installation import Installation
from market.quotes.model import QuoteVerdict
from market.sweeping import Task, last_of
from market.sweeping import sweep as do_all

ACTOR: Final = Actor("job:credit")
CARD_KINDS: Final = {
    CardStage.RED: BreachKind.RED_CARD,
    CardStage.SUPERVISE: BreachKind.LATE_SUPERVISED,
    CardStage.REFER: BreachKind.LATE_REFERRED,
}

Found = TypeVar("Found")


def sweep(here: Installation) -> int:
    """Enter new breaches and put due decisions into effect; return how much was done.

    Every source is entered once (a unique constraint says so): running twice, or on two nodes
    at once, changes nothing.
    """
    tasks = [
        _entering("credit: card", sources.new_cards, lambda row: row[0].id, _card),
        _entering("credit: judged card", sources.new_judged_cards, _id_of_card, _judged_card),
        _entering("credit: award", sources.new_lost_awards, lambda row: row.id, _award),
        _entering("credit: quote", _new_quotes, lambda row: row[0].id, _quote),
        _entering("credit: bid", bids.new_abandoned_bids, bids.id_of, bids.enter_abandoned_bid),
        _entering("credit: contract", sources.new_repeated_returns, lambda row: row[0].id, _return),
        _entering("credit: promise", sources.new_false_promises, lambda row: row[0].id, _promise),
    ]
    effects = Task(name="credit: case", find=sources.due_cases, do=_take_effect, key=last_of)
    basis = Task(name="credit: basis gone", find=due_basis, do=look)
    late = Task(name="credit: basis late", find=overdue_basis, do=note_late)
    repair = Task(name="credit: repair", find=due_repairs, do=_look_at_repair, key=last_of)
    done = sum(do_all(here, ACTOR, task) for task in tasks)
    # What lost its basis is looked at before anything takes effect.
    done += do_all(here, ACTOR, basis) + do_all(here, ACTOR, effects) + do_all(here, ACTOR, late)
    return done + do_all(here, ACTOR, repair)


def _entering(
    name: str,
    fresh: Callable[[UnitOfWork, int, int], Sequence[Found]],
    id_of: Callable[[Found], int],
    enter: Callable[[UnitOfWork, Found], object],
) -> Task[int]:
    """Return the task that enters what happened elsewhere and is in no ledger yet."""

    def find(work: UnitOfWork, after: int | None, limit: int) -> Sequence[int]:
        return [id_of(row) for row in fresh(work, limit, after or 0)]

    def do(work: UnitOfWork, source_id: int) -> int:
        # Asked again in the transaction that enters it: another node may have been first.
        rows = [row for row in fresh(work, 1, source_id - 1) if id_of(row) == source_id]
        for row in rows:
            enter(work, row)
        return len(rows)

    return Task(name=name, find=find, do=do)


def _card(work: UnitOfWork, found: tuple[Card, Clock, Firm]) -> None:
    card, clock, firm = found
    actions.enter_breach(
        work,
        firm,
        CARD_KINDS[card.stage],
        source=sources.CARD,
        source_id=card.id,
        occurred_at=card.reached_at,
        evidence=f"{clock.number}：{card.cause}",
    )


def _id_of_card(found: tuple[Card, Firm]) -> int:
    return found[0].id


def _judged_card(work: UnitOfWork, found: tuple[Card, Firm]) -> None:
    card, firm = found
    actions.enter_breach(
        work,
        firm,
        BreachKind.CARD_UPHELD,
        source=sources.CARD,
        source_id=card.id,
        occurred_at=card.reached_at,
        evidence=f"{card.number}：{card.cause}"[:500],
        key=f"card_points.{card.trigger}",
    )


def _award(work: UnitOfWork, award: Award) -> None:
    unsigned = award.state is AwardState.LAPSED and award.answered_at is not None
    actions.enter_breach(
        work,
        work.session.get_one(Firm, award.firm_id),
        BreachKind.CONTRACT_NOT_SIGNED if unsigned else BreachKind.AWARD_DECLINED,
        source=sources.AWARD,
        source_id=award.id,
        occurred_at=_lost_at(award),
        evidence=_how_lost(award),
    )


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


def _new_quotes(
    work: UnitOfWork, limit: int, after_id: int
) -> Sequence[tuple[QuoteVerdict, Firm, str]]:
    """Return quotes sealed and not opened, where the rules of today say what that costs."""
    if f"points.{BreachKind.QUOTE_NOT_OPENED}" not in regulations.in_force("credit", work.today):
        return []
    return sources.new_unopened_quotes(work, limit, after_id)


def _quote(work: UnitOfWork, found: tuple[QuoteVerdict, Firm, str]) -> None:
    verdict, firm, number = found
    actions.enter_breach(
        work,
        firm,
        BreachKind.QUOTE_NOT_OPENED,
        source=sources.QUOTE,
        source_id=verdict.id,
        occurred_at=verdict.at,
        evidence=f"{number}：封存报价后未在规定时段内开启",
    )


def _return(work: UnitOfWork, found: tuple[Contract, datetime]) -> None:
    contract, returned_at = found
    actions.enter_breach(
        work,
        work.session.get_one(Firm, contract.firm_id),
        BreachKind.RETURNED_TWICE,
        source=sources.CONTRACT,
        source_id=contract.id,
        occurred_at=returned_at,
        evidence=f"{contract.number}：成果被退回两次",
    )


def _promise(work: UnitOfWork, found: tuple[FirmVerification, Firm]) -> None:
    verification, firm = found
    actions.enter_breach(
        work,
        firm,
        BreachKind.FALSE_MATERIALS,
        source=sources.PROMISE,
        source_id=verification.id,
        occurred_at=verification.opened_at,
        evidence=f"入驻承诺核查不实：{verification.finding}"[:500],
    )


def _take_effect(work: UnitOfWork, due: tuple[datetime, int]) -> int:
    # The firm is locked first: two cases of one firm then cannot wait for one another.
    case_id = last_of(due)
    firm_id = work.session.scalars(select(Case.firm_id).where(Case.id == case_id)).one()
    firm = locked(work, firm_id)
    case = work.session.get_one(Case, case_id)
    if case.next_check_at is None or case.next_check_at > work.now:
        return 0
    take_effect(work, case, firm)
    return 1


def _look_at_repair(work: UnitOfWork, due: tuple[datetime, int]) -> int:
    query = select(CreditRepair).where(CreditRepair.id == last_of(due)).with_for_update()
    repair = work.session.scalars(query.execution_options(populate_existing=True)).one()
    if repair.next_check_at is None or repair.next_check_at > work.now:
        return 0
    repairs.look(work, work.session.get_one(Case, repair.case_id), repair)
    return 1
