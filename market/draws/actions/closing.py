"""What time does before the last value: close, and freeze.

Each step is one transaction, done once: the draw is locked, its state says whether the step is
still to do, and the database refuses a second entry of the same type.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from lottery.entries import Enrol, Withdraw
from market import regulations
from market.catalogue.queries import item as item_of
from market.clock import beijing_day
from market.db import UnitOfWork
from market.draws import methods, protocol, queries, selfcheck, weights
from market.draws.actions.record import fail, keep_file, write
from market.draws.diagnosis import enrolled_too_few, freeze_missed, too_few_eligible
from market.draws.eligibility import Failure, Rule, in_words
from market.draws.journal import WeightsFixed
from market.draws.model import Draw, Enrolment
from market.draws.queries import LIST_FILE as LIST_FILE  # noqa: PLC0414 - where readers look for it
from market.draws.rules import (
    CUT_MARGIN,
    LATEST_FREEZE,
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

WEIGHTS_FILE = "weights.json"
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
    enrolled, withdrawn = (queries.count_of(work, draw, kind) for kind in (Enrol, Withdraw))
    entry = protocol.close(
        draw,
        first=indexes[0],
        last=max(indexes),
        enrolled=enrolled,
        commits=len(queries.commitments_of(work, draw)),
        at=work.now,
    )
    write(work, draw, entry)
    need = locked_need(work, draw.need_id)
    needed = minimum_of(draw, need)
    if enrolled - withdrawn < needed:
        counts = queries.enrolment_counts(work, draw)
        words = enrolled_too_few(counts, needed, queries.market_counts(work, need))
        by = here.config.operator_name
        fail(work, draw, need, VoidReason.TOO_FEW, words=words, authority=by)
    return True


def freeze(work: UnitOfWork, here: Installation, draw: Draw) -> bool:
    """Judge everyone again and fix the list; too few eligible firms end the draw here.

    A list that is late is frozen all the same, and shows as late, as long as witnesses can see it
    before the value: V5 rests on their clocks. After that nobody would believe it.

    Raises:
        UnverifiableError: The rows of the enrolments are not what was logged.
    """
    if draw.state is not DrawState.CLOSED or not queries.has_entry(work, draw, "close"):
        return False
    if _awaits_opening(work, draw):
        return False
    need, by = locked_need(work, draw.need_id), here.config.operator_name
    if work.now > draw.phi_at - LATEST_FREEZE:
        late = work.now > draw.phi_at - CUT_MARGIN
        words = freeze_missed(draw.phi_at - LATEST_FREEZE, is_late=late)
        _fail(work, draw, need, VoidReason.FREEZE_MISSED, words=words, authority=by)
        return True
    selfcheck.check_enrolments(work, draw)
    enrolments = queries.enrolments_of(work, draw)
    removed = _remove_ineligible(work, draw, need, enrolments)
    judged = methods.judge(work, draw, _listed(enrolments))
    if judged.failed:
        _fail(work, draw, need, judged.failed_as, words=judged.failed, authority=by)
        return True
    removed += _remove(work, draw, enrolments, judged.refused)
    listed = _listed(enrolments)
    needed = minimum_of(draw, need)
    if len(listed) < needed:
        words = too_few_eligible(len(listed), needed, removed, queries.market_counts(work, need))
        _fail(work, draw, need, VoidReason.TOO_FEW_ELIGIBLE, words=words, authority=by)
        return True
    _remove(work, draw, enrolments, judged.passed_over)
    methods.publish(work, draw)
    _write_list(work, draw, enrolments, _listed(enrolments))
    return True


def _fail(
    work: UnitOfWork, draw: Draw, need: Need, reason: VoidReason, *, words: str, authority: str
) -> None:
    """Let a draw fail after people judged its firms: what they found is published all the same."""
    methods.publish_failed(work, draw)
    fail(work, draw, need, reason, words=words, authority=authority)


def _listed(enrolments: Sequence[Enrolment]) -> list[Enrolment]:
    return [e for e in enrolments if e.state is EnrolmentState.ENROLLED]


def _awaits_opening(work: UnitOfWork, draw: Draw) -> bool:
    """Whether firms still open quotes, or bid; the draw is looked at again when that is over."""
    until = methods.list_waits_until(work, draw)
    if until is None or work.now >= until or methods.is_over_early(work, draw):
        return False
    draw.next_check_at = until
    return True


def look_again(draw: Draw) -> None:
    """Let the worker see at once whether a list that waits can be frozen; ``draw`` is locked."""
    if draw.state is DrawState.CLOSED:
        draw.next_check_at = draw.enrol_close_at


def _write_list(
    work: UnitOfWork, draw: Draw, enrolments: Sequence[Enrolment], listed: list[Enrolment]
) -> None:
    bodies = {e.submission_id: e.body for e in queries.entries_of(work, draw, "enrol")}
    frozen = protocol.frozen_list(
        ((e, queries.index_of(work, e.submission_id), bodies[e.submission_id]) for e in listed),
        _weigh(work, draw, listed),
    )
    states = [e.state for e in enrolments]
    entry = protocol.freeze(
        queries.notice_entry(work, draw),
        frozen,
        withdrawn=states.count(EnrolmentState.WITHDRAWN),
        ineligible=states.count(EnrolmentState.INELIGIBLE),
        commits=queries.commitments_of(work, draw),
        at=work.now,
    )
    draw.state = advance_draw(draw.state, DrawMove.FREEZE)
    draw.frozen_at = work.now
    draw.freeze_hash = entry.leaf_hash.hex()
    draw.next_check_at = work.now
    write(work, draw, entry)
    keep_file(work, draw, LIST_FILE, frozen.file)


def _weigh(work: UnitOfWork, draw: Draw, listed: list[Enrolment]) -> dict[str, int]:
    """Return each firm's tickets, where method or credit give them; the list comes with why."""
    if not draw.weighted:
        return {}
    found = methods.tickets_of(work, draw) or _by_credit(work, draw, listed)
    keep_file(work, draw, WEIGHTS_FILE, found.snapshot)
    digest = protocol.digest(found.snapshot)
    work.record(WeightsFixed(draw=draw.draw_hash, document_digest=digest))
    return dict(found.by_firm)


def _by_credit(work: UnitOfWork, draw: Draw, listed: list[Enrolment]) -> weights.Tickets:
    rules = regulations.current().by_id(draw.rules_id)
    firms = [firm_by_id(work, enrolment.firm_id) for enrolment in listed]
    found = weights.weights_of(work, rules, firms)
    return weights.Tickets(
        by_firm={each.firm: each.weight for each in found},
        snapshot=weights.document(rules, found),
    )


def _remove_ineligible(
    work: UnitOfWork, draw: Draw, need: Need, enrolments: Sequence[Enrolment]
) -> Counter[Rule]:
    """Take off whoever no longer meets the rules; return how many failed which rule first.

    Who only gives way to another is judged last: the other may be taken off itself.
    """
    removed: Counter[Rule] = Counter()
    giving_way: list[Enrolment] = []
    for enrolment in _listed(enrolments):
        found = _failures(work, draw, need, enrolment)
        if [failure.rule for failure in found] == [Rule.TICKET]:
            giving_way.append(enrolment)
        elif found:
            _take_off_by_rule(work, draw, enrolment, found)
            removed[found[0].rule] += 1
    for enrolment in giving_way:
        if found := _failures(work, draw, need, enrolment):
            _take_off_by_rule(work, draw, enrolment, found)
            removed[found[0].rule] += 1
    return removed


def _failures(work: UnitOfWork, draw: Draw, need: Need, enrolment: Enrolment) -> list[Failure]:
    firm = firm_by_id(work, enrolment.firm_id)
    return queries.failures_of(work, need, firm, draw, final=True)


def _take_off_by_rule(
    work: UnitOfWork, draw: Draw, enrolment: Enrolment, found: Sequence[Failure]
) -> None:
    excluded = queries.exclusion_of(work, draw, firm_by_id(work, enrolment.firm_id).code)
    _take_off(work, draw, enrolment, found, excluded.officer if excluded else PLATFORM)


def _remove(
    work: UnitOfWork, draw: Draw, enrolments: Sequence[Enrolment], found: Mapping[int, Failure]
) -> Counter[Rule]:
    """Take off whom the notice's method keeps off the list; return how many by which rule."""
    for enrolment in enrolments:
        if enrolment.id in found:
            _take_off(work, draw, enrolment, [found[enrolment.id]], PLATFORM)
    return Counter(failure.rule for failure in found.values())


def _take_off(
    work: UnitOfWork, draw: Draw, enrolment: Enrolment, found: Sequence[Failure], officer: str
) -> None:
    enrolment.state = EnrolmentState.INELIGIBLE
    enrolment.reason_code = found[0].rule
    entry = protocol.ineligible(
        draw,
        enrol_index=queries.index_of(work, enrolment.submission_id),
        reason=found[0].rule,
        # With the salt: the firm can open it, and nobody can guess the firm from it.
        evidence=f"{enrolment.salt.hex()}\n{in_words(found)}",
        officer=officer,
        at=work.now,
    )
    write(work, draw, entry)


def minimum_of(draw: Draw, need: Need) -> int:
    """Return how many eligible firms a draw needs, by the rules its notice was published under."""
    rules = regulations.current().by_id(need.regulation_id or "")
    item = item_of(need.item_code, beijing_day(draw.enrol_open_at))
    return minimum_firms(
        # A notice that took the place of a changed one does not follow a failure.
        attempt=draw.attempt - need.changes,
        scarce=item.scarce,
        usual=rules.integer("draw.minimum_applicants"),
        if_scarce=rules.integer("draw.minimum_applicants_scarce"),
        second=rules.integer("draw.minimum_applicants_second_notice"),
    )
