"""The rules of a need: which moves its life allows, and when each step of its notice falls.

Pure functions, no I/O.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol

from market.clock import beijing, beijing_day
from market.errors import MarketError, msgid
from market.money import short_yuan


class NeedState(StrEnum):
    """Where a need stands between an owner's draft and its accepted deliverable."""

    DRAFT = "draft"
    APPROVAL = "approval"
    CHECK = "check"
    RETURNED = "returned"
    OPEN = "open"
    DRAWING = "drawing"
    PUBLICITY = "publicity"
    AWARDED = "awarded"
    CONTRACTED = "contracted"
    COMPLETED = "completed"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    # A firm is being chosen without a draw, within the limits of the rules.
    DIRECT = "direct"
    # The contract was ended before its service was done: what remains is a need of its own.
    TERMINATED = "terminated"


class Move(StrEnum):
    """What can be done to a need."""

    SUBMIT = "submit"
    APPROVE = "approve"
    SEND_BACK = "send-back"
    RETURN = "return"
    PUBLISH = "publish"
    CLOSE = "close"
    DRAW = "draw"
    OFFER = "offer"
    SUBSTITUTE = "substitute"
    CONTRACT = "contract"
    COMPLETE = "complete"
    FAIL = "fail"
    RENOTICE = "renotice"
    CHANGE = "change"
    WITHDRAW = "withdraw"
    CHOOSE = "choose"
    NAME = "name"
    DROP = "drop"
    TERMINATE = "terminate"
    TAKE_BACK = "take-back"


class FailureReason(StrEnum):
    """Why a need failed (流标). The draw above it says which; handbook domain.md 2.4."""

    TOO_FEW = "too_few_enrolled"
    TOO_FEW_ELIGIBLE = "too_few_eligible"
    LOWEST_LOST = "lowest_bid_lost"
    NOT_SCORED = "not_scored"
    PANEL_LATE = "panel_late"
    FREEZE_MISSED = "freeze_missed"
    NO_QUORUM = "no_quorum"
    PHI_LOST = "phi_lost"
    EXHAUSTED = "alternates_exhausted"


S, M = NeedState, Move
MOVES: Mapping[tuple[NeedState, Move], NeedState] = MappingProxyType(
    {
        (S.DRAFT, M.SUBMIT): S.APPROVAL,
        (S.RETURNED, M.SUBMIT): S.APPROVAL,
        (S.APPROVAL, M.SEND_BACK): S.RETURNED,
        (S.APPROVAL, M.APPROVE): S.CHECK,
        # Nobody has approved it yet: its owner goes on writing.
        (S.APPROVAL, M.TAKE_BACK): S.DRAFT,
        (S.CHECK, M.RETURN): S.RETURNED,
        (S.CHECK, M.PUBLISH): S.OPEN,
        (S.OPEN, M.CLOSE): S.DRAWING,
        (S.DRAWING, M.DRAW): S.PUBLICITY,
        (S.PUBLICITY, M.OFFER): S.AWARDED,
        # The winner declined or did not sign: the next alternate of the same draw is published.
        (S.AWARDED, M.SUBSTITUTE): S.PUBLICITY,
        (S.PUBLICITY, M.SUBSTITUTE): S.PUBLICITY,
        (S.AWARDED, M.CONTRACT): S.CONTRACTED,
        (S.CONTRACTED, M.COMPLETE): S.COMPLETED,
        # Agreed between the sides, or decided by an authority; nothing is drawn again for it.
        (S.CONTRACTED, M.TERMINATE): S.TERMINATED,
        # The award was annulled after the contract was signed: docs/adr/0043.
        (S.CONTRACTED, M.SUBSTITUTE): S.PUBLICITY,
        (S.CONTRACTED, M.FAIL): S.FAILED,
        (S.CONTRACTED, M.DROP): S.RETURNED,
        # Too few enrolled, too few eligible at the freeze, or no alternate is left.
        (S.OPEN, M.FAIL): S.FAILED,
        (S.DRAWING, M.FAIL): S.FAILED,
        (S.PUBLICITY, M.FAIL): S.FAILED,
        (S.AWARDED, M.FAIL): S.FAILED,
        (S.FAILED, M.RENOTICE): S.APPROVAL,
        # A changed notice: the draw is called off, the operator checks the next one.
        (S.OPEN, M.CHANGE): S.CHECK,
        (S.DRAFT, M.WITHDRAW): S.WITHDRAWN,
        (S.APPROVAL, M.WITHDRAW): S.WITHDRAWN,
        (S.CHECK, M.WITHDRAW): S.WITHDRAWN,
        (S.RETURNED, M.WITHDRAW): S.WITHDRAWN,
        (S.OPEN, M.WITHDRAW): S.WITHDRAWN,
        # A direct choice: proposed, then published as an award that rests on no draw.
        (S.DRAFT, M.CHOOSE): S.DIRECT,
        (S.RETURNED, M.CHOOSE): S.DIRECT,
        (S.FAILED, M.CHOOSE): S.DIRECT,
        (S.DIRECT, M.NAME): S.PUBLICITY,
        # It came to nothing: the need is its owner's again; one whose notice failed has failed.
        (S.DIRECT, M.DROP): S.RETURNED,
        (S.PUBLICITY, M.DROP): S.RETURNED,
        (S.AWARDED, M.DROP): S.RETURNED,
        (S.DIRECT, M.FAIL): S.FAILED,
        # No move leaves DRAWING but the draw or its failure: once enrolment is closed, the
        # owner can neither withdraw nor draw again.
    }
)


class IllegalMoveError(MarketError):
    """The need's state does not allow the move."""

    sentence = msgid("需求当前状态不能办理此操作，可能他人已经办理。请刷新页面查看最新状态。")

    def __init__(self, state: NeedState, move: Move) -> None:
        super().__init__()
        self.state = state
        self.move = move


def advance(state: NeedState, move: Move) -> NeedState:
    """Return the state a move leads to.

    Args:
        state: Where the need stands.
        move: What is to be done.

    Raises:
        IllegalMoveError: The state does not allow the move.

    Source: handbook domain.md 2.3 and 2.4; the table is a platform default.
    """
    try:
        return MOVES[state, move]
    except KeyError:
        raise IllegalMoveError(state, move) from None


class WorkingDays(Protocol):
    """What a timetable asks of the calendar."""

    def add_working_days(self, day: date, n: int, /) -> date:
        """Return the nth working day after ``day``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """Every instant a notice fixes, before anyone enrols."""

    enrol_open_at: datetime
    enrol_close_at: datetime
    freeze_by_at: datetime
    reveal_by_at: datetime
    phi_at: datetime
    result_by_at: datetime
    # Until when quotes are opened after the close; none where the method has no quotes.
    opening_by_at: datetime | None = None
    # Until when firms bid after the close at the latest; none where the method has no bids.
    bidding_by_at: datetime | None = None
    # Until when the panel scores after the close at the latest; none where nobody scores.
    scoring_by_at: datetime | None = None


# Platform default, after the example in handbook lottery.md section 4.
ENROLMENT_CLOSES_HOUR: Final = 10
ONE_DAY: Final = timedelta(days=1)
# Of the minutes a frozen list is shown, this part is left for revealing contributions.
REVEAL_PART: Final = 3


def timetable(
    published_at: datetime,
    *,
    notice_working_days: int,
    freeze_minutes: int,
    shown_minutes: int,
    result_minutes: int,
    calendar: WorkingDays,
    sessions: Sequence[str] = (),
    opening_minutes: int = 0,
    bidding_minutes: int = 0,
    scoring_minutes: int = 0,
) -> Timetable:
    """Return the timetable of a notice published now.

    Enrolment closes at 10:00 in Beijing on the first working day after the last day of the
    notice period; the day of publication does not count.

    Args:
        published_at: The instant of publication.
        notice_working_days: Whole working days the notice must stand.
        freeze_minutes: From the close to the latest freeze of the list.
        shown_minutes: From the latest freeze to the instant of the entropy.
        result_minutes: From the entropy to the latest result.
        calendar: Which days are working days.
        sessions: At which times of a day values are drawn; many draws share one.
        opening_minutes: From the close to the end of the opening of quotes, if there are any;
            the freeze comes after it.
        bidding_minutes: From the close to the latest end of live bidding, if there is any.
        scoring_minutes: From the close to the latest end of scoring, if a panel scores.

    Raises:
        UnknownYearError: The calendar does not know a year the timetable reaches.

    Source: 民法典 第二百零一条 (the first day is not counted); handbook lottery.md section 4.
    """
    last_day = calendar.add_working_days(beijing_day(published_at), notice_working_days)
    close_at = beijing(calendar.add_working_days(last_day, 1), ENROLMENT_CLOSES_HOUR)
    over_at = close_at + timedelta(minutes=opening_minutes + bidding_minutes + scoring_minutes)
    freeze_by_at = over_at + timedelta(minutes=freeze_minutes)
    shown_until_at = freeze_by_at + timedelta(minutes=shown_minutes)
    phi_at = session_at_or_after(shown_until_at, sessions)
    return Timetable(
        enrol_open_at=published_at,
        enrol_close_at=close_at,
        freeze_by_at=freeze_by_at,
        reveal_by_at=freeze_by_at + timedelta(minutes=shown_minutes // REVEAL_PART),
        phi_at=phi_at,
        result_by_at=phi_at + timedelta(minutes=result_minutes),
        opening_by_at=over_at if opening_minutes else None,
        bidding_by_at=over_at if bidding_minutes else None,
        scoring_by_at=over_at if scoring_minutes else None,
    )


def session_at_or_after(at: datetime, sessions: Sequence[str]) -> datetime:
    """Return the first of the daily sessions at or after an instant.

    Args:
        at: The earliest instant that would do.
        sessions: Times of the day in Beijing, such as ``10:35``; none means no sessions.

    Returns:
        The instant itself where there are no sessions.

    Source: the regulation's ``draw.sessions``; platform default.
    """
    if not sessions:
        return at
    day = beijing_day(at)
    hours = sorted(tuple(map(int, text.split(":"))) for text in sessions)
    found = [beijing(one, hour, minute) for one in (day, day + ONE_DAY) for hour, minute in hours]
    return next(each for each in found if each >= at)


class NeedFactsError(MarketError):
    """A need breaks a rule; the subclass says which."""


class MustTenderError(NeedFactsError):
    """The service must be tendered, not selected here.

    "From one million" includes one million: 民法典 第一千二百五十九条.
    """

    sentence = msgid(
        "预算达到 %(yuan)s 元的该类工程服务依法应当招标（国家发展改革委令2018年第16号第五条），"
        "不能在中介超市选取。请核对预算，或按招标程序办理。"
    )

    def __init__(self, from_fen: int) -> None:
        super().__init__(field="ceiling_fen", yuan=short_yuan(from_fen))


class ServiceDaysError(NeedFactsError):
    """The service may not take longer than the catalogue allows."""

    sentence = msgid("服务时限须为 1 至 %(limit)s 个工作日（该事项目录时限）。请修改服务时限。")

    def __init__(self, limit: int) -> None:
        super().__init__(field="service_working_days", limit=limit)


class AlternatesError(NeedFactsError):
    """More alternates than the rules allow."""

    sentence = msgid("候补家数须为 0 至 %(most)s。请修改候补家数。")

    def __init__(self, most: int) -> None:
        super().__init__(field="alternates", most=most)


class StaffError(NeedFactsError):
    """Fewer people than the catalogue asks for."""

    sentence = msgid("本事项至少须配备 %(least)s 名执业人员（事项目录要求）。请修改执业人员数。")

    def __init__(self, least: int) -> None:
        super().__init__(field="staff_required", least=least)


class CeilingError(NeedFactsError):
    """The price ceiling is not a positive amount."""

    sentence = msgid("服务费上限须大于 0 元。请填写经批复的金额。")

    def __init__(self) -> None:
        super().__init__(field="ceiling_fen")


class FreshError(NeedFactsError):
    """The rules do not let the owner choose fresh alternates."""

    sentence = msgid("现行规则不允许另行抽取递补。请改选按原次序递补。")

    def __init__(self) -> None:
        super().__init__(field="fresh_alternates")


class ModeError(NeedFactsError):
    """No such source of entropy."""

    sentence = msgid("请从列表中选择摇号的随机源。")

    def __init__(self) -> None:
        super().__init__(field="mode")


DEMONSTRATION_MODE: Final = "D1"
MODES: Final = ("A", "B", "C", "D2", DEMONSTRATION_MODE)


def check_facts(
    *,
    mode: str,
    ceiling_fen: int,
    tender_from_fen: int | None,
    service_working_days: int,
    limit_working_days: int,
    staff_required: int,
    least_staff: int,
    alternates: int,
    most_alternates: int,
    modes: Sequence[str] = MODES,
    fresh: bool = False,
    fresh_allowed: bool = True,
) -> None:
    """Refuse facts that could not be published.

    Args:
        mode: The draw's entropy mode.
        ceiling_fen: The price ceiling in fen.
        tender_from_fen: The amount from which this class of service must be tendered, if any.
        service_working_days: What the owner asks for.
        limit_working_days: What the catalogue allows.
        staff_required: How many qualified people the owner asks for.
        least_staff: How many the catalogue asks for.
        alternates: How many alternates the notice names.
        most_alternates: How many the rules allow.
        modes: The modes the rules allow.
        fresh: Whether the owner wants alternates drawn afresh.
        fresh_allowed: Whether the rules let it.

    Raises:
        NeedFactsError: The first rule that is broken, naming the field.

    Source: 国家发展改革委令2018年第16号 第五条第一款第（三）项; the other limits are the
    catalogue's and the regulation's.
    """
    if mode not in MODES or mode not in modes:
        raise ModeError
    if fresh and not fresh_allowed:
        raise FreshError
    if ceiling_fen <= 0:
        raise CeilingError
    if tender_from_fen is not None and ceiling_fen >= tender_from_fen:
        raise MustTenderError(tender_from_fen)
    if not 1 <= service_working_days <= limit_working_days:
        raise ServiceDaysError(limit_working_days)
    if staff_required < least_staff:
        raise StaffError(least_staff)
    if not 0 <= alternates <= most_alternates:
        raise AlternatesError(most_alternates)
