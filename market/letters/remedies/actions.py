"""Stating what decisions say of review and suit: one enters it, another confirms it."""

from dataclasses import asdict

from market.accounts.model import Organisation
from market.db import UnitOfWork
from market.duties import require_another
from market.errors import msgid
from market.letters.remedies import queries
from market.letters.remedies.errors import (
    ClausePendingError,
    NoClauseError,
    ReasonMissingError,
)
from market.letters.remedies.journal import RemediesStated
from market.letters.remedies.model import RemedyClause
from market.letters.remedies.rules import Stated, checked


def state(work: UnitOfWork, stated: Stated) -> RemedyClause:
    """Enter what the decisions of the actor's organisation are to say.

    Raises:
        ClausePendingError: Another version waits.
        UncheckedWordsError: A field is empty, or says that it is still to be looked up.
    """
    kept = checked(stated)
    work.session.get_one(Organisation, work.org_id, with_for_update=True)
    if queries.pending_of(work, work.org_id) is not None:
        raise ClausePendingError
    row = RemedyClause(
        org_id=work.org_id,
        proposed_by_id=work.user_id,
        proposed_at=work.now,
        **asdict(kept),
    )
    work.session.add(row)
    work.session.flush()
    return row


def answer(work: UnitOfWork, *, agree: bool, reason: str) -> None:
    """Confirm what another entered, or send it back; decisions print it from then on.

    Raises:
        NoClauseError: Nothing waits.
        ReasonMissingError: It is sent back without a reason.
        SeparationOfDutiesError: It is the person who entered it.
    """
    row = queries.pending_of(work, work.org_id)
    if row is None:
        raise NoClauseError
    require_another(work, row.proposed_by_id, first=msgid("填写人"), second=msgid("确认人"))
    why = reason.strip()
    if not agree and not why:
        raise ReasonMissingError
    row.confirmed, row.reason = agree, None if agree else why
    row.decided_by_id, row.decided_at = work.user_id, work.now
    if agree:
        authority = work.session.get_one(Organisation, row.org_id)
        work.record(RemediesStated(authority=authority.code, clause=row.id, words=row.words))
