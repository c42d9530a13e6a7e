"""Alternates drawn afresh: a firm leaves, a later value is fixed, and that value decides who comes.

Nobody knows who would gain from a place falling vacant, so nobody pays a winner to decline. Only
selected firms leave: whoever knows the value cannot strike out those who stand before a friend.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from lottery.entries import (
    Departure,
    Disqualify,
    DrandSource,
    NextValue,
    NumbersSource,
    PhiEvidence,
)
from market import regulations
from market.clock import beijing_day
from market.db import UnitOfWork
from market.draws import outcome, protocol, queries, selfcheck
from market.draws.actions.awarding import exhaust, publish_award, say
from market.draws.actions.record import keep_file, write
from market.draws.diagnosis import not_replaced
from market.draws.eligibility import in_words
from market.draws.model import Award, Draw
from market.draws.model_later import Replacement
from market.draws.rules import SHORTEST_NEXT, AwardMove, ReplacementState, advance_award
from market.installation import Installation
from market.needs import actions as needs
from market.needs.limits import sessions_of
from market.needs.model import Need
from market.needs.queries import locked as locked_need
from market.needs.rules import Move, session_at_or_after

# Witnesses must see the entry 60 s before the value, and may need some time.
ROOM = SHORTEST_NEXT + timedelta(minutes=2)
ISSUE_DIGITS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """The later value that an entry fixes, and when and whence it comes."""

    value: NextValue
    phi_at: datetime
    round: int | None
    issue: str | None


def next_of(work: UnitOfWork, draw: Draw) -> Later:
    """Return the value that decides who replaces a firm that leaves now: the next session's."""
    rules = regulations.current().by_id(draw.rules_id)
    phi_at = session_at_or_after(work.now + ROOM, sessions_of(rules, draw.mode.value))
    phi_at = phi_at.replace(microsecond=0)
    fixed = queries.notice_entry(work, draw).phi
    issue = None
    if isinstance(fixed, NumbersSource):
        issue = later_issue(fixed.issue, draw.phi_at, phi_at)
    source = protocol.later_source(fixed, phi_at=phi_at, issue=issue)
    value = protocol.next_value(source, phi_at)
    number = source.round if isinstance(source, DrandSource) else None
    return Later(value=value, phi_at=phi_at, round=number, issue=issue)


def later_issue(issue: str, at: datetime, later: datetime) -> str:
    """Return the issue of a game with one issue a day, so many days after a known one.

    It is greater, as a string, than the known one, as V11 asks. Where the game pauses (over the
    Spring Festival), the issue comes later than this counts and the drawing waits: never one
    whose numbers are known already. To be confirmed.

    Source: platform default.
    """
    first, last = beijing_day(at), beijing_day(later)
    if first.year != last.year:
        return f"{last.year}{last.timetuple().tm_yday:0{ISSUE_DIGITS}d}"
    number = int(issue[-ISSUE_DIGITS:]) + max(1, (last - first).days)
    return f"{issue[:-ISSUE_DIGITS]}{number:0{ISSUE_DIGITS}d}"


def leave(
    work: UnitOfWork,
    draw: Draw,
    award: Award,
    kind: protocol.LeavingKind,
    *,
    reason: str,
    evidence: str,
) -> None:
    """Log that a selected firm leaves, and wait for the value that decides who comes.

    If nobody is left, or the rules let nobody more be drawn, the need failed.
    """
    later = next_of(work, draw)
    leaving = protocol.Leaving(
        who=queries.firm_of(work, award.firm_id).code,
        reason=reason,
        evidence=evidence,
        next_value=later.value,
    )
    left = protocol.leave(kind, draw, leaving, work.now)
    submission_id = write(work, draw, left)
    award.next_check_at = None
    say(work, award)
    _begin(work, draw, award, later, left=left, submission_id=submission_id)


def _begin(
    work: UnitOfWork,
    draw: Draw,
    award: Award,
    later: Later,
    *,
    left: Departure,
    submission_id: int,
) -> None:
    need = locked_need(work, draw.need_id)
    wanted = _is_wanted(work, draw, need, submission_id)
    work.session.add(
        Replacement(
            draw_id=draw.id,
            award_id=award.id,
            submission_id=submission_id,
            leaf=left.leaf_hash.hex(),
            out_code=left.who,
            left_at=work.now,
            phi_at=later.phi_at,
            phi_round=later.round,
            issue=later.issue,
            wanted=wanted,
            state=ReplacementState.WAITING,
            next_check_at=work.now,
        )
    )
    work.session.flush()
    if not wanted:
        exhaust(work, draw, need)


def _is_wanted(work: UnitOfWork, draw: Draw, need: Need, submission_id: int) -> bool:
    """Whether the rules let another firm be drawn, and the list has one."""
    drawn = work.session.scalars(
        select(Replacement.id).where(Replacement.draw_id == draw.id, Replacement.wanted)
    ).all()
    listed = queries.frozen_list(work, draw).weights
    never = set(listed) - queries.selected_before(work, draw, submission_id)
    return len(drawn) < need.alternates and bool(never)


def due_of(work: UnitOfWork, draw: Draw) -> Sequence[Replacement]:
    """Return the replacements of a draw whose instant has come and which wait for their value."""
    return queries.replacements_waiting(
        work, Replacement.draw_id == draw.id, Replacement.wanted.is_(True)
    )


def lock_waiting(work: UnitOfWork, condition: ColumnElement[bool]) -> Sequence[Replacement]:
    """Lock the draws whose replacements wait for a value, and return these as they stand then."""
    ids = sorted({row.draw_id for row in queries.replacements_waiting(work, condition)})
    work.session.execute(
        select(Draw.id).where(Draw.id.in_(ids)).order_by(Draw.id).with_for_update()
    )
    work.session.expire_all()
    return queries.replacements_waiting(work, condition)


def conclude(work: UnitOfWork, here: Installation, draw: Draw, row: Replacement) -> bool:
    """Draw who takes a vacant place, once its value is complete; ``draw`` is locked.

    Places are filled in the order in which they fell vacant: nobody chooses which value comes
    first.

    Raises:
        UnverifiableError: What is stored does not verify; neither would the replacement.
    """
    work.session.refresh(row)
    if row.state is not ReplacementState.WITNESSED or work.now < row.phi_at or not row.wanted:
        return False
    if _vacant_before(work, row):
        return False
    evidence = queries.evidence_of(work, queries.awaited_next(work, draw, row))
    if evidence is None:
        return False
    selfcheck.check_drawn(work, here, draw)
    left = queries.departure_of(work, row)
    selfcheck.check_replacement(work, draw, row, left)
    barred = queries.selected_before(work, draw, row.submission_id)
    weights = queries.frozen_list(work, draw).weights
    seed = queries.result_entry(work, draw).seed
    row.seed, order = outcome.fresh(left, evidence, weights, seed, barred)
    row.state, row.drawn_at, row.next_check_at = ReplacementState.DRAWN, work.now, None
    keep_file(work, draw, f"order-{row.id}.txt", "".join(f"{x}\n" for x in order).encode())
    _call(work, draw, left.who, order, evidence)
    _wake_next(work, row)
    return True


def _vacant_before(work: UnitOfWork, row: Replacement) -> bool:
    """Whether a place that fell vacant earlier is not filled yet."""
    earlier = select(Replacement.id).where(
        Replacement.draw_id == row.draw_id,
        Replacement.submission_id < row.submission_id,
        Replacement.state != ReplacementState.DRAWN,
    )
    return work.session.scalar(earlier.limit(1)) is not None


def _wake_next(work: UnitOfWork, row: Replacement) -> None:
    """Look again at the places that fell vacant later and waited for this one."""
    waiting = select(Replacement).where(
        Replacement.draw_id == row.draw_id,
        Replacement.submission_id > row.submission_id,
        Replacement.state == ReplacementState.WITNESSED,
        Replacement.wanted,
    )
    for later in work.session.scalars(waiting):
        later.next_check_at = max(later.phi_at, work.now)


def _call(
    work: UnitOfWork,
    draw: Draw,
    out: str,
    order: tuple[str, ...],
    evidence: PhiEvidence,
) -> None:
    """Give the place to the first of the fresh order who has not moved up meanwhile.

    A firm that may not have it loses it in the same moment, with a later value of its own.
    """
    need = locked_need(work, draw.need_id)
    ever = queries.selected_before(work, draw)
    found = next(((n, code) for n, code in enumerate(order, start=1) if code not in ever), None)
    if found is None:
        exhaust(work, draw, need)
        return
    rank, code = found
    entry = protocol.replace(draw, out=out, into=code, rank=rank, at=work.now, evidence=evidence)
    write(work, draw, entry)
    needs.step(work, need, Move.SUBSTITUTE)
    place, firm = next(each for each in queries.places_of(work, draw) if each[1].code == code)
    award = publish_award(work, draw, need, rank=place.rank, firm=firm)
    if failures := queries.failures_of(work, need, firm, draw):
        award.state = advance_award(award.state, AwardMove.DISQUALIFY)
        award.reason, award.ended_at = failures[0].rule, work.now
        leave(
            work,
            draw,
            award,
            Disqualify,
            reason=failures[0].rule,
            evidence=in_words(failures),
        )


def stop(work: UnitOfWork, draw: Draw) -> None:
    """Let the need fail whose vacant place cannot be filled in a way that would be believed."""
    need = locked_need(work, draw.need_id)
    exhaust(work, draw, need, not_replaced())
