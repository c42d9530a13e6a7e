"""Publicity feedback, verified promises, changed facts, delegates: their closed sets. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from market.firms.rules import FirmNature


class VerificationState(StrEnum):
    """What came of verifying a promise on which a firm was listed."""

    OPEN = "open"
    TRUE = "true"
    FALSE = "false"
    # The listing ended otherwise: the firm left, or an objection sent it back.
    ENDED = "ended"


class FeedbackReason(StrEnum):
    """What is wrong with a firm in its publicity, as anybody may say."""

    FACTS = "facts"
    QUALIFICATION = "qualification"
    STAFF = "staff"
    TIES = "ties"
    RECORD = "record"
    OTHER = "other"


class FeedbackState(StrEnum):
    """Whether feedback has been answered, and how."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"


class FactField(StrEnum):
    """A fact of a listed firm that changes only after a check. The value is the column."""

    NAME = "name"
    NATURE = "nature"
    LEGAL_REPRESENTATIVE = "legal_representative"
    REGISTERED_ON = "registered_on"
    BUSINESS_UNTIL_ON = "business_until_on"
    REGISTERED_CAPITAL_FEN = "registered_capital_fen"
    CAPITAL_CURRENCY = "capital_currency"
    REGISTERING_AUTHORITY = "registering_authority"
    REGISTERED_ADDRESS = "registered_address"
    ADDRESS = "address"
    BUSINESS_SCOPE = "business_scope"
    PARENT_CODE = "parent_code"
    PHYSICALLY_PRESENT = "physically_present"


class ChangeState(StrEnum):
    """Where the change of one fact stands."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class ReminderSubject(StrEnum):
    """What is about to end."""

    QUALIFICATION = "qualification"
    STAFF = "staff"
    FEE = "fee"
    DORMANCY = "dormancy"


class Deed(StrEnum):
    """What a delegate may be authorised to do for a firm."""

    ENROL = "enrol"
    CONTRACT = "contract"
    REPORT = "report"


class RemovalState(StrEnum):
    """Where a notice of removal stands."""

    NOTIFIED = "notified"
    DROPPED = "dropped"
    DONE = "done"


CURRENCIES: Final = ("CNY", "HKD", "MOP", "USD", "EUR", "GBP", "JPY")

FactValue = str | int | bool | date | FirmNature | None
_EMPTY: Final = ""


def to_text(value: FactValue) -> str:
    """Return a fact as a change request keeps it.

    Args:
        value: The column's value.

    Returns:
        ISO days, decimal integers, ``true`` or ``false``, enum values; nothing for nothing.

    Source:
        Platform default.
    """
    match value:
        case None:
            return _EMPTY
        case bool():
            return "true" if value else "false"
        case FirmNature():
            return value.value
        case date():
            return value.isoformat()
        case _:
            return str(value)


def from_text(field: FactField, text: str) -> FactValue:
    """Return the value a change request keeps.

    Args:
        field: The fact.
        text: What ``to_text`` made of it.

    Returns:
        The column's value.

    Raises:
        ValueError: The text is none of ``to_text``'s.

    Source:
        Platform default.
    """
    match field:
        case FactField.NATURE:
            return FirmNature(text)
        case FactField.REGISTERED_ON | FactField.BUSINESS_UNTIL_ON:
            return date.fromisoformat(text) if text else None
        case FactField.REGISTERED_CAPITAL_FEN:
            return int(text) if text else None
        case FactField.PHYSICALLY_PRESENT:
            return text == "true"
        case _:
            return text


def changes_between(
    before: Mapping[FactField, FactValue], after: Mapping[FactField, FactValue]
) -> list[FactField]:
    """List the facts that differ, in the order of ``FactField``.

    Args:
        before: The facts in force.
        after: The facts proposed; those left out stay.

    Returns:
        The facts to check again: these and no others.

    Source:
        Handbook, domain.md section 4.5 (field-level difference, re-check of that part only).
    """
    return [one for one in FactField if one in after and after[one] != before[one]]


def stage_due(days: Sequence[int], end_on: date, today: date) -> int | None:
    """Return the reminder whose time has come: the nearest to the end of those reached.

    Args:
        days: How many days before the end to remind, in any order.
        end_on: The last day.
        today: The Beijing day.

    Returns:
        One of ``days``; none before the first or after the end.

    Source:
        Handbook, domain.md section 4.5 (reminders at 60, 30 and 7 days).
    """
    left = (end_on - today).days
    reached = [one for one in days if 0 <= left <= one]
    return min(reached, default=None)


def reminder_days(days: Iterable[int], end_on: date) -> list[date]:
    """Return the days on which to remind of an end, the earliest first.

    Args:
        days: How many days before the end to remind.
        end_on: The last day.

    Returns:
        One day for each.

    Source:
        Handbook, domain.md section 4.5.
    """
    return sorted(end_on - timedelta(days=one) for one in days)


_HIDDEN: Final[Sequence[tuple[re.Pattern[str], str]]] = (
    (re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+", re.ASCII), "***"),
    (re.compile(r"(?<!\d)\d{6}(?:18|19|20)\d{9}[\dXx](?![\dXx])"), "***"),
    (re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"), "***"),
    (re.compile(r"(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)"), "***"),
    (re.compile(r"(?<!\d)\d{15,19}(?!\d)"), "***"),
)


def masked(text: str) -> str:
    """Return a stranger's words without the numbers by which a person could be reached.

    Args:
        text: What was written.

    Returns:
        The text with e-mail addresses, identity, telephone and account numbers struck out.

    Source:
        Personal Information Protection Law, articles 6 and 28 (no more than is needed; sensitive
        personal information).
    """
    for pattern, instead in _HIDDEN:
        text = pattern.sub(instead, text)
    return text
