"""What is decided about a complaint by two people, and what becomes of the award then."""

from dataclasses import dataclass
from typing import Final

from market.complaints import messages, queries, words
from market.complaints.actions.handling import require_read, tell_held
from market.complaints.actions.record import close_clocks, locked, move, require
from market.complaints.errors import (
    AnnulledOftenError,
    ClauseMissingError,
    FactMissingError,
    NotAskedError,
    NotYourProposalError,
    RemedyNotOpenError,
    StillSpeakingError,
    WinnerNotHeardError,
)
from market.complaints.letters import send_annulment, send_decision
from market.complaints.model import Complaint
from market.complaints.rules import (
    DECIDING,
    ComplaintMove,
    Matter,
    Outcome,
    Remedy,
    advance,
    remedies_of,
)
from market.db import UnitOfWork
from market.draws.model import Award
from market.duties import require_another, took
from market.errors import msgid
from market.installation import Installation
from market.objections.actions.holding import annul_for, go_on, hold_for
from market.objections.actions.record import SUBJECT as OBJECTIONS
from market.objections.actions.record import verdict
from market.objections.queries import annulled_by_procedure
from market.objections.rules import Fact, facts_of, is_heard
from market.regulations import in_force

GROUND_PREFIX: Final = "complaint_"
CLAUSE_SHORTEST: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What somebody proposes to decide, on what that rests, and what follows."""

    outcome: Outcome
    reasons: str
    remedy: Remedy = Remedy.NONE
    clause: str = ""
    measures: str = ""
    fact: Fact | None = None


def remedies_for(
    work: UnitOfWork,
    here: Installation,
    one: Complaint,
    outcome: Outcome,
    *,
    is_heard: bool | None = None,
) -> tuple[Remedy, ...]:
    """Return what may become of the award now; ``is_heard`` asks what might, once it was heard."""
    award = work.session.get(Award, one.award_id) if one.award_id is not None else None
    is_doubted = award is not None and one.matter in {Matter.LOTTERY, Matter.PROCEDURE}
    return remedies_of(
        one.matter,
        outcome,
        against=one.against,
        has_award=award is not None,
        is_over=award is not None and queries.award_is_over(work, award),
        verifies=verdict(work, here, award) if is_doubted and award is not None else None,
        is_heard=_winner_heard(work, one, award) if is_heard is None else is_heard,
    )


def _winner_heard(work: UnitOfWork, one: Complaint, award: Award | None) -> bool:
    """Whether the award's firm was heard: as the accused, or as who would lose by it."""
    if award is None:
        return False
    if queries.firm_org_id(work, award) == one.respondent_org_id:
        by_at, ended_at = one.reply_by_at, one.reply_ended_at
    else:
        by_at, ended_at = one.party_by_at, one.party_ended_at
    is_due = by_at is not None and work.now >= by_at
    return by_at is not None and is_heard(has_ended=ended_at is not None, is_due=is_due)


def propose(work: UnitOfWork, here: Installation, one: Complaint, said: Proposal) -> None:
    """Let an officer propose what to decide; the award is held now if it is to be annulled.

    Raises:
        UnreadError: Nobody of the authority has read what the complainant wrote.
        NotAskedError, StillSpeakingError, WinnerNotHeardError: Who would lose by it has not been
            heard.
        RemedyNotOpenError: The rules do not allow what becomes of the award.
        ClauseMissingError, FactMissingError, AnnulledOftenError: It rests on nothing.
        TooShortError: There are no reasons.
        TellingWordsError, CopiedWordsError: They tell the other side who complained.
    """
    award, one = locked(work, one)
    advance(one.state, ComplaintMove.PROPOSE)
    require_read(work, one)
    _require_heard(work, one)
    _rest(work, here, one, said)
    one.reasons = words.told(work, here.keys, one, said.reasons, "reasons")
    one.measures = said.measures.strip()
    words.refuse_telling(work, here.keys, one, one.measures, "measures")
    one.proposed, one.proposed_by_id = said.outcome, work.user_id
    if one.remedy is Remedy.ANNUL and award is not None and not one.freezes:
        one.freezes = hold_for(work, award, one.number)
        tell_held(work, one, award)
    move(work, one, ComplaintMove.PROPOSE, one.reasons)


def _require_heard(work: UnitOfWork, one: Complaint) -> None:
    """Refuse while a side may still speak: whoever was asked has its whole term."""
    if one.party_by_at is not None and one.party_ended_at is None and work.now < one.party_by_at:
        raise WinnerNotHeardError
    if one.respondent_org_id is None or one.reply_ended_at is not None:
        return
    if one.reply_by_at is None:
        raise NotAskedError
    if work.now < one.reply_by_at:
        raise StillSpeakingError(one.reply_by_at)


def _rest(work: UnitOfWork, here: Installation, one: Complaint, said: Proposal) -> None:
    """Keep on what a conclusion rests."""
    if said.remedy not in remedies_for(work, here, one, said.outcome):
        if said.remedy in remedies_for(work, here, one, said.outcome, is_heard=True):
            raise WinnerNotHeardError
        raise RemedyNotOpenError
    one.remedy, one.clause, one.fact = said.remedy, said.clause.strip(), None
    if said.outcome is not Outcome.REJECTED and len(one.clause) < CLAUSE_SHORTEST:
        raise ClauseMissingError
    if one.matter is Matter.PROCEDURE and said.remedy is Remedy.ANNUL:
        award = work.session.get_one(Award, one.award_id)
        if said.fact not in facts_of(verifies=verdict(work, here, award)):
            raise FactMissingError
        one.fact = said.fact
        earlier = annulled_by_procedure(work, award.need_id)
        if earlier >= in_force(OBJECTIONS, work.today).integer("annulment.most_per_need"):
            raise AnnulledOftenError(earlier)


def take_back(work: UnitOfWork, one: Complaint, text: str) -> None:
    """Let whoever proposed take it back until it is decided; the term of the decision runs on.

    What stands still for it stays so until the decision, as when it is sent back. The steps keep
    for the office what was written.

    Raises:
        NotYourProposalError: Somebody else proposed.
        TooShortError: There are no reasons.
    """
    _, one = locked(work, one)
    advance(one.state, ComplaintMove.REJECT)
    if not took(work, one.proposed_by_id):
        raise NotYourProposalError
    words = require(text, "why_taken_back")
    _drop(one)
    move(work, one, ComplaintMove.TAKE_BACK, words)


def _drop(one: Complaint) -> None:
    """Forget what was proposed and nobody decided: it is no finding, on no page and in no entry."""
    one.proposed, one.remedy, one.fact = None, None, None
    one.clause = one.measures = one.reasons = ""


def decide(work: UnitOfWork, here: Installation, one: Complaint, *, agree: bool, text: str) -> None:
    """Let another person decide what was proposed, or send it back.

    Raises:
        SeparationOfDutiesError: It is the person who proposed.
        RemedyNotOpenError, AnnulledOftenError: What was proposed is no longer possible.
        TooShortError: There are no reasons.
    """
    award, one = locked(work, one)
    advance(one.state, ComplaintMove.REJECT)
    require_another(
        work, one.proposed_by_id, first=msgid("提出处理意见的人"), second=msgid("作出决定的人")
    )
    opinion = require(text, "text")
    if not agree:
        _drop(one)
        move(work, one, ComplaintMove.SEND_BACK, opinion)
        return
    outcome = one.proposed or Outcome.REJECTED
    remedy = one.remedy or Remedy.NONE
    _rest(
        work,
        here,
        one,
        Proposal(outcome=outcome, reasons="", remedy=remedy, clause=one.clause, fact=one.fact),
    )
    move(work, one, DECIDING[outcome], opinion)
    close_clocks(work, one)
    if award is not None and one.remedy is Remedy.ANNUL:
        ground = f"{GROUND_PREFIX}{one.matter}"
        annul_for(work, award, one.number, ground, one.reasons)
        send_annulment(work, award, one)
    elif award is not None and one.freezes:
        go_on(work, award)
    send_decision(work, one)
    messages.tell_complainant(work, here.keys, one, "decided")
    messages.tell_sides(work, messages.OVER, one)
