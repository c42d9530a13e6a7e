"""The rules of examining a deliverable: whose turn it is, which moves are allowed, what they need.

Pure functions, no I/O. A supplement (补正) is a small correction and no rework; a return (退回重做)
ends the round; a missing document may be brought later (容缺); where the catalogue says so, an
authority reviews (评审) what the owner found good.
"""

from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.clocks.rules import Party
from market.contracts.rules import ReturnReason
from market.errors import MarketError, msgid


class ExamState(StrEnum):
    """Where the examination of one round stands."""

    SUBMITTED = "submitted"
    SUPPLEMENTING = "supplementing"
    LACKING = "lacking"
    UNDER_REVIEW = "under-review"
    REVISING = "revising"
    REVIEW_LACKING = "review-lacking"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    FAILED = "failed"
    # The contract ended before anybody had decided.
    CLOSED = "closed"


class ExamMove(StrEnum):
    """What is done to it."""

    SUPPLEMENT = "supplement"
    SUPPLY = "supply"
    TOLERATE = "tolerate"
    LAPSE = "lapse"
    OVERDUE = "overdue"
    APPROVE = "approve"
    ACCEPT = "accept"
    # The owner let its days pass: nobody found the work good (docs/adr/0102).
    SILENT_APPROVE = "silent-approve"
    SILENT_ACCEPT = "silent-accept"
    RETURN = "return"
    PASS = "pass"  # noqa: S105 - an opinion, not a password
    REVISE = "revise"
    FAIL = "fail"
    OVERTURN = "overturn"
    CLOSE = "close"


S, M = ExamState, ExamMove
OPEN: Final = frozenset(
    {S.SUBMITTED, S.SUPPLEMENTING, S.LACKING, S.UNDER_REVIEW, S.REVISING, S.REVIEW_LACKING}
)
# Accepted as it is; the clock stands until the missing document is there, or is not.
TOLERATED: Final = frozenset({S.LACKING, S.REVIEW_LACKING})
# Sent back: the round is over, and its end may be disputed for a time.
SENT_BACK: Final = frozenset({S.RETURNED, S.FAILED})
# What the firm has been asked for.
ASKED: Final = frozenset({S.SUPPLEMENTING, S.LACKING, S.REVISING, S.REVIEW_LACKING})
# With an authority, or with the firm because an authority asked for something.
REVIEWING: Final = frozenset({S.UNDER_REVIEW, S.REVISING, S.REVIEW_LACKING})
EXAM_MOVES: Mapping[tuple[ExamState, ExamMove], ExamState] = MappingProxyType(
    {
        (S.SUBMITTED, M.SUPPLEMENT): S.SUPPLEMENTING,
        (S.SUBMITTED, M.TOLERATE): S.LACKING,
        (S.SUBMITTED, M.APPROVE): S.UNDER_REVIEW,
        (S.SUBMITTED, M.ACCEPT): S.ACCEPTED,
        (S.SUBMITTED, M.SILENT_APPROVE): S.UNDER_REVIEW,
        (S.SUBMITTED, M.SILENT_ACCEPT): S.ACCEPTED,
        (S.SUBMITTED, M.RETURN): S.RETURNED,
        (S.SUPPLEMENTING, M.SUPPLY): S.SUBMITTED,
        (S.SUPPLEMENTING, M.OVERDUE): S.SUPPLEMENTING,
        (S.SUPPLEMENTING, M.RETURN): S.RETURNED,
        (S.LACKING, M.SUPPLY): S.SUBMITTED,
        (S.LACKING, M.LAPSE): S.SUPPLEMENTING,
        (S.UNDER_REVIEW, M.PASS): S.ACCEPTED,
        (S.UNDER_REVIEW, M.REVISE): S.REVISING,
        (S.UNDER_REVIEW, M.TOLERATE): S.REVIEW_LACKING,
        (S.UNDER_REVIEW, M.FAIL): S.FAILED,
        (S.UNDER_REVIEW, M.OVERDUE): S.UNDER_REVIEW,
        (S.REVISING, M.SUPPLY): S.UNDER_REVIEW,
        (S.REVISING, M.OVERDUE): S.REVISING,
        (S.REVISING, M.FAIL): S.FAILED,
        (S.REVIEW_LACKING, M.SUPPLY): S.UNDER_REVIEW,
        (S.REVIEW_LACKING, M.LAPSE): S.REVISING,
        (S.RETURNED, M.OVERTURN): S.SUBMITTED,
        (S.FAILED, M.OVERTURN): S.UNDER_REVIEW,
        **{(state, M.CLOSE): S.CLOSED for state in OPEN},
    }
)
# On whose account time passes; on nobody's while a round is accepted, also with a document missing.
_ACCOUNT: Final[Mapping[ExamState, Party]] = MappingProxyType(
    {
        S.SUBMITTED: Party.OWNER,
        S.SUPPLEMENTING: Party.FIRM,
        S.UNDER_REVIEW: Party.REVIEWER,
        S.REVISING: Party.FIRM,
        S.RETURNED: Party.FIRM,
        S.FAILED: Party.FIRM,
    }
)
LONGEST_LIST: Final = 20


class IllegalExamMoveError(MarketError):
    """The examination does not stand where the move begins."""

    sentence = msgid("成果当前所处的环节不能办理此操作，可能他人已经办理。请刷新页面查看。")


class NotOverdueError(MarketError):
    """A round that is being supplemented is sent back only once its term is over."""

    sentence = msgid("补正期限还没有届满，期满前不能作出退回、不通过的结论。请等待中介机构补正。")


class SupplementedOftenError(MarketError):
    """A round is not supplemented for ever."""

    sentence = msgid(
        "本轮成果已补正 %(count)s 次，达到上限。请验收通过，或者写明原因和条款退回重做。"
    )

    def __init__(self, count: int) -> None:
        super().__init__(field="decision", count=count)


class ToleratedOftenError(MarketError):
    """A clock is not stopped for ever by one missing document after another."""

    sentence = msgid(
        "本轮成果贵单位已容缺接收 %(count)s 次，达到上限：容缺期间时限停止，不能反复使用。"
        "请作出其他结论。"
    )

    def __init__(self, count: int) -> None:
        super().__init__(field="decision", count=count)


class NothingListedError(MarketError):
    """Whoever asks for something lists it."""

    sentence = msgid("请逐项列明缺少的内容，一行一项，最多 %(most)s 项，每项至少 2 个字。")

    def __init__(self) -> None:
        super().__init__(field="missing", most=LONGEST_LIST)


class NoClauseError(MarketError):
    """A return rests on a clause."""

    sentence = msgid("请写明所依据的合同条款或者标准条文（名称和条款号，至少 4 个字）。")

    def __init__(self) -> None:
        super().__init__(field="clause")


class SameReasonError(MarketError):
    """A reason that experts found wrong does not return the same round again."""

    sentence = msgid(
        "本轮成果以这个原因退回，已经被复评撤销，不能以同一原因再退回。请验收通过，或者另选原因。"
    )

    def __init__(self) -> None:
        super().__init__(field="reason")


class LackDayError(MarketError):
    """The day by which a missing document must come is out of bounds."""

    sentence = msgid("补交日期须在今天之后，最晚不超过 %(latest)s。请修改日期。")

    def __init__(self, latest: date) -> None:
        super().__init__(field="by_on", latest=latest.isoformat())


class SameFileError(MarketError):
    """What was returned does not come back as it was."""

    sentence = msgid(
        "这份文件与第 %(round)s 轮被退回的成果完全相同，不能原样再次提交。请按退回意见修改后提交；"
        "对退回有争议的，请在合同页面申请复评。"
    )

    def __init__(self, round_no: int) -> None:
        super().__init__(field="file", round=round_no)


class SignerMissingError(MarketError):
    """The person in charge signs each version."""

    sentence = msgid("请选择本次成果的签字负责人。签字负责人须是本合同指定的服务人员。")

    def __init__(self) -> None:
        super().__init__(field="signer")


def advance(state: ExamState, move: ExamMove) -> ExamState:
    """Return the state a move leads an examination to.

    Args:
        state: Where it stands.
        move: What is done to it.

    Returns:
        The next state.

    Raises:
        IllegalExamMoveError: The state does not allow the move.

    Source: handbook domain.md 2.3 steps 16 to 18; a platform default.
    """
    try:
        return EXAM_MOVES[state, move]
    except KeyError:
        raise IllegalExamMoveError from None


def account_of(state: ExamState) -> Party | None:
    """Return on whose account time passes in a state.

    Args:
        state: Where an examination stands.

    Returns:
        The owner's, the firm's or the reviewing authority's; None while the clock stands.

    Source: handbook domain.md section 6: a clock stops when the work is accepted, not when it is
    uploaded, and time with a reviewer is the reviewer's.
    """
    return _ACCOUNT.get(state)


def check_end(state: ExamState, *, overdue: bool) -> None:
    """Refuse to send a round back while the firm still has time to supplement it.

    Args:
        state: Where the examination stands.
        overdue: Whether the firm's term is over.

    Raises:
        NotOverdueError: The firm still has time.

    Source: platform default.
    """
    if state in {S.SUPPLEMENTING, S.REVISING} and not overdue:
        raise NotOverdueError


def check_reason(reason: ReturnReason, overturned: Collection[ReturnReason]) -> None:
    """Refuse to return a round again for a reason that was found wrong.

    Args:
        reason: The one that is given now.
        overturned: Those for which this round was returned, and the return was overturned.

    Raises:
        SameReasonError: It is one of them.

    Source: platform default; docs/adr/0074.
    """
    if reason in overturned:
        raise SameReasonError


def check_changed(digest: str, returned: Mapping[str, int]) -> None:
    """Refuse to take the very file again that was returned: silence would accept it.

    Args:
        digest: Of the file that is handed in now.
        returned: The rounds that were returned, by the digests of their files.

    Raises:
        SameFileError: It is one of them.

    Source: platform default; docs/adr/0102.
    """
    if digest in returned:
        raise SameFileError(returned[digest])


def check_supplements(count: int, most: int) -> None:
    """Refuse one more supplement of a round.

    Args:
        count: How often the owner has asked already.
        most: How often the rules allow.

    Raises:
        SupplementedOftenError: It was asked as often as that.

    Source: platform default.
    """
    if count >= most:
        raise SupplementedOftenError(count)


def check_tolerances(count: int, most: int) -> None:
    """Refuse one more 容缺 of a round: while it stands, time passes on nobody's account.

    Args:
        count: How often the same side has accepted the round with a document missing.
        most: How often the rules allow.

    Raises:
        ToleratedOftenError: It did so as often as that.

    Source: platform default.
    """
    if count >= most:
        raise ToleratedOftenError(count)


def listed(text: str) -> tuple[str, ...]:
    """Return what is missing, one thing from each line.

    Args:
        text: What was typed.

    Returns:
        The lines that say something.

    Raises:
        NothingListedError: There is none, there are too many, or one says nothing.

    Source: 行政许可法第三十二条 for approvals (what must be supplemented is told at once and in
    full), followed here as a platform default.
    """
    lines = tuple(line.strip() for line in text.splitlines() if line.strip())
    if not 1 <= len(lines) <= LONGEST_LIST or any(len(line) < 2 for line in lines):  # noqa: PLR2004 - two characters
        raise NothingListedError
    return lines


def clause_of(text: str) -> str:
    """Return the clause on which a return rests.

    Args:
        text: What was typed.

    Returns:
        It without blanks around it.

    Raises:
        NoClauseError: It names none.

    Source: handbook domain.md 2.4, last row: reason code and clause.
    """
    clause = text.strip()
    if len(clause) < 4:  # noqa: PLR2004 - the shortest name with a number
        raise NoClauseError
    return clause


def check_lack_day(by_on: date | None, *, today: date, latest: date) -> date:
    """Return the day by which a missing document must come.

    Args:
        by_on: The day.
        today: The day on which it is said.
        latest: The last day that the rules allow.

    Returns:
        The day.

    Raises:
        LackDayError: It is not said, past, or too far away.

    Source: platform default.
    """
    if by_on is None or not today < by_on <= latest:
        raise LackDayError(latest)
    return by_on
