"""Whoever picks the wrong file is told so in every language, and not that somebody cheated."""

from pathlib import Path

import pytest

from tests.lottery.drawing import Drawing, called_off, second
from tests.lottery.drawing_facts import POLICIES
from tests.lottery.minilog import MiniLog, policy_text
from tests.verifiers.programs import COMMANDS, need, run
from tests.verifiers.test_whole_logs import receipt

ACCUSING = ("就是证据", "as evidence", "报名被遗漏", "enrolment was left out")
OTHER_ORIGIN = "log.example.cn/other"


def told(folder: Path, language: str, bundle: bytes, kept: bytes, policy: bytes) -> str:
    """Return what a verifier says of a receipt beside a bundle; it must refuse the two."""
    need(language)
    files = {"draw.zip": bundle, "kept.tlog-proof": kept, "policy": policy}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    paths = (folder / "draw.zip", "--policy", folder / "policy")
    done = run(language, *paths, "--receipt", folder / "kept.tlog-proof")

    assert (done.returncode, done.stderr) == (1, "")
    assert any(line.startswith("FAIL  V2 ") for line in done.stdout.splitlines())
    return "\n".join(
        line for line in done.stdout.splitlines() if "回执" in line or "receipt" in line
    )


def before() -> tuple[Drawing, Drawing]:
    first = Drawing().whole()
    return first, Drawing(need="2026-000124", log=first.log).whole()


def after() -> tuple[Drawing, Drawing]:
    later, first = reversed(before())
    return later, first


def earlier_attempt() -> tuple[Drawing, Drawing]:
    first = called_off(mode="B")
    return first, second(first).whole()


def after_its_end() -> tuple[Drawing, Drawing]:
    again, first = reversed(earlier_attempt())
    return again, first


def newer() -> tuple[Drawing, Drawing]:
    """Return a draw that goes on, and the bundle of its notice."""
    drawing, log = Drawing(), MiniLog([b"an earlier entry"])
    drawing.publish()
    log.entries += drawing.log.entries[1:]
    old = Drawing(log=log, mine=list(drawing.mine), id=drawing.id)
    drawing.enrol()
    return drawing, old


def other_log() -> tuple[Drawing, Drawing]:
    log = MiniLog([b"its first"], origin=OTHER_ORIGIN)
    return Drawing().whole(), Drawing(log=log).whole()


@pytest.mark.parametrize("language", COMMANDS)
@pytest.mark.parametrize(
    "make",
    [before, after, earlier_attempt, after_its_end, newer, other_log],
    ids=lambda f: f.__name__,
)
def test_the_bundle_of_another_draw_is_not_called_evidence(make, language, tmp_path):
    mine, taken = make()
    said = told(tmp_path, language, taken.data(), receipt(mine, 1), POLICIES["one"])

    assert "请换成您所报名的那次摇号的包" in said
    assert "take the bundle of the draw that you enrolled in" in said
    attempt = len(taken.earlier) + 1
    assert f"需求 {taken.need} 第 {attempt} 次" in said
    assert f"need {taken.need}, attempt {attempt}" in said
    assert not any(word in said for word in ACCUSING)


@pytest.mark.parametrize("language", COMMANDS)
@pytest.mark.parametrize("place", ["first", "last"])
def test_an_enrolment_that_the_bundle_lacks_is_evidence_if_it_is_of_this_draw(
    place, language, tmp_path
):
    """The first and the last place at which there can be enrolments, next to NOTICE and CLOSE."""
    drawing = Drawing().whole()
    kept = receipt(drawing, {"first": 1, "last": drawing.firms}[place])
    del drawing.mine[{"first": 1, "last": drawing.firms}[place]]
    said = told(tmp_path, language, drawing.data(), kept, POLICIES["one"])

    assert "您报名的若是这一次（需求 2026-000123 第 1 次），您的报名被遗漏" in said
    assert "keep the receipt as evidence" in said
    assert "若是另一次，请换成那一次的包" in said
    assert "If in another, take its bundle" in said


@pytest.mark.parametrize("language", COMMANDS)
def test_a_receipt_that_nobody_signed_says_so(language, tmp_path):
    drawing = Drawing().whole()
    strange = MiniLog(drawing.log.entries, origin=OTHER_ORIGIN)
    size = len(strange.entries)
    kept = strange.proof(drawing.mine[1], size, strange.checkpoint(size, {}))
    said = told(tmp_path, language, drawing.data(), kept, policy_text("w1"))

    assert "没有" in said
    assert "签名" in said
    assert not any(word in said for word in ACCUSING)


@pytest.mark.parametrize("language", COMMANDS)
def test_a_policy_with_a_control_character_is_told_to_be_saved_as_plain_text(language, tmp_path):
    need(language)
    bundle, policy = tmp_path / "draw.zip", tmp_path / "policy"
    bundle.write_bytes(Drawing().whole().data())
    policy.write_bytes(policy_text("w1").decode().encode("utf-16"))
    done = run(language, bundle, "--policy", policy)

    assert (done.returncode, done.stdout) == (2, "")
    assert "control character" in done.stderr
    assert "vkey" not in done.stderr
