"""By when each step of a need is due, and when its notice would fall: rules in force, one calendar.

The limits come from the regulation in force on the day a step begins.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final

from market import regulations
from market.calendar import UnknownYearError, default_calendar, provisional_calendar
from market.clock import beijing_day
from market.errors import MarketError, msgid
from market.needs.methods import METHODS_SUBJECT, Method, is_bid, is_quoted, is_scored
from market.needs.rules import NeedState, Timetable, timetable

SUBJECT: Final = "market-process"
DRAW_SUBJECT: Final = "draw-process"
BY_NUMBERS: Final = "B"
APPROVAL_LIMIT: Final = "approval.internal_working_days"
CHECK_LIMIT: Final = "approval.operator_check_working_days"
LIMITS: Final = MappingProxyType({NeedState.APPROVAL: APPROVAL_LIMIT, NeedState.CHECK: CHECK_LIMIT})
_A_MOMENT: Final = timedelta(minutes=1)
# A list is witnessed when the reveals are over; the draw without a quorum is called off three
# minutes before the value, so that this too is witnessed in time. docs/spec/lottery-v1.md V12.
REVEAL_MARGIN: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Ahead:
    """A step that is still to come: what it is (a msgid), and the latest instant for it."""

    label: str
    at: datetime


def due_at(state: NeedState, since: datetime) -> datetime | None:
    """Return when a need that stands in a state is late; none if nobody is waited for.

    A year without a notice gives a provisional date: it is worked out anew whenever it is asked.
    """
    if state not in LIMITS:
        return None
    try:
        return _limit(since, LIMITS[state])
    except UnknownYearError:
        return None


def _limit(since: datetime, clause: str) -> datetime:
    day = beijing_day(since)
    days = regulations.in_force(SUBJECT, day).integer(clause)
    return provisional_calendar().due_at(day, days)


def notice_clause(rules: regulations.Regulation, ceiling_fen: int) -> str:
    """Return the clause that says how many working days a notice of such a need stands."""
    if ceiling_fen <= rules.integer("amounts.small_up_to_fen"):
        return "notice.small_working_days"
    if ceiling_fen >= rules.integer("amounts.large_from_fen"):
        return "notice.large_working_days"
    return "notice.default_working_days"


class LateRevealError(MarketError):
    """Reveals end too shortly before the value for witnesses to see the list."""

    sentence = msgid("揭示期限须在开奖时刻至少 5 分钟之前，见证人才来得及见证。请调整时间安排。")


class ShortTimetableError(MarketError):
    """A timetable gives firms or the public less time than the rules."""

    sentence = msgid("公告的报名时间或名单公示时间短于规则要求。请推迟报名截止或摇号时间。")


def sessions_of(rules: regulations.Regulation, mode: str | None) -> tuple[str, ...]:
    """Return the daily times at which values of a mode are drawn; none named means no sessions."""
    if mode == BY_NUMBERS and "numbers.session" in rules:
        return (rules.text("numbers.session"),)
    return rules.texts("draw.sessions") if "draw.sessions" in rules else ()


def opening_minutes(method: str, day: date) -> int:
    """Return how long quotes are opened after the close; none where firms do not quote."""
    if not is_quoted(method):
        return 0
    return regulations.in_force(METHODS_SUBJECT, day).integer("quote.opening_minutes")


def bidding_minutes(method: str, day: date) -> int:
    """Return how long firms bid at most after the close; none where there is no live bidding."""
    if not is_bid(method):
        return 0
    return regulations.in_force(METHODS_SUBJECT, day).integer("bid.bidding_minutes")


def scoring_minutes(method: str, day: date) -> int:
    """Return how long a panel is drawn and scores after the close; none where nobody scores."""
    if not is_scored(method):
        return 0
    return regulations.in_force(METHODS_SUBJECT, day).integer("scored.scoring_minutes")


def timetable_at(
    published_at: datetime,
    ceiling_fen: int,
    mode: str | None = None,
    method: str = Method.LOTTERY,
) -> Timetable:
    """Return the timetable of a notice published at an instant.

    The value comes in a session that many draws share; public numbers have a session of their
    own, shortly before they are drawn.

    Raises:
        UnknownYearError: The calendar does not reach the end of the timetable.
    """
    rules = regulations.in_force(SUBJECT, beijing_day(published_at))
    draw_rules = regulations.in_force(DRAW_SUBJECT, beijing_day(published_at))
    return timetable(
        published_at,
        notice_working_days=rules.integer(notice_clause(rules, ceiling_fen)),
        freeze_minutes=rules.integer("draw.freeze_within_minutes"),
        shown_minutes=rules.integer("draw.list_shown_minutes"),
        result_minutes=_result_minutes(rules, draw_rules, mode),
        calendar=default_calendar(),
        sessions=sessions_of(draw_rules, mode),
        opening_minutes=opening_minutes(method, beijing_day(published_at)),
        bidding_minutes=bidding_minutes(method, beijing_day(published_at)),
        scoring_minutes=scoring_minutes(method, beijing_day(published_at)),
    )


def _result_minutes(
    rules: regulations.Regulation, draw_rules: regulations.Regulation, mode: str | None
) -> int:
    """Return how long after its value a result may take: public numbers are typed by people."""
    if mode == BY_NUMBERS and "numbers.result_within_minutes" in draw_rules:
        return draw_rules.integer("numbers.result_within_minutes")
    return rules.integer("draw.result_within_minutes")


def agreed_timetable(
    published_at: datetime,
    ceiling_fen: int,
    wanted: Timetable | None,
    mode: str | None = None,
    method: str = Method.LOTTERY,
) -> Timetable:
    """Return the timetable of a notice: the rules' own, or a later session that was wanted.

    Its own instants are signed in the log and held by witnesses, and stay whatever a notice says
    later: they never lie in a year without one. What follows the result is counted again.

    Raises:
        ShortTimetableError: The wanted timetable gives less time than the rules.
        LateRevealError: Reveals end less than five minutes before the value.
        UnknownYearError: The calendar does not reach far enough.
    """
    least = timetable_at(published_at, ceiling_fen, mode, method)
    times = _with_prices(wanted, least) or least
    rules = regulations.in_force(SUBJECT, beijing_day(published_at))
    shown = times.phi_at - times.freeze_by_at
    least_shown = timedelta(minutes=rules.integer("draw.list_shown_minutes"))
    if times.enrol_close_at < least.enrol_close_at or shown < least_shown:
        raise ShortTimetableError
    if times.phi_at - times.reveal_by_at < REVEAL_MARGIN:
        raise LateRevealError
    default_calendar().working_day_number(beijing_day(times.result_by_at))
    return times


def _with_prices(wanted: Timetable | None, least: Timetable) -> Timetable | None:
    """Put the time for prices into a timetable that was wanted: between close and freeze.

    Raises:
        ShortTimetableError: It leaves no room for it.
    """
    over_at = least.opening_by_at or least.bidding_by_at or least.scoring_by_at
    if wanted is None or over_at is None:
        return wanted
    until = wanted.enrol_close_at + (over_at - least.enrol_close_at)
    if wanted.freeze_by_at <= until:
        raise ShortTimetableError
    return replace(
        wanted,
        opening_by_at=until if least.opening_by_at else None,
        bidding_by_at=until if least.bidding_by_at else None,
        scoring_by_at=until if least.scoring_by_at else None,
    )


def ahead(
    state: NeedState,
    since: datetime,
    now: datetime,
    ceiling_fen: int,
    mode: str,
    *,
    method: str = Method.LOTTERY,
) -> list[Ahead]:
    """Return the steps up to the draw with their latest times, if every step takes its limit.

    Args:
        state: Where the need stands.
        since: Since when.
        now: The present instant.
        ceiling_fen: The price ceiling: the length of the notice depends on it.
        mode: The source of entropy: the session in which its value comes depends on it.
        method: How the firm is selected: quotes take time to be opened.

    Returns:
        Nothing once the notice is out: from then on its timetable counts.

    Raises:
        UnknownYearError: A date lies in a year without a calendar.
    """
    steps: list[Ahead] = []
    start = now
    if state in {NeedState.DRAFT, NeedState.RETURNED, NeedState.FAILED}:
        start = _limit(now, APPROVAL_LIMIT)
        steps.append(Ahead(msgid("内部审批期限（如今天提交）"), start))
    elif state is NeedState.APPROVAL:
        start = _limit(since, APPROVAL_LIMIT)
        steps.append(Ahead(msgid("内部审批期限"), start))
    elif state is not NeedState.CHECK:
        return []
    check_from = since if state is NeedState.CHECK else max(start, now) - _A_MOMENT
    start = _limit(check_from, CHECK_LIMIT)
    steps.append(Ahead(msgid("运营机构审核并发布公告的期限"), start))
    # What is due at 24:00 happens on that day at the latest; what is late already, now.
    times = timetable_at(max(start - _A_MOMENT, now), ceiling_fen, mode, method)
    steps.append(Ahead(msgid("报名截止"), times.enrol_close_at))
    if times.opening_by_at is not None:
        steps.append(Ahead(msgid("报价开启截止"), times.opening_by_at))
    if times.bidding_by_at is not None:
        steps.append(Ahead(msgid("竞价截止（最迟）"), times.bidding_by_at))
    if times.scoring_by_at is not None:
        steps.append(Ahead(msgid("专家评分截止（最迟）"), times.scoring_by_at))
    steps.append(Ahead(msgid("摇号结果公布"), times.result_by_at))
    return steps
