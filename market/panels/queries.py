"""Finding panels, their entries and their seats. Who is on a list is nobody's to know before it."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import func, select

from lottery import steps
from lottery.encoding import leaf_hash
from lottery.entries import DrandSource, Freeze, Notice, PhiEvidence, decode
from lottery.entries import DrawEntry as LotteryEntry
from lottery.listing import FrozenList, read_list
from lottery.seed import reveals_digest
from market.db import UnitOfWork
from market.draws import outcome
from market.draws import queries as draws
from market.draws.model import BeaconRound, Draw
from market.draws.rules import DrawMode, DrawState, EnrolmentState
from market.errors import MissingError
from market.experts.model import Expert
from market.experts.queries import expert_of_actor
from market.panels import entries
from market.panels.model import Panel, PanelCandidate, PanelCut, PanelEntry, PanelFile, Seat
from market.panels.rules import SeatState, is_hopeless, next_rank
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


def panel_of(work: UnitOfWork, draw: Draw) -> Panel | None:
    """Return the panel that scores the proposals of a draw's firms; None without one."""
    return work.session.scalar(select(Panel).where(Panel.draw_id == draw.id))


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


def waiting_for_round(work: UnitOfWork, *, number: int | None = None) -> Sequence[Panel]:
    """Return the panels whose instant has come and whose beacon's round is missing."""
    chosen = select(Panel).where(
        Panel.state == DrawState.FROZEN, Panel.mode == DrawMode.A, Panel.phi_at <= work.now
    )
    if number is not None:
        chosen = chosen.where(Panel.phi_round == number)
    rows = work.session.scalars(chosen.order_by(Panel.phi_at, Panel.id)).all()
    return [row for row in rows if cut_of(work, row) is not None]


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


def is_failed(work: UnitOfWork, panel: Panel) -> bool:
    """Whether a panel will never be complete: called off, or nobody is left to be called."""
    if panel.state is DrawState.VOID:
        return True
    if panel.state is not DrawState.DRAWN:
        return False
    seats = seats_of(work, panel)
    more = next_rank([seat.rank for seat in seats], last_rank(work, panel)) is not None
    return is_hopeless([seat.state for seat in seats], seats=panel.seats, more=more)


def own_seats(work: UnitOfWork) -> Sequence[tuple[Seat, Panel]]:
    """Return the signed-in expert's seats with their panels, the latest first."""
    expert = expert_of_actor(work)
    if expert is None:
        return []
    rows = work.session.execute(
        select(Seat, Panel)
        .join(Panel, Panel.id == Seat.panel_id)
        .where(Seat.expert_id == expert.id)
        .order_by(Seat.id.desc())
        .limit(100)
    )
    return [(seat, panel) for seat, panel in rows]


def own_seat(work: UnitOfWork, panel: Panel) -> Seat:
    """Return the signed-in expert's seat in a panel, whatever its state.

    Raises:
        MissingError: The actor was never called to it.
    """
    expert = expert_of_actor(work)
    seat = expert and work.session.scalar(
        select(Seat).where(Seat.panel_id == panel.id, Seat.expert_id == expert.id)
    )
    if not seat:
        raise MissingError
    return seat


def seat_of_actor(work: UnitOfWork, panel: Panel) -> Seat | None:
    """Return the seat that the signed-in expert has accepted in a panel; None without one."""
    try:
        seat = own_seat(work, panel)
    except MissingError:
        return None
    return seat if seat.state is SeatState.ACCEPTED else None


def expert_of(work: UnitOfWork, seat: Seat) -> Expert:
    """Return the expert of a seat."""
    return work.session.get_one(Expert, seat.expert_id)


def alpha_of(fixed: outcome.Fixed) -> bytes:
    """Return what the platform's key is evaluated on, in mode D1."""
    return steps.alpha(fixed.frozen, fixed.reveals)


def subject_of(fixed: outcome.Fixed) -> str:
    """Return the leaf hash of a panel's FREEZE in hex."""
    return leaf_hash(fixed.frozen.to_bytes()).hex()
