"""Odd ends: draws called off, in time or for a lost value, and the attempts after them."""

from functools import partial

from tests.lottery.drawing import Drawing, second
from tests.lottery.drawing_facts import POLICIES, T_NUMBERS
from tests.verifiers.odd import Cases, Odd, changed, group
from tests.verifiers.odd_draws import DRAWN_TEXT

CASES: Cases = {}

LOST = T_NUMBERS + 604_800
KNOWN = f'{{"mode":"B","numbers":[{DRAWN_TEXT}],"source":"a"}}'.encode()


def void_at(
    at: int, *, frozen: bool = True, seen: int | None = None, phi: bytes | None = None
) -> bytes:
    """Return a draw called off at a time, which witnesses saw then or at another."""
    drawing = Drawing(mode="B")
    if frozen:
        drawing.until_cut()
    else:
        drawing.publish()
    call_off(drawing, at, seen)
    drawing.phi_json = phi
    return drawing.data()


def call_off(drawing: Drawing, at: int, seen: int | None = None) -> None:
    seen = at if seen is None else seen
    drawing.call_off(at)
    if at < LOST:
        drawing.cut_size = len(drawing.log.entries)
        drawing.cut_delay = seen - (T_NUMBERS - 800)
    else:
        # The final checkpoint is cosigned 900 s after `now`.
        drawing.now = seen - 900


# V12: a VOID is witnessed from its `at` - 60 to t_phi - 60, or says after 7 days that Φ was lost.
group(
    CASES,
    "void",
    "believed",
    lambda options: void_at(**options),
    {
        "in time": {"at": T_NUMBERS - 100},
        "in the last second": {"at": T_NUMBERS - 1, "seen": T_NUMBERS - 60},
        "seen in the last second": {"at": T_NUMBERS - 60},
        "seen by a slow clock": {"at": T_NUMBERS - 100, "seen": T_NUMBERS - 160},
        "without a list": {"at": T_NUMBERS - 100, "frozen": False},
        "in time, and the value came": {"at": T_NUMBERS - 100, "phi": KNOWN},
        "in time without a list, and the value came": {
            "at": T_NUMBERS - 100,
            "frozen": False,
            "phi": KNOWN,
        },
        "lost": {"at": LOST},
        "lost, seen by a slow clock": {"at": LOST, "seen": LOST - 60},
        "lost, seen much later": {"at": LOST, "seen": LOST + 10**6},
    },
)

group(
    CASES,
    "void",
    "refused",
    lambda options: void_at(**options),
    {
        "at t_phi": {"at": T_NUMBERS, "seen": T_NUMBERS - 60},
        "seen too late": {"at": T_NUMBERS - 60, "seen": T_NUMBERS - 59},
        "seen by a clock too slow": {"at": T_NUMBERS - 100, "seen": T_NUMBERS - 161},
        "lost a second too soon": {"at": LOST - 1, "seen": T_NUMBERS - 60},
        "lost without a list": {"at": LOST, "frozen": False},
        "lost, and refuted": {"at": LOST, "phi": KNOWN},
        "lost, and badly refuted": {"at": LOST, "phi": KNOWN.replace(b"59", b"60")},
        "lost, and not even badly refuted": {"at": LOST, "phi": b"{}"},
        "lost, seen by a clock too slow": {"at": LOST, "seen": LOST - 61},
        "lost by its own word only": {"at": LOST, "seen": T_NUMBERS},
    },
)


def flagged(**options: object) -> Odd:
    return Odd(void_at(**options), "believed", flagged=frozenset({"V12"}))


CASES["void: after its CLOSE"] = partial(flagged, at=T_NUMBERS - 100)
CASES["void: lost, and nobody is asked"] = lambda: Odd(
    void_at(LOST, seen=T_NUMBERS), "believed", flagged=frozenset({"V12"}), policy=POLICIES["none"]
)
CASES["void: seen too late by its own word"] = lambda: Odd(
    void_at(T_NUMBERS - 59), "refused", frozenset({"V12"}), policy=POLICIES["none"]
)


def after_phi() -> Odd:
    """Return a draw that was called off, by its own word in time, when its value was logged."""
    drawing = Drawing(mode="B").until_cut()
    drawing.arrive()
    call_off(drawing, T_NUMBERS - 100)
    return Odd(drawing.data(), "refused", frozenset({"V12"}))


CASES["void: after its PHI"] = after_phi


def next_attempt(seconds: int, at: int | None = None, seen: int | None = None) -> bytes:
    """Return a second attempt whose notice is so long after the VOID of the first."""
    first = Drawing(mode="B")
    at = T_NUMBERS - 6000 if at is None else at
    if at < LOST:
        first.publish()
    else:
        first.until_cut()
    call_off(first, at, seen)
    first.cut_size = first.cut_size if at < LOST else 0
    again = second(first, tamper={"notice": changed(at=at + seconds)})
    if at >= LOST:
        again.tamper = {}
        again.t_phi = at + seconds + 5020
        again.now = first.now
    again.publish()
    again.call_off(again.t_phi - 3000)
    again.cut_size = len(again.log.entries)
    return again.data()


group(
    CASES,
    "attempt",
    "believed",
    lambda options: next_attempt(**options),
    {
        "in the second of the VOID": {"seconds": 0},
        "after the VOID": {"seconds": 1},
        "after a lost value": {"seconds": 0, "at": LOST},
    },
)

group(
    CASES,
    "attempt",
    "refused",
    lambda options: next_attempt(**options),
    {
        "before the VOID": {"seconds": -1},
        "before the VOID of a lost value": {"seconds": -1, "at": LOST},
        "after a lost value, seen too soon": {"seconds": 0, "at": LOST, "seen": LOST - 61},
    },
)
