"""Finding panels, their entries and their seats. Who is on a list is nobody's to know before it."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import and_, func, or_, select

from lottery import steps
from lottery.encoding import leaf_hash
from lottery.entries import DrandSource, Freeze, Notice, PhiEvidence, decode
from lottery.entries import DrawEntry as LotteryEntry
from lottery.listing import FrozenList, read_list
from lottery.seed import reveals_digest
from market.db import UnitOfWork
from market.draws import outcome
from market.draws import queries as draws
from market.draws.errors import UnverifiableError
from market.draws.model import BeaconRound, Draw
from market.draws.rules import LOST_AFTER, DrawState, EnrolmentState, VoidReason
from market.errors import ConflictError, MissingError
from market.experts.model import Expert
from market.panels import codes, entries
from market.panels.model import Panel, PanelCandidate, PanelCut, PanelEntry, PanelFile, Seat
from market.panels.rules import PATIENT, SeatState, call_by, is_hopeless, next_rank
from market.sweeping import Due, due_rows

EntryT = TypeVar("EntryT", bound=LotteryEntry)
LIST_FILE = "list.ndjson"
ORDER_FILE = "order.txt"
PANEL_FILE = "panel.json"
RULES_FILE = "rules.json"
LIVE = (DrawState.OPEN, DrawState.CLOSED, DrawState.FROZEN)


def by_number(work: UnitOfWork, number: str) -> Panel:
    """Return a panel by its public number."""
    panel = work.session.scalar(select(Panel).where(Panel.number == number))
    if panel is None:
        raise MissingError
    return panel


def locked(work: UnitOfWork, panel_id: int) -> Panel:
    """Return a panel as it stands now, locked until the transaction ends."""
    panel = work.session.scalar(
        select(Panel)
        .where(Panel.id == panel_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if panel is None:
        raise MissingError
    return panel


def locked_with_draw(work: UnitOfWork, panel_id: int) -> Panel:
    """Return a panel as it stands now; the draw that it serves and it are locked, in this order.

    Raises:
        ConflictError: In the same moment it came to serve another notice.
    """
    draw_id = work.session.scalars(select(Panel.draw_id).where(Panel.id == panel_id)).one()
    if draw_id is None:
        raise MissingError
    draws.locked(work, draw_id)
    panel = locked(work, panel_id)
    if panel.draw_id != draw_id:
        raise ConflictError
    return panel


def panel_of(work: UnitOfWork, draw: Draw) -> Panel | None:
    """Return the panel that scores the proposals of a draw's firms; None without one."""
    return work.session.scalar(select(Panel).where(Panel.draw_id == draw.id))


def panels_of_need(work: UnitOfWork, need_id: int) -> Sequence[Panel]:
    """Return every panel that was drawn for a need's selection, the first one first."""
    return work.session.scalars(
        select(Panel).where(Panel.need_id == need_id, Panel.draw_id.is_not(None)).order_by(Panel.id)
    ).all()


def panel_serving(work: UnitOfWork, number: str) -> Panel | None:
    """Return the panel that serves what has a public number; None without one."""
    return work.session.scalar(select(Panel).where(Panel.serves == number))


def serving(work: UnitOfWork, draw: Draw) -> Panel | None:
    """Return the panel of a draw, or the one that came too late for it and served a later one."""
    return work.session.scalar(
        select(Panel)
        .where(Panel.need_id == draw.need_id, Panel.draw_id >= draw.id)
        .order_by(Panel.draw_id)
        .limit(1)
    )


def times_late(work: UnitOfWork, need_id: int | None = None) -> int:
    """Return how many notices failed because the value of their panel was not brought in time."""
    query = select(func.count()).where(Draw.void_reason == VoidReason.PANEL_LATE)
    if need_id is not None:
        query = query.where(Draw.need_id == need_id)
    return work.session.scalar(query) or 0


def due(work: UnitOfWork, after: Due | None, limit: int) -> list[Due]:
    """Return the panels for which something is due, the longest overdue first."""
    return due_rows(work, Panel.next_check_at, Panel.id, after=after, limit=limit)


def orphans(work: UnitOfWork, after: int | None, limit: int) -> Sequence[int]:
    """Return the panels whose need's draw was called off: they must not go on by themselves."""
    return work.session.scalars(
        select(Panel.id)
        .join(Draw, Draw.id == Panel.draw_id)
        .where(
            Panel.state.in_((DrawState.OPEN, DrawState.CLOSED)),
            Draw.state == DrawState.VOID,
            Panel.id > (after or 0),
        )
        .order_by(Panel.id)
        .limit(limit)
    ).all()


def seats_over(work: UnitOfWork, after: Due | None, limit: int) -> list[Due]:
    """Return the seats whose experts did not answer in time."""
    return due_rows(
        work,
        Seat.answer_by_at,
        Seat.id,
        Seat.state == SeatState.OFFERED,
        after=after,
        limit=limit,
    )


def entries_of(work: UnitOfWork, panel: Panel, kind: str | None = None) -> Sequence[PanelEntry]:
    """Return a panel's entries, or those of one type, in the order they were written."""
    chosen = select(PanelEntry).where(PanelEntry.panel_id == panel.id)
    if kind is not None:
        chosen = chosen.where(PanelEntry.type == kind)
    return work.session.scalars(chosen.order_by(PanelEntry.id)).all()


def said(work: UnitOfWork, panel: Panel, kind: type[EntryT]) -> list[EntryT]:
    """Return a panel's entries of a type, in the order they were written."""
    found = (decode(row.body) for row in entries_of(work, panel, kind.kind))
    return [entry for entry in found if isinstance(entry, kind)]


def notice_entry(work: UnitOfWork, panel: Panel) -> Notice:
    """Return a panel's NOTICE."""
    entry = decode(entries_of(work, panel, Notice.kind)[0].body)
    if not isinstance(entry, Notice):
        raise TypeError(f"panel {panel.id}: the entry is no notice")
    return entry


def file_of(work: UnitOfWork, panel: Panel, name: str) -> bytes | None:
    """Return a published file of a panel, byte for byte."""
    return work.session.scalar(
        select(PanelFile.body).where(PanelFile.panel_id == panel.id, PanelFile.name == name)
    )


def cut_of(work: UnitOfWork, panel: Panel) -> PanelCut | None:
    """Return the checkpoint kept at the freeze, or at the calling-off."""
    return work.session.get(PanelCut, panel.id)


def candidates_of(work: UnitOfWork, panel: Panel) -> Sequence[PanelCandidate]:
    """Return the pool of a panel, in the order in which it was written down."""
    return work.session.scalars(
        select(PanelCandidate)
        .where(PanelCandidate.panel_id == panel.id)
        .order_by(PanelCandidate.sequence)
    ).all()


def salt_of(work: UnitOfWork, panel: Panel, seat: Seat) -> bytes:
    """Return the salt that hid an expert among the candidates."""
    return work.session.scalars(
        select(PanelCandidate.salt).where(
            PanelCandidate.panel_id == panel.id, PanelCandidate.expert_id == seat.expert_id
        )
    ).one()


def removed_counts(work: UnitOfWork, panel: Panel) -> dict[str, int]:
    """Return how many experts of the pool were recused, by ground."""
    rows = work.session.execute(
        select(PanelCandidate.reason_code, func.count())
        .where(
            PanelCandidate.panel_id == panel.id,
            PanelCandidate.state == EnrolmentState.INELIGIBLE,
        )
        .group_by(PanelCandidate.reason_code)
        .order_by(PanelCandidate.reason_code)
    )
    return {reason or "": count for reason, count in rows}


def frozen_list(work: UnitOfWork, panel: Panel) -> FrozenList:
    """Return the list as it was frozen, read back from its published bytes."""
    lines = {line.enrol_index: line for line in read_list(file_of(work, panel, LIST_FILE) or b"")}
    bodies = {
        draws.index_of(work, row.submission_id): row.body
        for row in entries_of(work, panel, "enrol")
    }
    by_salt = {row.salt.hex(): row for row in candidates_of(work, panel)}
    return entries.frozen_list(
        (by_salt[line.salt], index, bodies[index]) for index, line in sorted(lines.items())
    )


def fixed_of(work: UnitOfWork, panel: Panel) -> outcome.Fixed:
    """Return what was fixed before a panel's last value. Nobody contributes to a panel's seed."""
    return outcome.Fixed(
        opened=notice_entry(work, panel),
        frozen=said(work, panel, Freeze)[0],
        listed=frozen_list(work, panel),
        reveals=reveals_digest([]),
    )


def beacon_evidence(work: UnitOfWork, fixed: outcome.Fixed) -> PhiEvidence | None:
    """Return the evidence of a beacon's round; None while it is missing, or for the platform's."""
    source = fixed.frozen.phi
    if not isinstance(source, DrandSource):
        return None
    row = work.session.get(BeaconRound, source.round)
    return None if row is None else outcome.drand_evidence(row.round, row.signature)


def seats_of(work: UnitOfWork, panel: Panel) -> Sequence[Seat]:
    """Return everybody who was ever called, in the order of the draw."""
    return work.session.scalars(
        select(Seat).where(Seat.panel_id == panel.id).order_by(Seat.rank)
    ).all()


def sitting(work: UnitOfWork, panel: Panel) -> list[Seat]:
    """Return the seats whose experts have accepted."""
    return [seat for seat in seats_of(work, panel) if seat.state is SeatState.ACCEPTED]


def is_complete(work: UnitOfWork, panel: Panel) -> bool:
    """Whether every seat is taken."""
    return len(sitting(work, panel)) == panel.seats


def last_rank(work: UnitOfWork, panel: Panel) -> int:
    """Return the last rank of the order that may be called."""
    listed = len(file_lines(work, panel))
    return min(panel.seats + panel.alternates, listed)


def file_lines(work: UnitOfWork, panel: Panel) -> list[str]:
    """Return the codes of a panel's order, the first first; nothing before its result."""
    body = file_of(work, panel, ORDER_FILE)
    return body.decode().split() if body else []


def call_by_at(panel: Panel) -> datetime:
    """Return until when a panel's experts may be called for the notice that it serves."""
    return call_by(call_from_at=panel.call_from_at, scoring_by_at=panel.scoring_by_at)


def is_unwitnessed(work: UnitOfWork, panel: Panel) -> bool:
    """Whether no quorum saw a panel's list before its value: nobody would believe its result."""
    at = panel.next_check_at
    is_given_up = at is not None and at >= panel.phi_at + LOST_AFTER
    return panel.state is DrawState.FROZEN and is_given_up and cut_of(work, panel) is None


def waits(work: UnitOfWork, panel: Panel) -> bool:
    """Whether a panel's list is fixed and its value is missing: it is drawn, however late."""
    return panel.state is DrawState.FROZEN and not is_unwitnessed(work, panel)


def is_unspent(work: UnitOfWork, panel: Panel) -> bool:
    """Whether a panel was drawn and nobody of it was ever called: it can serve another notice."""
    return panel.state is DrawState.DRAWN and not seats_of(work, panel)


def is_late(work: UnitOfWork, panel: Panel) -> bool:
    """Whether a panel's value came, or comes, too late for the notice that it serves."""
    if panel.subject in PATIENT or work.now <= call_by_at(panel):
        return False
    return waits(work, panel) or is_unspent(work, panel)


def is_failed(work: UnitOfWork, panel: Panel) -> bool:
    """Whether a panel will never be complete for the notice that it serves.

    It was called off, its value is too late, or nobody is left to be called.
    """
    if panel.state is DrawState.VOID or is_late(work, panel) or is_unwitnessed(work, panel):
        return True
    seats = seats_of(work, panel)
    if panel.state is not DrawState.DRAWN or not seats:
        return False
    more = next_rank([seat.rank for seat in seats], last_rank(work, panel)) is not None
    return is_hopeless([seat.state for seat in seats], seats=panel.seats, more=more)


def expert_of(work: UnitOfWork, seat: Seat) -> Expert:
    """Return the expert of a seat."""
    return work.session.get_one(Expert, seat.expert_id)


def expert_known_as(work: UnitOfWork, panel: Panel, code: str) -> Expert:
    """Return who a code of a panel is, by the panel's key.

    Raises:
        UnverifiableError: The row names somebody else.
    """
    row = work.session.scalars(
        select(PanelCandidate).where(
            PanelCandidate.panel_id == panel.id, PanelCandidate.expert_code == code
        )
    ).one()
    expert = work.session.get_one(Expert, row.expert_id)
    if codes.code_of(panel.code_key, panel.number, expert.code) != code:
        raise UnverifiableError("panel_candidate", [row.id])
    return expert


def live_panels(work: UnitOfWork, after: int | None, limit: int) -> Sequence[int]:
    """Return the panels with experts who were called, while what they serve waits for them.

    What is no draw of firms waits until the key of its panel's codes is published.
    """
    live = select(Seat.panel_id).where(Seat.state.in_((SeatState.OFFERED, SeatState.ACCEPTED)))
    waits = or_(
        Draw.state == DrawState.CLOSED,
        and_(Panel.draw_id.is_(None), Panel.key_opened_at.is_(None)),
    )
    return work.session.scalars(
        select(Panel.id)
        .outerjoin(Draw, Draw.id == Panel.draw_id)
        .where(waits, Panel.id.in_(live), Panel.id > (after or 0))
        .order_by(Panel.id)
        .limit(limit)
    ).all()


def alpha_of(fixed: outcome.Fixed) -> bytes:
    """Return what the platform's key is evaluated on, in mode D1."""
    return steps.alpha(fixed.frozen, fixed.reveals)


def subject_of(fixed: outcome.Fixed) -> str:
    """Return the leaf hash of a panel's FREEZE in hex."""
    return leaf_hash(fixed.frozen.to_bytes()).hex()
