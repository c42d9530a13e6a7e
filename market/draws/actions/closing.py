"""What time does before the last value: close, freeze, and keep the checkpoint of the freeze.

Each step is one transaction, done once: the draw is locked, its state says whether the step is
still to do, and the database refuses a second entry of the same type.
"""

from collections import Counter
from collections.abc import Sequence

from market import log, regulations
from market.catalogue.queries import item as item_of
from market.clock import beijing_day
from market.db import UnitOfWork
from market.draws import protocol, queries
from market.draws.actions.record import call_off, keep_file, write
from market.draws.bundles import size_of
from market.draws.diagnosis import enrolled_too_few, freeze_missed, too_few_eligible
from market.draws.eligibility import Rule, in_words
from market.draws.model import Draw, DrawCut, Enrolment
from market.draws.rules import (
    DrawMove,
    DrawState,
    EnrolmentState,
    VoidReason,
    advance_draw,
    minimum_firms,
)
from market.firms.queries import firm_by_id
from market.installation import Installation
from market.needs import actions as needs
from market.needs.model import Need
from market.needs.queries import locked as locked_need
from market.needs.rules import Move

LIST_FILE = "list.ndjson"
PLATFORM = "platform"


def close_enrolment(work: UnitOfWork, draw: Draw) -> bool:
    """End enrolment at its instant; return whether this call did.

    From now on no enrolment is taken: those that were taken can be given their indexes.
    """
    if draw.state is not DrawState.OPEN or work.now < draw.enrol_close_at:
        return False
    draw.state = advance_draw(draw.state, DrawMove.CLOSE)
    draw.closed_at = work.now
    needs.step(work, locked_need(work, draw.need_id), Move.CLOSE)
    return True


def announce_close(work: UnitOfWork, here: Installation, draw: Draw) -> bool:
    """Log CLOSE once every enrolment has its index; too few enrolments end the draw here."""
    if draw.state is not DrawState.CLOSED or queries.has_entry(work, draw, "close"):
        return False
    indexes = [queries.index_of(work, e.submission_id) for e in queries.entries_of(work, draw)]
    counts = queries.enrolment_counts(work, draw)
    entry = protocol.close(
        draw, first=indexes[0], last=max(indexes), enrolled=counts.total(), at=work.now
    )
    write(work, draw, entry)
    need = locked_need(work, draw.need_id)
    needed = minimum_of(draw, need)
    if counts[EnrolmentState.ENROLLED] < needed:
        words = enrolled_too_few(counts, needed, queries.market_counts(work, need))
        by = here.config.operator_name
        _fail(work, draw, need, reason=VoidReason.TOO_FEW, words=words, authority=by)
    return True


def freeze(work: UnitOfWork, here: Installation, draw: Draw) -> bool:
    """Judge everyone again and fix the list; too few eligible firms end the draw here."""
    if draw.state is not DrawState.CLOSED or not queries.has_entry(work, draw, "close"):
        return False
    need, by = locked_need(work, draw.need_id), here.config.operator_name
    if work.now > draw.freeze_by_at:
        # A list frozen after its time would not be believed: whoever was late could have chosen.
        words = freeze_missed(draw.freeze_by_at)
        _fail(work, draw, need, reason=VoidReason.FREEZE_MISSED, words=words, authority=by)
        return True
    enrolments = queries.enrolments_of(work, draw)
    removed = _remove_ineligible(work, draw, need, enrolments)
    listed = [e for e in enrolments if e.state is EnrolmentState.ENROLLED]
    needed = minimum_of(draw, need)
    if len(listed) < needed:
        words = too_few_eligible(len(listed), needed, removed, queries.market_counts(work, need))
        _fail(work, draw, need, reason=VoidReason.TOO_FEW_ELIGIBLE, words=words, authority=by)
        return True
    _write_list(work, draw, enrolments, listed)
    return True


def _write_list(
    work: UnitOfWork, draw: Draw, enrolments: Sequence[Enrolment], listed: list[Enrolment]
) -> None:
    bodies = {e.submission_id: e.body for e in queries.entries_of(work, draw, "enrol")}
    frozen = protocol.frozen_list(
        (e, queries.index_of(work, e.submission_id), bodies[e.submission_id]) for e in listed
    )
    states = [e.state for e in enrolments]
    entry = protocol.freeze(
        queries.notice_entry(work, draw),
        frozen,
        withdrawn=states.count(EnrolmentState.WITHDRAWN),
        ineligible=states.count(EnrolmentState.INELIGIBLE),
        at=work.now,
    )
    draw.state = advance_draw(draw.state, DrawMove.FREEZE)
    draw.frozen_at = work.now
    draw.freeze_hash = entry.leaf_hash.hex()
    write(work, draw, entry)
    keep_file(work, draw, LIST_FILE, frozen.file)


def _remove_ineligible(
    work: UnitOfWork, draw: Draw, need: Need, enrolments: Sequence[Enrolment]
) -> Counter[Rule]:
    """Take off whoever no longer meets the rules; return how many failed which rule first."""
    removed: Counter[Rule] = Counter()
    for enrolment in enrolments:
        if enrolment.state is not EnrolmentState.ENROLLED:
            continue
        firm = firm_by_id(work, enrolment.firm_id)
        found = queries.failures_of(work, need, firm, draw)
        if not found:
            continue
        excluded = queries.exclusion_of(work, draw, firm.code)
        enrolment.state = EnrolmentState.INELIGIBLE
        enrolment.reason_code = found[0].rule
        removed[found[0].rule] += 1
        entry = protocol.ineligible(
            draw,
            enrol_index=queries.index_of(work, enrolment.submission_id),
            reason=found[0].rule,
            # With the salt: the firm can open it, and nobody can guess the firm from it.
            evidence=f"{enrolment.salt.hex()}\n{in_words(found)}",
            officer=excluded.officer if excluded else PLATFORM,
            at=work.now,
        )
        write(work, draw, entry)
    return removed


def minimum_of(draw: Draw, need: Need) -> int:
    """Return how many eligible firms a draw needs, by the rules its notice was published under."""
    rules = regulations.current().by_id(need.regulation_id or "")
    item = item_of(need.item_code, beijing_day(draw.enrol_open_at))
    return minimum_firms(
        attempt=draw.attempt,
        scarce=item.scarce,
        usual=rules.integer("draw.minimum_applicants"),
        if_scarce=rules.integer("draw.minimum_applicants_scarce"),
        second=rules.integer("draw.minimum_applicants_second_notice"),
    )


def _fail(
    work: UnitOfWork, draw: Draw, need: Need, *, reason: VoidReason, words: str, authority: str
) -> None:
    call_off(work, draw, reason, order=words, authority=authority)
    needs.fail(work, need, reason, words)


def keep_cut(work: UnitOfWork, here: Installation, draw: Draw) -> bool:
    """Keep the checkpoint that holds the FREEZE, or the VOID, before the last value is known."""
    kinds = {DrawState.FROZEN: "freeze", DrawState.VOID: "void"}
    if draw.state not in kinds or queries.cut_of(work, draw) is not None:
        return False
    entry = queries.entries_of(work, draw, kinds[draw.state])[0]
    queries.index_of(work, entry.submission_id)
    note = log.log_of(here).checkpoint(work.session.connection())
    if note is None:
        raise log.NotYetLoggedError
    size = size_of(note)
    work.session.add(DrawCut(draw_id=draw.id, size=size, checkpoint=note, kept_at=work.now))
    draw.next_check_at = draw.phi_at if draw.state is DrawState.FROZEN else None
    return True
