"""What the public log is told about firms: by credit code, and never about a person."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from market.firms.checks import CheckOutcome, QualificationState
from market.firms.doubts import DoubtState
from market.firms.entry import (
    ChangeState,
    Deed,
    FactField,
    FeedbackReason,
    FeedbackState,
    ReminderSubject,
    RemovalState,
    VerificationState,
)
from market.firms.fees import FeeBasis, FeeKind
from market.firms.past_projects import ProjectState
from market.firms.rules import FirmState, Move, ServiceState, Standing
from market.journal import Entry, Salted
from market.sheets.rules import ImportState


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmMoved(Entry):
    """A registration moved."""

    kind: ClassVar[str] = "firm.moved.v1"
    firm: str
    move: Move
    state: FirmState
    regulation: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmChecked(Entry):
    """An operator decided a check; a refusal names its reasons."""

    kind: ClassVar[str] = "firm.checked.v1"
    firm: str
    outcome: CheckOutcome
    reasons: tuple[str, ...]
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseSigned(Entry):
    """A firm signed the promise; the digest is that of the exact words."""

    kind: ClassVar[str] = "firm.promise-signed.v1"
    firm: str
    text_version: str
    text_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceMoved(Entry):
    """A firm's service began, changed, froze, thawed or ended."""

    kind: ClassVar[str] = "firm.service-moved.v1"
    firm: str
    item: str
    state: ServiceState
    promised_working_days: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeePublished(Entry):
    """A firm published what it charges, as older logs say it; ``FeeDisclosed`` follows it."""

    kind: ClassVar[str] = "firm.fee-published.v1"
    firm: str
    item: str
    version: int
    basis: FeeBasis
    basis_document: str
    fee_kind: FeeKind
    amount_fen: int | None
    rate_ppm: int | None
    rate_base: str
    discount_bp: int | None
    min_fee_fen: int | None
    extra_charges: str
    valid_from_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeDisclosed(Entry):
    """A firm published what it charges, and signed with it the promise to charge no more.

    It follows ``firm.fee-published.v1``, which older logs hold and which is never changed.
    """

    kind: ClassVar[str] = "firm.fee-published.v2"
    firm: str
    item: str
    version: int
    basis: FeeBasis
    standard_id: str
    basis_document: str
    fee_kind: FeeKind
    amount_fen: int | None
    rate_ppm: int | None
    rate_base: str
    brackets: str
    unit_price_fen: int | None
    unit: str
    discount_bp: int | None
    discount_to_bp: int | None
    min_fee_fen: int | None
    max_fee_fen: int | None
    extra_charges: str
    valid_from_on: date
    valid_to_on: date | None
    promise_version: str
    promise_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QualificationEntered(Entry):
    """A firm stated a qualification."""

    kind: ClassVar[str] = "firm.qualification-entered.v1"
    firm: str
    qualification_kind: str
    name: str
    major: str
    grade: str
    number: str
    valid_from_on: date
    valid_to_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QualificationRemoved(Entry):
    """A firm took back a qualification nobody had confirmed."""

    kind: ClassVar[str] = "firm.qualification-removed.v1"
    firm: str
    qualification_kind: str
    name: str
    number: str
    valid_from_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class QualificationMoved(Entry):
    """What a firm stated counts on its promise, was confirmed, refused, or waits again."""

    kind: ClassVar[str] = "firm.qualification-moved.v1"
    firm: str
    qualification_kind: str
    number: str
    valid_from_on: date
    state: QualificationState


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffCounted(Entry):
    """Someone joined or left a firm; only how many there are now is public."""

    kind: ClassVar[str] = "firm.staff-counted.v1"
    firm: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingMoved(Entry):
    """A firm's standing changed."""

    kind: ClassVar[str] = "firm.standing-moved.v1"
    firm: str
    before: Standing
    standing: Standing
    until: datetime | None
    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmsImported(Entry):
    """An operator took over a list of firms; the digest is that of the file."""

    kind: ClassVar[str] = "firm.imported.v1"
    file_sha256: str
    firms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationMoved(Entry):
    """A promise on which a firm was listed is to be verified, or has been."""

    kind: ClassVar[str] = "firm.verification-moved.v1"
    firm: str
    state: VerificationState
    due_at: datetime
    regulation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackMoved(Entry):
    """Somebody handed in feedback on a firm in its publicity, or the operator answered it."""

    kind: ClassVar[str] = "firm.feedback-moved.v1"
    firm: str
    feedback: int
    reason: FeedbackReason
    state: FeedbackState
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FactChangeMoved(Entry):
    """A change of one fact was asked for, accepted, returned or withdrawn."""

    kind: ClassVar[str] = "firm.change-moved.v1"
    firm: str
    change: int
    fact: FactField
    state: ChangeState


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmReminded(Entry):
    """A firm was reminded that something ends."""

    kind: ClassVar[str] = "firm.reminded.v1"
    firm: str
    subject: ReminderSubject
    end_on: date
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalMoved(Entry):
    """The operator gave notice that a firm will be removed, dropped it, or it took effect."""

    kind: ClassVar[str] = "firm.removal-moved.v1"
    firm: str
    state: RemovalState
    effective_at: datetime
    reason_sha256: Salted


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegateMoved(Entry):
    """A person was authorised to act for a firm, or no longer is.

    ``authority`` is the firm's own running number of its authorities: it tells two apart and
    names nobody. ``firm.delegate-moved.v1``, in older logs, held an account number in its place.
    """

    kind: ClassVar[str] = "firm.delegate-moved.v2"
    firm: str
    authority: int
    deeds: tuple[Deed, ...]
    items: tuple[str, ...]
    until: date
    ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PastProjectMoved(Entry):
    """A firm stated, corrected or took back a past project, or the operator checked it.

    ``project`` is the firm's own running number. Project and client are there by digest only:
    the log is for ever, and a name in it could not be taken back.
    """

    kind: ClassVar[str] = "firm.past-project-moved.v1"
    firm: str
    project: int
    state: ProjectState
    item: str
    amount_fen: int
    signed_on: date
    completed_on: date
    facts_digest: Salted


@dataclass(frozen=True, slots=True, kw_only=True)
class PastProjectDoubted(Entry):
    """A verified past project was put in doubt, or that was decided.

    What the letters say is there by digest only; the firm's own statement is not there.
    """

    kind: ClassVar[str] = "firm.past-project-doubted.v1"
    doubt: str
    firm: str
    project: int
    state: DoubtState
    state_by_at: datetime
    text_digest: Salted
    regulation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOffered(Entry):
    """The operator entered a table for a firm, or the firm answered: it took it, or did not.

    Nothing of the table is here: what the firm takes is told by the entries of its own rows.
    """

    kind: ClassVar[str] = "firm.table-offered.v1"
    firm: str
    table: int
    subject: str
    rows: int
    state: ImportState
