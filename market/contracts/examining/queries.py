"""Finding examinations and their steps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select

from market.access import Permission
from market.accounts.model import Organisation
from market.catalogue.files import current_catalogue
from market.contracts.examining.model import Examination, ExaminationStep
from market.contracts.examining.rules import ASKED, ExamMove, ExamState
from market.contracts.model import Contract, Deliverable, Review, ReviewOverturned
from market.contracts.rules import LIVE, ReturnReason
from market.db import UnitOfWork
from market.errors import MissingError
from market.files import StoredFile
from market.needs.model import Need
from market.needs.queries import by_id as need_by_id
from market.needs.scope import looks_after, within
from market.sweeping import Due, due_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step with the round it belongs to, its file and who took it."""

    row: ExaminationStep
    round_no: int
    file: StoredFile | None
    by_name: str | None


def current(work: UnitOfWork, contract: Contract) -> Examination:
    """Return the examination of a contract's last round, held against every other change.

    Raises:
        MissingError: No round was handed in.
    """
    found = work.session.scalar(
        select(Examination)
        .where(Examination.contract_id == contract.id)
        .order_by(Examination.id.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise MissingError
    return found


def last_of(work: UnitOfWork, contract: Contract) -> Examination | None:
    """Return the examination of a contract's last round, if there is one."""
    return last_of_each(work, [contract]).get(contract.id)


def last_of_each(work: UnitOfWork, contracts: Iterable[Contract]) -> dict[int, Examination]:
    """Return the examination of the last round of each contract, by the contracts' ids."""
    rows = work.session.scalars(
        select(Examination)
        .where(Examination.contract_id.in_([contract.id for contract in contracts]))
        .order_by(Examination.id)
    )
    return {row.contract_id: row for row in rows}


def steps_of(work: UnitOfWork, contract: Contract) -> list[Step]:
    """Return every step of every round of a contract, the earliest first."""
    rows = work.session.execute(
        select(ExaminationStep, Deliverable.round_no, StoredFile, Organisation.name)
        .join(Examination, Examination.id == ExaminationStep.examination_id)
        .join(Deliverable, Deliverable.id == Examination.deliverable_id)
        .outerjoin(StoredFile, StoredFile.id == ExaminationStep.file_id)
        .outerjoin(Organisation, Organisation.id == ExaminationStep.by_org_id)
        .where(Examination.contract_id == contract.id)
        .order_by(ExaminationStep.id)
    )
    return [Step(row=row, round_no=no, file=file, by_name=name) for row, no, file, name in rows]


def tolerated(work: UnitOfWork, exam: Examination) -> int:
    """Return how often the actor's organisation accepted a round with a document missing."""
    count = select(func.count(ExaminationStep.id)).where(
        ExaminationStep.examination_id == exam.id,
        ExaminationStep.move == ExamMove.TOLERATE,
        ExaminationStep.by_org_id == work.actor.org_id,
    )
    return work.session.scalar(count) or 0


def overturned_reasons(work: UnitOfWork, exam: Examination) -> frozenset[ReturnReason]:
    """Return for which reasons a round was returned, and the return was overturned."""
    rows = work.session.scalars(
        select(Review.reason)
        .join(ReviewOverturned, ReviewOverturned.review_id == Review.id)
        .where(Review.deliverable_id == exam.deliverable_id)
    )
    return frozenset(reason for reason in rows if reason is not None)


def has_file(work: UnitOfWork, contract: Contract, file_id: int) -> bool:
    """Whether a file was handed in as a supplement to a round of a contract."""
    found = exists().where(
        Examination.contract_id == contract.id,
        ExaminationStep.examination_id == Examination.id,
        ExaminationStep.file_id == file_id,
    )
    return bool(work.session.scalar(select(found)))


def review_days(work: UnitOfWork, contract: Contract) -> int | None:
    """Return how many working days an authority reviews a contract's work; None if none does."""
    need = need_by_id(work, contract.need_id)
    found = current_catalogue().latest(need.item_code)
    return found.review.working_days if found is not None and found.review else None


def for_reviewer(work: UnitOfWork, contract_id: int) -> Contract:
    """Return a contract whose work the actor's authority reviews: one of its items, now its turn.

    Raises:
        MissingError: It is another's, or no authority reviews it.
    """
    contract = work.session.get(Contract, contract_id)
    if contract is None or Permission.WORK_REVIEW not in work.actor.permissions:
        raise MissingError
    exam = last_of(work, contract)
    if exam is None or exam.review_working_days is None:
        raise MissingError
    if not looks_after(work, need_by_id(work, contract.need_id)):
        raise MissingError
    return contract


def to_review(work: UnitOfWork) -> list[tuple[Examination, Contract]]:
    """Return what waits for an opinion of the actor's authority, the earliest due first."""
    rows = work.session.execute(
        select(Examination, Contract)
        .join(Contract, Contract.id == Examination.contract_id)
        .join(Need, Need.id == Contract.need_id)
        .where(Examination.state == ExamState.UNDER_REVIEW, within(work))
        .order_by(Examination.due_at, Examination.id)
    )
    return [(exam, contract) for exam, contract in rows]


def late_reviews(work: UnitOfWork) -> list[tuple[Examination, Contract]]:
    """Return what an authority lets lie beyond its days."""
    return [(exam, contract) for exam, contract in to_review(work) if exam.overdue]


def asked_of_us(work: UnitOfWork) -> list[tuple[Examination, Contract]]:
    """Return what the actor's firm was asked to supply, the earliest due first."""
    rows = work.session.execute(
        select(Examination, Contract)
        .join(Contract, Contract.id == Examination.contract_id)
        .where(Contract.firm_org_id == work.actor.org_id, Examination.state.in_(ASKED))
        .order_by(Examination.due_at, Examination.id)
    )
    return [(exam, contract) for exam, contract in rows]


def failed_often(work: UnitOfWork, least: int) -> Sequence[Contract]:
    """Return the live contracts of the actor's items whose work failed so often at a review."""
    return work.session.scalars(
        select(Contract)
        .join(Need, Need.id == Contract.need_id)
        .join(Examination, Examination.contract_id == Contract.id)
        .where(Examination.state == ExamState.FAILED, Contract.state.in_(LIVE), within(work))
        .group_by(Contract.id)
        .having(func.count(Examination.id) >= least)
        .order_by(Contract.id)
    ).all()


def due(work: UnitOfWork, after: Due | None, limit: int) -> list[Due]:
    """Return the examinations that time must look at, the earliest first."""
    return due_rows(work, Examination.next_check_at, Examination.id, after=after, limit=limit)
