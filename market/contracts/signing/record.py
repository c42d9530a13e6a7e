"""Telling the log where a finding stands; and what becomes of one with its award."""

from typing import Final

from market import regulations
from market.contracts.signing import queries
from market.contracts.signing.journal import SigningMoved
from market.contracts.signing.messages_case import tell_opened
from market.contracts.signing.model import SigningCase
from market.contracts.signing.rules import SigningMove, SigningState, advance
from market.db import UnitOfWork
from market.draws.model import Award
from market.salts import salted


def say(work: UnitOfWork, case: SigningCase, text: str) -> None:
    """Tell the public log where a finding stands, and the digest of what was written."""
    work.session.flush()
    award = work.session.get_one(Award, case.award_id)
    work.record(
        SigningMoved(
            case=case.number,
            award=award.number,
            state=case.state,
            fault=case.fault or case.proposed,
            regulation=case.regulation_id,
            text_digest=salted(work, case.number, text),
        )
    )


def set_term(work: UnitOfWork, case: SigningCase, key: str) -> None:
    """Say by when whoever's turn it is has to act."""
    days = regulations.current().by_id(case.regulation_id).integer(key)
    case.due_at = case.count_term(work.today, days)


TERMS: Final = {
    SigningState.HEARING: "unsigned.statement_working_days",
    SigningState.TO_FIND: "unsigned.find_working_days",
    SigningState.ESCALATED: "unsigned.decide_working_days",
    SigningState.PROPOSED: "unsigned.decide_working_days",
}


def hear_again(work: UnitOfWork, award: Award) -> None:
    """Give a finding its whole term again: nobody could act while the award stood still.

    Whoever has not spoken yet is told until when it may.
    """
    case = queries.open_case(work, award.id)
    if case is not None:
        set_term(work, case, TERMS[case.state])
        if case.state is SigningState.HEARING:
            tell_opened(work, case)


def close_gone(work: UnitOfWork, award: Award) -> None:
    """Close the finding of an award that ended otherwise."""
    case = queries.open_case(work, award.id)
    if case is None:
        return
    case.state, case.due_at = advance(case.state, SigningMove.OVERTAKE), None
    say(work, case, "")


def close_signed(work: UnitOfWork, award: Award) -> None:
    """Close the finding of an award that is signed after all."""
    case = queries.open_case(work, award.id)
    if case is None:
        return
    case.state, case.due_at = advance(case.state, SigningMove.SIGN), None
    say(work, case, "")
