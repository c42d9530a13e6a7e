"""Telling the log where a finding stands; and closing one whose contract came after all."""

import hashlib

from market.contracts.signing import queries
from market.contracts.signing.journal import SigningMoved
from market.contracts.signing.model import SigningCase
from market.contracts.signing.rules import SigningMove, advance
from market.db import UnitOfWork
from market.draws.model import Award


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
            text_digest=hashlib.sha256(text.encode()).hexdigest(),
        )
    )


def close_signed(work: UnitOfWork, award: Award) -> None:
    """Close the finding of an award that is signed after all."""
    case = queries.open_case(work, award.id)
    if case is None:
        return
    case.state, case.due_at = advance(case.state, SigningMove.SIGN), None
    say(work, case, "")
