"""What a citizen reads: three verifiers tell of a draw in one form, in words and Beijing time."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

import lottery
from tests.lottery.vector_case import lost_value
from tests.verifiers.odd import whole
from tests.verifiers.programs import COMMANDS, ROOT, need, run
from tests.verifiers.test_whole_logs import write_log

BUNDLES = ROOT / "tests" / "vectors" / "bundles"
MANIFEST = {case["name"]: case for case in json.loads((BUNDLES / "manifest.json").read_text())}
BELIEVED = (
    *("mode-d1", "mode-d2-unpinned", "contributors", "ordered-twice"),
    *(
        "no-witnesses",
        "void-after-freeze",
        "lost-value",
        "fresh-mode-b",
        "weighted",
        "void-before-freeze",
    ),
)
REFUSED = (
    *("v1-too-few-witnesses", "v4-no-such-issue", "v5-cut-too-late", "v6-enrolment-doubled"),
    *("v10-another-order", "v12-after-the-result", "v13-close"),
)
MARKS = {"ok   ": "ok", "ok ! ": "flagged", "FAIL ": "failed", "?    ": "blocked"}
LINE = re.compile(r"(ok   |ok ! |FAIL |\?    ) (V[0-9]+) +\S.* / \S.*")
UNIX = re.compile(r"(?<![0-9a-f.])1[0-9]{9}(?![0-9a-f])")
CLOCK = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9:]{8}\+08:00")
KEPT = {name: MANIFEST[name] for name in (*BELIEVED, *REFUSED) if name in MANIFEST}


def told(language: str, name: str, *words: str | Path) -> list[str]:
    """Return what a verifier prints of a bundle of the vectors."""
    need(language)
    case = MANIFEST[name]
    command = () if language == "python" else ("verify",)
    files = (BUNDLES / case["bundle"], "--policy", BUNDLES / case["policy"])
    done = run(language, *command, *files, *words)
    assert done.returncode == (0 if case["expect"]["verdict"] == "believed" else 1), done.stderr
    return done.stdout.splitlines()


def notice_of(name: str) -> bytes:
    entries = lottery.read((BUNDLES / f"{name}.zip").read_bytes()).entries
    return next(each.body for each in entries if b"ismdraw/notice/" in each.body)


def marked(lines: list[str]) -> dict[str, str]:
    found = [LINE.fullmatch(line) for line in lines]
    return {each[2]: MARKS[each[1]] for each in found if each}


def test_every_bundle_that_is_named_here_is_there():
    assert len(KEPT) == len(BELIEVED) + len(REFUSED)


@pytest.mark.parametrize("language", COMMANDS)
@pytest.mark.parametrize("name", BELIEVED)
def test_a_draw_that_is_believed_ends_with_the_same_line_everywhere(name, language):
    expected = MANIFEST[name]["expect"]
    lines = told(language, name)
    flagged = [check for check, word in expected["checks"].items() if word == "flagged"]
    firms = f": {', '.join(expected['selected'])}" if expected["selected"] else ""
    bound = "; 中选（截至此包的最终检查点） / selected (as of this bundle's final checkpoint)"
    last = f"全部通过 / ALL CHECKS HOLD{bound + firms if firms else ''}"

    assert lines[0] == f"抽取编号 / draw {expected['draw']}"
    assert marked(lines) == expected["checks"]
    assert lines[-1] == f"{last}; 请留意 / mind the notes on {', '.join(flagged)}"
    assert any(line.startswith("Note: only the entries inside the bundle") for line in lines)
    demonstrates = any(line.startswith("演示模式 / DEMONSTRATION: ") for line in lines)
    assert demonstrates == (b'"mode":"D1"' in notice_of(name))


@pytest.mark.parametrize("language", COMMANDS)
@pytest.mark.parametrize("name", REFUSED)
def test_a_draw_that_is_refused_ends_with_the_names_of_what_does_not_hold(name, language):
    lines = told(language, name)
    words = marked(lines)
    failed = [check for check, word in words.items() if word == "failed"]
    unclear = [check for check, word in words.items() if word == "blocked"]
    rest = f"; 无法核对 / not checked: {', '.join(unclear)}" if unclear else ""

    assert [*words] == [*MANIFEST[name]["expect"]["checks"]]
    assert MANIFEST[name]["breaks"].split() == failed
    assert lines[-1] == f"未通过 / FAILED: {', '.join(failed)}{rest}"


@pytest.mark.parametrize("language", COMMANDS)
@pytest.mark.parametrize("name", KEPT)
def test_times_are_beijings_and_every_check_says_what_it_found(name, language):
    lines = told(language, name)
    bare = [
        line
        for line, after in pairwise(lines)
        if LINE.fullmatch(line) and not after.startswith(" " * 11)
    ]

    assert UNIX.findall("\n".join(lines)) == []
    assert bare == []
    if MANIFEST[name]["expect"]["checks"]["V5"] != "blocked" and name in {"mode-d1", *REFUSED[2:]}:
        assert CLOCK.search("\n".join(lines))


@pytest.mark.parametrize("language", COMMANDS)
def test_with_the_whole_log_nobody_is_told_to_bring_it(language, tmp_path):
    need(language)
    drawing = whole()
    bundle = tmp_path / "bundle.zip"
    bundle.write_bytes(drawing.data())
    log = write_log(tmp_path / "log", tuple(drawing.log.entries))
    lines = run(language, bundle, "--policy", BUNDLES / "policy-one", "--log", log).stdout

    assert "--log" not in lines
    assert lines.splitlines()[-1].endswith("请留意 / mind the notes on V4, V5")


@pytest.mark.parametrize("language", COMMANDS)
def test_a_time_that_no_calendar_has_is_told_as_a_number(language, tmp_path):
    need(language)
    drawing = lost_value(days=10**8)
    bundle = tmp_path / "bundle.zip"
    bundle.write_bytes(drawing.data())
    done = run(language, bundle, "--policy", BUNDLES / "policy-one")

    assert done.returncode in {0, 1}
    assert done.stderr == ""
    assert f"{drawing.t_phi + 10**8 * 86_400 - 60} s" in done.stdout


@pytest.mark.parametrize("language", ["javascript", "ruby"])
def test_the_command_has_its_name_in_every_language(language, tmp_path):
    need(language)
    bundle, policy = BUNDLES / "mode-d1.zip", BUNDLES / "policy-one"
    batch = tmp_path / "batch"
    batch.write_text(f"{bundle}\t{policy}\t\n", encoding="utf-8")
    named = run(language, "verify", bundle, "--policy", policy, "--json")

    assert named.returncode == 0
    assert named.stdout == run(language, bundle, "--policy", policy, "--json").stdout
    assert run(language, "verify", "--batch", batch).stdout == named.stdout
    assert run(language, "check", bundle, "--policy", policy).returncode == 2


@pytest.mark.parametrize("language", COMMANDS)
def test_what_cannot_be_read_is_told_beside_the_output(language, tmp_path):
    need(language)
    junk = tmp_path / "junk.zip"
    junk.write_bytes(b"junk")
    done = run(language, junk, "--policy", BUNDLES / "policy-one")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("无法继续 / cannot go on: ")
