"""Finding proposals and score sheets. What decides is compared with the log first."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from market import log
from market.db import UnitOfWork
from market.draws import methods
from market.draws import queries as draws
from market.draws.errors import UnverifiableError
from market.draws.model import Draw, Enrolment
from market.draws.rules import DrawState, EnrolmentState
from market.firms import queries as firms
from market.journal import PREFIX
from market.needs.methods import Terms, is_scored
from market.panels import queries as panels
from market.panels.model import Panel, Seat
from market.scoring.errors import NotInScoringError, NotScoredError
from market.scoring.journal import ProposalHandedIn, ScoresSealed
from market.scoring.model import Proposal, ScoreDraft, ScoreSheet, ScoreVerdict
from market.scoring.rules import (
    Marks,
    Phase,
    SheetState,
    commitment,
    document,
    phase,
    read_document,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A draw whose firms are scored, with what its notice fixed, and its panel."""

    draw: Draw
    number: str
    terms: Terms
    scoring_by_at: datetime
    panel: Panel | None


def scored(work: UnitOfWork, draw: Draw) -> Scored:
    """Return what the notice of a draw fixed of its scoring.

    Raises:
        NotScoredError: Its method has none.
        UnverifiableError: The notice is not the one that was logged.
    """
    terms = methods.terms_of(work, draw)
    until = methods.list_waits_until(work, draw)
    if not is_scored(terms.method) or until is None:
        raise NotScoredError
    return Scored(
        draw=draw,
        number=draws.number_of(work, draw),
        terms=terms,
        scoring_by_at=until,
        panel=panels.panel_of(work, draw),
    )


def phase_of(work: UnitOfWork, of: Scored) -> Phase:
    """Return what may be done in a scored selection now."""
    draw = of.draw
    is_closed = draw.state is DrawState.CLOSED and draws.has_entry(work, draw, "close")
    return phase(
        is_open=draw.state is DrawState.OPEN or (draw.state is DrawState.CLOSED and not is_closed),
        is_closed=is_closed,
        now=work.now,
        close_at=draw.enrol_close_at,
        scoring_by_at=of.scoring_by_at,
    )


def own_enrolment(work: UnitOfWork, draw: Draw) -> Enrolment:
    """Return the enrolment of the actor's own firm.

    Raises:
        NotInScoringError: It has none, or took it back.
    """
    enrolment = draws.enrolment_of(work, draw, firms.own(work))
    if enrolment is None or enrolment.state is EnrolmentState.WITHDRAWN:
        raise NotInScoringError
    return enrolment


def proposals_of(work: UnitOfWork, enrolment: Enrolment) -> Sequence[Proposal]:
    """Return the proposals of an enrolment, the first one first."""
    return work.session.scalars(
        select(Proposal).where(Proposal.enrolment_id == enrolment.id).order_by(Proposal.number)
    ).all()


def verdict_of(work: UnitOfWork, enrolment: Enrolment) -> ScoreVerdict | None:
    """Return what became of an enrolment."""
    return work.session.get(ScoreVerdict, enrolment.id)


def count_of(work: UnitOfWork, draw: Draw) -> int:
    """Return how many enrolments have handed in a proposal: a number, not who."""
    found = work.session.scalar(
        select(func.count(Proposal.enrolment_id.distinct()))
        .join(Enrolment, Enrolment.id == Proposal.enrolment_id)
        .where(Proposal.draw_id == draw.id, Enrolment.state != EnrolmentState.WITHDRAWN)
    )
    return found or 0


def to_be_scored(work: UnitOfWork, draw: Draw) -> dict[int, Proposal]:
    """Return the proposals that count, by the sequence number of the enrolment, in its order.

    From the close on they never change: nobody enrols, withdraws or hands in any more, and who
    turns out not to meet another rule at the freeze has been scored all the same.
    """
    rows = work.session.execute(
        select(Enrolment.sequence, Proposal)
        .join(Enrolment, Enrolment.id == Proposal.enrolment_id)
        .where(Proposal.draw_id == draw.id, Enrolment.state != EnrolmentState.WITHDRAWN)
        .order_by(Enrolment.sequence, Proposal.number)
    )
    return {sequence: proposal for sequence, proposal in rows}  # noqa: C416 - the last one counts


def draft_of(work: UnitOfWork, seat: Seat) -> ScoreDraft | None:
    """Return what a member has typed so far."""
    return work.session.scalar(select(ScoreDraft).where(ScoreDraft.seat_id == seat.id))


def sheet_of(work: UnitOfWork, seat: Seat) -> ScoreSheet | None:
    """Return the sheet that a member handed in."""
    return work.session.scalar(select(ScoreSheet).where(ScoreSheet.seat_id == seat.id))


def state_of(work: UnitOfWork, of: Scored, seat: Seat) -> SheetState:
    """Return where a member's sheet stands."""
    if sheet_of(work, seat) is not None:
        is_published = of.draw.frozen_at is not None or of.draw.state is DrawState.VOID
        return SheetState.PUBLISHED if is_published else SheetState.HANDED_IN
    return SheetState.NONE if draft_of(work, seat) is None else SheetState.DRAFT


def members_with_sheets(work: UnitOfWork, panel: Panel) -> list[tuple[Seat, ScoreSheet | None]]:
    """Return who sits on a panel, in the order of the draw, each with the sheet if it is in."""
    rows = work.session.scalars(select(ScoreSheet).where(ScoreSheet.panel_id == panel.id))
    by_seat = {row.seat_id: row for row in rows}
    return [(seat, by_seat.get(seat.id)) for seat in panels.sitting(work, panel)]


def is_all_in(work: UnitOfWork, panel: Panel) -> bool:
    """Whether every seat is taken and every member has handed in."""
    rows = members_with_sheets(work, panel)
    return len(rows) == panel.seats and all(sheet is not None for _, sheet in rows)


def is_over_early(work: UnitOfWork, draw: Draw) -> bool:
    """Whether nothing is waited for any more: all sheets are in, or there will never be any."""
    if not to_be_scored(work, draw):
        return True
    panel = panels.panel_of(work, draw)
    return panel is not None and (panels.is_failed(work, panel) or is_all_in(work, panel))


def opened(work: UnitOfWork, of: Scored, seat: Seat, sheet: ScoreSheet) -> dict[int, Marks]:
    """Return the marks of a sheet, compared with the commitment that is in the log.

    Raises:
        UnverifiableError: The row is not what was handed in.
    """
    panel = of.panel
    if panel is None:
        raise UnverifiableError("panel", [of.draw.id])
    wanted = {
        "draw": of.draw.draw_hash,
        "panel": panel.number,
        "expert": seat.expert_code,
        "commitment": sheet.commitment,
    }
    try:
        marks = read_document(sheet.document)
        again = commitment(sheet.document, sheet.salt)
    except ValueError:
        raise UnverifiableError("score_sheet", [sheet.id]) from None
    exact = document(notice=of.number, panel=panel.number, expert=seat.expert_code, sheet=marks)
    said = _logged(work, sheet.submission_id, ScoresSealed.kind)
    if said != wanted or again != sheet.commitment or exact != sheet.document:
        raise UnverifiableError("score_sheet", [sheet.id])
    return marks


def check_rows(work: UnitOfWork, of: Scored) -> None:
    """Require that the rows of a draw's proposals and sheets are those that the log tells of.

    A proposal whose row were taken away would look as if it had never been handed in.

    Raises:
        UnverifiableError: A row or an entry has no counterpart; it names the submissions.
    """
    draw = of.draw
    opened_at = draws.entries_of(work, draw, "notice")[0].submission_id
    first = draws.index_of(work, opened_at)
    # Without a proposal the list is judged right after CLOSE, which may wait for its index.
    close = log.index_of(work, draws.entries_of(work, draw, "close")[0].submission_id)
    told = {
        (submission_id, said["enrolment"], said["number"], said["document_digest"])
        for submission_id, said in _told(work, draw, ProposalHandedIn.kind, first, close)
    }
    stored = {
        (row.submission_id, sequence, row.number, row.digest)
        for sequence, row in work.session.execute(
            select(Enrolment.sequence, Proposal)
            .join(Enrolment, Enrolment.id == Proposal.enrolment_id)
            .where(Proposal.draw_id == draw.id)
        )
    }
    if told != stored:
        raise UnverifiableError("proposal", sorted(each[0] for each in told ^ stored))
    sealed = {each for each, _ in _told(work, draw, ScoresSealed.kind, close or first, None)}
    sheets = set(
        work.session.scalars(select(ScoreSheet.submission_id).where(ScoreSheet.draw_id == draw.id))
    )
    if sealed != sheets:
        raise UnverifiableError("score_sheet", sorted(sealed ^ sheets))


def _told(
    work: UnitOfWork, draw: Draw, kind: str, first: int, end: int | None
) -> Iterator[tuple[int, dict[str, object]]]:
    """Yield each entry of a kind that is about a draw, with its submission."""
    signs = f'"draw":"{draw.draw_hash}"'.encode(), f'"t":"{PREFIX}{kind}"'.encode()
    for submission_id, body in log.entries_between(work, first, end):
        if all(sign in body for sign in signs):
            yield submission_id, json.loads(body)


def _logged(work: UnitOfWork, submission_id: int, kind: str) -> dict[str, object] | None:
    """Return what an entry says in the log; None if it is not there, or another one."""
    body = log.body_of(work, submission_id)
    if body is None:
        return None
    try:
        said = json.loads(body)
        if said.pop("t") != PREFIX + kind:
            return None
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
    return {name: value for name, value in said.items() if name not in {"by", "at"}}
