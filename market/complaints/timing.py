"""The clocks of a complaint: of its acceptance, of the decision, of the other side's reply.

None of them is public. Whoever starts one is not named: it would say who complains.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from market.accounts.queries import operator_id, supervisor_id
from market.clocks import actions as clocks
from market.clocks import turns
from market.clocks.kinds import COMPLAINT, COMPLAINT_ACCEPT, PARTY_REPLY, ClockKind
from market.clocks.model import Clock
from market.clocks.queries import clock_of
from market.clocks.rules import Party
from market.complaints.model import Complaint
from market.complaints.rules import OFFICES, Against
from market.complaints.terms import Step, days_for
from market.db import Actor, UnitOfWork
from market.errors import msgid
from market.regulations import Regulation

NOBODY: Final = Actor("side")
_PARTIES: Final = {Against.FIRM: Party.FIRM, Against.OWNER: Party.OWNER}
_TITLES: Final = {
    COMPLAINT_ACCEPT.code: msgid("决定是否受理投诉"),
    COMPLAINT.code: msgid("对投诉作出决定"),
    PARTY_REPLY.code: msgid("对投诉作出说明"),
}


def unnamed(work: UnitOfWork) -> UnitOfWork:
    """Return the same work, done by nobody in particular."""
    return replace(work, actor=NOBODY)


def responsible_id(work: UnitOfWork, one: Complaint) -> int | None:
    """Return who has to see that it is handled: never whom it accuses."""
    if one.authority_org_id is not None:
        return one.authority_org_id
    return supervisor_id(work) if one.against in OFFICES else operator_id(work)


def begin_acceptance(
    work: UnitOfWork, one: Complaint, rules: Regulation, happened_at: datetime | None = None
) -> None:
    """Start the clock of the acceptance; a transfer starts one of its own."""
    days = days_for(one, Step.ACCEPT, rules)
    timed = _Timed(one, COMPLAINT_ACCEPT, f"accept:{one.transfers}", happened_at=happened_at)
    _begin(work, timed, days, rules)


def begin_decision(work: UnitOfWork, one: Complaint, rules: Regulation) -> None:
    """Start the clock of the decision."""
    days = days_for(one, Step.DECIDE, rules)
    _begin(work, _Timed(one, COMPLAINT, "decide"), days, rules)


def begin_reply(work: UnitOfWork, one: Complaint, rules: Regulation) -> None:
    """Start the clock of the other side's reply."""
    days = days_for(one, Step.REPLY, rules)
    timed = _Timed(one, PARTY_REPLY, "reply", holder_id=one.respondent_org_id)
    _begin(work, timed, days, rules)


def begin_hearing(work: UnitOfWork, one: Complaint, rules: Regulation) -> None:
    """Start the clock of the firm that is heard because it would lose the award."""
    days = days_for(one, Step.REPLY, rules)
    timed = _Timed(one, PARTY_REPLY, "hear", holder_id=one.party_org_id)
    _begin(work, timed, days, rules)


@dataclass(frozen=True, slots=True)
class _Timed:
    one: Complaint
    kind: ClockKind
    step: str
    happened_at: datetime | None = None
    holder_id: int | None = None

    @property
    def party(self) -> Party:
        """On whose account its time passes."""
        if self.holder_id is None:
            return Party.REVIEWER
        if self.holder_id == self.one.party_org_id:
            return Party.FIRM
        return _PARTIES.get(self.one.against, Party.THIRD_PARTY)


def _begin(work: UnitOfWork, timed: _Timed, days: int, rules: Regulation) -> None:
    by_id = responsible_id(work, timed.one)
    if by_id is None:
        return
    clocks.start(
        unnamed(work),
        kind=timed.kind,
        subject=_subject(timed.one, timed.step),
        number=timed.one.number,
        title=_TITLES[timed.kind.code],
        holder=timed.party,
        holder_org_id=timed.holder_id or by_id,
        other_org_id=by_id,
        limit=days,
        regulation=rules,
        happened_at=timed.happened_at,
    )


def end(work: UnitOfWork, one: Complaint, step: str) -> None:
    """Stop the clock of a step once nobody has to take it any more."""
    clock = turns.held_if_running(work, of(work, one, step))
    if clock is not None:
        clocks.stop(unnamed(work), clock, msgid("投诉已经进入下一环节"))


def end_acceptance(work: UnitOfWork, one: Complaint) -> None:
    """Stop the clock of the acceptance."""
    end(work, one, f"accept:{one.transfers}")


def of(work: UnitOfWork, one: Complaint, step: str) -> Clock | None:
    """Return the clock of a step, if it has one."""
    return clock_of(work, _subject(one, step))


def _subject(one: Complaint, step: str) -> str:
    return f"complaint:{one.id}:{step}"
