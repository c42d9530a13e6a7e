"""The specification's example is a real draw, and its commands do what they say."""

import hashlib
import re
from pathlib import Path

import lottery
from lottery.__main__ import main
from lottery.checks.findings import TITLES
from lottery.entries import TYPES, Mode
from tests.lottery.minilog import policy_text
from tests.lottery.story import Story, told

ROOT = Path(__file__).parent.parent.parent
SPEC = (ROOT / "docs" / "spec" / "lottery-v1.md").read_text("utf-8")
GUIDE = (ROOT / "docs" / "verify.md").read_text("utf-8")
EXAMPLE = ROOT / "tests" / "vectors" / "proposed" / "example-draw"


def test_the_example_draw_is_still_made_the_same_way():
    assert (
        lottery.build(told(Story(mode="A")).bundle()) == (EXAMPLE / "draw.ismdraw.zip").read_bytes()
    )
    assert policy_text() == (EXAMPLE / "policy").read_bytes()


def test_the_first_command_prints_what_the_specification_shows(capsys, monkeypatch):
    block = SPEC.split("```")[1].replace("\\\n", " ").splitlines()
    command = next(line for line in block if line.startswith("$ python -m lottery "))
    monkeypatch.chdir(ROOT)

    assert main(command.split()[4:]) == 0
    printed = capsys.readouterr().out
    shown = [line.rstrip("… ") for line in block if line and not line.startswith(("$", "…"))]
    assert len(shown) == 3
    assert all(line in printed for line in shown)


def test_every_entry_that_is_shown_is_in_the_example():
    bundle = lottery.read((EXAMPLE / "draw.ismdraw.zip").read_bytes())
    bodies = {entry.body.decode() for entry in bundle.entries}
    shown = re.findall(r"```json\n(.*)\n```", SPEC)

    assert len(shown) == 3
    assert set(shown) <= bodies


def test_the_sum_by_hand_comes_out():
    hashed, digest = re.search(
        r"echo ([0-9a-f]+) \| xxd -r -p \| sha256sum\n([0-9a-f]+)", SPEC
    ).groups()

    assert hashlib.sha256(bytes.fromhex(hashed)).hexdigest() == digest


def test_the_intermediate_values_are_those_of_the_example():
    story = told(Story(mode="A"))
    values = (story.frozen.leaf_hash, story.reveals, story.value, bytes.fromhex(story.result.seed))

    assert all(f"`{value.hex()[:8]}…`" in SPEC for value in values)


def test_every_type_of_entry_is_described():
    assert all(f"`{name.split('/')[1]}`" in SPEC for name in TYPES)


def test_every_check_is_described():
    described = re.findall(r"\*\*(V[0-9]+)\*\* ", SPEC)

    assert described == list(TITLES)
    assert set(re.findall(r"^\| (V[0-9]+) \|", GUIDE, re.MULTILINE)) == set(TITLES)


def test_every_mode_stands_in_both_tables_of_the_specification():
    """One says where the value comes from, the other which members source and evidence have."""
    sources, members = (table.split("\n\n")[0] for table in SPEC.split("\n| mode | ")[1:])
    for mode in Mode:
        assert f"\n| {mode} |" in sources
        assert f'`"{mode}"`' in members


def test_every_mode_is_named_where_citizens_read():
    assert all(f"**{mode}**" in GUIDE for mode in Mode)
