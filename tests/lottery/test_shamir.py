"""Shares of a key: any threshold of them restore it, fewer and false ones never do."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lottery.__main__ import main
from lottery.beacon import vrf
from lottery.shamir import PRIME, ShareError, join, parse_share, split

SECRET = bytes(range(32))
PUBLIC = vrf.public_key(SECRET)
SHARES = split(SECRET, PUBLIC, threshold=3, shares=5)


def run(*words):
    return main([str(word) for word in words])


def test_any_three_of_five_restore_the_key():
    for chosen in combinations(SHARES, 3):
        assert join(chosen[::-1], vrf.public_key) == SECRET
    assert join(SHARES, vrf.public_key) == SECRET


def test_two_of_three_shares_fit_every_secret_equally():
    first, other = split(SECRET, PUBLIC, threshold=3, shares=3)[:2]
    for secret in (b"\0" * 32, b"\xff" * 32):
        constant = int.from_bytes(secret, "big")
        square = ((other.value - constant) - 2 * (first.value - constant)) * pow(2, -1, PRIME)
        terms = iter([(first.value - constant - square) % PRIME, square % PRIME])
        made = split(secret, PUBLIC, threshold=3, shares=3, random_below=lambda _: next(terms))  # noqa: B023 - used at once

        assert made[:2] == [first, other]


def test_the_polynomial_is_random_each_time():
    again = split(SECRET, PUBLIC, threshold=3, shares=5)

    assert all(one.value != other.value for one, other in zip(SHARES, again, strict=True))


def test_a_known_polynomial_gives_known_shares():
    # 5 + 2x + 3x^2 at 1, 2, 3 by hand.
    terms = iter([2, 3])
    made = split(
        (5).to_bytes(32, "big"), PUBLIC, threshold=3, shares=3, random_below=lambda _: next(terms)
    )

    assert [share.value for share in made] == [10, 21, 38]


@settings(max_examples=30)
@given(st.binary(min_size=32, max_size=32), st.integers(2, 6), st.integers(0, 4))
def test_splitting_and_joining_is_the_identity(secret, threshold, more):
    made = split(secret, b"\0" * 32, threshold=threshold, shares=threshold + more)

    assert join(made[-threshold:], lambda _: b"\0" * 32) == secret
    assert [parse_share(share.to_text()) for share in made] == made


@pytest.mark.parametrize(
    ("chosen", "reason"),
    [
        ([], "not all of one key"),
        (SHARES[:2], "3 are needed"),
        ([*SHARES[:2], SHARES[1]], "there twice"),
        ([*SHARES[:2], replace(SHARES[2], public="00" * 32)], "not all of one key"),
        ([*SHARES[:2], replace(SHARES[2], threshold=2)], "not all of one key"),
        ([*SHARES[:3], replace(SHARES[3], value=1)], "one of them is wrong"),
        ([*SHARES[:2], replace(SHARES[2], value=SHARES[2].value ^ 1 << 400)], "give no key"),
    ],
)
def test_shares_that_do_not_fit_are_refused(chosen, reason):
    with pytest.raises(ShareError, match=reason):
        join(chosen, vrf.public_key)


def test_shares_of_another_secret_are_found_out_by_the_public_key():
    false = split(b"\7" * 32, PUBLIC, threshold=2, shares=2)

    with pytest.raises(ShareError, match="another key"):
        join(false, vrf.public_key)


@pytest.mark.parametrize(("threshold", "shares"), [(1, 3), (0, 2), (4, 3), (2, 33)])
def test_numbers_out_of_range_are_refused(threshold, shares):
    with pytest.raises(ShareError, match="at least 2"):
        split(SECRET, PUBLIC, threshold=threshold, shares=shares)


def test_a_secret_of_another_length_is_refused():
    with pytest.raises(ShareError, match="32 bytes"):
        split(b"short", PUBLIC, threshold=2, shares=2)


@settings(max_examples=100)
@given(st.data())
def test_every_mistyped_sign_of_a_share_is_found(data):
    text = SHARES[0].to_text()
    place = data.draw(st.integers(0, len(text) - 1))
    sign = data.draw(st.characters(min_codepoint=10, max_codepoint=126))

    if sign != text[place]:
        with pytest.raises(ShareError):
            parse_share(text[:place] + sign + text[place + 1 :])


def test_the_commands_split_and_join(tmp_path, capsys):
    key, again = tmp_path / "key", tmp_path / "again"
    assert run("vrf-keygen", key) == 0
    public = capsys.readouterr().out

    assert run("vrf-split", "--key", key, "--threshold", 2, "--shares", 3, "--out", tmp_path) == 0
    names = capsys.readouterr().out.split()
    assert [name.rpartition("/")[2] for name in names] == [
        f"share-{number}-of-3.txt" for number in (1, 2, 3)
    ]
    assert all((tmp_path / name).stat().st_mode & 0o777 == 0o600 for name in names)
    assert public.strip() in (tmp_path / names[0]).read_text()
    assert run("vrf-join", names[2], names[0], "--out", again) == 0
    assert capsys.readouterr().out == public
    assert again.read_bytes() == key.read_bytes()
    assert again.stat().st_mode & 0o777 == 0o600


def test_the_commands_refuse_what_cannot_be(tmp_path, capsys):
    key = tmp_path / "key"
    run("vrf-keygen", key)
    split_into = ["vrf-split", "--key", key, "--threshold", 2, "--shares", 2, "--out"]

    assert run(*split_into, tmp_path / "nowhere") == 2
    assert run(*split_into, tmp_path) == 0
    assert run(*split_into, tmp_path) == 2, "shares that are there are never overwritten"
    assert run("vrf-join", tmp_path / "share-1-of-2.txt", "--out", tmp_path / "new") == 2
    assert run("vrf-join", key, "--out", tmp_path / "new") == 2
    (tmp_path / "share-1-of-2.txt").chmod(0o644)
    assert run("vrf-join", tmp_path / "share-1-of-2.txt", "--out", tmp_path / "new") == 2
    assert "chmod 600" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()
