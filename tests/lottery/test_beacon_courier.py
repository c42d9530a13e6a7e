"""What a courier types: forgiving about form, strict about content, clear about mistakes."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lottery.beacon import drand
from lottery.beacon.errors import (
    BeaconError,
    CourierError,
    NothingTypedError,
    RoundRangeError,
    TooMuchTypedError,
    TypedCharacterError,
    TypedLengthError,
    TypedRoundError,
)

BEACON = json.loads((Path(__file__).parents[1] / "vectors" / "drand-quicknet.json").read_text())[
    "beacons"
][0]
DIGITS = BEACON["signature"]
EXPECTED = (BEACON["round"], bytes.fromhex(DIGITS))

FULL_WIDTH = {ord(c): ord(c) + 0xFEE0 for c in "0123456789abcdef"}


@pytest.mark.parametrize(
    "text",
    [
        f"1000 {DIGITS}",
        f"  1000\n{DIGITS}\n\n",
        f"1000\r\n{DIGITS[:48]}\r\n{DIGITS[48:]}",
        f"1000,{DIGITS.upper()}",
        f"1000 0x{DIGITS}",
        f"Round: 1000\nSignature: {DIGITS}",
        f"轮次:1000\n签名:{DIGITS}",
        f"第1000轮,签名 {DIGITS}",
        f"1000 {DIGITS}".translate(FULL_WIDTH),
        f"0001000\t{DIGITS}",
        "1000 " + "-".join(DIGITS[at : at + 8] for at in range(0, 96, 8)),
        json.dumps({"round": 1000, "randomness": BEACON["randomness"], "signature": DIGITS}),
    ],
)
def test_every_honest_way_to_type_it_is_read(text):
    assert drand.parse_courier(text) == EXPECTED


def test_the_last_round_there_can_be_has_twenty_digits():
    assert drand.parse_courier(f"{2**64 - 1} {DIGITS}") == (2**64 - 1, EXPECTED[1])


@given(
    gaps=st.lists(st.sampled_from(["", " ", "\n", "\u3000", " - ", ". "]), min_size=95, max_size=95)
)
@settings(max_examples=30, deadline=None)
def test_gaps_anywhere_in_the_signature_do_no_harm(gaps):
    spaced = "".join(a + b for a, b in zip(DIGITS, [*gaps, ""], strict=True))

    assert drand.parse_courier(f"1000 {spaced}") == EXPECTED


def test_what_was_read_verifies():
    randomness = drand.verify(drand.QUICKNET, *drand.parse_courier(f"1000 {DIGITS}"))

    assert randomness.hex() == BEACON["randomness"]


@pytest.mark.parametrize(
    ("text", "error", "sentence"),
    [
        ("", NothingTypedError, "nothing was entered"),
        (" \n\u3000,", NothingTypedError, "nothing was entered"),
        (DIGITS, TypedRoundError, "begin with the round"),
        (f"one {DIGITS}", TypedRoundError, "'one' is not a round number"),
        (f"-- {DIGITS} 1000", TypedRoundError, "begin with the round"),
        (f"١٠٠٠ {DIGITS}", TypedRoundError, "is not a round number"),
        (f"0 {DIGITS}", RoundRangeError, "0 is not a round number"),
        (f"{2**64} {DIGITS}", RoundRangeError, "from 1 to"),
        (f"{'9' * 500} {DIGITS}", RoundRangeError, "from 1 to"),
        ("1000", TypedLengthError, "0 characters.*96 missing"),
        (f"1000 {DIGITS[:-1]}", TypedLengthError, "95 characters.*1 missing"),
        (f"1000 {DIGITS}ab", TypedLengthError, "98 characters.*2 extra"),
        (f"1,000 {DIGITS}", TypedLengthError, "99 characters.*3 extra"),
        (f"1000 {DIGITS[:9]}O{DIGITS[10:]}", TypedCharacterError, "character 10 .* 'o'"),
        (f"1000 {DIGITS} x", TypedCharacterError, "character 97"),
        (f"1000 {'ab ' * 700}", TooMuchTypedError, "more than 2000"),
        ('{"round": 1000}', TypedRoundError, "not a round number"),
        ('{"round": 1000', TypedRoundError, "not a round number"),
        ('{"round": true, "signature": "ab"}', TypedRoundError, "'true' is not"),
        ('{"round": 1, "signature": null}', TypedCharacterError, "character 1 .* 'n'"),
        ('{"a":' * 350, TypedRoundError, "not a round number"),
    ],
)
def test_each_mistake_is_named(text, error, sentence):
    with pytest.raises(error, match=f"(?s){sentence}"):
        drand.parse_courier(text)


@given(text=st.text(max_size=200))
@settings(deadline=None)
def test_any_other_text_is_refused_with_the_packages_own_error(text):
    with pytest.raises(BeaconError) as refused:
        drand.parse_courier(text)

    assert isinstance(refused.value, CourierError | RoundRangeError)
