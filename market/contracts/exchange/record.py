"""Passing the turn: written down, and never with more time than the side has left."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select

from market import rulebook
from market.calendar import provisional_calendar
from market.clock import beijing_day
from market.contracts.errors import ReturnedOftenError
from market.contracts.exchange.model import ContractTurn
from market.contracts.exchange.rules import Deed, Halt, Turn, days_left, used_days
from market.contracts.model import Contract
from market.db import UnitOfWork
from market.draws.model import Award
from market.draws.queries.freezes import freezes_of
from market.regulations import Regulation

SUBJECT: Final = "signing"


def turns_of(work: UnitOfWork, contract: Contract) -> Sequence[ContractTurn]:
    """Return who had a filing when, the first one first."""
    return work.session.scalars(
        select(ContractTurn)
        .where(ContractTurn.contract_id == contract.id)
        .order_by(ContractTurn.sequence)
    ).all()


def used_of(work: UnitOfWork, contract: Contract) -> Mapping[int, int]:
    """Return the working days that each side has used, until the confirmation or today.

    On a day on which the award stood still nobody could act: it is nobody's.
    """
    until = beijing_day(contract.confirmed_at) if contract.confirmed_at else work.today
    turns = [
        Turn(holder=row.holder_org_id, from_on=beijing_day(row.at))
        for row in turns_of(work, contract)
    ]
    halts = [
        Halt(
            from_on=beijing_day(row.frozen_at),
            until_on=beijing_day(row.ended_at) if row.ended_at else max(until, work.today),
        )
        for row in freezes_of(work, contract.award_id)
    ]
    return used_days(turns, until, provisional_calendar().working_days_between, halts)


def require_returnable(work: UnitOfWork, contract: Contract) -> None:
    """Refuse to return a contract that was returned as often as the rules allow.

    Raises:
        ReturnedOftenError: It was.
    """
    rules = rulebook.apply(work, SUBJECT)
    count = sum(row.deed is Deed.RETURN for row in turns_of(work, contract))
    if count >= rules.integer("filing.most_returns"):
        raise ReturnedOftenError(count, rules.title)


def pass_turn(
    work: UnitOfWork, contract: Contract, award: Award, deed: Deed, rules: Regulation
) -> datetime:
    """Write down that it is the other side's turn; return by when it must act.

    That is the last day to sign, or later what the side has left of its days: returning a
    contract starts no clock anew.
    """
    giver = work.org_id
    (holder,) = {contract.owner_org_id, contract.firm_org_id} - {giver}
    by_at = _by_when(work, contract, award, holder, rules)
    row = ContractTurn(
        contract_id=contract.id,
        sequence=len(turns_of(work, contract)) + 1,
        deed=deed,
        by_org_id=giver,
        holder_org_id=holder,
        at=work.now,
        by_id=work.user_id,
    )
    work.session.add(row)
    work.session.flush()
    return by_at


def after_halt(
    work: UnitOfWork, contract: Contract, award: Award, rules: Regulation
) -> datetime | None:
    """Return by when the side whose turn it is must act now that the award goes on.

    It has what it had left when the award began to stand still; None before anything was filed.
    """
    turns = turns_of(work, contract)
    return _by_when(work, contract, award, turns[-1].holder_org_id, rules) if turns else None


def _by_when(
    work: UnitOfWork, contract: Contract, award: Award, holder: int, rules: Regulation
) -> datetime:
    """Return the last instant of a turn that begins today: to sign, or what the side has left."""
    used = used_of(work, contract).get(holder, 0)
    days = days_left(rules.integer("contract.file_working_days"), used)
    by_at = contract.count_term(work.today, days)
    return by_at if award.sign_by_at is None else max(award.sign_by_at, by_at)
