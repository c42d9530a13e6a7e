"""Complaints of the 12345 hotline from a list: every line judged and shown, then all taken in.

A list with one faulty line enters nothing. What waits for its confirmation is encrypted, and gone
as soon as it is confirmed or given up; no report repeats a name, a number or a text.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final, cast

from sqlalchemy import select

from market import rulebook
from market.complaints import sealing
from market.complaints.actions.filing import Facts, Receipt, enter
from market.complaints.actions.record import SHORTEST, SUBJECT
from market.complaints.errors import (
    ContactMissingError,
    ContactWrongError,
    ImportFaultyError,
    ImportOverError,
    TooShortError,
    WrongDayError,
)
from market.complaints.model import Complaint, ComplaintImport
from market.complaints.rules import Against, Channel, Matter, Target
from market.complaints.subjects import find
from market.db import UnitOfWork
from market.errors import MarketError, msgid
from market.keys import Keys
from market.labels import label_of
from market.sheets.columns import (
    Column,
    Problem,
    ReadRow,
    a_day,
    a_word,
    headings,
    problem_of,
    read_rows,
)
from market.sheets.errors import TwiceInFileError
from market.sheets.reading import read_sheet


class TakenBeforeError(MarketError):
    """The ticket was taken in from an earlier list."""

    sentence = msgid("这张工单已经导入过，不重复导入。请从清单中删去此行。")

    def __init__(self) -> None:
        super().__init__(field="ticket")


def _words(kind: type[StrEnum]) -> dict[str, object]:
    return {label_of(member).text: member for member in kind}


COLUMNS: Final = (
    Column(key="ticket", heading="工单编号", characters=60, hint="HL-20260316-0001"),
    Column(key="received_on", heading="受理日期", characters=10, read=a_day, hint="2026-03-16"),
    Column(
        key="target",
        heading="投诉事项",
        characters=20,
        read=a_word(_words(Target)),
        hint="采购需求或者中选结果",
    ),
    Column(
        key="ref",
        heading="编号或者代码",
        characters=40,
        required=False,
        hint="XQ-2026-000001",
    ),
    Column(
        key="against",
        heading="投诉谁",
        characters=20,
        read=a_word(_words(Against)),
        hint="中介机构",
    ),
    Column(
        key="matter",
        heading="反映的问题",
        characters=40,
        read=a_word(_words(Matter)),
        hint="程序不合规定",
    ),
    Column(key="name", heading="姓名", characters=60, required=False, private=True),
    Column(
        key="contact",
        heading="联系电话",
        characters=60,
        required=False,
        private=True,
        signed=True,
    ),
    Column(
        key="text",
        heading="诉求内容",
        characters=4000,
        private=True,
        hint="什么时间、什么事、有什么证据，至少二十个字",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a list says, and what is wrong with it."""

    rows: int
    facts: tuple[Facts, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """A line that was taken in: the hotline's ticket, the complaint, and its code, shown once."""

    ticket: str
    receipt: Receipt


def judge(work: UnitOfWork, keys: Keys, content: bytes) -> Report:
    """Read a list and judge every line; nothing is changed.

    Raises:
        SheetError: The file is no table with the right heading.
    """
    rules = rulebook.apply(work, SUBJECT)
    sheet = read_sheet(content, headings(COLUMNS), rules.integer("import.most_rows"))
    rows = read_rows(sheet, COLUMNS, work.today)
    problems = [problem for row in rows for problem in row.problems]
    facts: list[Facts] = []
    seen: dict[str, int] = {}
    for row in rows:
        if row.problems:
            continue
        try:
            one = _facts(work, keys, row, rules.integer("complaint.enter_back_days"))
            first = seen.setdefault(one.ticket, row.number)
            if first != row.number:
                raise TwiceInFileError(first, "ticket")
        except MarketError as error:
            problems.append(problem_of(COLUMNS, row, error))
        else:
            facts.append(one)
    return Report(
        rows=len(rows),
        facts=tuple(facts),
        problems=tuple(sorted(problems, key=lambda problem: problem.row)),
    )


def _facts(work: UnitOfWork, keys: Keys, row: ReadRow, back_days: int) -> Facts:
    said = {name: value or "" for name, value in row.values.items()}
    one = Facts(**cast("dict[str, Any]", said))
    if len(one.text) < SHORTEST:
        raise TooShortError("text", SHORTEST)
    if bool(one.name) != bool(one.contact):
        raise ContactMissingError
    if one.contact and not sealing.is_contact(one.contact):
        raise ContactWrongError
    on = one.received_on or work.today
    if not timedelta(0) <= work.today - on <= timedelta(days=back_days):
        raise WrongDayError(back_days)
    _require_new(work, keys, one.ticket)
    find(work, one.target, one.ref, one.against)
    return one


def _require_new(work: UnitOfWork, keys: Keys, ticket: str) -> None:
    mark = sealing.ticket_mark(keys, ticket)
    if work.session.scalar(select(Complaint.id).where(Complaint.ticket_mark == mark)) is not None:
        raise TakenBeforeError


def preview(work: UnitOfWork, keys: Keys, content: bytes) -> tuple[ComplaintImport | None, Report]:
    """Keep a list without a fault, encrypted, until a person confirms it or gives it up.

    Raises:
        SheetError: The file is no table with the right heading.
    """
    report = judge(work, keys, content)
    if report.problems:
        return None, report
    row = ComplaintImport(
        org_id=work.org_id,
        by_id=work.user_id,
        uploaded_at=work.now,
        rows=report.rows,
        taken=0,
    )
    work.session.add(row)
    work.session.flush()
    row.sealed = sealing.seal_text(keys, _name(row), _packed(report.facts))
    return row, report


def waiting(keys: Keys, row: ComplaintImport) -> Sequence[Facts]:
    """Return what a list says that waits to be confirmed."""
    if row.sealed is None:
        return ()
    return [_unpacked(one) for one in json.loads(sealing.open_text(keys, _name(row), row.sealed))]


def confirm(work: UnitOfWork, keys: Keys, row: ComplaintImport) -> list[Taken]:
    """Take in every line, and forget the list; whoever called is told number and code by ticket.

    Raises:
        ImportOverError: It was confirmed or given up before.
        TakenBeforeError: A ticket was taken in from another list meanwhile.
        ImportFaultyError: It waited too long, and a line is faulty now.
    """
    if row.sealed is None:
        raise ImportOverError
    facts = waiting(keys, row)
    for one in facts:
        _require_new(work, keys, one.ticket)
    try:
        taken = [Taken(one.ticket, enter(work, keys, one, Channel.HOTLINE)) for one in facts]
    except WrongDayError:
        raise ImportFaultyError from None
    row.sealed, row.ended_at, row.taken = None, work.now, len(taken)
    return taken


def give_up(work: UnitOfWork, row: ComplaintImport) -> None:
    """Forget a list.

    Raises:
        ImportOverError: It was confirmed or given up before.
    """
    if row.sealed is None:
        raise ImportOverError
    row.sealed, row.ended_at = None, work.now


def _name(row: ComplaintImport) -> str:
    return f"import:{row.id}"


def _packed(facts: Sequence[Facts]) -> str:
    return json.dumps(
        [
            {
                name: value.isoformat() if isinstance(value, date) else value
                for name in Facts.__dataclass_fields__
                for value in (getattr(one, name),)
            }
            for one in facts
        ],
        ensure_ascii=False,
    )


def _unpacked(said: Mapping[str, Any]) -> Facts:
    on = cast("str", said["received_on"])
    return Facts(
        **{
            **said,
            "matter": Matter(said["matter"]),
            "target": Target(said["target"]),
            "against": Against(said["against"]),
            "received_on": date.fromisoformat(on),
        }
    )
