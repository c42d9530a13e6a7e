"""The rules of a rating: its moves, what it says, when all sides may be read, its commitment.

Pure functions, no I/O.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.errors import MarketError, msgid
from market.personal import personal_in
from market.plain import seen, visible

LOWEST: Final = 1
HIGHEST: Final = 5
TENTHS: Final = 10
COMMENT_LONGEST: Final = 500
COMMENT_SHORTEST: Final = 10
_COMMITMENT: Final = b"zjcs/rating/v1\n"
_COMMENT: Final = b"zjcs/rating-comment/v1\n"
_SAMPLE: Final = b"zjcs/rating-callback/v1\n"


class Direction(StrEnum):
    """Who rates whom about a contract: there and back."""

    OWNER_FIRM = "owner-firm"
    FIRM_OWNER = "firm-owner"
    AUTHORITY_FIRM = "authority-firm"
    FIRM_AUTHORITY = "firm-authority"


class Rated(StrEnum):
    """As what an organisation is rated."""

    FIRM = "firm"
    OWNER = "owner"
    AUTHORITY = "authority"


D = Direction
RATED: Final[Mapping[Direction, Rated]] = MappingProxyType(
    {
        D.OWNER_FIRM: Rated.FIRM,
        D.FIRM_OWNER: Rated.OWNER,
        D.AUTHORITY_FIRM: Rated.FIRM,
        D.FIRM_AUTHORITY: Rated.AUTHORITY,
    }
)


class Dimension(StrEnum):
    """The five things that are rated; each kind of rated side has its own words for them."""

    QUALITY = "quality"
    TIMELINESS = "timeliness"
    ATTITUDE = "attitude"
    MONEY = "money"
    CONDUCT = "conduct"


class WhyLow(StrEnum):
    """Why a rating is bad: a closed list. Platform default."""

    QUALITY = "quality"
    LATE = "late"
    ATTITUDE = "attitude"
    MONEY = "money"
    UNFOUNDED = "unfounded"
    OTHER = "other"


class RatingState(StrEnum):
    """Where a rating stands between the end of its contract and what becomes of it."""

    WAITING = "waiting"
    # Given, and unreadable until every other one is in or its time is out.
    SEALED = "sealed"
    # Not given in time; another one is not in yet.
    LAPSED = "lapsed"
    RELEASED = "released"
    # Not given in time, shown as such.
    DEFAULTED = "defaulted"
    # Its words were taken from the page; its scores stand.
    TRIMMED = "trimmed"
    # Taken from the page and from every average.
    HIDDEN = "hidden"


class RatingMove(StrEnum):
    """What can be done to a rating. There is no approval, and nobody has a veto."""

    RATE = "rate"
    LAPSE = "lapse"
    RELEASE = "release"
    TRIM = "trim"
    HIDE = "hide"
    RESTORE = "restore"


S, M = RatingState, RatingMove
MOVES: Final[Mapping[tuple[RatingState, RatingMove], RatingState]] = MappingProxyType(
    {
        (S.WAITING, M.RATE): S.SEALED,
        (S.WAITING, M.LAPSE): S.LAPSED,
        (S.SEALED, M.RELEASE): S.RELEASED,
        (S.LAPSED, M.RELEASE): S.DEFAULTED,
        (S.RELEASED, M.TRIM): S.TRIMMED,
        (S.RELEASED, M.HIDE): S.HIDDEN,
        # Words that were covered at once; what is found afterwards may go further.
        (S.TRIMMED, M.TRIM): S.TRIMMED,
        (S.TRIMMED, M.HIDE): S.HIDDEN,
        # The author's objection to the covering was right.
        (S.TRIMMED, M.RESTORE): S.RELEASED,
    }
)
# What its side has done with it, or let pass, and nobody may read yet.
FINISHED: Final = frozenset({S.SEALED, S.LAPSED})
# What everybody may know of.
OPEN: Final = frozenset({S.RELEASED, S.DEFAULTED, S.TRIMMED, S.HIDDEN})
# Whose scores everybody may read, and averages count.
COUNTED: Final = frozenset({S.RELEASED, S.TRIMMED})


class IllegalRatingMoveError(MarketError):
    """The rating's state does not allow the move."""

    sentence = msgid("评价当前状态不能办理此操作，可能已经评价或者期限已过。请刷新页面查看。")


class ScoreError(MarketError):
    """A score is not one of the five."""

    sentence = msgid("每一项请在 1 到 5 分中选择。")


class ReasonsMissingError(MarketError):
    """A bad rating does not say why."""

    sentence = msgid("综合得分不高于 %(most)s 分的，请至少勾选一项低分原因。")

    def __init__(self, most: str) -> None:
        super().__init__(field="reasons", most=most)


class CommentShortError(MarketError):
    """A bad rating does not say what happened."""

    sentence = msgid("综合得分不高于 %(most)s 分的，请写明具体情况（至少 %(least)s 个字）。")

    def __init__(self, most: str) -> None:
        super().__init__(field="comment", most=most, least=COMMENT_SHORTEST)


class PersonalWordsError(MarketError):
    """The words hold what identifies or reaches a person; everybody would read it."""

    sentence = msgid(
        "评价内容含有%(what)s，公开后任何人可见，不能提交。请删除个人的电话和证件号码，只写办事情况。"
    )

    def __init__(self, what: str) -> None:
        super().__init__(field="comment", what=what)


class CommentLongError(MarketError):
    """The words are too many."""

    sentence = msgid("评价内容最多 %(longest)s 个字。")

    def __init__(self) -> None:
        super().__init__(field="comment", longest=COMMENT_LONGEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """One to five for each of the five things."""

    quality: int
    timeliness: int
    attitude: int
    money: int
    conduct: int

    def each(self) -> tuple[int, int, int, int, int]:
        """Return the five scores in the order of ``Dimension``."""
        return (self.quality, self.timeliness, self.attitude, self.money, self.conduct)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a rating says: scores, why it is low, and words."""

    scores: Scores
    reasons: tuple[WhyLow, ...] = ()
    comment: str = ""


def advance(state: RatingState, move: RatingMove) -> RatingState:
    """Return the state a move leads a rating to.

    Raises:
        IllegalRatingMoveError: The state does not allow the move.

    Source: handbook domain.md 2.3 step 20; issue 5, "Rating and credit".
    """
    try:
        return MOVES[state, move]
    except KeyError:
        raise IllegalRatingMoveError from None


def may_release(states: Collection[RatingState]) -> bool:
    """Return whether the ratings of a contract may be read: each is in, or its time is out.

    Args:
        states: Of every rating that was asked for: whoever still rates has read none.

    Source: issue 5: "blind until both are in or time is out"; handbook domain.md 1 row 26;
    docs/adr/0105.
    """
    return bool(states) and all(state in FINISHED for state in states)


def overall_tenths(scores: Scores) -> int:
    """Return the overall score in tenths: the mean of the five, which tenths hold exactly.

    Source: handbook domain.md 2.3 step 20; platform default: each of the five counts alike.
    """
    return sum(scores.each()) * TENTHS // len(Dimension)


def in_words(tenths: int) -> str:
    """Return a score as people write it: 42 tenths are ``4.2``."""
    return f"{tenths // TENTHS}.{tenths % TENTHS}"


def mean_tenths(total: int, count: int) -> int | None:
    """Return a mean in whole tenths, halves up; none of nothing.

    Args:
        total: The sum of scores, in tenths.
        count: How many they are.

    Source: platform default.
    """
    return (2 * total + count) // (2 * count) if count else None


def permille(part: int, whole: int) -> int | None:
    """Return a share in thousandths, halves up; none of nothing.

    Source: platform default.
    """
    return (2000 * part + whole) // (2 * whole) if whole else None


def is_bad(tenths: int, most_tenths: int) -> bool:
    """Return whether a rating is a bad one, to be looked into.

    Args:
        tenths: The overall score.
        most_tenths: The highest overall score of a bad one.

    Source: the regulation's ``bad_rating.tenths_most``, a platform default.
    """
    return tenths <= most_tenths


def checked(content: Content, most_tenths: int) -> Content:
    """Return a rating as it is kept, or refuse it.

    Args:
        content: As the side wrote it.
        most_tenths: The highest overall score of a bad one.

    Returns:
        The same, its reasons in their fixed order and its words without blanks around them;
        reasons of a rating that is not bad are kept as well.

    Raises:
        ScoreError: A score is not one of the five.
        ReasonsMissingError, CommentShortError: A bad rating does not say why.
        CommentLongError: The words are too many.
        PersonalWordsError: They hold a mobile or an identity number.

    Source: issue 5; platform default.
    """
    if not all(LOWEST <= score <= HIGHEST for score in content.scores.each()):
        raise ScoreError
    words = visible(content.comment)
    reasons = tuple(reason for reason in WhyLow if reason in content.reasons)
    if is_bad(overall_tenths(content.scores), most_tenths):
        if not reasons:
            raise ReasonsMissingError(in_words(most_tenths))
        if seen(words) < COMMENT_SHORTEST:
            raise CommentShortError(in_words(most_tenths))
    if found := personal_in(words):
        raise PersonalWordsError(found)
    if len(words) > COMMENT_LONGEST:
        raise CommentLongError
    return Content(scores=content.scores, reasons=reasons, comment=words)


def comment_digest(comment: str, salt_hex: str) -> str:
    """Return under which digest the log knows the words of a rating.

    Args:
        comment: The words.
        salt_hex: 32 secret bytes; they are shown with the words, and as long as these are.

    Returns:
        SHA-256 over a prefix, the salt and the words, in hexadecimal.

    Source: docs/adr/0067.
    """
    return hashlib.sha256(_COMMENT + bytes.fromhex(salt_hex) + comment.encode()).hexdigest()


def opened_bytes(
    *, contract: str, direction: Direction, content: Content, digest: str, salt_hex: str
) -> bytes:
    """Return the bytes whose SHA-256 is the commitment of a rating.

    Args:
        contract: The contract's number.
        direction: Who rates whom.
        content: What the rating says; of its words only the digest goes in.
        digest: Of the words (``comment_digest``).
        salt_hex: 32 secret bytes, told when the rating is opened.

    Returns:
        A prefix line, then canonical JSON: sorted keys, no spaces, UTF-8.

    Source: docs/adr/0067.
    """
    said = {
        "comment": digest,
        "contract": contract,
        "direction": direction.value,
        "reasons": [reason.value for reason in content.reasons],
        "salt": salt_hex,
        "scores": list(content.scores.each()),
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return _COMMITMENT + text.encode()


def commitment(
    *, contract: str, direction: Direction, content: Content, digest: str, salt_hex: str
) -> str:
    """Return what the log is told of a rating at once: the SHA-256 of ``opened_bytes``.

    Source: docs/adr/0067.
    """
    said = opened_bytes(
        contract=contract, direction=direction, content=content, digest=digest, salt_hex=salt_hex
    )
    return hashlib.sha256(said).hexdigest()


def is_sampled(commitment_hex: str, every: int) -> bool:
    """Return whether the side that gave a rating is called back though the rating is not bad.

    Args:
        commitment_hex: Of the rating, as the log has it.
        every: One of so many on average; none if it is zero.

    Returns:
        Whether SHA-256 over a prefix and the commitment, read as a number, is divisible by it:
        anybody can recompute it from the log.

    Source: issue 5, "call-backs"; the regulation's ``call_back.sample_every``, a platform default.
    """
    if every <= 0:
        return False
    found = hashlib.sha256(_SAMPLE + bytes.fromhex(commitment_hex)).digest()
    return int.from_bytes(found, "big") % every == 0
