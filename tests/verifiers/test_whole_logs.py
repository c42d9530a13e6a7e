"""What a bundle alone cannot show: the whole log and kept receipts, asked of all three."""

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

import lottery
from lottery.entries import decode
from lottery.tiles import tile_name
from tests.lottery.drawing import Drawing, second
from tests.lottery.drawing_facts import POLICIES
from tests.lottery.minilog import MiniLog
from tests.verifiers.odd import whole
from tests.verifiers.programs import COMMANDS, need, run


@dataclass(frozen=True)
class Held:
    """What a reader holds besides the bundle, and what V2 should say."""

    expected: str
    log: tuple[bytes, ...] | None = None
    receipts: tuple[bytes, ...] = ()
    bundle: bytes | None = None


def entries(drawing: Drawing) -> tuple[bytes, ...]:
    return tuple(drawing.log.entries)


def notice_of(drawing: Drawing, **changes: object) -> bytes:
    return replace(drawing.notice, **changes).to_bytes()


def receipt(drawing: Drawing, place: int, *, size: int | None = None, extra: bytes = b"") -> bytes:
    log, index = drawing.log, drawing.mine[place]
    size = size or len(log.entries)
    proof = log.proof(index, size, log.checkpoint(size, {}))
    return proof.replace(b"\n", b"\n" + extra, 1)


def of_another_log(drawing: Drawing, place: int) -> bytes:
    log = MiniLog(list(drawing.log.entries))
    size = len(log.entries)
    note = log.checkpoint(size, {}, b"\x79" * 32)
    return log.proof(drawing.mine[place], size, note)


@cache
def cases() -> dict[str, Held]:
    drawing = whole()
    log = entries(drawing)
    draw = drawing.id.encode()
    decline = lottery.Decline(
        at=drawing.now, draw=drawing.id, who=drawing.selected[0], reason="r", evidence="ab" * 32
    ).to_bytes()
    strange = b'{"draw":"' + draw + b'","t":"ismdraw/shade/v1"}'
    grown = drawing.log
    grown.append(b"later")
    return {
        "the whole log": Held("ok", log),
        "the log as it grew": Held("ok", (*log, b"later")),
        "the log grew by an entry of the draw": Held("failed", (*log, decline)),
        "the log grew by an unreadable entry of the draw": Held("failed", (*log, strange)),
        "the log grew by another notice of the need": Held(
            "failed", (*log, notice_of(drawing, attempt=2, prev=drawing.id))
        ),
        "the log grew by somebody else's entry that names the draw": Held("ok", (*log, draw)),
        "the log grew by a notice of another need": Held(
            "ok", (*log, notice_of(drawing, need="another"))
        ),
        "the log is cut short": Held("failed", log[:-1]),
        "the log has another beginning": Held("failed", (b"x", *log[1:])),
        "the log is empty": Held("failed", ()),
        "a receipt": Held("flagged", receipts=(receipt(drawing, 1),)),
        "a receipt of an earlier size": Held("flagged", receipts=(receipt(drawing, 1, size=4),)),
        "a receipt of a later size": Held(
            "flagged", receipts=(receipt(drawing, 1, size=len(log) + 1),)
        ),
        "a receipt with something extra": Held(
            "flagged", receipts=(receipt(drawing, 1, extra=b"extra aGk=\n"),)
        ),
        "a receipt with something extra that is no base64": Held(
            "failed", receipts=(receipt(drawing, 1, extra=b"extra aGk\n"),)
        ),
        "a receipt of another log": Held("failed", receipts=(of_another_log(drawing, 1),)),
        "a receipt with another index": Held(
            "failed", receipts=(receipt(drawing, 1).replace(b"index 2", b"index 3"),)
        ),
        "two receipts, one of them wrong": Held(
            "failed", receipts=(receipt(drawing, 1), of_another_log(drawing, 2))
        ),
        "a receipt of another draw's entry": Held("failed", receipts=(stranger(drawing),)),
        "a receipt that is none": Held("failed", receipts=(b"",)),
    }


LOST_SECONDS = 604_800


def lost(seconds: int = LOST_SECONDS) -> Drawing:
    """Return a draw that was called off so long after its value was due."""
    drawing = Drawing().until_cut()
    drawing.call_off(drawing.t_phi + seconds)
    return drawing


def after(first: Drawing) -> Drawing:
    """Return the notice of the next attempt."""
    again = second(first)
    again.t_phi += LOST_SECONDS + 10_000
    again.publish()
    return again


def refuted(drawing: Drawing, *kinds: str) -> tuple[bytes, ...]:
    """Return the log of a draw with a PHI or RESULT that a platform logged all the same."""
    told = Drawing().whole()
    logged = [told.log.entries[place] for place in told.mine]
    known = {decode(body).kind: body for body in logged}
    return (*entries(drawing), *(known[kind] for kind in kinds))


@cache
def losses() -> dict[str, Held]:
    """Return draws that were called off because their value was said to be lost."""
    own, again = lost(), after(lost())
    early = lost(-3000)
    early.cut_size = len(early.log.entries)
    timely = after(early)
    return {
        "lost": Held("ok", entries(own), bundle=own.data()),
        "lost, but PHI came": Held("failed", refuted(own, "phi"), bundle=own.data()),
        "lost, but RESULT came": Held("failed", refuted(own, "result"), bundle=own.data()),
        "an earlier attempt was lost": Held("ok", entries(again), bundle=again.data()),
        "an earlier attempt was lost, but PHI came": Held(
            "failed", refuted(again, "phi"), bundle=again.data()
        ),
        "an earlier attempt was lost, but RESULT came": Held(
            "failed", refuted(again, "result"), bundle=again.data()
        ),
        "an earlier attempt was called off in time, and PHI came": Held(
            "ok", refuted(timely, "phi"), bundle=timely.data()
        ),
    }


def stranger(drawing: Drawing) -> bytes:
    """Return a receipt of an entry that is not in the bundle."""
    size = len(drawing.log.entries)
    return drawing.log.proof(0, size, drawing.log.checkpoint(size, {}))


def write_log(folder: Path, log: tuple[bytes, ...]) -> Path:
    for start in range(0, len(log), 256):
        part = log[start : start + 256]
        width = "" if len(part) == 256 else f".p/{len(part)}"
        path = folder / (tile_name(start // 256) + width)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(len(body).to_bytes(2, "big") + body for body in part))
    folder.mkdir(exist_ok=True)
    (folder / "checkpoint").write_bytes(MiniLog(list(log)).checkpoint(len(log), {}))
    return folder


@pytest.mark.parametrize("language", COMMANDS)
@pytest.mark.parametrize("name", [*cases(), *losses()])
def test_the_log_and_receipts_are_held_against_the_bundle(name, language, tmp_path):
    need(language)
    held = (cases() | losses())[name]
    bundle, policy = tmp_path / "bundle.zip", tmp_path / "policy"
    bundle.write_bytes(held.bundle or whole().data())
    policy.write_bytes(POLICIES["one"])
    words: list[str | Path] = [bundle, "--policy", policy, "--json"]
    if held.log is not None:
        words += ["--log", write_log(tmp_path / "log", held.log)]
    for number, content in enumerate(held.receipts):
        path = tmp_path / f"{number}.tlog-proof"
        path.write_bytes(content)
        words += ["--receipt", path]
    done = run(language, *words)

    assert json.loads(done.stdout)["checks"]["V2"] == held.expected, done
