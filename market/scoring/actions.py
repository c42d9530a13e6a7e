"""Handing in a proposal before the close, and a score sheet after it. Each is locked and logged."""

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, Final

from sqlalchemy.exc import IntegrityError

from market.db import UnitOfWork
from market.draws import queries as draws
from market.draws.actions.closing import look_again
from market.draws.model import Draw
from market.errors import ConflictError, MissingError
from market.firms.actions import require_authority
from market.firms.entry import Deed
from market.firms.queries import own as own_firm
from market.journal import encode
from market.needs.queries import by_id as need_by_id
from market.panels import own
from market.panels import queries as panels
from market.panels.actions.seats import require_fit
from market.panels.model import Panel, Seat
from market.scoring import queries
from market.scoring.blind import keep_blind, names_of_firm
from market.scoring.errors import (
    HandedInAlreadyError,
    HandingInClosedError,
    NobodyToScoreError,
    NotBlindError,
    NotConfirmedError,
    ScoringNotYetError,
    ScoringOverError,
    TooManyProposalsError,
)
from market.scoring.journal import ProposalHandedIn, ScoresSealed
from market.scoring.model import Proposal, ScoreDraft, ScoreSheet
from market.scoring.queries import Scored
from market.scoring.rules import (
    SALT_DIGITS,
    Phase,
    Sheet,
    SheetMove,
    SheetState,
    advance,
    check_sheet,
    commitment,
    document,
)

BY_FIRM: Final = "firm"
BY_EXPERT: Final = "expert"


def hand_in_proposal(
    work: UnitOfWork,
    draw: Draw,
    *,
    folder: Path,
    stream: BinaryIO | None,
    name: str | None,
    blind: bool,
) -> Proposal:
    """Take the proposal of the actor's firm; the last one before the close counts.

    The file is read and searched before the draw is locked: others need not wait for it.

    Raises:
        NotScoredError: The notice's method has no panel.
        NotInScoringError: The firm is not enrolled.
        HandingInClosedError: The closing second has come.
        NotBlindError, TellingProposalError: The proposal says, or may say, whose it is.
        FileError: It is no PDF that can be kept.
        TooManyProposalsError: The firm handed in too often.
    """
    before = queries.scored(work, draw)
    _open(work, before)
    if not blind:
        raise NotBlindError
    stored, pages = keep_blind(
        work,
        folder,
        stream,
        name,
        most_pages=before.terms.proposal_pages,
        names=names_of_firm(own_firm(work)),
    )
    of = queries.scored(work, draws.locked(work, draw.id))
    require_authority(work, Deed.ENROL, need_by_id(work, of.draw.need_id).item_code)
    _open(work, of)
    enrolment = queries.own_enrolment(work, of.draw)
    number = len(queries.proposals_of(work, enrolment)) + 1
    if number > of.terms.most_proposals:
        raise TooManyProposalsError(of.terms.most_proposals)
    entry = ProposalHandedIn(
        draw=of.draw.draw_hash,
        enrolment=enrolment.sequence,
        number=number,
        document_digest=stored.digest,
    )
    row = Proposal(
        draw_id=of.draw.id,
        enrolment_id=enrolment.id,
        number=number,
        file_id=stored.id,
        digest=stored.digest,
        pages=pages,
        submission_id=work.submit(encode(entry, by=BY_FIRM, at=work.now)),
        handed_in_at=work.now,
        handed_in_by_id=work.user_id,
    )
    work.session.add(row)
    work.session.flush()
    return row


def _open(work: UnitOfWork, of: Scored) -> None:
    """Require that the actor's firm may hand in now."""
    queries.own_enrolment(work, of.draw)
    if queries.phase_of(work, of) is not Phase.HANDING_IN:
        raise HandingInClosedError(of.draw.enrol_close_at)


def save_draft(work: UnitOfWork, draw: Draw, typed: Mapping[str, str]) -> ScoreDraft:
    """Keep what the signed-in member has typed so far; it counts for nothing.

    Raises:
        MissingError: The actor does not sit on the panel.
        ScoringNotYetError, ScoringOverError, HandedInAlreadyError: It is not the time.
    """
    of, panel, seat = _seated(work, draw)
    _move(work, of, seat, SheetMove.SAVE)
    row = queries.draft_of(work, seat)
    if row is None:
        row = ScoreDraft(seat_id=seat.id)
        work.session.add(row)
    row.typed = json.dumps(dict(typed), ensure_ascii=False, sort_keys=True)
    row.saved_at = work.now
    work.session.flush()
    del panel
    return row


def hand_in_sheet(work: UnitOfWork, draw: Draw, sheet: Sheet, *, sure: bool) -> ScoreSheet:
    """Take the score sheet of the signed-in member, for good; the log gets its commitment.

    Raises:
        MissingError: The actor does not sit on the panel.
        ScoringNotYetError, ScoringOverError, HandedInAlreadyError: It is not the time.
        SheetError: It does not score every proposal by every criterion, with reasons.
        NotConfirmedError: The member did not confirm.
        UnfitError: The member is not of the pool any more, or tied to somebody who takes part.
    """
    of, panel, seat = _seated(work, draw)
    _move(work, of, seat, SheetMove.HAND_IN)
    proposals = queries.to_be_scored(work, of.draw)
    if not proposals:
        raise NobodyToScoreError
    least = of.terms.reason_shortest
    check_sheet(sheet, of.terms.criteria, list(proposals), reason_least=least)
    if not sure:
        raise NotConfirmedError
    require_fit(work, panel, seat)
    scored = {sequence: sheet[sequence] for sequence in proposals}
    data = document(notice=of.number, panel=panel.number, expert=seat.expert_code, sheet=scored)
    salt = secrets.token_hex(SALT_DIGITS // 2)
    entry = ScoresSealed(
        draw=of.draw.draw_hash,
        panel=panel.number,
        expert=seat.expert_code,
        commitment=commitment(data, salt),
    )
    row = ScoreSheet(
        draw_id=of.draw.id,
        panel_id=panel.id,
        seat_id=seat.id,
        document=data,
        salt=salt,
        commitment=entry.commitment,
        submission_id=work.submit(encode(entry, by=BY_EXPERT, at=work.now)),
        handed_in_at=work.now,
        handed_in_by_id=work.user_id,
    )
    _add(work, row)
    if queries.is_all_in(work, panel):
        look_again(of.draw)
    return row


def _add(work: UnitOfWork, row: ScoreSheet) -> None:
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError:
        raise ConflictError from None


def _seated(work: UnitOfWork, draw: Draw) -> tuple[Scored, Panel, Seat]:
    """Return what the signed-in member scores; draw and panel are locked, the draw first."""
    of = queries.scored(work, draws.locked(work, draw.id))
    if of.panel is None:
        raise MissingError
    panel = panels.locked(work, of.panel.id)
    seat = own.seat_of_actor(work, panel)
    if seat is None:
        raise MissingError
    return of, panel, seat


def _move(work: UnitOfWork, of: Scored, seat: Seat, move: SheetMove) -> None:
    """Say in the words of the time, and of the state, why a sheet is not taken."""
    now, state = queries.phase_of(work, of), queries.state_of(work, of, seat)
    if state in {SheetState.HANDED_IN, SheetState.PUBLISHED}:
        raise HandedInAlreadyError
    if now in {Phase.HANDING_IN, Phase.WAITING}:
        raise ScoringNotYetError(of.draw.enrol_close_at)
    if now is Phase.OVER:
        raise ScoringOverError(of.scoring_by_at)
    advance(now, state, move)
