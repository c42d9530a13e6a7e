"""Finding documents. What an actor may not know of is missing, not forbidden."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, select

from market import regulations
from market.access import OrgKind, Permission
from market.accounts.model import Organisation, User
from market.db import UnitOfWork
from market.documents import resting
from market.documents.model import Document, DocumentReading, OwnerBuyer
from market.documents.resting import Rest
from market.documents.rules import PERSONAL, DocKind, DocState, Subject
from market.errors import MissingError
from market.files import StoredFile
from market.firms import queries as firms
from market.firms import queries_past_projects
from market.firms.checks import COUNTED
from market.firms.model import Firm, FirmQualification, FirmStaff
from market.firms.model_entry import FirmDelegate
from market.firms.model_insurance import StaffInsurance
from market.firms.model_past_projects import PastProject
from market.firms.past_projects import PROVABLE
from market.labels import label_of

RULES: Final = "documents"
_SHOWN: Final = 200
_WAITING: Final = (Document.state == DocState.HELD, Document.erased_at.is_(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One place of a list of documents: what belongs there, and what is there now."""

    subject: Subject
    subject_id: int
    kind: DocKind
    about: str
    required: bool
    current: Document | None
    # What was decided on it, and keeps it from being replaced.
    fixed_by: Rest | None

    @property
    def is_missing(self) -> bool:
        """Whether it must be handed in before anything goes on."""
        return self.required and not self.stands

    @property
    def stands(self) -> bool:
        """Whether there is one that nobody refused and that has not ended."""
        now = self.current
        return now is not None and now.state is not DocState.REJECTED and now.erased_at is None

    @property
    def name(self) -> str:
        """What it is called; what it is about, where that says more."""
        words = label_of(self.kind).text
        return f"{words}（{self.about}）" if self.about else words


def current(work: UnitOfWork, subject: Subject, subject_id: int, kind: DocKind) -> Document | None:
    """Return the newest version of a document."""
    return work.session.scalar(
        select(Document).where(
            Document.subject == subject,
            Document.subject_id == subject_id,
            Document.kind == kind,
            Document.state != DocState.REPLACED,
        )
    )


def all_about(work: UnitOfWork, subject: Subject, subject_id: int) -> Sequence[Document]:
    """Return the newest version of every document about one row."""
    return work.session.scalars(
        select(Document).where(
            Document.subject == subject,
            Document.subject_id == subject_id,
            Document.state != DocState.REPLACED,
        )
    ).all()


def current_of(work: UnitOfWork, org_id: int) -> dict[tuple[Subject, int, DocKind], Document]:
    """Return the newest version of everything an organisation handed in."""
    rows = work.session.scalars(
        select(Document).where(Document.org_id == org_id, Document.state != DocState.REPLACED)
    )
    return {(row.subject, row.subject_id, row.kind): row for row in rows}


def firm_slots(work: UnitOfWork, firm: Firm) -> list[Slot]:
    """Return the list of a firm's documents, by what the firm is and states today."""
    rules = regulations.in_force(RULES, work.today)
    held = current_of(work, firm.organisation_id)
    wanted = rules.texts("firm.required")
    of_firm = (DocKind.LICENCE, DocKind.LEGAL_ID, DocKind.PROMISE)
    places: list[tuple[Subject, int, DocKind, str, bool]] = [
        (Subject.FIRM, firm.id, kind, "", kind.value in wanted) for kind in of_firm
    ]
    for row in firms.qualifications(work, firm.id):
        due = rules.flag("firm.certificates") and row.state not in COUNTED
        about = " ".join(filter(None, (row.name, row.major, row.number)))
        places.append((Subject.QUALIFICATION, row.id, DocKind.CERTIFICATE, about, due))
    for delegate, name in _delegates(work, firm):
        kinds = (DocKind.LETTER, DocKind.TRUSTEE_ID)
        places.extend((Subject.DELEGATE, delegate.id, kind, name, False) for kind in kinds)
    for evidence, name in _insurances(work, firm):
        months = f"{name} {evidence.from_on:%Y-%m}—{evidence.to_on:%Y-%m}"
        places.append((Subject.INSURANCE, evidence.id, DocKind.INSURANCE, months, False))
    for project in queries_past_projects.of_firm(work, firm.id, *PROVABLE):
        about = project.project_name
        places.append((Subject.PAST_PROJECT, project.id, DocKind.PERFORMANCE, about, False))
    return _slots(work, places, held)


def owner_slots(work: UnitOfWork, org_id: int) -> list[Slot]:
    """Return the list of the documents of an owner that registers itself."""
    wanted = regulations.in_force(RULES, work.today).texts("owner.required")
    kinds = (DocKind.LICENCE, DocKind.LETTER, DocKind.TRUSTEE_ID)
    places = [(Subject.OWNER, org_id, kind, "", kind.value in wanted) for kind in kinds]
    return _slots(work, places, current_of(work, org_id))


def _slots(
    work: UnitOfWork,
    places: Sequence[tuple[Subject, int, DocKind, str, bool]],
    held: dict[tuple[Subject, int, DocKind], Document],
) -> list[Slot]:
    return [
        Slot(
            subject=subject,
            subject_id=subject_id,
            kind=kind,
            about=about,
            required=required,
            current=(now := held.get((subject, subject_id, kind))),
            fixed_by=resting.fixing(work, now),
        )
        for subject, subject_id, kind, about, required in places
    ]


def _delegates(work: UnitOfWork, firm: Firm) -> Sequence[tuple[FirmDelegate, str]]:
    rows = work.session.execute(
        select(FirmDelegate, User.name)
        .join(User, User.id == FirmDelegate.user_id)
        .where(FirmDelegate.firm_id == firm.id, FirmDelegate.ended_at.is_(None))
        .order_by(FirmDelegate.id)
    )
    return [(row, name) for row, name in rows]


def _insurances(work: UnitOfWork, firm: Firm) -> Sequence[tuple[StaffInsurance, str]]:
    rows = work.session.execute(
        select(StaffInsurance, FirmStaff.name)
        .join(FirmStaff, FirmStaff.id == StaffInsurance.staff_id)
        .where(FirmStaff.firm_id == firm.id, FirmStaff.left_at.is_(None))
        .order_by(StaffInsurance.id)
    )
    return [(row, name) for row, name in rows]


OwnSubject = Callable[[UnitOfWork, int], bool]
_ELSEWHERE: Final[dict[Subject, OwnSubject]] = {}


def provide_subject(subject: Subject, is_own: OwnSubject) -> None:
    """Register what a feature above has documents about, and whether one is the actor's own."""
    _ELSEWHERE[subject] = is_own


def subject_of_own(work: UnitOfWork, subject: Subject, subject_id: int) -> None:
    """Refuse a subject that is not the actor's own organisation's.

    Raises:
        MissingError: There is none that the actor may know of.
    """
    if subject in _ELSEWHERE:
        if not _ELSEWHERE[subject](work, subject_id):
            raise MissingError
        return
    of_firm = Firm.organisation_id == work.org_id
    found: dict[Subject, ColumnElement[bool]] = {
        Subject.FIRM: select(Firm.id).where(Firm.id == subject_id, of_firm).exists(),
        Subject.QUALIFICATION: select(FirmQualification.id)
        .join(Firm, Firm.id == FirmQualification.firm_id)
        .where(FirmQualification.id == subject_id, of_firm)
        .exists(),
        Subject.DELEGATE: select(FirmDelegate.id)
        .join(Firm, Firm.id == FirmDelegate.firm_id)
        .where(FirmDelegate.id == subject_id, of_firm)
        .exists(),
        Subject.INSURANCE: select(StaffInsurance.id)
        .join(FirmStaff, FirmStaff.id == StaffInsurance.staff_id)
        .join(Firm, Firm.id == FirmStaff.firm_id)
        .where(StaffInsurance.id == subject_id, of_firm)
        .exists(),
        Subject.PAST_PROJECT: select(PastProject.id)
        .join(Firm, Firm.id == PastProject.firm_id)
        .where(PastProject.id == subject_id, of_firm)
        .exists(),
        Subject.OWNER: select(Organisation.id)
        .where(
            Organisation.id == subject_id,
            Organisation.id == work.org_id,
            Organisation.kind == OrgKind.OWNER,
        )
        .exists(),
        Subject.BUYER: select(OwnerBuyer.id)
        .where(OwnerBuyer.id == subject_id, OwnerBuyer.organisation_id == work.org_id)
        .exists(),
    }
    if subject not in found or not work.session.scalar(select(found[subject])):
        raise MissingError


def readable(work: UnitOfWork, document_id: int) -> Document:
    """Return a document to its own organisation, or to the operator that checks it.

    Raises:
        MissingError: There is none that the actor may know of.
    """
    may = work.actor.permissions
    wanted = select(Document).where(Document.id == document_id)
    if Permission.DOCUMENT_CHECK not in may:
        own = work.actor.org_id if Permission.DOCUMENT_HAND_IN in may else None
        wanted = wanted.where(Document.org_id == own)
    found = work.session.scalar(wanted)
    if found is None:
        raise MissingError
    return found


def to_decide(work: UnitOfWork, document_id: int) -> Document:
    """Return a document for the operator's decision, held against every other change.

    Raises:
        MissingError: There is none.
    """
    found = work.session.scalar(
        select(Document)
        .where(Document.id == document_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise MissingError
    return found


def waiting(
    work: UnitOfWork, *, limit: int, offset: int = 0
) -> list[tuple[Document, StoredFile, Organisation]]:
    """Return the documents that wait for the operator: the oldest first."""
    rows = work.session.execute(
        select(Document, StoredFile, Organisation)
        .join(StoredFile, StoredFile.id == Document.file_id)
        .join(Organisation, Organisation.id == Document.org_id)
        .where(*_WAITING)
        .order_by(Document.handed_in_at, Document.id)
        .limit(limit)
        .offset(offset)
    )
    return [(document, file, organisation) for document, file, organisation in rows]


def count_waiting(work: UnitOfWork) -> int:
    """Return how many ``waiting`` chooses from."""
    held = select(func.count(Document.id)).where(*_WAITING)
    return work.session.scalar(held) or 0


def history(work: UnitOfWork, document: Document) -> Sequence[Document]:
    """Return every version of a document, the newest first."""
    return work.session.scalars(
        select(Document)
        .where(
            Document.subject == document.subject,
            Document.subject_id == document.subject_id,
            Document.kind == document.kind,
        )
        .order_by(Document.id.desc())
    ).all()


def readings(work: UnitOfWork, document: Document) -> list[tuple[DocumentReading, str, str]]:
    """Return who opened a document, with their organisation: the last first."""
    rows = work.session.execute(
        select(DocumentReading, User.name, Organisation.name)
        .join(User, User.id == DocumentReading.read_by_id)
        .join(Organisation, Organisation.id == DocumentReading.org_id)
        .where(DocumentReading.document_id == document.id)
        .order_by(DocumentReading.id.desc())
        .limit(_SHOWN)
    )
    return [(reading, person, organisation) for reading, person, organisation in rows]


def must_be_opened(work: UnitOfWork, document: Document) -> bool:
    """Whether a look at the document is written down before it is handed out."""
    return document.kind in PERSONAL or document.org_id != work.org_id


def is_open(work: UnitOfWork, document: Document) -> bool:
    """Whether the actor may have the bytes now: nothing to write down, or it was just done."""
    if not must_be_opened(work, document):
        return True
    minutes = regulations.in_force(RULES, work.today).integer("reading.minutes")
    return (
        work.session.scalar(
            select(DocumentReading.id)
            .where(
                DocumentReading.document_id == document.id,
                DocumentReading.read_by_id == work.user_id,
                DocumentReading.read_at > work.now - timedelta(minutes=minutes),
            )
            .limit(1)
        )
        is not None
    )


def is_full(work: UnitOfWork, most: int) -> bool:
    """Whether the actor's organisation has handed in as much as it may in a day."""
    count = work.session.scalar(
        select(func.count())
        .select_from(Document)
        .where(Document.org_id == work.org_id, Document.handed_in_at > work.now - timedelta(days=1))
    )
    return (count or 0) >= most


def file_of(work: UnitOfWork, document: Document) -> StoredFile:
    """Return the file of a document."""
    return work.session.get_one(StoredFile, document.file_id)
