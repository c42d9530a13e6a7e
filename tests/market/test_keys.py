"""The platform's secret keys: made once, whole, readable by nobody else, never printed."""

import re
from concurrent.futures import ThreadPoolExecutor
from stat import S_IMODE

import pytest

from market.errors import ConfigurationError
from market.keys import Keys

NAMES = ("log.key", "vrf.key", "session.key")


def test_keys_are_made_once_and_then_left_alone(tmp_path):
    Keys.make(tmp_path / "keys")
    before = {name: (tmp_path / "keys" / name).read_bytes() for name in NAMES}
    Keys.make(tmp_path / "keys")
    assert {name: (tmp_path / "keys" / name).read_bytes() for name in NAMES} == before
    assert {path.name for path in (tmp_path / "keys").iterdir()} == set(NAMES)


def test_a_missing_key_is_made_beside_those_that_are_there(tmp_path):
    Keys.make(tmp_path)
    before = Keys.load(tmp_path)
    (tmp_path / "session.key").unlink()
    Keys.make(tmp_path)
    after = Keys.load(tmp_path)
    assert (after.log_seed, after.vrf_secret) == (before.log_seed, before.vrf_secret)
    assert after.session_secret != before.session_secret


def test_three_keys_have_three_values_of_32_bytes(tmp_path):
    Keys.make(tmp_path)
    keys = Keys.load(tmp_path)
    values = {keys.log_seed, keys.vrf_secret, keys.session_secret}
    assert len(values) == 3
    assert {len(value) for value in values} == {32}


def test_nobody_else_can_read_them(tmp_path):
    Keys.make(tmp_path / "keys")
    assert S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert {S_IMODE((tmp_path / "keys" / name).stat().st_mode) for name in NAMES} == {0o600}


def test_nodes_that_start_together_agree(tmp_path):
    def start(_: int) -> Keys:
        Keys.make(tmp_path)
        return Keys.load(tmp_path)

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(start, range(8)))
    assert len(found) == 1
    assert len(list(tmp_path.iterdir())) == len(NAMES)


def test_keys_are_never_printed(tmp_path):
    Keys.make(tmp_path)
    keys = Keys.load(tmp_path)
    for words in (repr(keys), str(keys), f"{keys}"):
        assert not re.search(r"b'|[0-9a-f]{16}.*[0-9a-f]{16}", words)


@pytest.mark.parametrize("content", ["", "zz" * 32, "ab" * 31, "ab" * 33, "密" * 64])
@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_key_is_named_and_not_shown(tmp_path, name, content):
    Keys.make(tmp_path)
    (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(ConfigurationError, match=name) as refused:
        Keys.load(tmp_path)
    assert not content or content not in str(refused.value)


def test_a_missing_key_says_which_command_makes_it(tmp_path):
    with pytest.raises(ConfigurationError, match="zjcs migrate"):
        Keys.load(tmp_path / "nowhere")
