"""The rules of ratings: the whole of states and moves, and the laws of blindness and commitment."""

import hashlib
import json
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.ratings.errors import RatingLateError, SealBrokenError
from market.ratings.labels import WORDS
from market.ratings.rules import (
    COMMENT_LONGEST,
    COUNTED,
    FINISHED,
    MOVES,
    OPEN,
    RATED,
    CommentLongError,
    CommentShortError,
    Content,
    Dimension,
    Direction,
    IllegalRatingMoveError,
    Rated,
    RatingMove,
    RatingState,
    ReasonsMissingError,
    ScoreError,
    Scores,
    WhyLow,
    advance,
    checked,
    comment_digest,
    commitment,
    in_words,
    is_sampled,
    may_release,
    opened_bytes,
    overall_tenths,
)
from market.ratings.sealing import open_sealed, seal

S, M = RatingState, RatingMove
ALLOWED = {
    ("waiting", "rate", "sealed"),
    ("waiting", "lapse", "lapsed"),
    ("sealed", "release", "released"),
    ("lapsed", "release", "defaulted"),
    ("released", "trim", "trimmed"),
    ("released", "hide", "hidden"),
    ("trimmed", "trim", "trimmed"),
    ("trimmed", "hide", "hidden"),
    ("trimmed", "restore", "released"),
}
KEY = bytes(range(32))
SALT = "07" * 32
BAD = 20
SCORES = st.builds(
    Scores,
    **dict.fromkeys(("quality", "timeliness", "attitude", "money", "conduct"), st.integers(1, 5)),
)
CONTENTS = st.builds(
    Content,
    scores=SCORES,
    reasons=st.lists(st.sampled_from(WhyLow), unique=True).map(tuple),
    comment=st.text(max_size=COMMENT_LONGEST),
)
HEX = st.binary(min_size=32, max_size=32).map(bytes.hex)


@pytest.mark.parametrize(("state", "move"), list(product(S, M)))
def test_every_move_in_every_state(state, move):
    ends = [after for before, by, after in ALLOWED if (before, by) == (state, move)]
    if ends:
        assert advance(state, move) == ends[0]
    else:
        with pytest.raises(IllegalRatingMoveError):
            advance(state, move)


def test_what_is_open_never_closes_again_and_what_is_finished_is_not_open():
    assert not FINISHED & OPEN
    assert {after for (before, _), after in MOVES.items() if before in OPEN} <= OPEN
    assert {after for (_, move), after in MOVES.items() if move is M.RELEASE} <= OPEN
    assert all(before in FINISHED for before, move in MOVES if move is M.RELEASE)
    assert COUNTED <= OPEN


@given(st.lists(st.sampled_from(S), max_size=4))
def test_all_are_released_only_when_each_is_in_or_its_time_is_out(states):
    assert may_release(states) == (bool(states) and set(states) <= {S.SEALED, S.LAPSED})


@given(
    st.sampled_from([2, 4]),
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from([M.RATE, M.LAPSE])), max_size=12),
)
def test_no_order_of_events_opens_one_before_another(asked, events):
    """As the actions move them: after each event they are released as soon as they may be."""
    states = [S.WAITING] * asked
    acted: set[int] = set()
    for place, move in events:
        if place >= asked or (states[place], move) not in MOVES:
            continue
        states[place] = advance(states[place], move)
        acted.add(place)
        if may_release(states):
            states = [advance(state, M.RELEASE) for state in states]
        assert any(state in OPEN for state in states) == (len(acted) == asked)
        assert len({state in OPEN for state in states}) == 1


def test_every_direction_rates_somebody_in_its_own_words():
    assert {RATED[way] for way in Direction} == set(Rated)
    assert all(set(WORDS[of]) == set(Dimension) for of in Rated)


@given(SCORES)
def test_the_overall_score_is_the_mean_and_lies_between_lowest_and_highest(scores):
    tenths = overall_tenths(scores)
    assert tenths * 5 == sum(scores.each()) * 10
    assert min(scores.each()) * 10 <= tenths <= max(scores.each()) * 10
    assert float(in_words(tenths)) == tenths / 10


@given(SCORES, st.sampled_from(Dimension))
def test_a_higher_score_never_lowers_the_overall_one(scores, dimension):
    values = {each.value: getattr(scores, each) for each in Dimension}
    more = Scores(**(values | {dimension.value: 5}))
    assert overall_tenths(more) >= overall_tenths(scores)


def content(score=5, **differences):
    scores = Scores(quality=score, timeliness=score, attitude=score, money=score, conduct=score)
    return Content(**({"scores": scores} | differences))


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_score_is_one_to_five(score):
    with pytest.raises(ScoreError):
        checked(content(score), BAD)


def test_a_bad_rating_says_why():
    words = "改了三次仍未改正，附记录。"
    with pytest.raises(ReasonsMissingError, match=r"2\.0"):
        checked(content(2, comment=words), BAD)
    with pytest.raises(CommentShortError):
        checked(content(2, reasons=(WhyLow.LATE,), comment=" 差 "), BAD)
    kept = checked(content(2, reasons=(WhyLow.LATE, WhyLow.QUALITY), comment=f" {words} "), BAD)
    assert (kept.reasons, kept.comment) == ((WhyLow.QUALITY, WhyLow.LATE), words)
    assert checked(content(3), BAD).comment == ""
    with pytest.raises(CommentLongError):
        checked(content(5, comment="好" * (COMMENT_LONGEST + 1)), BAD)


def test_the_commitment_is_what_the_documentation_says():
    said = content(4, reasons=(WhyLow.LATE,), comment="合格")
    digest = hashlib.sha256(
        b"zjcs/rating-comment/v1\n" + bytes.fromhex(SALT) + "合格".encode()
    ).hexdigest()
    assert comment_digest("合格", SALT) == digest
    text = (
        f'{{"comment":"{digest}","contract":"HT-2026-000001","direction":"owner-firm",'
        f'"reasons":["late"],"salt":"{SALT}","scores":[4,4,4,4,4]}}'
    )
    facts = {
        "contract": "HT-2026-000001",
        "direction": Direction.OWNER_FIRM,
        "content": said,
        "digest": digest,
        "salt_hex": SALT,
    }
    assert opened_bytes(**facts) == b"zjcs/rating/v1\n" + text.encode()
    assert commitment(**facts) == hashlib.sha256(opened_bytes(**facts)).hexdigest()


@given(CONTENTS, CONTENTS, st.sampled_from(Direction), st.sampled_from(Direction))
def test_two_ratings_have_two_commitments(one, other, way, back):
    def of(said, direction):
        return commitment(
            contract="HT-2026-000001",
            direction=direction,
            content=said,
            digest=comment_digest(said.comment, SALT),
            salt_hex=SALT,
        )

    assert (of(one, way) == of(other, back)) == ((one, way) == (other, back))


@given(CONTENTS, st.sampled_from(Direction))
def test_what_is_sealed_opens_to_the_same_and_only_with_its_commitment(said, direction):
    done = seal(KEY, "HT-2026-000001", direction, said)
    opened = open_sealed(KEY, "HT-2026-000001", direction, done.sealed, done.commitment)
    assert opened.content == said
    assert opened.comment_digest == comment_digest(said.comment, opened.comment_salt)
    other = seal(KEY, "HT-2026-000001", direction, said)
    assert other.commitment != done.commitment
    for sealed, found in (
        (other.sealed, done.commitment),
        (done.sealed[:-1] + bytes([done.sealed[-1] ^ 1]), done.commitment),
    ):
        with pytest.raises(SealBrokenError):
            open_sealed(KEY, "HT-2026-000001", direction, sealed, found)
    with pytest.raises(SealBrokenError):
        open_sealed(KEY, "HT-2026-000002", direction, done.sealed, done.commitment)
    with pytest.raises(SealBrokenError):
        open_sealed(bytes(32), "HT-2026-000001", direction, done.sealed, done.commitment)


@given(CONTENTS)
def test_nothing_of_a_rating_can_be_read_while_it_is_sealed(said):
    done = seal(KEY, "HT-2026-000001", Direction.OWNER_FIRM, said)
    assert b"scores" not in done.sealed
    if len(said.comment) > 3:
        assert said.comment.encode() not in done.sealed
        assert json.dumps(said.comment).encode() not in done.sealed


@given(HEX, st.integers(1, 50))
def test_the_sample_is_recomputed_from_the_commitment_alone(found, every):
    number = int(
        hashlib.sha256(b"zjcs/rating-callback/v1\n" + bytes.fromhex(found)).hexdigest(), 16
    )
    assert is_sampled(found, every) == (number % every == 0)
    assert is_sampled(found, 1)
    assert not is_sampled(found, 0)


def test_the_sample_is_about_one_of_twenty():
    drawn = sum(is_sampled(f"{n:064x}", 20) for n in range(4000))
    assert 140 < drawn < 260


def test_a_late_rating_is_told_when_the_time_was_out():
    late = RatingLateError(datetime(2026, 3, 9, 16, tzinfo=UTC))
    assert "2026-03-10 00:00" in str(late)
