"""Proposing a change of a notice, approving it, refusing it, and carrying it out."""

import hashlib
import json
from dataclasses import asdict

from market.db import UnitOfWork
from market.documents.actions.buyers import require_buyer
from market.documents.owner_rules import BuyerDeed
from market.duties import require_another
from market.errors import MarketError, msgid
from market.needs import actions as needs
from market.needs import queries as need_queries
from market.needs.actions import EnrolmentOverError, NeedFacts, NoReasonError
from market.needs.changes import queries
from market.needs.changes.journal import NoticeChanged
from market.needs.changes.model import NeedChange, NoticeChange
from market.needs.changes.rules import ChangeMove, ChangeState, Difference, advance, differences
from market.needs.model import Need, Notice
from market.needs.rules import Move, NeedState

SHORTEST = 5


class NothingChangedError(MarketError):
    """The facts proposed are those of the notice."""

    sentence = msgid("没有改动任何内容。请修改需要变更的项目；只作说明的，请用答疑。")


class ChangeUnderWayError(MarketError):
    """One change at a time."""

    sentence = msgid("已有一项变更正在办理。请先撤回，或等待办理完毕。")


class OtherItemError(MarketError):
    """Another service item is another need."""

    sentence = msgid("服务事项不能变更。请撤回公告，另建一条需求。")


def propose(work: UnitOfWork, need: Need, facts: NeedFacts, reason: str) -> NeedChange:
    """Propose other facts for the notice that is out.

    Raises:
        EnrolmentOverError: There is no notice out, or its enrolment has closed.
        ChangeUnderWayError: Another change is under way.
        OtherItemError: The service item differs.
        NothingChangedError: Nothing differs.
        NoReasonError: The reason is missing.
        NeedFactsError: The facts break a rule; the error names the field.
    """
    need = need_queries.locked(work, need.id)
    notice = _changeable(work, need)
    if queries.open_of(work, need) is not None:
        raise ChangeUnderWayError
    if facts.item_code != need.item_code:
        raise OtherItemError
    if not differences_of(work, need, facts):
        raise NothingChangedError
    if len(reason.strip()) < SHORTEST:
        raise NoReasonError
    require_buyer(work, BuyerDeed.POST, facts.item_code, facts.ceiling_fen)
    needs.check(work, facts)
    change = NeedChange(
        need_id=need.id,
        notice_id=notice.id,
        facts=json.dumps(asdict(facts), ensure_ascii=False),
        reason=reason.strip(),
        state=ChangeState.PROPOSED,
        state_since=work.now,
        proposed_by_id=work.user_id,
    )
    work.session.add(change)
    work.session.flush()
    return change


def approve(work: UnitOfWork, need: Need, change_id: int) -> None:
    """Approve a change as the owner's second person.

    Raises:
        SeparationOfDutiesError: The approver proposed it.
        EnrolmentOverError: Enrolment has closed.
    """
    need = need_queries.locked(work, need.id)
    change = queries.change_of(work, need, change_id)
    _changeable(work, need)
    require_another(work, change.proposed_by_id, first=msgid("填报人"), second=msgid("审批人"))
    facts = facts_in(change)
    require_buyer(work, BuyerDeed.APPROVE, facts.item_code, facts.ceiling_fen)
    _move(work, change, ChangeMove.APPROVE)
    change.approved_by_id = work.user_id


def refuse(work: UnitOfWork, need: Need, change_id: int, reason: str) -> None:
    """Refuse a change with the reason: the owner's second person, or the operator.

    Raises:
        SeparationOfDutiesError: Whoever proposed it takes it back instead.
        NoReasonError: The reason is missing.
    """
    need = need_queries.locked(work, need.id)
    change = queries.change_of(work, need, change_id)
    require_another(work, change.proposed_by_id, first=msgid("填报人"), second=msgid("审批人"))
    if len(reason.strip()) < SHORTEST:
        raise NoReasonError
    _move(work, change, ChangeMove.REFUSE)
    change.decided_by_id = work.user_id
    change.refusal = reason.strip()


def take_back(work: UnitOfWork, need: Need, change_id: int) -> None:
    """Take a change back before it is carried out."""
    need = need_queries.locked(work, need.id)
    _move(work, queries.change_of(work, need, change_id), ChangeMove.TAKE_BACK)


def accept(work: UnitOfWork, need: Need, change_id: int) -> NoticeChange:
    """Carry an approved change out. ``draws`` calls this: the draw is called off with it.

    The need, with what has changed, waits for the operator's check again; its next notice
    names this one and lists the differences.

    Raises:
        EnrolmentOverError: Enrolment has closed.
        NeedFactsError: The rules have changed meanwhile.
    """
    change = queries.change_of(work, need, change_id)
    notice = _changeable(work, need)
    facts = facts_in(change)
    needs.check(work, facts)
    found = differences_of(work, need, facts)
    _move(work, change, ChangeMove.ACCEPT)
    change.decided_by_id = work.user_id
    told = json.dumps([asdict(one) for one in found], ensure_ascii=False, sort_keys=True)
    made = NoticeChange(
        need_id=need.id,
        notice_id=notice.id,
        attempt=need.attempt + 1,
        reason=change.reason,
        differences=told,
        at=work.now,
    )
    work.session.add(made)
    needs.rewrite(work, need, facts)
    need.attempt += 1
    need.changes += 1
    need.posted_by_id = need.submitted_by_id = change.proposed_by_id
    need.approved_by_id = change.approved_by_id
    need.checked_by_id = None
    needs.step(work, need, Move.CHANGE)
    digest = hashlib.sha256(f"{change.reason}\n{told}".encode()).hexdigest()
    work.record(
        NoticeChanged(
            notice=notice.number, need=need.number, next_attempt=need.attempt, change_digest=digest
        )
    )
    return made


def differences_of(work: UnitOfWork, need: Need, facts: NeedFacts) -> list[Difference]:
    """Return what facts would change of a need."""
    return differences(_plain(needs.facts_of(work, need)), _plain(facts))


def facts_in(change: NeedChange) -> NeedFacts:
    """Return the facts that a change proposes."""
    said = json.loads(change.facts)
    said["recusals"] = tuple((code, reason) for code, reason in said["recusals"])
    return NeedFacts(**said)


def _plain(facts: NeedFacts) -> dict[str, object]:
    said: dict[str, object] = json.loads(json.dumps(asdict(facts)))
    return said


def _changeable(work: UnitOfWork, need: Need) -> Notice:
    notice = need_queries.notice_of(work, need) if need.state is NeedState.OPEN else None
    if notice is None or work.now >= notice.enrol_close_at:
        raise EnrolmentOverError
    return notice


def _move(work: UnitOfWork, change: NeedChange, move: ChangeMove) -> None:
    change.state = advance(change.state, move)
    change.state_since = work.now
