"""What an operator's check can conclude, and the coded reasons for sending back. Pure."""

from enum import StrEnum


class CheckOutcome(StrEnum):
    """What one check concluded."""

    PASSED = "passed"
    RETURNED = "returned"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class QualificationState(StrEnum):
    """Whether the operator has compared a qualification, or a person's, with its source."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class ReturnReason(StrEnum):
    """Why a registration or a qualification was sent back."""

    FACTS_WRONG = "facts-wrong"
    QUALIFICATION_UNPROVEN = "qualification-unproven"
    QUALIFICATION_EXPIRED = "qualification-expired"
    STAFF_UNPROVEN = "staff-unproven"
    SERVICE_UNFIT = "service-unfit"
    FEE_UNCLEAR = "fee-unclear"
    OBJECTION_UPHELD = "objection-upheld"
    OTHER = "other"
