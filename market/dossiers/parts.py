"""What goes into a dossier: uploads as they are, and facts written out as JSON and CSV."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from io import StringIO
from typing import Final

from market.clock import BEIJING
from market.contracts.model import Contract
from market.db import Base, UnitOfWork
from market.dossiers.contents import LETTERS, SECTIONS, TIME, WORK
from market.dossiers.rules import check_path, digest_of
from market.dossiers.selection import SELECTION
from market.dossiers.sheets import Case, Section, Sheet, rows_of, uploads_of, values_of
from market.draws import bundles
from market.draws.model import Award
from market.draws.queries.finding import draws_of_need
from market.installation import Installation
from market.letters.model import Letter, LetterFile
from market.letters.typesetting import rendered
from market.needs.model import Need
from market.needs.queries import notices_of
from market.rereview.results import results_of
from market.timelines.queries import timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file: an upload, or bytes made for the dossier."""

    path: str
    digest: str
    stored_file_id: int | None = None
    body: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A table of the dossier with what is in it."""

    sheet: Sheet
    rows: Sequence[Base]
    lines: Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """A part of the dossier: its tables, and every file that comes with it."""

    section: Section
    filled: Sequence[Filled]
    parts: Sequence[Part]


def case_of(work: UnitOfWork, here: Installation, contract: Contract) -> Case:
    """Return what a contract's dossier is about."""
    award = work.session.get_one(Award, contract.award_id)
    need = work.session.get_one(Need, contract.need_id)
    return Case(work, here, contract, award, need)


def gathered(case: Case) -> list[Gathered]:
    """Return every part of a contract's dossier, as things stand."""
    return [_gather(case, section) for section in SECTIONS]


def _gather(case: Case, section: Section) -> Gathered:
    filled: list[Filled] = []
    parts = list(_MORE[section](case)) if section in _MORE else []
    for sheet in section.sheets:
        rows = rows_of(case, sheet)
        lines = [values_of(case, sheet, row) for row in rows]
        filled.append(Filled(sheet=sheet, rows=rows, lines=lines))
        parts.append(table(sheet.path, sheet.columns, lines))
        parts += [
            Part(path=check_path(path), digest=stored.digest, stored_file_id=stored.id)
            for path, stored in uploads_of(case, sheet, rows)
        ]
    return Gathered(section=section, filled=filled, parts=parts)


def _selection(case: Case) -> Iterator[Part]:
    for notice in notices_of(case.work, case.need):
        yield made(f"selection/{notice.number}.json", notice.document)
    for draw in draws_of_need(case.work, case.need.id):
        if bundles.is_ready(draw):
            bundle = bundles.bundle_of(case.work, case.here, draw)
            yield made(f"selection/attempt-{draw.attempt}.ismdraw.zip", bundle)


def _work(case: Case) -> Iterator[Part]:
    """Yield what each re-review published at its end."""
    for number, body in results_of(case.work, case.contract):
        yield made(f"deliverables/rereview-{number}-result.json", body)


def _time(case: Case) -> Iterator[Part]:
    line = timeline(case.work, case.need.number, case.award.number, for_good=True)
    header = ("at", "step", "why", "account", "after_on", "until_on", "working_days", "days")
    yield table(
        "time/timeline.csv",
        header,
        [
            (s.moment.at, s.moment.step, "；".join(filter(None, s.moment.why)), s.account,
             s.after_on, s.until_on, s.working_days, s.days)
            for s in line.spans
        ],
    )  # fmt: skip


def _letters(case: Case) -> Iterator[Part]:
    """Yield the PDFs; one that is still to be made has the bytes that it will have."""
    (sheet, *_) = LETTERS.sheets
    for row in rows_of(case, sheet):
        assert isinstance(row, Letter)  # noqa: S101 - its sheet holds nothing else
        kept = case.work.session.get(LetterFile, row.id)
        config = case.here.config
        content = (
            kept.content if kept else rendered(row, city=config.city, site_url=config.site_url)
        )
        yield made(f"letters/{row.number}.pdf", content)


_MORE: Final[dict[Section, Callable[[Case], Iterator[Part]]]] = {
    SELECTION: _selection,
    WORK: _work,
    TIME: _time,
    LETTERS: _letters,
}


def made(path: str, body: bytes) -> Part:
    """Return a file of exact bytes."""
    return Part(path=check_path(path), digest=digest_of(body), body=body)


def table(path: str, header: Sequence[str], lines: Sequence[Sequence[object]]) -> Part:
    """Return a CSV file.

    People are ids: a dossier names organisations, and who acted for them stays inside.
    """
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([[text_of(value) for value in line] for line in lines])
    return made(path, out.getvalue().encode())


def text_of(value: object) -> str:
    """Return a value as a CSV of a dossier has it."""
    match value:
        case None:
            text = ""
        case StrEnum():
            text = value.value
        case datetime():
            text = value.astimezone(BEIJING).isoformat(timespec="seconds")
        case date():
            text = value.isoformat()
        case bytes():
            text = value.hex()
        case _:
            text = str(value)
    return text
