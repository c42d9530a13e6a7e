"""What time does to contracts: the owner's silence accepts; who did not sign is heard."""

from collections.abc import Sequence
from typing import Final

from market.clock import beijing_day
from market.contracts import actions, cards, queries
from market.contracts.actions.held import locked
from market.contracts.actions.record import rules_for
from market.contracts.actions.terms import set_review_term
from market.contracts.ending import sweeping as ending_time
from market.contracts.examining import sweeping as examining_time
from market.contracts.model import Contract
from market.contracts.reports import queries as reports
from market.contracts.reports.missing import end_term as end_milestone
from market.contracts.rules import ContractState
from market.contracts.signing import actions as signing
from market.contracts.signing import sweeping as signing_time
from market.contracts.signing.model import SigningCase
from market.contracts.signing.queries import heard_ids
from market.db import Actor, UnitOfWork
from market.draws.queries import award_at
from market.installation import Installation
from market.sweeping import Task, last_of
from market.sweeping import sweep as do_all

ACTOR: Final = Actor("job:contracts")


def sweep(here: Installation) -> int:
    """Do everything that is due, each in a transaction of its own; return how much was done."""
    tasks = [
        Task(name="contract: silence", find=_silent, do=_accept_silence),
        Task(name="award: not signed", find=_unsigned, do=_expire),
        Task(name="signing: heard", find=_heard, do=_end_hearing),
        Task(name="signing: escalate", find=signing_time.unproposed, do=signing_time.escalate),
        Task(name="signing: award ended", find=signing_time.gone, do=signing_time.close),
        Task(name="ending: silence", find=ending_time.silent, do=ending_time.end_silence),
        Task(name="ending: overtaken", find=ending_time.overtaken, do=ending_time.overtake),
    ]
    dated = [
        Task(
            name="contract: materials",
            find=cards.late_materials,
            do=cards.warn_of_materials,
            key=last_of,
        ),
        Task(
            name="examination: term",
            find=examining_time.due,
            do=examining_time.end_term,
            key=last_of,
        ),
        Task(name="milestone: report", find=reports.due, do=end_milestone, key=last_of),
    ]
    done = sum(do_all(here, ACTOR, task) for task in dated)
    return done + sum(do_all(here, ACTOR, task) for task in tasks)


def _silent(work: UnitOfWork, after: int | None, limit: int) -> Sequence[int]:
    return queries.silent_ids(work, work.now, limit, after or 0)


def _unsigned(work: UnitOfWork, after: int | None, limit: int) -> Sequence[int]:
    return queries.unsigned_award_ids(work, work.now, limit, after or 0)


def _heard(work: UnitOfWork, after: int | None, limit: int) -> Sequence[int]:
    return heard_ids(work, work.now, limit, after or 0)


def _accept_silence(work: UnitOfWork, contract_id: int) -> int:
    contract = work.session.get_one(Contract, contract_id)
    locked(work, contract)
    work.session.refresh(contract, with_for_update=True)
    due = contract.next_check_at is not None and contract.next_check_at <= work.now
    if contract.state is not ContractState.DELIVERED or not due:
        return 0
    rules = rules_for(work, contract)
    if contract.act_by_at is None:
        submitted_on = beijing_day(queries.latest_deliverable(work, contract).submitted_at)
        set_review_term(contract, rules, submitted_on=submitted_on, today=work.today)
    if contract.act_by_at is None or contract.act_by_at > work.now:
        return 0
    cards.warn_of_review(work, contract, contract.act_by_at)
    if rules.flag("deliverable.silence_accepts"):
        actions.accept_by_silence(work, contract, contract.act_by_at)
    else:
        contract.next_check_at = None
    return 1


def _expire(work: UnitOfWork, award_id: int) -> int:
    award = award_at(work, award_id)
    if award_id not in queries.unsigned_award_ids(work, work.now, 1, award_id - 1):
        return 0
    signing.expire(work, award)
    return 1


def _end_hearing(work: UnitOfWork, case_id: int) -> int:
    case = work.session.get_one(SigningCase, case_id)
    return int(signing.end_hearing(work, case))
