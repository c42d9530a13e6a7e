"""What the logged entries of a draw say, for whatever is logged next.

A row beside the entries makes pages quick, but can be changed by whoever can write to the
database; an entry cannot be changed without showing. So what a CLOSE, FREEZE, RESULT or REPLACE
rests on is read from here.
"""

from typing import Final, TypeVar

from sqlalchemy import func, select

from lottery.entries import (
    Commit,
    Decline,
    Departure,
    Disqualify,
    Freeze,
    Ineligible,
    Replace,
    Result,
    Reveal,
    Withdraw,
    decode,
)
from lottery.entries import DrawEntry as LotteryEntry
from market.db import UnitOfWork
from market.draws.model import Draw, DrawEntry
from market.draws.queries.finding import entries_of, notice_entry

EntryT = TypeVar("EntryT", bound=LotteryEntry)
_LEAVING: Final = frozenset({Decline.kind, Disqualify.kind})


def said(work: UnitOfWork, draw: Draw, kind: type[EntryT]) -> list[EntryT]:
    """Return a draw's entries of a type, in the order they were written."""
    found = [decode(row.body) for row in entries_of(work, draw, kind.kind)]
    if not all(isinstance(entry, kind) for entry in found):
        raise TypeError(f"draw {draw.id}: an entry is no {kind.kind}")
    return [entry for entry in found if isinstance(entry, kind)]


def count_of(work: UnitOfWork, draw: Draw, kind: type[LotteryEntry]) -> int:
    """Return how many entries of a type a draw has."""
    chosen = select(func.count()).select_from(DrawEntry)
    found = work.session.scalar(
        chosen.where(DrawEntry.draw_id == draw.id, DrawEntry.type == kind.kind)
    )
    return found or 0


def freeze_entry(work: UnitOfWork, draw: Draw) -> Freeze:
    """Return the FREEZE of a frozen draw."""
    return said(work, draw, Freeze)[0]


def result_entry(work: UnitOfWork, draw: Draw) -> Result:
    """Return the RESULT of a drawn draw."""
    return said(work, draw, Result)[0]


def commitments_of(work: UnitOfWork, draw: Draw) -> dict[str, str]:
    """Return the logged commitments in hex, by contributor."""
    return {entry.who: entry.commit for entry in said(work, draw, Commit)}


def revealed_of(work: UnitOfWork, draw: Draw) -> dict[str, bytes]:
    """Return what was revealed in time, by contributor."""
    latest = notice_entry(work, draw).reveal_by
    return {
        entry.who: bytes.fromhex(entry.value)
        for entry in said(work, draw, Reveal)
        if entry.at <= latest
    }


def removed_of(work: UnitOfWork, draw: Draw) -> dict[int, str]:
    """Return which enrolments do not take part, by their index in the log, and why not."""
    taken_back = {entry.enrol: "withdrawn" for entry in said(work, draw, Withdraw)}
    return taken_back | {entry.enrol: "ineligible" for entry in said(work, draw, Ineligible)}


def selected_before(work: UnitOfWork, draw: Draw, submission_id: int | None = None) -> set[str]:
    """Return who was ever selected before an entry, or by now."""
    ever: set[str] = set()
    for row in entries_of(work, draw):
        if submission_id is not None and row.submission_id >= submission_id:
            break
        if row.type not in {Result.kind, Replace.kind}:
            continue
        match decode(row.body):
            case Result() as result:
                ever.update(result.order[: notice_entry(work, draw).k])
            case Replace() as move:
                ever.add(move.in_firm)
            case _:
                pass
    return ever


def left_of(work: UnitOfWork, draw: Draw) -> list[Departure]:
    """Return the entries by which firms left, in the order they were written."""
    found = (decode(row.body) for row in entries_of(work, draw) if row.type in _LEAVING)
    return [entry for entry in found if isinstance(entry, Departure)]


def first_vacancy(work: UnitOfWork, draw: Draw) -> Departure | None:
    """Return the departure whose place a fresh draw fills first: the earliest not yet filled."""
    filled = {move.out_firm for move in said(work, draw, Replace)}
    vacant = (left for left in left_of(work, draw) if left.next_value is not None)
    return next((left for left in vacant if left.who not in filled), None)
