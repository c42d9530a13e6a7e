"""Bundles that nobody thought of: random draws and their mutants, to set verifiers against.

``make(seed)`` gives the same cases for the same seed on every machine. ``write`` puts many of
them into a folder with a batch file, as every verifier reads it.
"""

import hashlib
import json
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias, TypeVar

import lottery
from lottery.archive import write_archive
from lottery.encoding import CanonicalJsonError, dumps_canonical
from lottery.seed import enrolment_name
from tests.lottery.drawing import Drawing, called_off
from tests.lottery.drawing_facts import DRAWN, POLICIES, ROUNDS, Voice
from tests.lottery.minilog import policy_text
from tests.lottery.vector_case import members_of

Made: TypeAlias = tuple[str, bytes, bytes, "tuple[int, ...] | None"]
ItemT = TypeVar("ItemT")

WEEK = 7 * 86_400
# Beside every draw stand so many mutants of its entries, and so many of its container.
RELOGGED, REPACKED = 3, 3


class Dice:
    """Numbers that depend on nothing but a name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.thrown = 0

    def below(self, bound: int) -> int:
        self.thrown += 1
        digest = hashlib.sha256(f"{self.name} {self.thrown}".encode()).digest()
        return int.from_bytes(digest, "big") % bound

    def chance(self, percent: int) -> bool:
        return self.below(100) < percent

    def one(self, items: Sequence[ItemT]) -> ItemT:
        return items[self.below(len(items))]


# A draw

_TAMPERED = (
    "notice",
    "enrol0",
    "enrol1",
    "withdraw0",
    "ineligible0",
    "commit-regulator",
    "commit-notary",
    "commit-enrol:0",
    "close",
    "freeze",
    "reveal-notary",
    "reveal-enrol:0",
    "phi",
    "result",
    "decline",
    "replace",
    "void",
)


def draw_of(dice: Dice) -> Drawing:
    """Return a draw whose entries are all logged; most are honest."""
    mode = dice.one(["B", "B", "C", "D1", "D1", "D2", "D2", "B", "D1", "A"])
    drawing = _set_up(dice, mode)
    end = dice.below(10)
    if end == 0:
        facts = {"mode": mode, "round": 657413, "witnesses": drawing.witnesses, "firms": 2}
        first = called_off(1700 + dice.below(400), **facts)
        drawing = replace(drawing, round=32398885, earlier=(first,), log=first.log, now=0)
    try:
        _tell(dice, drawing, end)
    except (lottery.LotteryError, AttributeError, LookupError, StopIteration, ValueError):
        return drawing  # A tampered step left nothing to go on with; what is logged is a case, too.
    return drawing


def _set_up(dice: Dice, mode: str) -> Drawing:
    firms = 1 + dice.below(6)
    k = 1 + dice.below(min(2, firms))
    numbers = [number for number in range(firms) if dice.chance(20)][: firms - k]
    firm_commits = dice.chance(30)
    firm_voices = {
        number: Voice(enrolment_name(number), reveal=_manner(dice))
        for number in range(firms)
        if firm_commits and dice.chance(50)
    }
    witnesses = dice.one([("w1",), ("w1",), ("w1", "w2"), ("w3", "w1"), ("w1", "w2", "w3"), ()])
    return Drawing(
        mode=mode,
        round=dice.one([*ROUNDS, 1000, 1001]),
        firms=firms,
        k=k,
        a=dice.below(4),
        fresh=dice.chance(35),
        firm_commits=firm_commits,
        weights={number: dice.one([1, 2, 7, 1000]) for number in range(firms) if dice.chance(10)},
        leaving={number: dice.one(["withdraw", "ineligible"]) for number in numbers},
        voices=tuple(_voices(dice)),
        firm_voices=firm_voices,
        witnesses=witnesses,
        final_witnesses=("w1",) if dice.chance(5) else None,
        between=dice.below(3),
        cut_delay=dice.one([0] * 40 + [739, 740, 741, -300, -960, 5000]),
        tamper=_tampers(dice) if dice.chance(40) else {},
    )


def _voices(dice: Dice) -> Iterator[Voice]:
    for who in ("regulator", "notary", "owner"):
        if dice.chance(35):
            yield Voice(who, dice.chance(50), not dice.chance(15), _manner(dice))


def _manner(dice: Dice) -> str:
    return dice.one(["yes"] * 5 + ["absent", "late", "wrong", "outside"])


def _tell(dice: Dice, drawing: Drawing, end: int) -> None:
    if end == 1:
        drawing.publish()
        drawing.enrol()
        drawing.call_off(drawing.t_phi - 1 - dice.below(3000))
        drawing.cut_size = len(drawing.log.entries)
        return
    drawing.until_cut()
    if end in {2, 3}:
        _end_without_result(dice, drawing, is_lost=end == 2)
        return
    drawing.arrive()
    if end == 4 and dice.chance(50):
        drawing.arrive()
    drawing.conclude()
    if end == 5 and dice.chance(50):
        drawing.conclude()
    for _ in range(dice.below(4)):
        _vacate(dice, drawing)
    if end == 6 and dice.chance(30):
        drawing.call_off(drawing.now + dice.one([5, WEEK]))


def _end_without_result(dice: Dice, drawing: Drawing, *, is_lost: bool) -> None:
    """Call a draw off in time, too late, or because its value was said to be lost."""
    after = dice.one([WEEK, WEEK, WEEK - 1, 60]) if is_lost else -1 - dice.below(1000)
    drawing.now = max(drawing.now, drawing.t_phi + after)
    drawing.call_off(drawing.t_phi + after)
    if not is_lost:
        drawing.cut_size = len(drawing.log.entries)
    if dice.chance(30):
        known = json.loads(lottery.Phi(at=1, draw=drawing.id, evidence=drawing.known()).to_bytes())
        drawing.phi_json = dumps_canonical(known["evidence"])


def _vacate(dice: Dice, drawing: Drawing) -> None:
    """Let a firm leave, and mostly let another take its place."""
    held = [firm for firm in drawing.selected if firm not in drawing.gone]
    waiting = [firm for firm in drawing.listed.weights if firm not in (*held, *drawing.gone)]
    if waiting and dice.chance(5 if drawing.fresh else 25):
        drawing.leave(dice.one(waiting), kind="disqualify")
    elif drawing.fresh and len(held) < drawing.k and dice.chance(80):
        return  # An unfilled place comes first.
    elif held:
        out = dice.one(held)
        left = drawing.leave(out, kind=dice.one(["decline", "disqualify"]))
        if dice.chance(80):
            drawing.refill(left, out=out)


def _tampers(dice: Dice) -> dict[str, Callable[[lottery.Entry], lottery.Entry | None]]:
    """Return a change of one member of one entry, or of its being there."""
    step = dice.one(_TAMPERED)
    if dice.chance(15):
        return {step: lambda _: None}
    seed = dice.below(2**32)
    return {step: lambda entry: _nudged(Dice(f"nudge {seed}"), entry)}


def _nudged(dice: Dice, entry: lottery.Entry) -> lottery.Entry:
    """Return an entry with one member changed, still of its schema."""
    for _ in range(20):
        try:
            changed = lottery.decode(_edited(dice, entry.to_bytes()))
        except lottery.LotteryError:
            continue
        if type(changed) is type(entry):
            return changed
    return entry


# Its mutants

_STEPS = (1, 1, 60, 600, 100_000, WEEK)
_LONG = 30
_WORDS = ("A", "B", "fresh", "ordered", "equal", "0" * 64)


def _edited(dice: Dice, body: bytes) -> bytes:
    """Return an entry with one value somewhere inside changed, in canonical form if it has one."""
    try:
        value = json.loads(body)
        _edit(dice, value)
        return dumps_canonical(value)
    except (ValueError, CanonicalJsonError):
        return body + b" "


def _edit(dice: Dice, value: dict | list) -> None:
    keys = sorted(value) if isinstance(value, dict) else list(range(len(value)))
    if not keys:
        return
    key = dice.one(keys)
    inner = value[key]
    if isinstance(inner, dict | list) and inner and dice.chance(80):
        _edit(dice, inner)
    elif isinstance(value, dict) and dice.chance(3):
        del value[key]
    else:
        value[key] = _other(dice, inner)


def _other(dice: Dice, value: object) -> object:
    """Return another value, mostly of the same kind."""
    changed: object = None
    match value:
        case bool():
            changed = not value
        case int():
            changed = max(0, value + dice.one(_STEPS) * (1 - 2 * dice.below(2)))
        case str() if len(value) > _LONG and dice.chance(90):
            place = dice.below(len(value))
            changed = value[:place] + dice.one("0123456789abcdef") + value[place + 1 :]
        case str():
            changed = dice.one([value + "x", value[:-1], *_WORDS])
        case list():
            changed = value[::-1] if dice.chance(60) else value[:-1]
        case None:
            changed = dice.one(["ab" * 32, 1, {}])
    return changed


def relogged(dice: Dice, drawing: Drawing) -> bytes:
    """Return the bundle of a draw whose entries were changed before they were logged."""
    log, mine = [*drawing.log.entries], [*drawing.mine]
    number = dice.below(len(mine))
    match dice.below(6):
        case 0 if len(mine) > 1:
            log[mine[number]] = b"nothing"
            del mine[number]
        case 1:
            mine.append(len(log))
            log.append(log[mine[number]])
        case 2:
            other = mine[dice.below(len(mine))]
            log[mine[number]], log[other] = log[other], log[mine[number]]
        case _:
            # The notice names the draw, so changing it seldom tells anything more.
            number = number or dice.below(len(mine))
            log[mine[number]] = _edited(dice, log[mine[number]])
    told = replace(drawing, log=replace(drawing.log, entries=log), mine=mine)
    told.later = {index: cut for index, cut in drawing.later.items() if index in mine}
    match dice.below(12):
        case 0:
            told.cut_size = max(1, told.cut_size - 1 - dice.below(3))
        case 1 if told.cut_size:
            told.cut_size = min(len(log), told.cut_size + 1 + dice.below(3))
        case 2:
            told.later = {}
        case 3:
            told.later = {
                index: (max(1, size - dice.below(2)), dict.fromkeys(times, dice.below(2**31)))
                for index, (size, times) in told.later.items()
            }
        case _:
            pass
    return told.data()


def repacked(dice: Dice, data: bytes) -> bytes:
    """Return a bundle whose members were changed, or which is itself damaged."""
    members = members_of(data)
    name, other = (dice.one(sorted(members)) for _ in range(2))
    content = members[name]
    match dice.below(10):
        case 0:
            del members[name]
        case 1:
            members[name], members[other] = members[other], content
        case 2:
            members[name] = members[other]
        case 3:
            lines = content.splitlines(keepends=True) or [b"\n"]
            place = dice.below(len(lines))
            members[name] = b"".join(lines[:place] + lines[place + dice.below(2) * 2 :])
        case 4:
            members[dice.one(_NAMES)] = content
        case 5:
            place = dice.below(len(data))
            return data[:place] + bytes([data[place] ^ 1 << dice.below(8)]) + data[place + 1 :]
        case 6:
            place = dice.below(len(data) - 4)
            return data[:place] + struct.pack("<I", dice.below(2**32)) + data[place + 4 :]
        case 7:
            return _doubled(dice, data)
        case _ if content:
            place = dice.below(len(content))
            flipped = bytes([content[place] ^ 1 << dice.below(8)])
            members[name] = content[:place] + flipped + content[place + 1 :]
        case _:
            members[name] = b"\n"
    return write_archive(members)


def _doubled(dice: Dice, data: bytes) -> bytes:
    """Return a bundle in which a row stands twice, or its place is claimed by another entry."""
    bundle = lottery.read(data)
    rows = bundle.entries
    place = dice.below(len(rows))
    again = rows[place]
    if dice.chance(40):
        again = replace(again, body=dice.one(rows).body)
    rows = (*rows[: place + 1], again, *rows[place + 1 :])
    later = {number + (number > place): cut for number, cut in bundle.later.items()}
    return lottery.build(replace(bundle, entries=rows, later=later))


_NAMES = (
    "phi.json",
    "list.ndjson",
    "cut.checkpoint",
    "prior/1.checkpoint",
    "prior/1.consistency",
    "later/003.checkpoint",
    "later/003.consistency",
    "entries/020.json",
    "entries/0001.json",
    "proofs/000.tlog-proof",
    "note.txt",
)


def make(seed: int) -> list[Made]:
    """Return a draw and its mutants: name, bundle, policy, and the numbers of mode B."""
    dice = Dice(f"bundle {seed}")
    drawing = draw_of(dice)
    if not drawing.mine:
        return make(seed + 1_000_000)
    data = drawing.data()
    made = [("draw", data)]
    made += [(f"relogged-{number}", relogged(dice, drawing)) for number in range(RELOGGED)]
    made += [(f"repacked-{number}", repacked(dice, data)) for number in range(REPACKED)]
    policy = _policy(dice, drawing)
    numbers = tuple(DRAWN) if dice.chance(60) else None
    if dice.chance(10):
        numbers = tuple(range(1, 21))
    return [(f"{seed}-{name}", each, policy, numbers) for name, each in made]


def _policy(dice: Dice, drawing: Drawing) -> bytes:
    """Return a policy that the witnesses of a draw mostly meet."""
    if dice.chance(8):
        return dice.one([*POLICIES.values(), policy_text("w3"), b"quorum none\n", b"\n"])
    if not drawing.witnesses:
        return POLICIES["none"]
    return POLICIES["two" if len(drawing.witnesses) > 1 else "one"]


def cases(count: int, start: int = 0) -> list[Made]:
    """Return so many cases."""
    found: list[Made] = []
    while len(found) < count:
        found += make(start)
        start += 1
    return found[:count]


def write(folder: Path, found: Sequence[Made]) -> Path:
    """Write cases into a folder, and return the batch file that names them."""
    lines = []
    for name, data, policy, numbers in found:
        bundle = folder / f"{name}.zip"
        trusted = folder / f"policy-{hashlib.sha256(policy).hexdigest()[:8]}"
        bundle.write_bytes(data)
        trusted.write_bytes(policy)
        typed = ",".join(map(str, numbers or ()))
        lines.append(f"{bundle}\t{trusted}\t{typed}\n")
    batch = folder / "batch"
    batch.write_text("".join(lines), "utf-8")
    return batch
