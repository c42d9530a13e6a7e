"""The witnesses of the demonstration: two cities on one machine keep out of each other's way."""

import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest

from audit import policy
from audit.feeder import Cosigned, Target, ask
from market.demo import witnesses
from market.demo.witnesses import NAMES, Witnesses, settle
from tests.audit.making import NOW
from tests.audit.witness.serving import HandClock, a_tree

TREE = a_tree(9)


@pytest.fixture
def city(tmp_path) -> Path:
    return settled(tmp_path / "city")


def settled(folder: Path) -> Path:
    settle(folder, TREE.signer.verifier.vkey, NOW)
    return folder


@contextmanager
def running(folder: Path, told: list[str] | None = None):
    found = Witnesses(folder, HandClock(), (told if told is not None else []).append)
    try:
        yield policy.parse((folder / "policy").read_bytes()).witnesses
    finally:
        found.stop()


def cosigned(named) -> list[bool]:
    answers = [
        ask(Target(one.url, (one.verifier,)), TREE.note(9), lambda old: TREE.proof(old, 9))
        for one in named
    ]
    return [isinstance(answer, Cosigned) for answer in answers]


def test_a_second_city_takes_other_ports_and_keeps_them(tmp_path):
    first, second = settled(tmp_path / "one"), settled(tmp_path / "two")
    told: list[str] = []
    with running(first, told) as here, running(second, told) as there:
        assert len({one.url for one in (*here, *there)}) == 2 * len(NAMES)
        assert cosigned(here) == cosigned(there) == [True] * len(NAMES)
    with running(second, told) as again:
        assert [one.url for one in again] == [one.url for one in there]
    assert told == []


def test_only_the_addresses_of_a_policy_change(tmp_path, city):
    before = (city / "policy").read_text("utf-8")
    other = settled(tmp_path / "other")
    with running(other), running(city):
        after = (city / "policy").read_text("utf-8")
    assert after != before
    assert [line.partition(" http")[0] for line in after.splitlines()] == [
        line.partition(" http")[0] for line in before.splitlines()
    ]


def test_a_witness_that_cannot_start_is_told_of_in_words(city, monkeypatch):
    shutil.rmtree(city / "witnesses" / "audit")
    told: list[str] = []
    with running(city, told) as named:
        assert cosigned(named) == [True, False, True]
    assert len(told) == 1
    assert "见证人 audit 没有启动" in told[0]


def test_where_no_port_is_free_that_is_what_is_told(city, monkeypatch):
    with running(city) as named:
        taken = int(named[0].url.rpartition(":")[2])
        monkeypatch.setattr(witnesses, "FIRST_PORT", taken)
        monkeypatch.setattr(witnesses, "LAST_PORT", taken + 1)
        told: list[str] = []
        with running(city, told):
            assert len(told) == len(NAMES)
    assert all("没有空闲的端口" in line for line in told)
