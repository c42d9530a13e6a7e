"""What rests on a document: asked before a newer version takes its place, and before it ends.

One question for both. A feature above says what of its own rests on a document: by the subject
that it has documents about (``provide_subject``), or for everything of an organisation
(``provide``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from market.db import UnitOfWork
from market.documents.model import Document, OwnerBuyer, OwnerRegistration
from market.documents.owner_rules import EDITABLE as OWNER_EDITABLE
from market.documents.rules import DocState, Subject
from market.errors import MarketError, msgid
from market.firms import queries as firms
from market.firms import ties
from market.firms.checks import COUNTED, QualificationState
from market.firms.model import Firm, FirmQualification, FirmStaff
from market.firms.model_entry import FirmDelegate
from market.firms.model_insurance import StaffInsurance
from market.firms.model_past_projects import PastProject
from market.firms.past_projects import ProjectState
from market.firms.rules import EDITABLE, FirmState

# A firm that never went on from here hands in nothing that anybody decides on.
IDLE: Final = frozenset({FirmState.DRAFT, FirmState.RETURNED, FirmState.LEFT, FirmState.REMOVED})
NEWEST: Final = frozenset({DocState.HELD, DocState.CLEARED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """One thing that rests on a document, or is still to be decided on it.

    ``what`` and ``advice`` are msgids. Where there is ``advice``, somebody has decided: a document
    that was taken for it stays, and the advice says what to do instead of replacing it.
    """

    what: str
    name: str
    advice: str = ""


class DocumentBoundError(MarketError):
    """Something verified rests on the document: no other takes its place."""

    sentence = msgid("%(what)s“%(name)s”以这份材料为依据，不能更换。%(advice)s")

    def __init__(self, rest: Rest) -> None:
        super().__init__(field="file", what=rest.what, name=rest.name, advice=rest.advice)


OfSubject = Callable[[UnitOfWork, int], Rest | None]
OfDocument = Callable[[UnitOfWork, Document], Sequence[Rest]]
_OF_SUBJECT: Final[dict[Subject, OfSubject]] = {}
_OF_DOCUMENT: Final[dict[tuple[str, str], OfDocument]] = {}


def provide_subject(subject: Subject, function: OfSubject) -> None:
    """Ask a feature, from now on, what rests on the newest document about one of its rows."""
    _OF_SUBJECT[subject] = function


def provide(function: OfDocument) -> None:
    """Ask a feature, from now on, what rests on any document, whatever became of it."""
    _OF_DOCUMENT[function.__module__, function.__qualname__] = function


def on(work: UnitOfWork, document: Document) -> list[Rest]:
    """Return everything that rests on a document, or is still to be decided on it."""
    found = [rest for ask in _OF_DOCUMENT.values() for rest in ask(work, document)]
    if document.state in NEWEST:
        own = _of_subject(work, document)
        found += [own] if own else []
    if document.state is DocState.HELD:
        found += _going_on(work, document)
    return found


def fixing(work: UnitOfWork, document: Document | None) -> Rest | None:
    """Return what was decided on a document that was taken, and keeps it from being replaced."""
    if document is None or document.state is not DocState.CLEARED:
        return None
    rest = _of_subject(work, document)
    return rest if rest and rest.advice else None


def require_free(work: UnitOfWork, document: Document | None) -> None:
    """Refuse to replace a document on which something verified rests.

    Raises:
        DocumentBoundError: It names what, and says what to do instead.
    """
    if rest := fixing(work, document):
        raise DocumentBoundError(rest)


def _of_subject(work: UnitOfWork, document: Document) -> Rest | None:
    ask = _OF_SUBJECT.get(document.subject)
    # A process that does not know the feature ends nothing of it.
    return ask(work, document.subject_id) if ask else Rest(what=document.subject, name="")


def _going_on(work: UnitOfWork, document: Document) -> list[Rest]:
    """Return the draws, awards and contracts that go on with a firm: nothing of it ends before."""
    firm = firms.of_org_or_none(work, document.org_id)
    bound = ties.of(work, firm) if firm else ()
    return [Rest(what=msgid("正在办理的事项"), name=str(tie)) for tie in bound]


def _firm(work: UnitOfWork, firm_id: int) -> Rest | None:
    firm = work.session.get(Firm, firm_id)
    if firm is None or firm.state in IDLE:
        return None
    return Rest(what=msgid("机构入驻"), name=firm.name)


def _qualification(work: UnitOfWork, qualification_id: int) -> Rest | None:
    row = work.session.get(FirmQualification, qualification_id)
    if row is None:
        return None
    state = work.session.get_one(Firm, row.firm_id).state
    if row.state is QualificationState.PENDING and state not in IDLE:
        return Rest(what=msgid("待核对的资质"), name=row.name)
    if row.state not in COUNTED:
        return None
    # A registration that was sent back is mended; its certificates with it.
    is_fixed = row.state is QualificationState.CONFIRMED and state not in EDITABLE
    advice = msgid("证书换发的，请新增一项资质，并为它上传新证书。")
    return Rest(what=msgid("已核对的资质"), name=row.name, advice=advice if is_fixed else "")


def _delegate(work: UnitOfWork, delegate_id: int) -> Rest | None:
    row = work.session.get(FirmDelegate, delegate_id)
    if row is None or row.ended_at is not None or row.valid_to_on < work.today:
        return None
    return Rest(what=msgid("机构的授权"), name=row.letter)


def _insurance(work: UnitOfWork, evidence_id: int) -> Rest | None:
    row = work.session.get(StaffInsurance, evidence_id)
    member = work.session.get(FirmStaff, row.staff_id) if row else None
    if row is None or member is None:
        return None
    months = f"{row.from_on:%Y-%m}—{row.to_on:%Y-%m}"
    if row.state is QualificationState.CONFIRMED:
        advice = msgid("有新的缴费月份的，请另行填报一项社会保险证明。")
        return Rest(what=msgid("已核对的社会保险证明"), name=months, advice=advice)
    idle = work.session.get_one(Firm, member.firm_id).state in IDLE
    if row.state is not QualificationState.PENDING or member.left_at is not None or idle:
        return None
    return Rest(what=msgid("待核对的社会保险证明"), name=months)


def _past_project(work: UnitOfWork, project_id: int) -> Rest | None:
    row = work.session.get(PastProject, project_id)
    if row is None:
        return None
    if row.state is ProjectState.VERIFIED:
        advice = msgid("证明有变化的，请先撤回这项业绩，再重新填报并上传新的证明。")
        return Rest(what=msgid("已核实的业绩"), name=row.project_name, advice=advice)
    idle = work.session.get_one(Firm, row.firm_id).state in IDLE
    if row.state is not ProjectState.DECLARED or idle:
        return None
    return Rest(what=msgid("待核实的业绩"), name=row.project_name)


def _owner(work: UnitOfWork, organisation_id: int) -> Rest | None:
    entered = select(OwnerRegistration.state).where(
        OwnerRegistration.organisation_id == organisation_id
    )
    if work.session.scalar(entered) in OWNER_EDITABLE:
        return None
    return Rest(what=msgid("业主登记"), name="")


def _buyer(work: UnitOfWork, buyer_id: int) -> Rest | None:
    row = work.session.get(OwnerBuyer, buyer_id)
    if row is None or row.ended_at is not None or row.valid_to_on < work.today:
        return None
    return Rest(what=msgid("采购授权"), name=str(row.reference))


_OF_SUBJECT.update(
    {
        Subject.FIRM: _firm,
        Subject.QUALIFICATION: _qualification,
        Subject.DELEGATE: _delegate,
        Subject.INSURANCE: _insurance,
        Subject.PAST_PROJECT: _past_project,
        Subject.OWNER: _owner,
        Subject.BUYER: _buyer,
    }
)
