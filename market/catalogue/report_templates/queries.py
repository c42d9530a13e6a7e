"""Reading the templates of progress reports."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from market.catalogue.contract_texts.rules import TextState
from market.catalogue.report_templates.model import ReportTemplate
from market.catalogue.report_templates.shipped import shipped_for
from market.db import UnitOfWork
from market.errors import MissingError


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the reports of an item are asked for; the platform's own text has no version."""

    text: str
    version_no: int | None = None


def asked_for(work: UnitOfWork, item_code: str) -> Asked:
    """Return what the reports of an item are asked for now: the city's text, or the platform's."""
    row = work.session.scalar(
        select(ReportTemplate).where(
            ReportTemplate.item_code == item_code, ReportTemplate.state == TextState.IN_FORCE
        )
    )
    if row is None:
        return Asked(text=shipped_for(item_code))
    return Asked(text=row.text, version_no=row.version_no)


def by_id(work: UnitOfWork, template_id: int) -> ReportTemplate:
    """Return a template, for operators.

    Raises:
        MissingError: There is none.
    """
    row = work.session.get(ReportTemplate, template_id)
    if row is None:
        raise MissingError
    return row


def everything(work: UnitOfWork) -> Sequence[ReportTemplate]:
    """Return every template, the newest version of each item first."""
    return work.session.scalars(
        select(ReportTemplate).order_by(ReportTemplate.item_code, ReportTemplate.version_no.desc())
    ).all()


def waiting(work: UnitOfWork) -> Sequence[ReportTemplate]:
    """Return the templates that wait for a second person, the oldest first."""
    return work.session.scalars(
        select(ReportTemplate)
        .where(ReportTemplate.state == TextState.PROPOSED)
        .order_by(ReportTemplate.id)
    ).all()


def versions(work: UnitOfWork, item_code: str) -> Sequence[ReportTemplate]:
    """Return the versions of one item's template, the newest first."""
    return work.session.scalars(
        select(ReportTemplate)
        .where(ReportTemplate.item_code == item_code)
        .order_by(ReportTemplate.version_no.desc())
    ).all()


def digest_of(row: ReportTemplate) -> str:
    """Return the digest that the log has of a template's text."""
    return hashlib.sha256(row.text.encode()).hexdigest()
