"""Counting the opinions of those who examine deliverables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from market.accounts.model import Organisation
from market.contracts.examining.model import Examination, ExaminationStep
from market.contracts.examining.rules import ExamMove
from market.contracts.model import Contract, ReviewOverturned
from market.contracts.opinions.rules import CORRECTED, GOOD, OPINIONS, SILENT, TURNED_DOWN, Tally
from market.db import UnitOfWork
from market.firms.model import Firm
from market.needs.model import Need
from market.needs.scope import within


@dataclass(frozen=True, slots=True, kw_only=True)
class ByItem:
    """What a reviewer said of the work of one item; of one firm where ``firm`` names it."""

    reviewer: str
    item_code: str
    firm: str
    tally: Tally


def by_item(work: UnitOfWork) -> list[ByItem]:
    """Return what each reviewer said, by service item, for anyone."""
    rows = work.session.execute(
        select(Organisation.name, Need.item_code, ExaminationStep.move, func.count())
        .select_from(ExaminationStep)
        .join(Examination, Examination.id == ExaminationStep.examination_id)
        .join(Contract, Contract.id == Examination.contract_id)
        .join(Need, Need.id == Contract.need_id)
        .join(Organisation, Organisation.id == ExaminationStep.by_org_id)
        .where(ExaminationStep.move.in_(OPINIONS))
        .group_by(Organisation.id, Organisation.name, Need.item_code, ExaminationStep.move)
    ).all()
    undone = {
        (name, code, ""): count
        for name, code, count in work.session.execute(
            select(Organisation.name, Need.item_code, func.count())
            .select_from(ReviewOverturned)
            .join(Contract, Contract.id == ReviewOverturned.contract_id)
            .join(Need, Need.id == Contract.need_id)
            .join(Organisation, Organisation.id == ReviewOverturned.reviewer_org_id)
            .group_by(Organisation.id, Organisation.name, Need.item_code)
        )
    }
    silent = {
        (name, code, ""): count
        for name, code, count in work.session.execute(
            _silence()
            .with_only_columns(Organisation.name, Need.item_code, func.count())
            .group_by(Organisation.id, Organisation.name, Need.item_code)
        )
    }
    found = ((name, code, "", move, count) for name, code, move, count in rows)
    return _tallied(found, undone, silent)


def by_firm(work: UnitOfWork) -> list[ByItem]:
    """Return what each reviewer said of each firm, within what the actor looks after."""
    rows = work.session.execute(
        select(Organisation.name, Need.item_code, Firm.name, ExaminationStep.move, func.count())
        .select_from(ExaminationStep)
        .join(Examination, Examination.id == ExaminationStep.examination_id)
        .join(Contract, Contract.id == Examination.contract_id)
        .join(Need, Need.id == Contract.need_id)
        .join(Firm, Firm.id == Contract.firm_id)
        .join(Organisation, Organisation.id == ExaminationStep.by_org_id)
        .where(ExaminationStep.move.in_(OPINIONS), within(work))
        .group_by(
            Organisation.id,
            Organisation.name,
            Need.item_code,
            Firm.id,
            Firm.name,
            ExaminationStep.move,
        )
    ).all()
    undone = {
        (name, code, firm): count
        for name, code, firm, count in work.session.execute(
            select(Organisation.name, Need.item_code, Firm.name, func.count())
            .select_from(ReviewOverturned)
            .join(Contract, Contract.id == ReviewOverturned.contract_id)
            .join(Need, Need.id == Contract.need_id)
            .join(Firm, Firm.id == Contract.firm_id)
            .join(Organisation, Organisation.id == ReviewOverturned.reviewer_org_id)
            .where(within(work))
            .group_by(Organisation.id, Organisation.name, Need.item_code, Firm.id, Firm.name)
        )
    }
    found = ((name, code, firm, move, count) for name, code, firm, move, count in rows)
    silent = {
        (name, code, firm): count
        for name, code, firm, count in work.session.execute(
            _silence()
            .join(Firm, Firm.id == Contract.firm_id)
            .where(within(work))
            .with_only_columns(Organisation.name, Need.item_code, Firm.name, func.count())
            .group_by(Organisation.id, Organisation.name, Need.item_code, Firm.id, Firm.name)
        )
    }
    return _tallied(found, undone, silent)


def _silence() -> Select[Any]:
    """Return where owners let their days pass: each is counted with its owner."""
    return (
        select(ExaminationStep.id)
        .join(Examination, Examination.id == ExaminationStep.examination_id)
        .join(Contract, Contract.id == Examination.contract_id)
        .join(Need, Need.id == Contract.need_id)
        .join(Organisation, Organisation.id == Contract.owner_org_id)
        .where(ExaminationStep.move.in_(SILENT))
    )


def _tallied(
    rows: Iterable[tuple[str, str, str, ExamMove, int]],
    undone: Mapping[tuple[str, str, str], int],
    silent: Mapping[tuple[str, str, str], int],
) -> list[ByItem]:
    counts: dict[tuple[str, str, str], dict[ExamMove, int]] = {key: {} for key in silent}
    for name, code, firm, move, count in rows:
        counts.setdefault((name, code, firm), {})[move] = count
    found = [
        ByItem(
            reviewer=name,
            item_code=code,
            firm=firm,
            tally=Tally(
                good=sum(of.get(move, 0) for move in GOOD),
                corrected=sum(of.get(move, 0) for move in CORRECTED),
                turned_down=sum(of.get(move, 0) for move in TURNED_DOWN),
                overturned=undone.get((name, code, firm), 0),
                silent=silent.get((name, code, firm), 0),
            ),
        )
        for (name, code, firm), of in counts.items()
    ]
    return sorted(found, key=lambda one: (-one.tally.total, one.reviewer, one.item_code, one.firm))
