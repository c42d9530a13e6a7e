"""Who contributed to a draw's seed, as pages show it: committed, revealed, or absent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from market.accounts.model import Organisation
from market.db import UnitOfWork
from market.draws import queries
from market.draws.model import Draw, Enrolment
from market.draws.model_later import Contributor
from market.draws.rules import DrawState, EnrolmentState
from market.firms.model import Firm


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one contributor of a draw did, and what it may still do.

    ``name`` is empty for an enrolment that the public cannot yet name. What was revealed counts:
    a reveal that does not is not stored.
    """

    who: str
    name: str
    number: int | None
    committed_at: datetime | None
    revealed_at: datetime | None
    value: str
    may_commit: bool
    may_reveal: bool
    is_absent: bool


def contributions(work: UnitOfWork, draw: Draw) -> list[Contribution]:
    """Return what each contributor of a draw did, in the order in which they count."""
    rows = queries.contributions_of(work, draw)
    names = _names(work, draw, rows) if rows else {}
    may_commit = draw.state is DrawState.OPEN and work.now < draw.enrol_close_at
    may_reveal = _may_reveal(work, draw) if rows else False
    over = draw.state in {DrawState.FROZEN, DrawState.DRAWN} and not may_reveal
    return [
        Contribution(
            who=row.who,
            name=names.get(row.who, ""),
            number=None if row.sequence is None else row.sequence + 1,
            committed_at=row.committed_at,
            revealed_at=row.revealed_at,
            value=row.value or "",
            may_commit=may_commit and row.commit is None,
            may_reveal=may_reveal and row.commit is not None and row.value is None,
            is_absent=over and row.value is None,
        )
        for row in rows
    ]


def _may_reveal(work: UnitOfWork, draw: Draw) -> bool:
    """Whether a reveal would still count."""
    in_time = draw.state is DrawState.FROZEN and work.now <= draw.reveal_by_at
    return in_time and queries.cut_of(work, draw) is None


def _names(work: UnitOfWork, draw: Draw, rows: Sequence[Contributor]) -> dict[str, str]:
    """Return the names of organisations, and of listed firms once the list is public."""
    ids = {row.organisation_id: row.who for row in rows if row.organisation_id is not None}
    found = work.session.execute(
        select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    )
    names = {ids[number]: name for number, name in found}
    if draw.state not in {DrawState.FROZEN, DrawState.DRAWN}:
        return names
    listed = work.session.execute(
        select(Enrolment.sequence, Firm.name)
        .join(Firm, Firm.id == Enrolment.firm_id)
        .where(Enrolment.draw_id == draw.id, Enrolment.state == EnrolmentState.ENROLLED)
    )
    by_sequence = {sequence: name for sequence, name in listed}  # noqa: C416 - rows are no pairs
    return names | {
        row.who: by_sequence[row.sequence]
        for row in rows
        if row.sequence is not None and row.sequence in by_sequence
    }
