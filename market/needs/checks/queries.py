"""Finding what the checks left behind."""

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import select

from market.db import UnitOfWork
from market.needs.checks.model import NeedExamination, NeedJustification
from market.needs.model import Need


def justifications_of(work: UnitOfWork, need: Need) -> Sequence[NeedJustification]:
    """Return the explanations of a need, in the order in which they were first written."""
    return work.session.scalars(
        select(NeedJustification)
        .where(NeedJustification.need_id == need.id)
        .order_by(NeedJustification.id)
    ).all()


def justified(work: UnitOfWork, need: Need) -> dict[str, NeedJustification]:
    """Return the explanations of a need by the key of their finding."""
    return {row.key: row for row in justifications_of(work, need)}


def last_examination(work: UnitOfWork, need: Need) -> NeedExamination | None:
    """Return what was found when the need last took a step."""
    return work.session.scalar(
        select(NeedExamination)
        .where(NeedExamination.need_id == need.id)
        .order_by(NeedExamination.id.desc())
        .limit(1)
    )


def found_then(examination: NeedExamination) -> Mapping[str, str]:
    """Return the grounds of an examination by the keys of its findings."""
    found: dict[str, str] = json.loads(examination.found)
    return found
