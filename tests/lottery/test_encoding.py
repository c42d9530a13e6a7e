"""Byte layouts: canonical JSON against other people's vectors, trees against RFC 6962."""

import json
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from lottery.encoding import (
    EMPTY_ROOT,
    MAX_INTEGER,
    ds,
    dumps_canonical,
    leaf_hash,
    loads_canonical,
    root_of_hashes,
    unhex,
)
from lottery.errors import CanonicalJsonError
from tests.lottery.minilog import mth

VECTORS = Path(__file__).parent.parent / "vectors"
JCS = json.loads((VECTORS / "jcs.json").read_text())
TREES = json.loads((VECTORS / "rfc6962-merkle.json").read_text())

keys = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
scalars = st.none() | st.booleans() | st.integers(0, MAX_INTEGER) | st.text(max_size=20)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4)
)


def is_in_profile(value) -> bool:
    match value:
        case dict():
            return all(k.isascii() and k[0].isalpha() for k in value) and all(
                map(is_in_profile, value.values())
            )
        case list():
            return all(map(is_in_profile, value))
        case bool() | None | str():
            return True
        case int():
            return value >= 0
    return False


def test_the_tag_separates_every_layout_from_every_other():
    assert ds("seed") == b"ismdraw/v1/seed\n\x00"


@pytest.mark.parametrize(("source", "canonical"), JCS["cases"])
def test_vectors_inside_the_profile_agree_and_the_others_are_refused(source, canonical):
    value = json.loads(source)
    expected = canonical.encode()

    if is_in_profile(value):
        assert dumps_canonical(value) == expected
        assert loads_canonical(expected) == value
    else:
        with pytest.raises(CanonicalJsonError):
            loads_canonical(expected)


def test_both_kinds_of_vectors_are_there():
    assert {is_in_profile(json.loads(source)) for source, _ in JCS["cases"]} == {True, False}


@pytest.mark.parametrize(
    "text",
    [
        *JCS["must_fail_json"],
        "",
        "{",
        '{"a":1} ',
        ' {"a":1}',
        '{"a": 1}',
        '{"b":1,"a":2}',
        '{"a":1,"a":1}',
        '{"a":-1}',
        '{"a":-0}',
        '{"a":1.0}',
        '{"a":1e3}',
        '{"a":NaN}',
        '{"a":Infinity}',
        '{"a":9007199254740992}',
        pytest.param('{"a":' + "9" * 5000 + "}", id="long number"),
        '{"A":1}',
        '{"1":1}',
        '{"é":1}',
        '{"":1}',
        '{"a":"\\u0041"}',
        '{"a":"\\/"}',
        '{"a":"\t"}',
        '{"a":"\\u000A"}',
        pytest.param("[" * 100_000, id="deep list"),
        pytest.param('{"a":' * 100_000, id="deep object"),
        '\ufeff{"a":1}',
    ],
)
def test_every_other_spelling_is_refused(text):
    with pytest.raises(CanonicalJsonError):
        loads_canonical(text.encode("utf-8"))


def test_bytes_that_are_not_utf_8_are_refused():
    with pytest.raises(CanonicalJsonError, match="not UTF-8"):
        loads_canonical(b'{"a":"\xff"}')


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        -1,
        2**53,
        pytest.param(10**6000, id="huge"),
        {"A": 1},
        {1: 1},
        {"a": (1,)},
        b"x",
        {"a": "\ud800"},
    ],
)
def test_a_value_outside_the_profile_cannot_be_written(value):
    with pytest.raises(CanonicalJsonError):
        dumps_canonical(value)


@given(values)
@settings(max_examples=200)
def test_writing_agrees_with_another_implementation_and_reading_undoes_it(value):
    data = dumps_canonical(value)

    assert data == rfc8785.dumps(value)
    assert loads_canonical(data) == value


@given(st.binary(max_size=60))
def test_reading_anything_raises_one_family_or_gives_back_the_same_bytes(data):
    try:
        value = loads_canonical(data)
    except CanonicalJsonError:
        return
    assert dumps_canonical(value) == data


@pytest.mark.parametrize("text", ["0", "0G", "AB", "ab ", "٠٠", "abcd", ""])
def test_hexadecimal_has_one_spelling_and_one_length(text):
    with pytest.raises(ValueError, match="expected 2 characters"):
        unhex(text, 1)


@given(st.lists(st.binary(max_size=4), max_size=40))
def test_the_root_is_that_of_the_recursive_definition(entries):
    assert root_of_hashes([*map(leaf_hash, entries)]) == mth(entries)


@pytest.mark.parametrize("size", range(len(TREES["root_hashes_by_size"])))
def test_roots_are_those_of_the_published_vectors(size):
    entries = [bytes.fromhex(text) for text in TREES["leaf_inputs_hex"][:size]]

    assert root_of_hashes([*map(leaf_hash, entries)]).hex() == TREES["root_hashes_by_size"][size]


def test_the_empty_tree():
    assert root_of_hashes([]) == EMPTY_ROOT
