"""What the JavaScript verifier does with what a reader holds: a log, receipts, a trustee's key."""

import hashlib
import json
import zlib
from copy import deepcopy
from functools import cache
from pathlib import Path

import pytest

import lottery
from lottery import steps
from lottery.beacon import vrf
from lottery.tiles import TILE_WIDTH, tile_name
from tests.lottery.drawing import Drawing
from tests.lottery.drawing_facts import POLICIES
from tests.lottery.random_bundles import Dice
from tests.verifiers.javascript import call
from tests.verifiers.programs import need, run

POLICY = POLICIES["one"]
SECRET = b"\x05" * 32


@pytest.fixture(autouse=True, scope="module")
def _node():
    need("javascript")


@cache
def _declined() -> Drawing:
    drawing = Drawing().whole()
    drawing.leave(drawing.selected[0])
    return drawing


def declined() -> Drawing:
    """Return a draw whose winner declined, in a log with more than one tile of entries."""
    return deepcopy(_declined())


def export(folder: Path, drawing: Drawing) -> Path:
    """Write a log as it is exported."""
    entries = drawing.log.entries
    for start in range(0, len(entries), TILE_WIDTH):
        part = entries[start : start + TILE_WIDTH]
        name = tile_name(start // TILE_WIDTH) + (
            "" if len(part) == TILE_WIDTH else f".p/{len(part)}"
        )
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(len(body).to_bytes(2, "big") + body for body in part))
    (folder / "checkpoint").write_bytes(drawing.log.checkpoint(len(entries), {}))
    return folder


def judged(tmp_path: Path, data: bytes, *words: str | Path) -> dict:
    bundle, policy = tmp_path / "draw.zip", tmp_path / "policy"
    bundle.write_bytes(data)
    policy.write_bytes(POLICY)
    done = run("javascript", bundle, "--policy", policy, "--json", *words)
    assert done.stderr == ""
    answer: dict = json.loads(done.stdout)
    return answer


def receipt(drawing: Drawing, index: int, extra: bytes = b"") -> bytes:
    size = len(drawing.log.entries)
    proof = drawing.log.proof(index, size, drawing.log.checkpoint(size, {}))
    return proof.replace(b"\nindex", b"\n" + extra + b"index", 1)


def test_the_whole_log_takes_the_flag_away(tmp_path):
    drawing = declined()
    for number in range(300):
        drawing.log.append(b'{"market":"entry %d of %s"}' % (number, drawing.id.encode()))
    export(tmp_path / "log", drawing)
    answer = judged(tmp_path, drawing.data(), "--log", tmp_path / "log")
    assert (answer["verdict"], answer["checks"]["V2"]) == ("believed", "ok")


def test_the_whole_log_shows_what_was_left_out(tmp_path):
    drawing = declined()
    export(tmp_path / "log", drawing)
    drawing.mine.pop()  # the DECLINE
    hiding = drawing.data()
    assert judged(tmp_path, hiding)["verdict"] == "believed"
    answer = judged(tmp_path, hiding, "--log", tmp_path / "log")
    failed = {name for name, status in answer["checks"].items() if status == "failed"}
    assert failed == {"V2"}


def test_an_unreadable_entry_that_names_the_draw_counts_against_it(tmp_path):
    drawing = declined()
    drawing.log.append(b'{"t":"ismdraw/undo/v9","draw":"%s"}' % drawing.id.encode())
    export(tmp_path / "log", drawing)
    answer = judged(tmp_path, drawing.data(), "--log", tmp_path / "log")
    assert answer["checks"]["V2"] == "failed"


def test_another_log_is_noticed(tmp_path):
    drawing, other = declined(), declined()
    other.log.entries[0] = b"another beginning"
    export(tmp_path / "log", other)
    answer = judged(tmp_path, drawing.data(), "--log", tmp_path / "log")
    assert answer["checks"]["V2"] == "failed"


def test_a_log_with_a_missing_or_broken_tile_is_malformed(tmp_path):
    drawing = declined()
    folder = export(tmp_path / "log", drawing)
    (tile,) = (folder / "tile" / "entries").rglob("000.p/*")
    for content in (tile.read_bytes()[:-1], tile.read_bytes() + b"\0\1x", None):
        if content is None:
            tile.unlink()
        else:
            tile.write_bytes(content)
        answer = judged(tmp_path, drawing.data(), "--log", folder)
        assert answer["verdict"] == "malformed"


@pytest.mark.parametrize("extra", [b"", b"extra aGVsbG8=\n"])
def test_a_receipt_of_an_entry_in_the_bundle_agrees(tmp_path, extra):
    drawing = declined()
    kept = tmp_path / "receipt"
    kept.write_bytes(receipt(drawing, drawing.mine[1], extra))
    answer = judged(tmp_path, drawing.data(), "--receipt", kept)
    assert answer["checks"]["V2"] == "flagged"


@pytest.mark.parametrize("change", ["left-out", "not-signed", "another-entry", "junk"])
def test_a_receipt_that_does_not_agree_fails(tmp_path, change):
    drawing = declined()
    data, kept = drawing.data(), tmp_path / "receipt"
    match change:
        case "left-out":
            content = receipt(drawing, 0)
        case "not-signed":
            drawing.log.origin = "elsewhere.example.cn/log"
            content = receipt(drawing, drawing.mine[1])
        case "another-entry":
            drawing.log.entries[drawing.mine[1]] = b"another"
            content = receipt(drawing, drawing.mine[1])
        case _:
            content = b"junk"
    kept.write_bytes(content)
    assert judged(tmp_path, data, "--receipt", kept)["checks"]["V2"] == "failed"


# Trustees and contributors


def at(seconds: int) -> dict[str, int]:
    """Return what the trustee's own clock says, as an option."""
    return {"nowSeconds": seconds}


def test_a_trustee_proves_nothing_while_a_reveal_could_still_come():
    drawing = Drawing(mode="D2").until_cut()
    early = at(drawing.t_phi - 61)
    (answer,) = call(("index.js", "alphaToProve", drawing.data(), POLICY, early))
    assert answer == {"error": "NotReadyError"}


def test_a_trustee_s_clock_is_asked_when_no_time_is_given():
    past, future = Drawing(mode="D2", round=1000), Drawing(mode="D2")
    past.t_phi, future.t_phi = 1_700_000_000, 32_500_000_000
    data = [drawing.until_cut().data() for drawing in (past, future)]
    known, refused = call(*(("index.js", "alphaToProve", each, POLICY) for each in data))
    assert known == lottery.alpha(past.frozen, past.reveals)
    assert refused == {"error": "NotReadyError"}


def test_a_trustee_proves_for_a_vacant_place_only_when_its_own_value_is_due():
    drawing = Drawing(mode="D2", fresh=True).whole()
    left = drawing.leave(drawing.selected[0])
    due = left.next_value.t_phi
    asked = ("index.js", "laterAlphaToProve", drawing.data(), POLICY, left.who)
    early, known = call((*asked, at(due - 61)), (*asked, at(due - 60)))
    assert early == {"error": "NotReadyError"}
    assert known == steps.fresh_alpha(left, drawing.seed)


def test_a_trustee_who_comes_too_early_is_told_when_to_come_back():
    too_early = {"checks": [], "isCalledOff": False, "opensAt": 1_790_000_000}
    (said,) = call(("index.js", "notReadySentence", too_early))
    assert "2026-09-21 22:13:20" in said["zh"]
    assert "2026-09-21 22:13:20" in said["en"]


@pytest.mark.parametrize(
    ("checks", "is_called_off", "word"),
    [
        ([{"name": "V5"}, {"name": "V7"}], False, "V5, V7"),
        ([], True, "called off"),
        ([], False, "No"),
    ],
)
def test_a_trustee_is_told_what_does_not_hold(checks, is_called_off, word):
    error = {"checks": checks, "isCalledOff": is_called_off, "opensAt": None}
    (said,) = call(("index.js", "notReadySentence", error))
    assert word in said["en"]


def test_a_trustee_is_given_the_input_of_a_sealed_list_and_its_proof_is_believed():
    drawing = Drawing(mode="D2").until_cut()
    sealed = drawing.data()
    (alpha,) = call(("index.js", "alphaToProve", sealed, POLICY, at(drawing.t_phi - 60)))
    assert alpha == lottery.alpha(drawing.frozen, drawing.reveals)
    (proof,) = call(("index.js", "vrf.prove", SECRET, alpha))
    assert proof == vrf.prove(SECRET, alpha)


def test_a_trustee_proves_nothing_for_a_list_that_is_not_sealed():
    early = Drawing(mode="D2")
    for step in (early.publish, early.enrol, early.commit, early.close, early.freeze):
        step()
    late = Drawing(mode="D2", cut_delay=86_400)
    unsealed = [early.data(), late.until_cut().data(), Drawing().whole().data() + b"x"]
    answers = call(
        *(("index.js", "alphaToProve", data, POLICY, at(early.t_phi)) for data in unsealed)
    )
    assert [answer["error"] for answer in answers] == ["NotReadyError", "NotReadyError", "zip-end"]


def test_a_contributor_commits_and_signs_as_the_verifier_in_python_reads_it():
    draw, value = b"\x0a" * 32, b"\x0b" * 32
    (commit,) = call(("index.js", "commitOf", draw.hex(), "notary", value.hex()))
    assert commit.hex() == lottery.commit(draw, "notary", value).hex()
    (keys,) = call(("index.js", "ed25519.keygen", SECRET))
    (signature,) = call(("index.js", "commitSignature", SECRET, draw, commit))
    message = b"ismdraw/v1/commit-signature\n\0" + draw + commit
    assert call(("index.js", "ed25519.verify", keys["publicKey"], message, signature)) == [True]


# Unpacking


def deflated(data: bytes, level: int, strategy: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, -15, 9, strategy)
    return packer.compress(data) + packer.flush()


def zlib_says(packed: bytes, size: int) -> bytes | None:
    stream = zlib.decompressobj(-15)
    try:
        data = stream.decompress(packed, size + 1)
    except zlib.error:
        return None
    return data if stream.eof and not stream.unused_data and len(data) == size else None


def test_unpacking_agrees_with_zlib_on_sound_and_on_damaged_streams():
    dice = Dice("unpacking")
    strategies = [zlib.Z_DEFAULT_STRATEGY, zlib.Z_FIXED, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE]
    cases = []
    for round_number in range(60):
        words = [
            hashlib.sha256(b"%d" % dice.below(99)).digest()[: 1 + number] for number in range(9)
        ]
        data = b"".join(dice.one(words) for _ in range(dice.below(300)))
        packed = deflated(data, dice.one([0, 1, 6, 9]), dice.one(strategies))
        cases.append((packed, len(data)))
        for _ in range(12):
            bent = bytearray(packed)
            bent[dice.below(len(bent))] ^= 1 << dice.below(8)
            cases.append((bytes(bent), len(data)))
        cases.append((packed[:-1], len(data)))
        cases.append((packed + bytes([round_number]), len(data)))
    answers = call(*(("format/inflate.js", "inflate", *case) for case in cases))
    told = [None if isinstance(answer, dict) else answer for answer in answers]
    assert told == [zlib_says(*case) for case in cases]
    assert sum(answer is None for answer in told) > 100
