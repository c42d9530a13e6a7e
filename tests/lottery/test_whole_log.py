"""What receipts and the whole log show beyond a bundle: that nothing was left out."""

from dataclasses import replace
from pathlib import Path

import pytest

import lottery
from lottery.__main__ import main
from lottery.encoding import leaf_hash, root_of_hashes
from lottery.errors import ProofError
from lottery.note import parse_checkpoint
from lottery.tiles import read_entries, split_tile, tile_name
from tests.lottery.drawing import Drawing, second
from tests.lottery.drawing_facts import POLICIES
from tests.lottery.minilog import MiniLog, policy_text
from tests.lottery.story import DIGEST, T_PHI, Story, a_policy, told

INTEROP = Path(__file__).parent.parent / "vectors" / "interop-log"


def loader(folder):
    def load(name):
        path = folder / name
        return path.read_bytes() if path.is_file() else None

    return load


def failed(bundle, **given):
    checks = lottery.verify(bundle, a_policy(), **given)
    return {check.name for check in checks if check.outcome is lottery.Outcome.FAILED}


def receipt(story, index, size=None, log=None):
    log = log or story.log
    size = size or len(log.entries)
    return log.proof(index, size, log.checkpoint(size, {}))


def write_tiles(folder, entries):
    for start in range(0, len(entries), 256):
        part = entries[start : start + 256]
        name = tile_name(start // 256) + ("" if len(part) == 256 else f".p/{len(part)}")
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(len(body).to_bytes(2, "big") + body for body in part))


@pytest.mark.parametrize(
    ("number", "name"),
    [(0, "000"), (67, "067"), (1234, "x001/234"), (1234067, "x001/x234/067"), (1000, "x001/000")],
)
def test_tiles_are_named_as_the_specification_says(number, name):
    assert tile_name(number) == f"tile/entries/{name}"


def test_the_interoperable_log_reads_whole():
    entries = list(read_entries(loader(INTEROP)))
    checkpoint = parse_checkpoint((INTEROP / "checkpoint").read_bytes())

    assert len(entries) == checkpoint.size
    assert root_of_hashes([*map(leaf_hash, entries)]) == checkpoint.root


def test_a_log_of_full_tiles_reads_whole(tmp_path):
    entries = [b"%d" % number for number in range(512)]
    write_tiles(tmp_path, entries)

    assert list(read_entries(loader(tmp_path))) == entries
    assert list(read_entries(loader(tmp_path / "nowhere"))) == []


@pytest.mark.parametrize("width", [1, 2, 254, 255])
def test_a_log_ends_with_the_widest_tile_that_is_there(tmp_path, width):
    entries = [b"%d" % number for number in range(256 + width)]
    write_tiles(tmp_path, entries[:257])
    write_tiles(tmp_path, entries)

    assert list(read_entries(loader(tmp_path))) == entries


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\5abc", b"\0\0" * 257])
def test_a_malformed_tile_is_refused(data):
    with pytest.raises(ProofError):
        split_tile(data)


@pytest.mark.parametrize("entries", [[b"alone"], [b""], [b""] * 256])
def test_a_tile_holds_from_one_to_256_entries(entries):
    assert split_tile(b"".join(len(it).to_bytes(2, "big") + it for it in entries)) == entries


def test_receipts_of_this_draw_agree():
    story = told(Story(mode="D1"))
    early = receipt(story, story.mine[3], size=story.mine[3] + 1)

    assert not failed(story.bundle(), receipts=[early, receipt(story, story.mine[5])])


def test_a_firm_that_was_dropped_proves_it_with_its_receipt():
    story = told(Story(mode="D1"))
    enrol = replace(story.enrols[0][1], seq=7)
    dropped = story.log.append(enrol.to_bytes())

    assert failed(story.bundle(), receipts=[receipt(story, dropped)]) == {"V2"}


def test_a_receipt_of_another_history_is_a_fork():
    story = told(Story(mode="D1"))
    fork = MiniLog([*story.log.entries])
    fork.entries[story.mine[1]] = b"something else"
    forked = receipt(story, story.mine[1], log=fork)

    assert failed(story.bundle(), receipts=[forked]) == {"V2"}


@pytest.mark.parametrize("kept", [b"", b"no receipt"])
def test_what_is_no_receipt_is_refused(kept):
    assert failed(told(Story(mode="D1")).bundle(), receipts=[kept]) == {"V2"}


def test_a_receipt_that_no_log_signed_proves_nothing():
    story = told(Story(mode="D1"))
    forged = receipt(story, story.mine[1]).rsplit("—".encode(), 1)[0] + "— x AAAAAAA=\n".encode()

    assert failed(story.bundle(), receipts=[forged]) == {"V2"}


def test_an_honest_bundle_agrees_with_the_whole_log():
    story = told(Story(mode="D1"))
    later = [*story.log.entries]
    bundle = story.bundle()
    later.append(b"what came after the bundle")

    assert not failed(bundle, log=later)


def test_a_log_that_is_not_the_one_signed_is_refused():
    story = told(Story(mode="D1"))

    assert failed(story.bundle(), log=story.log.entries[:-1]) == {"V2"}
    assert failed(story.bundle(), log=[*story.log.entries[:-1], b"x"]) == {"V2"}


def hide(story, entry):
    """Log an entry, and leave it out of the bundle."""
    story.log.append(entry if isinstance(entry, bytes) else entry.to_bytes())
    return story


def test_every_entry_of_the_draw_must_be_shown():
    for entry in (
        lambda story: replace(story.result, seed=DIGEST),
        lambda story: lottery.Reveal(at=1, draw=story.id, who="notary", value=DIGEST),
        lambda story: replace(story.notice, attempt=2, prev=story.id),
        lambda story: replace(story.notice, document="cd" * 32),
        lambda story: b'{"at":1,"draw":"%b","t":"ismdraw/redraw/v1"}' % story.id.encode(),
    ):
        story = told(Story(mode="D1"))
        hide(story, entry(story))
        assert not failed(story.bundle()), "a bundle alone cannot show what it leaves out"
        assert failed(story.bundle(), log=story.log.entries) == {"V2"}


def test_entries_of_other_draws_do_not_matter():
    story = told(Story(mode="D1"))
    hide(story, replace(story.notice, need="2026-000999"))
    hide(story, lottery.Reveal(at=1, draw=DIGEST, who="notary", value=DIGEST))
    hide(story, lottery.Audit(at=1, size=2, rows=3, digest=DIGEST))
    hide(story, b'{"t":"ismdraw/unknown/v1"}')

    assert not failed(story.bundle(), log=story.log.entries)


def test_a_later_attempt_may_follow_a_draw_that_was_called_off():
    story = Story(mode="D1")
    story.publish()
    story.call_off(T_PHI - 1700)
    story.cut()
    hide(story, replace(story.notice, attempt=2, prev=story.id))

    assert not failed(story.bundle(), log=story.log.entries)


def lost(**differences):
    drawing = Drawing(mode="B", firms=2, **differences).until_cut()
    drawing.call_off(drawing.t_phi + 7 * 86_400)
    drawing.now = drawing.void_at
    return drawing


def failed_of(drawing, **given):
    policy = lottery.parse_policy(POLICIES["one"])
    checks = lottery.verify(drawing.data(), policy, **given)
    return {check.name for check in checks if check.outcome is lottery.Outcome.FAILED}


@pytest.mark.parametrize("step", ["phi", "result"])
@pytest.mark.parametrize("attempts", [1, 2])
def test_a_value_that_was_said_to_be_lost_is_not_in_the_log(step, attempts):
    first = lost()
    shown = [*first.mine]
    if step == "phi":
        first.arrive()
    else:
        first.tamper = {"phi": lambda _: None}
        first.arrive()
        first.conclude()
    first.mine = shown
    drawing = first if attempts == 1 else second(first, firms=2).whole()

    assert not failed_of(drawing), "a bundle alone cannot show what it leaves out"
    assert failed_of(drawing, log=drawing.log.entries) == {"V2"}


def test_the_values_of_other_draws_refute_no_loss():
    first = lost()
    Drawing(mode="B", firms=2, need="2026-000999", log=first.log).whole()
    drawing = second(first, firms=2).whole()

    assert not failed_of(first, log=first.log.entries)
    assert not failed_of(drawing, log=drawing.log.entries)


def test_the_command_line_takes_receipts_and_the_log(tmp_path, capsys):
    story = told(Story(mode="D1"))
    bundle, policy, kept = (tmp_path / name for name in ("bundle", "policy", "receipt"))
    bundle.write_bytes(lottery.build(story.bundle()))
    policy.write_bytes(policy_text())
    kept.write_bytes(receipt(story, story.mine[3]))
    write_tiles(tmp_path, story.log.entries)
    words = ["verify", str(bundle), "--policy", str(policy)]

    assert main([*words, "--receipt", str(kept), "--log", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "receipt 1 agrees" in out
    assert "compared with the whole log" in out
    assert main([*words, "--receipt", str(bundle)]) == 1
    assert main([*words, "--log", str(tmp_path / "nowhere")]) == 2
