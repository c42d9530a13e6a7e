"""Alternates drawn afresh: a firm leaves, a later value is fixed, and that value decides who comes.

Nobody knows who would gain from a place falling vacant, so nobody pays a winner to decline.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from lottery.entries import (
    Departure,
    NextValue,
    NumbersSource,
    PhiEvidence,
    Replace,
    Result,
    decode,
)
from market import regulations
from market.clock import beijing_day
from market.db import UnitOfWork
from market.draws import outcome, protocol, queries
from market.draws.actions.awarding import exhaust, publish_award
from market.draws.actions.record import keep_file, write
from market.draws.diagnosis import not_replaced
from market.draws.eligibility import in_words
from market.draws.model import Award, Draw
from market.draws.model_later import Replacement
from market.draws.rules import SHORTEST_NEXT, ReplacementState
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
    number = None if draw.phi_round is None else protocol.phi_round(phi_at)
    source = protocol.later_source(fixed, phi_at=phi_at, issue=issue)
    value = protocol.next_value(source, phi_at)
    return Later(value=value, phi_at=phi_at, round=number, issue=issue)


def later_issue(issue: str, at: datetime, later: datetime) -> str:
    """Return the issue of a game with one issue a day, so many days after a known one.

    Where the game pauses (over the Spring Festival), the issue comes later than this counts and
    the drawing waits: never one whose numbers are known already. To be confirmed.

    Source: platform default.
    """
    first, last = beijing_day(at), beijing_day(later)
    if first.year != last.year:
        return f"{last.year}{last.timetuple().tm_yday:0{ISSUE_DIGITS}d}"
    number = int(issue[-ISSUE_DIGITS:]) + (last - first).days
    return f"{issue[:-ISSUE_DIGITS]}{number:0{ISSUE_DIGITS}d}"


def begin(
    work: UnitOfWork,
    draw: Draw,
    award: Award,
    later: Later,
    *,
    left: Departure,
    submission_id: int,
) -> None:
    """Wait for the value that replaces a selected firm; if nobody is left the need failed."""
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
    barred, gone = barred_before(work, draw, submission_id)
    listed = queries.frozen_list(work, draw).weights
    return len(drawn) < need.alternates and bool(set(listed) - barred - gone)


def barred_before(
    work: UnitOfWork, draw: Draw, submission_id: int | None = None
) -> tuple[set[str], set[str]]:
    """Return who is or was selected, and who had left, before an entry; or by now."""
    ever: set[str] = set()
    gone: set[str] = set()
    for row in queries.entries_of(work, draw):
        if submission_id is not None and row.submission_id >= submission_id:
            break
        if row.type not in {"result", "replace", "decline", "disqualify"}:
            continue
        match decode(row.body):
            case Result() as result:
                ever.update(result.order[: draw.places])
            case Replace() as move:
                ever.add(move.in_firm)
            case Departure() as left:
                gone.add(left.who)
            case _:
                pass
    return ever, gone


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


def conclude(work: UnitOfWork, draw: Draw, row: Replacement) -> bool:
    """Draw who takes a vacant place, once its value is complete; ``draw`` is locked."""
    work.session.refresh(row)
    if row.state is not ReplacementState.WITNESSED or work.now < row.phi_at or not row.wanted:
        return False
    evidence = queries.evidence_of(work, queries.awaited_next(work, draw, row))
    if evidence is None:
        return False
    ever, gone = barred_before(work, draw, row.submission_id)
    left = queries.departure_of(work, row)
    weights = queries.frozen_list(work, draw).weights
    row.seed, order = outcome.fresh(left, evidence, weights, draw.seed or "", ever | gone)
    row.state, row.drawn_at, row.next_check_at = ReplacementState.DRAWN, work.now, None
    keep_file(work, draw, f"order-{row.id}.txt", "".join(f"{x}\n" for x in order).encode())
    _call(work, draw, row, order, evidence)
    return True


def _call(
    work: UnitOfWork,
    draw: Draw,
    row: Replacement,
    order: tuple[str, ...],
    evidence: PhiEvidence,
) -> None:
    """Call the first of the fresh order who still meets the rules; the others are passed over."""
    need = locked_need(work, draw.need_id)
    ever, gone = barred_before(work, draw)
    places = {firm.code: (place, firm) for place, firm in queries.places_of(work, draw)}
    for rank, code in enumerate(order, start=1):
        if code in ever or code in gone:
            continue
        place, firm = places[code]
        if found := queries.failures_of(work, need, firm, draw):
            leaving = protocol.Leaving(who=code, reason=found[0].rule, evidence=in_words(found))
            write(work, draw, protocol.disqualify(draw, leaving, work.now))
            continue
        entry = protocol.replace(
            draw, out=row.out_code, into=code, rank=rank, at=work.now, evidence=evidence
        )
        write(work, draw, entry)
        needs.step(work, need, Move.SUBSTITUTE)
        publish_award(work, draw, need, rank=place.rank)
        return
    exhaust(work, draw, need)


def stop(work: UnitOfWork, draw: Draw) -> None:
    """Let the need fail whose vacant place cannot be filled in a way that would be believed."""
    need = locked_need(work, draw.need_id)
    exhaust(work, draw, need, not_replaced())
