"""The codes of experts in one panel: nobody's before the key is public, everybody's after it."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lottery.seed import check_firm_ids
from market.panels.codes import SIGNS, code_of, key_digest, opened

POOL = [f"EX2026{sign * 12}" for sign in "ABCDEFGH"]
keys = st.binary(min_size=32, max_size=32).map(bytes.hex)


@given(keys, keys, st.sampled_from(POOL))
def test_a_code_is_one_of_the_protocol_and_of_one_key_and_panel(key, other, expert):
    code = code_of(key, "PS-2026-000001", expert)
    check_firm_ids([code])
    assert code == code_of(key, "PS-2026-000001", expert)
    assert code != code_of(key, "PS-2026-000002", expert)
    assert key == other or code != code_of(other, "PS-2026-000001", expert)


@given(keys)
def test_the_key_opens_every_code_and_only_those_of_the_pool(key):
    codes = [code_of(key, "PS-2026-000001", expert) for expert in POOL]
    assert len(set(codes)) == len(POOL)
    found = opened(key, "PS-2026-000001", [*codes, "PX0000000000000000"], POOL)
    assert found == dict(zip(codes, POOL, strict=True))


def test_a_code_as_anybody_computes_it_by_hand():
    key, text = bytes(range(32)), b"zjcs/panel-code/v1\nPS-2026-000001\nEX2026AAAAAAAAAAAA\n"
    number = int.from_bytes(hmac.digest(key, text, hashlib.sha256), "big") % 31**16
    code = code_of(key.hex(), "PS-2026-000001", "EX2026AAAAAAAAAAAA")
    assert code[:2] == "PX"
    assert sum(SIGNS.index(sign) * 31**place for place, sign in enumerate(code[:1:-1])) == number
    assert key_digest(key.hex()) == hashlib.sha256(b"zjcs/panel-key/v1\n" + key).hexdigest()


@pytest.mark.parametrize("key", ["", "ab", "G" * 64, "AB" * 32])
def test_what_is_no_key_is_refused(key):
    with pytest.raises(ValueError, match="hexadecimal"):
        key_digest(key)
