"""Odd ends: what is logged after a result, and replacements."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

import lottery
from lottery.entries import decode
from tests.lottery.drawing import Drawing
from tests.lottery.drawing_facts import CHAIN, T_NUMBERS, firm_code
from tests.lottery.minilog import ORIGIN
from tests.verifiers.odd import Cases, changed, group
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


def bystander(drawing: Drawing) -> str:
    return next(firm for firm in map(firm_code, range(5)) if firm not in drawing.selected)


def bystander_leaves(drawing: Drawing) -> None:
    """Let a firm that was never selected leave, then a winner."""
    drawing.leave(bystander(drawing))
    drawing.refill(drawing.leave(drawing.selected[0]))


def leaves_in_between(drawing: Drawing) -> None:
    """Let the firm that would take a place leave before it does."""
    left = drawing.leave(drawing.selected[0])
    foreseen = deepcopy(drawing)
    foreseen.refill(left)
    drawing.leave(foreseen.ever[-1])
    drawing.refill(left)


def leaves_after_replaced(drawing: Drawing) -> None:
    """Let a firm leave whose place somebody else has taken, and which left once already."""
    left = drawing.leave(drawing.selected[0])
    drawing.refill(left)
    drawing.leave(left.who)


def both_leave(order: tuple[int, int]) -> Callable[[Drawing], None]:
    """Return the steps in which two winners leave, and their places are filled in some order."""

    def steps(drawing: Drawing) -> None:
        winners = tuple(drawing.selected)
        left = []
        for firm in winners:
            departure = drawing.leave(firm)
            left.append((departure, drawing.barred))
        for number in order:
            drawing.refill(*left[number])

    return steps


def passed_over(order: tuple[int, int]) -> Callable[[Drawing], None]:
    """Return the steps in which a place falls vacant again while another has waited longer."""

    def steps(drawing: Drawing) -> None:
        winners = tuple(drawing.selected)
        first = drawing.leave(winners[0])
        barred = drawing.barred
        second = drawing.leave(winners[1])
        waiting = [(second, drawing.barred)]
        drawing.refill(first, barred)
        again = drawing.leave(drawing.selected[0])
        waiting.append((again, drawing.barred))
        for number in order:
            drawing.refill(*waiting[number])

    return steps


def issue(name: str) -> dict[str, object]:
    return {"phi": lottery.NumbersSource(game="cwl-kl8", issue=name)}


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
        "two leave, the earlier place is filled first": both_leave((0, 1)),
        "a place is vacant again, the other has waited longer": passed_over((0, 1)),
        "next value of a much later issue": next_as(**issue("9999999")),
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
        "next value of the same issue": next_as(**issue("2026310")),
        "next value of an earlier issue": next_as(**issue("2026309")),
        "next value of an issue that is longer": next_as(**issue("20263110")),
        "next value of an issue with a letter": next_as(**issue("2026311a")),
        "a bystander leaves": bystander_leaves,
        "the next one leaves in between": leaves_in_between,
        "who was replaced leaves again": leaves_after_replaced,
        "two leave, the later place is filled first": both_leave((1, 0)),
        "a place is vacant again, the other waits on": passed_over((1, 0)),
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
            drawing.leave(bystander(drawing)),
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
