"""A list of experts from a file: every row judged, then all of them entered, or none.

Whoever is entered waits for a second person like everybody else. Who is in the pool already, with
the same facts, is left alone: the same file twice changes nothing the second time.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from market.codes import id_number
from market.db import UnitOfWork
from market.errors import MarketError
from market.experts import queries
from market.experts.actions import ExpertFacts, enter
from market.experts.actions.pool import checked
from market.experts.errors import ExpertKnownError
from market.experts.model import Expert
from market.experts.rules import ExpertState
from market.experts.tables import EXPERT_COLUMNS, MOST_ROWS, facts_of
from market.sheets.columns import Problem, ReadRow, headings, problem_of, read_rows
from market.sheets.errors import TwiceInFileError
from market.sheets.reading import read_sheet


@dataclass(frozen=True, slots=True)
class Planned:
    """An expert who would be entered, and the identity number, of which a digest is kept."""

    facts: ExpertFacts
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a file says, row by row, and what is wrong with it."""

    rows: int
    fresh: tuple[Planned, ...]
    problems: tuple[Problem, ...]
    encoding: str
    sha256: str


def judge(work: UnitOfWork, content: bytes, key: bytes) -> Report:
    """Read a file and judge every row; nothing is changed.

    Raises:
        SheetError: The file is no table with the right heading.
    """
    sheet = read_sheet(content, headings(EXPERT_COLUMNS), MOST_ROWS)
    rows = read_rows(sheet, EXPERT_COLUMNS, work.today)
    problems = [problem for row in rows for problem in row.problems]
    seen: dict[str, int] = {}
    fresh = []
    for row in rows:
        if row.problems:
            continue
        try:
            planned = _planned(work, row, key, seen)
        except MarketError as error:
            problems.append(problem_of(EXPERT_COLUMNS, row, error))
        else:
            fresh += [planned] if planned else []
    return Report(
        rows=len(rows),
        fresh=tuple(fresh),
        problems=tuple(sorted(problems, key=lambda problem: problem.row)),
        encoding=sheet.encoding,
        sha256=hashlib.sha256(content).hexdigest(),
    )


def carry_out(work: UnitOfWork, planned: Sequence[Planned], key: bytes) -> list[Expert]:
    """Enter experts, whom another operator confirms one by one."""
    return [enter(work, each.facts, each.number, key) for each in planned]


def _planned(work: UnitOfWork, row: ReadRow, key: bytes, seen: dict[str, int]) -> Planned | None:
    """Return who would be entered; None for an expert who is there with the same facts."""
    facts, number = facts_of(row), str(row.values["id_number"])
    digest = id_number(number).digest(key)
    first = seen.setdefault(digest, row.number)
    if first != row.number:
        raise TwiceInFileError(first, "id_number")
    values = checked(work, facts)
    known = work.session.scalar(
        select(Expert).where(Expert.id_digest == digest, Expert.state != ExpertState.REMOVED)
    )
    if known is None:
        return Planned(facts, number)
    same = all(getattr(known, name) == value for name, value in values.items())
    if not same or set(queries.specialties_of(work, known)) != set(facts.items):
        raise ExpertKnownError(known.code)
    return None
