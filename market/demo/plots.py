"""What is to become of each need of the city, and when it began."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from market.demo.cast import ITEMS
from market.needs.methods import Method
from market.needs.prices import QuoteUnit
from market.needs.rules import Timetable

# The stages a story may stop at, in the order in which they come.
STAGES: Final = (
    "draft", "direct", "named", "urgent", "approval", "check", "returned", "withdrawn", "open",
    "failed", "drawn", "offered", "confirmed", "filed", "in-force", "running", "suspended",
    "delivered", "returned-work", "done",
)  # fmt: skip
FINISHED: Final = 12
# What the city's experts know, and when the one need began whose proposals they score.
SCORED_ITEM: Final = "ZJ-01-001-02"
SCORED_BACK: Final = 15


class Twist(StrEnum):
    """What else happens to a need on its way."""

    NONE = ""
    # A firm asks about the notice, and the owner answers to all.
    QUESTION = "question"
    # Somebody objects to the result: it is heard, and the place is taken from its firm or not.
    OBJECTION_OPEN = "objection-open"
    OBJECTION_UPHELD = "objection-upheld"
    OBJECTION_DISMISSED = "objection-dismissed"
    # Citizens complain: one call is decided, and one letter lets the award stand still.
    COMPLAINTS = "complaints"
    # Nobody signs in time, and whose fault that is has to be found.
    UNSIGNED = "unsigned"
    # More is to be done than was agreed.
    ADD_ON = "add-on"
    # The work is invoiced and paid, or not paid.
    PAID = "paid"
    UNPAID = "unpaid"
    # Both sides end the contract before the work is done.
    ENDED = "ended"
    # The work was accepted a moment ago: nobody has rated yet.
    UNRATED = "unrated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """What is to become of one need."""

    stage: str
    item: str
    owner: int
    mode: str = "D2"
    method: Method = Method.LOTTERY
    unit: QuoteUnit = QuoteUnit.AMOUNT
    enrolments: int = 5
    twist: Twist = Twist.NONE
    # Working days late (positive) or early with the deliverable.
    late: int = -2
    declines: bool = False
    # Who takes a place that became free is drawn by a value of its own.
    fresh: bool = False
    rounds: int = 1
    suspends: bool = False
    times: Timetable | None = None
    # The firms enrol that registered first: whose accounts a visitor of the city is told.
    by_first: bool = False
    second_notice: bool = False
    # Out of how many drafts of small jobs the need was joined.
    parts: int = 1

    def reaches(self, stage: str) -> bool:
        """Whether the story comes to a stage."""
        return STAGES.index(self.stage) >= STAGES.index(stage)


# How the first of the finished ones were selected; the others by lottery.
_METHODS: Final[tuple[dict[str, object], ...]] = (
    {},
    {"method": Method.QUOTE_LOWEST},
    {"method": Method.QUOTE_MEAN},
    {"method": Method.BID_LOWEST},
    {"method": Method.QUOTE_LOWEST, "unit": QuoteUnit.DISCOUNT},
)


def _plots() -> tuple[tuple[int, Plot], ...]:
    """Return each need's beginning, in working days before the present, and its plot."""
    made: list[tuple[int, Plot]] = []

    def add(back: int, stage: str, **more: object) -> None:
        number = len(made)
        item = str(more.pop("item", ITEMS[number * 5 % len(ITEMS)]))
        made.append((back, Plot(stage=stage, item=item, owner=number, **more)))  # type: ignore[arg-type]

    for at in range(FINISHED):
        how = _METHODS[at] if at < len(_METHODS) else {}
        add(92 - at * 4, "done", late=-1 - at % 4, rounds=2 if at % 5 == 1 else 1, **how)
    add(70, "done", item="ZJ-04-001-01", late=2, twist=Twist.UNPAID)
    add(66, "done", item="ZJ-06-002-01", suspends=True, late=6)
    add(60, "done", item="ZJ-01-001-02", declines=True)
    add(55, "done", item="ZJ-04-002-01", mode="D1", twist=Twist.PAID)
    # Nine working days of process, six of service, ten late: referred three weeks ago.
    add(46, "running", item="ZJ-06-001-01")
    add(28, "running", item="ZJ-05-002-02")
    add(3, "direct", item="ZJ-04-002-01")
    add(22, "running", item="ZJ-03-006-01", method=Method.QUOTE_MEAN)
    add(20, "running", item="ZJ-04-001-01", method=Method.MERIT_LOTTERY, twist=Twist.ADD_ON)
    add(20, "running", item="ZJ-03-001-02")
    add(19, "running", item="ZJ-01-003-01", twist=Twist.QUESTION)
    add(16, "suspended", item="ZJ-06-002-01", suspends=True)
    add(17, "delivered", item="ZJ-03-002-01", late=0)
    add(25, "returned-work", item="ZJ-03-005-01", late=-3)
    add(15, "in-force", item="ZJ-01-001-02")
    add(14, "filed", item="ZJ-08-001-01")
    add(16, "filed", item="ZJ-04-002-01", declines=True)
    add(12, "confirmed", item="ZJ-01-003-01", parts=3)
    add(21, "confirmed", item="ZJ-04-001-01", declines=True, fresh=True)
    add(11, "confirmed", item="ZJ-03-005-01")
    add(8, "drawn", item="ZJ-04-001-01", twist=Twist.COMPLAINTS)
    add(7, "drawn", item="ZJ-05-002-02", mode="D1")
    add(6, "drawn", item="ZJ-01-001-02", twist=Twist.OBJECTION_OPEN)
    add(30, "failed", item="ZJ-08-001-01", enrolments=1)
    add(45, "failed", item="ZJ-01-003-01", enrolments=2, second_notice=True)
    add(5, "withdrawn", item="ZJ-03-005-01")
    add(4, "open", item="ZJ-01-001-02", enrolments=3)
    add(3, "open", item="ZJ-01-003-01", enrolments=4)
    add(3, "open", item="ZJ-03-005-01", enrolments=2, mode="A")
    add(2, "open", item="ZJ-08-001-01", enrolments=1, method=Method.QUOTE_LOWEST)
    add(2, "returned")
    add(1, "check")
    add(1, "approval")
    add(1, "draft")
    add(0, "draft")
    add(40, "running", item="ZJ-08-001-01", twist=Twist.UNSIGNED, late=3)
    add(34, "running", item="ZJ-04-002-01", twist=Twist.OBJECTION_UPHELD)
    add(9, "confirmed", item="ZJ-03-006-01", method=Method.BID_LOWEST)
    add(26, "urgent", item="ZJ-04-001-01")
    add(18, "named", item="ZJ-04-002-01")
    # Its experts are drawn by the platform's own value, as nobody carries a beacon's rounds here.
    add(SCORED_BACK, "confirmed", item=SCORED_ITEM, method=Method.SCORED, mode="D1", enrolments=4)
    add(38, "running", item="ZJ-05-002-02", twist=Twist.ENDED)
    return tuple(made)


PLOTS: Final = _plots()
