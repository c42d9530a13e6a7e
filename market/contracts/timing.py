"""The clocks of a round's examination, beside the service's: the owner's term, the authority's.

Each time a round comes to either of them a new turn begins with the whole term.
"""

from datetime import datetime

from market import regulations
from market.clocks import turns
from market.clocks.kinds import AUTHORITY_REVIEW, OWNER_REVIEW
from market.clocks.model import Clock
from market.clocks.rules import Party
from market.contracts.actions.record import rules_for
from market.contracts.examining.model import Examination
from market.contracts.examining.rules import ASKED, REVIEWING, ExamState
from market.contracts.model import Contract
from market.db import UnitOfWork
from market.errors import msgid
from market.needs.queries import by_id as need_by_id
from market.needs.scope import authority_of


def begin(work: UnitOfWork, contract: Contract) -> None:
    """Start the owner's days to examine a round, each time it is with the owner."""
    rules = rules_for(work, contract)
    turns.begin(
        work,
        OWNER_REVIEW,
        _about(contract),
        number=contract.number,
        title=contract.title,
        holder=Party.OWNER,
        holder_org_id=contract.owner_org_id,
        other_org_id=contract.firm_org_id,
        limit=rules.integer("deliverable.check_working_days"),
        regulation=rules,
    )


def begin_review(work: UnitOfWork, contract: Contract, exam: Examination) -> None:
    """Start the days of the authority that reviews what the owner accepted.

    The limit is the item's own. Where no authority looks after the item there is nobody to time.
    """
    if exam.review_working_days is None:
        return
    turns.begin(
        work,
        AUTHORITY_REVIEW,
        _about_review(contract),
        number=contract.number,
        title=contract.title,
        holder=Party.REVIEWER,
        holder_org_id=authority_of(work, need_by_id(work, contract.need_id).item_code),
        other_org_id=contract.firm_org_id,
        limit=exam.review_working_days,
        regulation=regulations.current().by_id(exam.regulation_id),
    )


def review_of(work: UnitOfWork, contract: Contract) -> Clock | None:
    """Return the clock of the last review of a contract's work by an authority, if it has one."""
    return turns.last_of(work, _about_review(contract))


def reviewer_id(work: UnitOfWork, contract: Contract) -> int | None:
    """Return the authority on whose clock the review of a contract's work was last."""
    clock = review_of(work, contract)
    return None if clock is None else clock.holder_org_id


def follow(
    work: UnitOfWork, contract: Contract, exam: Examination, was: ExamState, at: datetime
) -> None:
    """Hand a clock over while the firm mends what was asked for, and stop it at the end."""
    now = exam.state
    if now in ASKED and was is ExamState.SUBMITTED:
        turns.hand(work, _about(contract), Party.FIRM, msgid("业主要求补正"))
    elif now is not ExamState.SUBMITTED and now not in ASKED:
        turns.end(work, _about(contract), msgid("业主核对已办结"), happened_at=at)
    _follow_review(work, contract, exam, was, at)


def _follow_review(
    work: UnitOfWork, contract: Contract, exam: Examination, was: ExamState, at: datetime
) -> None:
    now, about = exam.state, _about_review(contract)
    if now is ExamState.UNDER_REVIEW and was is not now:
        begin_review(work, contract, exam)
    elif now in ASKED and was is ExamState.UNDER_REVIEW:
        turns.hand(work, about, Party.FIRM, msgid("按评审意见修改或者补交"))
    elif was in REVIEWING and now not in REVIEWING:
        turns.end(work, about, msgid("评审已办结"), happened_at=at)


def pause(work: UnitOfWork, contract: Contract) -> None:
    """Stop both clocks with their terms while an objection holds the award; they begin anew."""
    for about in (_about(contract), _about_review(contract)):
        turns.end(work, about, msgid("异议期间不计，恢复后重新起算"))


def _about(contract: Contract) -> str:
    return f"owner-review:{contract.id}"


def _about_review(contract: Contract) -> str:
    return f"authority-review:{contract.id}"
