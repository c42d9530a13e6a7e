"""Odd ends: what is logged after a result, replacements, and draws called off."""

from collections.abc import Callable
from dataclasses import replace

import lottery
from lottery import steps as steps_module
from lottery.entries import decode
from tests.lottery.drawing import Drawing
from tests.lottery.drawing_facts import CHAIN, T_NUMBERS, firm_code
from tests.lottery.minilog import ORIGIN
from tests.verifiers.odd import Cases, Odd, changed, group
from tests.verifiers.odd_draws import DRAWN_TEXT
from tests.verifiers.odd_keys import logged

CASES: Cases = {}


def again(step: str, **members: object) -> Callable[[Drawing], object]:
    """Return the logging of one more entry like that of a step."""
    return lambda drawing: drawing.add(step, replace(find(drawing, step), **members))


def find(drawing: Drawing, kind: str) -> lottery.Entry:
    entries = [decode(drawing.log.entries[place]) for place in drawing.mine]
    return next(entry for entry in entries if entry.kind == kind)


def left_and_refilled(**options: object) -> Callable[[Drawing], None]:
    def steps(drawing: Drawing) -> None:
        left = drawing.leave(drawing.selected[0])
        if options:
            drawing.tamper["replace"] = changed(**options)
        drawing.refill(left)

    return steps


def with_next(drawing: Drawing) -> None:
    drawing.tamper["decline"] = changed(
        next_value=lottery.NextValue(phi=drawing.notice.phi, t_phi=drawing.t_phi + 9000)
    )
    drawing.leave(drawing.selected[0])


group(
    CASES,
    "after",
    "refused",
    logged,
    {kind: again(kind) for kind in ("notice", "enrol", "close", "freeze", "phi", "result")}
    | {
        "a genesis": lambda drawing: drawing.add("genesis", genesis()),
        "an audit": lambda drawing: drawing.add(
            "audit", lottery.Audit(at=1, size=1, rows=1, digest="ab" * 32)
        ),
        "an entry of another draw": again("enrol", draw="cd" * 32),
        "a notice of another need": again("notice", need="2026-000124"),
        "a notice of the next attempt": again("notice", attempt=2),
        "a VOID of another draw": lambda drawing: drawing.add(
            "void",
            lottery.Void(at=1, draw="cd" * 32, reason="r", order="ab" * 32, authority="a"),
        ),
        "a withdrawal": lambda drawing: drawing.add(
            "withdraw",
            lottery.Withdraw(
                at=1, draw=drawing.id, enrol=1, reason="r", evidence="ab" * 32, officer="o"
            ),
        ),
        "a stranger declines": lambda drawing: drawing.leave("9" * 18),
        "a firm beyond the alternates declines": lambda drawing: drawing.leave(last(drawing)),
        "a firm declines twice": lambda drawing: [
            drawing.leave(drawing.selected[0]),
            drawing.leave(drawing.selected[0]),
        ],
        "a place filled twice": lambda drawing: [
            left_and_refilled()(drawing),
            drawing.add("replace", find(drawing, "replace")),
        ],
        "a place filled that is not free": lambda drawing: drawing.refill(
            lottery.Decline(
                at=1, draw=drawing.id, who=drawing.selected[0], reason="r", evidence="ab" * 32
            )
        ),
        "a rank too low": left_and_refilled(rank=1),
        "a rank too high": left_and_refilled(rank=3),
        "a huge rank": left_and_refilled(rank=2**24),
        "replaced by itself": lambda drawing: left_and_refilled(
            in_firm=drawing.selected[0], rank=1
        )(drawing),
        "a value that nobody needs": left_and_refilled(
            evidence=lottery.DrandEvidence(round=1, signature="80" * 48)
        ),
        "a next value that nobody needs": with_next,
    },
)

group(
    CASES,
    "after",
    "believed",
    logged,
    {
        "declined": lambda drawing: drawing.leave(drawing.selected[0]),
        "replaced": left_and_refilled(),
        "an alternate declines": lambda drawing: drawing.leave(drawing.result.order[1]),
        "replaced in the past, by its own word": left_and_refilled(at=0),
        "one who moved up declines": lambda drawing: [
            left_and_refilled()(drawing),
            drawing.leave(drawing.selected[0]),
        ],
    },
)


def last(drawing: Drawing) -> str:
    return next(iter(set(map(firm_code, range(3))) - set(drawing.result.order)))


def genesis() -> lottery.Genesis:
    digest = "ab" * 32
    return lottery.Genesis(
        at=1, origin=ORIGIN, policy=digest, suite="s", chains=(), software=digest, spec=digest
    )


def fresh(steps: Callable[[Drawing], object]) -> bytes:
    """Return a draw with fresh alternates, four firms and two places, after some steps."""
    drawing = Drawing(mode="B", fresh=True, firms=5, k=2).whole()
    steps(drawing)
    return drawing.data()


def next_as(**members: object) -> Callable[[Drawing], None]:
    """Return the steps of a departure whose next value is changed, and of its replacement."""

    def steps(drawing: Drawing) -> None:
        drawing.tamper["decline"] = lambda entry: replace(
            entry, next_value=replace(entry.next_value, **members)
        )
        drawing.refill(drawing.leave(drawing.selected[0]))

    return steps


def next_in(seconds: int) -> Callable[[Drawing], None]:
    def steps(drawing: Drawing) -> None:
        at = drawing.now + 100
        next_as(t_phi=at + seconds)(drawing)

    return steps


def cut_seen(seconds: int) -> Callable[[Drawing], None]:
    """Return the steps of a departure that a witness saw so long after its time."""

    def steps(drawing: Drawing) -> None:
        left = drawing.leave(drawing.selected[0])
        place = drawing.mine[-1]
        drawing.later[place] = (len(drawing.log.entries), {"w1": left.at + seconds})
        drawing.refill(left)

    return steps


def replaced_at(seconds: int) -> Callable[[Drawing], None]:
    """Return the steps of a replacement so long after its value could be known."""

    def steps(drawing: Drawing) -> None:
        left = drawing.leave(drawing.selected[0])
        drawing.tamper["replace"] = changed(at=left.next_value.t_phi + seconds)
        drawing.refill(left)

    return steps


def bystander_leaves(drawing: Drawing) -> None:
    """Let a firm that was never selected leave, then a winner."""
    others = [firm for firm in map(firm_code, range(5)) if firm not in drawing.selected]
    drawing.leave(others[0])
    drawing.refill(drawing.leave(drawing.selected[0]))


def leaves_in_between(drawing: Drawing) -> None:
    """Let the firm that would take a place leave before it does."""
    left = drawing.leave(drawing.selected[0])
    barred = drawing.barred
    evidence = drawing.evidence(left.next_value.phi, steps_module.fresh_alpha(left, drawing.seed))
    line = steps_module.fresh_alternates(left, drawing.listed, drawing.seed, evidence, barred)
    drawing.leave(line[0])
    drawing.refill(left, barred)


def both_leave(drawing: Drawing) -> None:
    """Let two winners leave, and fill the later place first."""
    one = drawing.leave(drawing.selected[0])
    barred = drawing.barred
    other = drawing.leave(drawing.selected[1])
    drawing.refill(other)
    drawing.refill(one, barred)


group(
    CASES,
    "fresh",
    "believed",
    fresh,
    {
        "replaced": lambda drawing: drawing.refill(drawing.leave(drawing.selected[0])),
        "vacant": lambda drawing: drawing.leave(drawing.selected[0]),
        "next value as early as may be": next_in(600),
        "cut by a slow clock": cut_seen(-60),
        "cut as late as may be": cut_seen(540),
        "replaced at once": replaced_at(0),
        "a bystander leaves": bystander_leaves,
        "the next one leaves in between": leaves_in_between,
        "two leave, the later place is filled first": both_leave,
        "replaced, and left again": lambda drawing: [
            drawing.refill(drawing.leave(drawing.selected[0])),
            drawing.refill(drawing.leave(drawing.selected[0])),
        ],
    },
)

group(
    CASES,
    "fresh",
    "refused",
    fresh,
    {
        "next value a second too early": next_in(599),
        "next value of another mode": lambda drawing: [
            drawing.tamper.update(
                decline=lambda entry: replace(
                    entry,
                    next_value=replace(
                        entry.next_value, phi=lottery.DrandSource(chain=CHAIN, round=1000)
                    ),
                )
            ),
            drawing.leave(drawing.selected[0]),
        ],
        "cut by a clock too slow": cut_seen(-61),
        "cut a second late": cut_seen(541),
        "replaced a second too early": replaced_at(-1),
        "no next value": lambda drawing: [
            drawing.tamper.update(decline=changed(next_value=None)),
            drawing.leave(drawing.selected[0]),
        ],
        "a next value for a bystander": lambda drawing: [
            drawing.tamper.update(
                decline=changed(
                    next_value=lottery.NextValue(phi=drawing.notice.phi, t_phi=T_NUMBERS + 9000)
                )
            ),
            drawing.leave(next(f for f in map(firm_code, range(5)) if f not in drawing.selected)),
        ],
        "no evidence": lambda drawing: [
            drawing.tamper.update(replace=changed(evidence=None)),
            drawing.refill(drawing.leave(drawing.selected[0])),
        ],
        "rank by the order of the draw": lambda drawing: [
            drawing.tamper.update(replace=lambda entry: replace(entry, rank=entry.rank + 2)),
            drawing.refill(drawing.leave(drawing.selected[0])),
        ],
    },
)


def void_at(
    at: int, *, frozen: bool = True, seen: int | None = None, phi: bytes | None = None
) -> Odd:
    drawing = Drawing(mode="B")
    if frozen:
        drawing.until_cut()
    else:
        drawing.publish()
    drawing.call_off(at)
    if at < T_NUMBERS + 604_800:
        drawing.cut_size = len(drawing.log.entries)
        drawing.cut_delay = (at if seen is None else seen) - (T_NUMBERS - 800)
    drawing.phi_json = phi
    return drawing.data()


KNOWN = f'{{"mode":"B","numbers":[{DRAWN_TEXT}],"source":"a"}}'.encode()

# V12: a VOID is witnessed from its `at` - 60 to t_phi - 1, or says after 7 days that Φ was lost.
group(
    CASES,
    "void",
    "believed",
    lambda options: void_at(**options),
    {
        "in time": {"at": T_NUMBERS - 100},
        "in the last second": {"at": T_NUMBERS - 1},
        "seen by a slow clock": {"at": T_NUMBERS - 100, "seen": T_NUMBERS - 160},
        "without a list": {"at": T_NUMBERS - 100, "frozen": False},
        "in time, and the value came": {"at": T_NUMBERS - 100, "phi": KNOWN},
        "in time without a list, and the value came": {
            "at": T_NUMBERS - 100,
            "frozen": False,
            "phi": KNOWN,
        },
        "lost": {"at": T_NUMBERS + 604_800},
    },
)

group(
    CASES,
    "void",
    "refused",
    lambda options: void_at(**options),
    {
        "at t_phi": {"at": T_NUMBERS, "seen": T_NUMBERS - 1},
        "seen too late": {"at": T_NUMBERS - 1, "seen": T_NUMBERS},
        "seen by a clock too slow": {"at": T_NUMBERS - 100, "seen": T_NUMBERS - 161},
        "lost a second too soon": {"at": T_NUMBERS + 604_799, "seen": T_NUMBERS - 1},
        "lost without a list": {"at": T_NUMBERS + 604_800, "frozen": False},
        "lost, and refuted": {"at": T_NUMBERS + 604_800, "phi": KNOWN},
        "lost, and badly refuted": {"at": T_NUMBERS + 604_800, "phi": KNOWN.replace(b"59", b"60")},
        "lost, and not even badly refuted": {"at": T_NUMBERS + 604_800, "phi": b"{}"},
    },
)
