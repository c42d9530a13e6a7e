"""Keeping the witnessed checkpoint of a list, of a calling-off, and of a firm that left.

Which one is kept is a pure function of what is stored: the smallest checkpoint that holds all
that must be held, and that a quorum saw in time. A worker that was down finds the same one.
"""

from datetime import UTC, datetime, timedelta

from lottery.entries import Reveal
from market import witnessing
from market.db import UnitOfWork
from market.draws import queries
from market.draws.actions import fresh
from market.draws.actions.calling_off import stop_unwitnessed
from market.draws.journal import ContributorAbsent
from market.draws.model import Draw, DrawCut
from market.draws.model_later import (
    Contributor,
    ContributorAbsence,
    Replacement,
    ReplacementCut,
)
from market.draws.rules import (
    CUT_MARGIN,
    LOST_AFTER,
    STOP_MARGIN,
    Absence,
    DrawState,
    ReplacementState,
)
from market.installation import Installation

# How long to wait before asking the witnesses again.
ASK_AGAIN = timedelta(seconds=5)
LAST_SECOND = timedelta(seconds=1)


def keep_cut(work: UnitOfWork, here: Installation, draw: Draw) -> bool:
    """Keep the witnessed checkpoint of a frozen list with its reveals, or of a calling-off."""
    if queries.cut_of(work, draw) is not None:
        return False
    match draw.state:
        case DrawState.FROZEN:
            return _keep_list(work, here, draw)
        case DrawState.VOID:
            return _keep_void(work, here, draw)
        case _:
            return False


def awaits_quorum(work: UnitOfWork, draw: Draw) -> bool:
    """Whether the witnesses should see the log now, for this draw's sake."""
    return (
        draw.state in {DrawState.FROZEN, DrawState.VOID}
        and draw.next_check_at is not None
        and queries.cut_of(work, draw) is None
    )


def _keep_list(work: UnitOfWork, here: Installation, draw: Draw) -> bool:
    if not queries.reveals_are_over(work, draw):
        draw.next_check_at = draw.reveal_by_at + LAST_SECOND
        return False
    entries = [row for kind in ("freeze", "reveal") for row in queries.entries_of(work, draw, kind)]
    made_at = [draw.frozen_at or draw.phi_at]
    made_at += [datetime.fromtimestamp(one.at, UTC) for one in queries.said(work, draw, Reveal)]
    found = witnessing.cosigned(
        work,
        here,
        at_least=1 + max(queries.index_of(work, row.submission_id) for row in entries),
        from_at=max(made_at),
        until=draw.phi_at - CUT_MARGIN,
    )
    if found is None:
        return _without_quorum(work, here, draw)
    _keep(work, draw, found)
    _mark_absent(work, draw)
    draw.next_check_at = draw.phi_at
    return True


def _without_quorum(work: UnitOfWork, here: Installation, draw: Draw) -> bool:
    if work.now < draw.phi_at - STOP_MARGIN:
        draw.next_check_at = work.now + ASK_AGAIN
        return False
    if work.now < draw.phi_at - CUT_MARGIN:
        stop_unwitnessed(work, here, draw)
        return True
    # Nobody would believe a VOID that was not witnessed by now, nor a result: it stands still,
    # visibly, until the value counts as lost.
    draw.next_check_at = None
    return False


def _keep_void(work: UnitOfWork, here: Installation, draw: Draw) -> bool:
    lost = draw.voided_at is not None and draw.voided_at >= draw.phi_at + LOST_AFTER
    [row] = queries.entries_of(work, draw, "void")
    found = None
    if not lost and draw.voided_at is not None:
        found = witnessing.cosigned(
            work,
            here,
            at_least=1 + queries.index_of(work, row.submission_id),
            from_at=draw.voided_at,
            until=draw.phi_at - CUT_MARGIN,
        )
    if found is not None:
        _keep(work, draw, found)
        draw.next_check_at = None
        return True
    # A VOID that no quorum saw 60 s before the value shows as such: V12 says so for ever.
    over = lost or work.now > draw.phi_at - CUT_MARGIN
    draw.next_check_at = None if over else work.now + ASK_AGAIN
    return False


def _keep(work: UnitOfWork, draw: Draw, found: witnessing.Cosigned) -> None:
    work.session.add(
        DrawCut(
            draw_id=draw.id,
            size=found.size,
            checkpoint=found.note,
            quorum_at=found.quorum_at,
            kept_at=work.now,
        )
    )
    work.session.flush()


def _mark_absent(work: UnitOfWork, draw: Draw) -> None:
    """Record who of the notice's contributors was absent; nobody waits and nobody stands in."""
    in_time = draw.frozen_at is not None and draw.frozen_at <= draw.reveal_by_at
    committed, revealed = queries.commitments_of(work, draw), queries.revealed_of(work, draw)
    for row in queries.contributions_of(work, draw):
        if row.position is None or row.organisation_id is None or row.who in revealed:
            continue
        if row.who in committed and not in_time:
            continue  # The list was late: nobody could reveal.
        was = Absence.NO_REVEAL if row.who in committed else Absence.NO_COMMIT
        _record_absence(work, draw, row, row.organisation_id, was)


def _record_absence(
    work: UnitOfWork, draw: Draw, row: Contributor, organisation_id: int, was: Absence
) -> None:
    work.session.add(
        ContributorAbsence(
            draw_id=draw.id, organisation_id=organisation_id, who=row.who, was=was, at=work.now
        )
    )
    work.session.flush()
    [key, *_] = queries.contributor_keys(work, organisation_id)
    work.record(
        ContributorAbsent(
            draw=draw.draw_hash, who=row.who, was=was, times=queries.absences_since_key(work, key)
        )
    )


def keep_later_cut(work: UnitOfWork, here: Installation, draw: Draw, row: Replacement) -> bool:
    """Keep the witnessed checkpoint of a selected firm's leaving, before the next value."""
    if row.state is not ReplacementState.WAITING:
        return False
    found = witnessing.cosigned(
        work,
        here,
        at_least=1 + queries.index_of(work, row.submission_id),
        from_at=row.left_at,
        until=row.phi_at - CUT_MARGIN,
    )
    if found is not None:
        work.session.add(
            ReplacementCut(
                replacement_id=row.id, size=found.size, checkpoint=found.note, kept_at=work.now
            )
        )
        row.state = ReplacementState.WITNESSED
        row.next_check_at = row.phi_at if row.wanted else None
        return True
    if work.now <= row.phi_at - CUT_MARGIN:
        row.next_check_at = work.now + ASK_AGAIN
        return False
    row.state = ReplacementState.STOPPED
    row.next_check_at = None
    if row.wanted:
        fresh.stop(work, draw)
    return True
