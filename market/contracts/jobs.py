"""What time does to contracts: the owner's silence accepts; who did not sign is heard."""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from market.clock import beijing_day
from market.contracts import actions, queries
from market.contracts.actions.record import rules_for
from market.contracts.actions.service import set_review_term
from market.contracts.model import Contract
from market.contracts.rules import ContractState
from market.contracts.signing import actions as signing
from market.contracts.signing.model import SigningCase
from market.contracts.signing.queries import heard_ids
from market.db import Actor, UnitOfWork, reading_work, unit_of_work
from market.draws.queries import award_at
from market.errors import ConflictError
from market.installation import Installation

logger = logging.getLogger(__name__)

ACTOR: Final = Actor("job:contracts")
BATCH: Final = 200
Find = Callable[[UnitOfWork, int], Sequence[int]]
Deed = Callable[[UnitOfWork, int], int]


def sweep(here: Installation) -> int:
    """Do everything that is due, each in a transaction of its own; return how much was done.

    What is found is checked again under a lock, so running twice or on two nodes changes
    nothing; one that fails is logged, tried again at the next sweep, and holds up no other.
    """
    steps: list[tuple[Find, Deed]] = [
        (lambda work, after: queries.silent_ids(work, work.now, BATCH, after), _accept_silence),
        (lambda work, after: queries.unsigned_award_ids(work, work.now, BATCH, after), _expire),
        (lambda work, after: heard_ids(work, work.now, BATCH, after), _heard),
    ]
    return sum(_one(here, deed, key) for find, deed in steps for key in _all(here, find))


def _all(here: Installation, find: Find) -> Iterable[int]:
    after = 0
    while True:
        with reading_work(here.sessions, ACTOR, here.clock) as work:
            found = find(work, after)
        yield from found
        if len(found) < BATCH:
            return
        after = found[-1]


def _one(here: Installation, deed: Deed, key: int) -> int:
    try:
        with unit_of_work(here.sessions, ACTOR, here.clock) as work:
            return deed(work, key)
    except ConflictError:
        return 0  # A clerk or another node was first; the next sweep looks again.
    except Exception:
        logger.exception("%s %s could not be done; it is tried again", deed.__name__, key)
        return 0


def _accept_silence(work: UnitOfWork, contract_id: int) -> int:
    contract = work.session.get_one(Contract, contract_id, with_for_update=True)
    due = contract.next_check_at is not None and contract.next_check_at <= work.now
    if contract.state is not ContractState.DELIVERED or not due:
        return 0
    rules = rules_for(work, contract)
    if contract.act_by_at is None:
        submitted_on = beijing_day(queries.latest_deliverable(work, contract).submitted_at)
        set_review_term(contract, rules, submitted_on=submitted_on, today=work.today)
    if contract.act_by_at is None or contract.act_by_at > work.now:
        return 0
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


def _heard(work: UnitOfWork, case_id: int) -> int:
    case = work.session.get_one(SigningCase, case_id)
    return int(signing.end_hearing(work, case))
