"""What an operator's check can conclude, and the coded reasons for sending back. Pure."""

from enum import StrEnum


class CheckOutcome(StrEnum):
    """What one check concluded."""

    PASSED = "passed"
    RETURNED = "returned"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    PROMISE_TRUE = "promise-true"
    PROMISE_FALSE = "promise-false"
    PAUSED = "paused"
    RESUMED = "resumed"
    REMOVAL_NOTIFIED = "removal-notified"
    REMOVAL_DROPPED = "removal-dropped"
    REMOVED = "removed"


class QualificationState(StrEnum):
    """Whether the operator has compared a qualification, or a person's, with its source."""

    PENDING = "pending"
    # Counts on the firm's signed promise until the operator has verified it (告知承诺制).
    PROMISED = "promised"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


# What a service may rest on once the firm is public.
COUNTED = frozenset({QualificationState.PROMISED, QualificationState.CONFIRMED})


class ReturnReason(StrEnum):
    """Why a registration or a qualification was sent back."""

    FACTS_WRONG = "facts-wrong"
    QUALIFICATION_UNPROVEN = "qualification-unproven"
    QUALIFICATION_EXPIRED = "qualification-expired"
    STAFF_UNPROVEN = "staff-unproven"
    SERVICE_UNFIT = "service-unfit"
    FEE_UNCLEAR = "fee-unclear"
    OBJECTION_UPHELD = "objection-upheld"
    PROMISE_FALSE = "promise-false"
    OTHER = "other"
