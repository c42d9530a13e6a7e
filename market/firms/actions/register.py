"""Every decision about a firm is registered, refusals like everything else (否定备案)."""

from collections.abc import Sequence

from market.db import UnitOfWork
from market.firms.checks import CheckOutcome, ReturnReason
from market.firms.errors import NoReasonError, WordsMissingError
from market.firms.journal import FirmChecked
from market.firms.model import Firm, FirmCheck

WORDS_FEWEST = 5


def register(
    work: UnitOfWork,
    firm: Firm,
    outcome: CheckOutcome,
    reasons: Sequence[ReturnReason] = (),
    *,
    comment: str = "",
    subject: str = "",
    logged: str | None = None,
) -> FirmCheck:
    """Enter a decision and tell the public log; ``logged`` replaces a subject that names people."""
    decision = FirmCheck(
        firm_id=firm.id,
        subject=subject[:300],
        outcome=outcome,
        reason_codes=" ".join(reasons),
        comment=comment,
        due_at=firm.check_due_at,
        checked_at=work.now,
        checked_by_id=work.user_id,
    )
    work.session.add(decision)
    work.record(
        FirmChecked(
            firm=firm.code,
            outcome=outcome,
            reasons=tuple(reasons),
            subject=subject if logged is None else logged,
        )
    )
    return decision


def require_reasons(reasons: Sequence[ReturnReason], comment: str) -> None:
    """Refuse a refusal without reasons.

    Raises:
        NoReasonError: No reason is given, or "other" without words.
    """
    if not reasons:
        raise NoReasonError
    if ReturnReason.OTHER in reasons and not comment:
        raise NoReasonError("comment")


def require_words(words: str, field: str) -> str:
    """Return the reasons of a decision without blanks around them.

    Raises:
        WordsMissingError: There are none.
    """
    if len(words.strip()) < WORDS_FEWEST:
        raise WordsMissingError(field, WORDS_FEWEST)
    return words.strip()
