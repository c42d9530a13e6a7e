"""The bundles that every verifier is asked about: made anew, and judged as the manifest says."""

import json

import pytest

import lottery
from tests.lottery.vector_bundles import (
    FOLDER,
    NEGATIVE,
    cases,
    files,
    kept,
    said_of,
)

CASES = cases()
MANIFEST = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
NAMES = [f"V{number}" for number in range(1, 15)]
HOLDS = {"ok", "flagged"}


def test_the_committed_folder_is_what_the_generator_makes():
    made = files()
    committed = {path.name: path.read_bytes() for path in FOLDER.iterdir()}

    assert sorted(made) == sorted(committed)
    assert [name for name in made if made[name] != committed[name]] == []
    assert sum(map(len, committed.values())) <= 5 * 2**18


def test_every_name_is_used_once():
    names = [case.name for case in CASES]

    assert len(set(names)) == len(names)
    assert [row["name"] for row in MANIFEST] == [case.name for case in kept()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bundle_fails_precisely_the_check_that_it_is_named_for(case):
    said = said_of(case)
    failed = {name for name, word in said["checks"].items() if word == "failed"}

    match case.breaks:
        case None:
            assert said["verdict"] == "believed"
            assert {*said["checks"].values()} <= HOLDS
        case "":
            assert said["verdict"] == "malformed"
            assert (said["checks"], said["draw"], said["seed"]) == ({}, None, None)
        case names:
            assert said["verdict"] == "refused"
            assert failed == {*names.split()}
    assert list(said["checks"]) in ([], NAMES)
    assert bool(said["selected"]) <= (said["verdict"] == "believed")


@pytest.mark.parametrize("name", NAMES)
def test_every_check_is_broken_by_a_committed_bundle_alone(name):
    alone = [
        row["name"]
        for row in MANIFEST
        if row["breaks"] == name
        and all(word in HOLDS for other, word in row["expect"]["checks"].items() if other != name)
    ]

    # What follows from the last value cannot be said without it.
    assert alone or name == "V8"
    assert name in NEGATIVE


def test_every_mode_and_status_occurs_among_the_committed():
    words = {word for row in MANIFEST for word in row["expect"]["checks"].values()}
    believed = {row["name"] for row in MANIFEST if row["expect"]["verdict"] == "believed"}

    assert words == {"ok", "flagged", "failed", "blocked"}
    assert {f"mode-{mode.lower()}" for mode in lottery.Mode} | {"weighted"} <= believed


def test_a_bundle_that_is_named_for_a_mode_is_of_it():
    for mode in lottery.Mode:
        bundle = lottery.read((FOLDER / f"mode-{mode.lower()}.zip").read_bytes())
        notice = next(
            entry
            for entry in (lottery.decode(each.body) for each in bundle.entries)
            if isinstance(entry, lottery.Notice)
        )
        assert notice.phi.mode is mode
