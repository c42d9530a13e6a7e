"""Opening a draw with its notice, and calling it off with its need."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy import func, select

from market import regulations, rulebook
from market.catalogue.queries import item as item_of
from market.clock import beijing_day
from market.db import UnitOfWork
from market.draws import methods, protocol, queries, weights
from market.draws.actions.closing import minimum_of
from market.draws.actions.record import keep_file, write
from market.draws.eligibility_document import document
from market.draws.errors import (
    ClockBehindError,
    NoCommitteeError,
    NoSupervisorKeyError,
    TimetableRefusedError,
)
from market.draws.errors_values import IssueError, IssueKnownError, NoSecondNoticeError
from market.draws.model import Draw, TrusteeKey, TypedNumbers
from market.draws.model_later import Contributor, ContributorKey
from market.draws.queries.recent import ELIGIBILITY_FILE
from market.draws.recent import RecentRule, rule_in
from market.draws.rules import (
    CUT_MARGIN,
    AlternatesKind,
    DrawMode,
    DrawState,
    may_be_followed,
)
from market.errors import MarketError
from market.installation import Installation
from market.needs import actions as needs
from market.needs import hindrances
from market.needs.documents import fixed_terms
from market.needs.limits import DRAW_SUBJECT
from market.needs.methods import is_weighted, rule_lines
from market.needs.model import Need, Notice
from market.needs.queries import locked as locked_need
from market.needs.rules import Timetable
from market.regulations import Regulation

# One firm is selected for one need.
PLACES = 1
FEWEST_TRUSTEES: Final = 2
MOST_TRUSTEES: Final = 32
MOST_CONTRIBUTORS: Final = 32
ISSUE: Final = re.compile(r"[0-9]{7}")
# From a month and day on, so many days of the year at most were without a draw. Platform default.
PAUSES: Final = MappingProxyType({(1, 18): 12, (10, 1): 4})
SUPERVISOR: Final = "draw.supervisor"


def publish(
    work: UnitOfWork,
    here: Installation,
    need: Need,
    times: Timetable | None = None,
    *,
    issue: str | None = None,
) -> Draw:
    """Publish a checked need and open its draw: notice, rules, source and round, all fixed now.

    ``times`` replaces the timetable of the rules, for a session at another hour; ``issue`` is
    that of the public lottery, in mode B.

    Raises:
        IllegalMoveError: The need does not wait for the operator.
        NoSupervisorKeyError: Mode D2, and the supervisor has registered no key.
        NoCommitteeError: Mode C, and fewer than two organisations have, or more than 32.
        IssueError: Mode B, and the issue is missing or not one of that day.
        RecentRuleError: The rule that recent winners stand back is ill-formed.
        NoScoreError, WeightRuleError: The rules give tickets by credit, and that cannot be done.
        TimetableRefusedError: The timetable would not pass the verifier.
        ClockBehindError: The attempt before was called off later than now.
        NoSecondNoticeError: It was called off, or seen to be, too late.
    """
    need = locked_need(work, need.id)
    notice, times = needs.publish(work, need, times)
    rules = rulebook.apply(work, DRAW_SUBJECT)
    work.session.flush()
    draw = _draw_of(need, notice, times, rules)
    keys = _set_source(work, here, draw, rules, issue)
    named = queries.to_be_named(work, rules, need.owner_org_id)[:MOST_CONTRIBUTORS]
    asked = queries.asked_by(work, need)
    terms = fixed_terms(notice)
    told = replace(
        asked,
        method=terms.method,
        selection=tuple(rule_lines(terms)),
        recent=_recent(work, need, draw, rules),
    )
    eligibility = document(item_of(need.item_code, work.today), told)
    facts = protocol.NoticeFacts(
        document_digest=notice.digest,
        owner_code=asked.owner_code,
        eligibility_digest=protocol.digest(eligibility),
        previous=_set_series(work, need, draw),
        keys=keys,
        contributors=[(key.who, key.public_key) for key in named],
    )
    _announce(work, draw, facts)
    keep_file(work, draw, ELIGIBILITY_FILE, eligibility)
    _name_contributors(work, draw, named)
    methods.open_beside(work, here, draw)
    return draw


def _recent(work: UnitOfWork, need: Need, draw: Draw, rules: Regulation) -> RecentRule | None:
    """Return what the notice says of recent winners: the city's rule, or that it is waived."""
    rule = rule_in(rules, draw.enrol_close_at)
    if rule is None:
        return None
    applies = queries.preview.recent_applies(work, need, minimum_of(draw, need))
    return replace(rule, applies=applies)


def _announce(work: UnitOfWork, draw: Draw, facts: protocol.NoticeFacts) -> None:
    """Log the NOTICE, unless it would not pass the verifier; its leaf hash names the draw."""
    entry = protocol.notice(draw, facts, work.now)
    if faults := protocol.notice_faults(entry):
        raise TimetableRefusedError("；".join(faults))
    draw.draw_hash = entry.draw_id.hex()
    work.session.add(draw)
    work.session.flush()
    write(work, draw, entry)


def _draw_of(need: Need, notice: Notice, times: Timetable, rules: Regulation) -> Draw:
    fresh = need.fresh_alternates or rules.text("draw.alternates") == AlternatesKind.FRESH
    return Draw(
        need_id=need.id,
        notice_id=notice.id,
        attempt=need.attempt,
        mode=DrawMode(need.mode),
        places=PLACES,
        alternates=0 if fresh else need.alternates,
        alternates_kind=AlternatesKind.FRESH if fresh else AlternatesKind.ORDERED,
        weighted=is_weighted(need.method) or _by_credit(rules),
        firm_commits=rules.flag("draw.firm_commits"),
        rules_id=rules.id,
        state=DrawState.OPEN,
        enrol_open_at=times.enrol_open_at,
        enrol_close_at=times.enrol_close_at,
        freeze_by_at=times.freeze_by_at,
        reveal_by_at=times.reveal_by_at,
        phi_at=times.phi_at,
        result_by_at=times.result_by_at,
        next_check_at=times.enrol_close_at,
    )


def _by_credit(rules: Regulation) -> bool:
    return weights.KEY in rules and bool(weights.table_of(rules))


def _set_source(
    work: UnitOfWork, here: Installation, draw: Draw, rules: Regulation, issue: str | None
) -> list[str]:
    """Fix where the last value comes from; return the VRF keys, where it comes from keys."""
    match draw.mode:
        case DrawMode.A:
            draw.phi_round = protocol.phi_round(draw.phi_at)
            return []
        case DrawMode.B:
            draw.game = rules.text("numbers.game")
            draw.issue = checked_issue(issue, draw.phi_at)
            _refuse_known(work, draw.game, draw.issue)
            return []
        case DrawMode.C:
            return _committee(work)
        case DrawMode.D1 | DrawMode.D2:
            draw.platform_key = protocol.platform_key(here.keys.vrf_secret)
            if draw.mode is DrawMode.D1:
                return [draw.platform_key]
            _set_supervisor(work, draw, rules)
            return [draw.platform_key, draw.supervisor_key or ""]


def _committee(work: UnitOfWork) -> list[str]:
    keys = queries.committee(work)
    if not FEWEST_TRUSTEES <= len(keys) <= MOST_TRUSTEES:
        raise NoCommitteeError(len(keys))
    return keys


def issues_of(phi_at: datetime) -> range:
    """Return which issues of the year a game with one issue a day may draw on a day.

    The number within the year is the day of the year, less the days on which nothing was drawn.
    The game pauses over the Spring Festival (whose eve is 20 January at the earliest) and the
    National Day: ``PAUSES`` says for how many days at most. To be confirmed for each game and year.

    Source: platform default.
    """
    day = beijing_day(phi_at)
    most = day.timetuple().tm_yday
    paused = sum(days for since, days in PAUSES.items() if (day.month, day.day) >= since)
    return range(max(1, most - paused), most + 1)


def checked_issue(issue: str | None, phi_at: datetime) -> str:
    """Return the issue of a game with one issue a day, if it can be one of that day.

    The form is that of 快乐8: the year, then the number within the year. To be confirmed for
    each game against its publisher. Nothing here, nor in the bundle, knows when an issue is
    drawn: the operator must make sure that it is at or after the notice's instant.

    Raises:
        IssueError: It is missing, or cannot be of that day.
    """
    possible, year = issues_of(phi_at), beijing_day(phi_at).year
    text = unicodedata.normalize("NFKC", issue or "").strip()
    if not ISSUE.fullmatch(text) or text[:4] != str(year) or int(text[4:]) not in possible:
        raise IssueError(phi_at, possible)
    return text


def _refuse_known(work: UnitOfWork, game: str, issue: str) -> None:
    """Refuse an issue that was drawn for certain: its numbers, or later ones, were typed here."""
    known = work.session.scalar(
        select(func.max(TypedNumbers.issue)).where(TypedNumbers.game == game)
    )
    if known is not None and issue <= known:
        raise IssueKnownError(issue, known)


def _name_contributors(work: UnitOfWork, draw: Draw, named: Sequence[ContributorKey]) -> None:
    work.session.add_all(
        Contributor(
            draw_id=draw.id,
            who=key.who,
            position=position,
            organisation_id=key.organisation_id,
            key=key.public_key,
        )
        for position, key in enumerate(named)
    )
    work.session.flush()


def _set_supervisor(work: UnitOfWork, draw: Draw, rules: Regulation) -> None:
    found = _supervisor(work, rules)
    draw.supervisor_key = found.public_key
    draw.supervisor_org_id = found.organisation_id


def _supervisor(work: UnitOfWork, rules: Regulation) -> TrusteeKey:
    """Return the key of the supervisor whom the rules name, or else of the first one there was.

    Whoever registers a key later changes nothing.
    """
    named = rules.text(SUPERVISOR) if SUPERVISOR in rules else None
    first = queries.first_trustee(work)
    for key, holder in queries.trustee_keys(work):
        if holder.code == named or (named is None and holder.id == first):
            return key
    raise NoSupervisorKeyError


def _set_series(work: UnitOfWork, need: Need, draw: Draw) -> str | None:
    """Name the draw's series and its attempt in it; return the id of the attempt before.

    The protocol chains an attempt to the calling-off of the one before. A draw that came to a
    result is never called off: if all its places fell vacant, the next notice begins a series
    of its own, whose name says that it is not the need's first.
    """
    earlier = queries.draw_of_need(work, need.id)
    draw.series, draw.series_attempt = need.number, 1
    if earlier is None:
        return None
    if earlier.state is DrawState.VOID:
        if earlier.voided_at is not None and work.now < earlier.voided_at:
            raise ClockBehindError(earlier.voided_at)
        if not _may_be_followed(work, earlier):
            raise NoSecondNoticeError(earlier.phi_at - CUT_MARGIN)
        draw.series, draw.series_attempt = earlier.series, earlier.series_attempt + 1
        return earlier.draw_hash
    draw.series = f"{need.number}/{draw.attempt}"
    return None


def no_second_notice(work: UnitOfWork, need: Need) -> MarketError | None:
    """Return why a need must not be announced again: no attempt could follow its last draw."""
    earlier = queries.draw_of_need(work, need.id)
    if earlier is None or _may_be_followed(work, earlier):
        return None
    return NoSecondNoticeError(earlier.phi_at - CUT_MARGIN)


def _may_be_followed(work: UnitOfWork, earlier: Draw) -> bool:
    if earlier.state is not DrawState.VOID or earlier.voided_at is None:
        return True
    return may_be_followed(
        voided_at=earlier.voided_at,
        phi_at=earlier.phi_at,
        is_kept=queries.cut_of(work, earlier) is not None,
        is_looked_for=earlier.next_check_at is not None,
    )


def no_source(work: UnitOfWork, mode: str) -> MarketError | None:
    """Return why a notice could not name its source of entropy today; None if it could."""
    rules = regulations.in_force(DRAW_SUBJECT, work.today)
    try:
        match DrawMode(mode):
            case DrawMode.C:
                _committee(work)
            case DrawMode.D2:
                _supervisor(work, rules)
            case DrawMode.A | DrawMode.B | DrawMode.D1:
                pass
    except MarketError as error:
        return error
    return None


def supervisor_key(work: UnitOfWork) -> TrusteeKey | None:
    """Return the key that a notice of mode D2 would name today; None if it could name none."""
    try:
        return _supervisor(work, regulations.in_force(DRAW_SUBJECT, work.today))
    except MarketError:
        return None


hindrances.provide(again=no_second_notice, source=no_source)
