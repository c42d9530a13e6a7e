"""The limits of direct choices, from the instrument in force, and what shortest draw there is."""

from datetime import date, datetime
from typing import Final

from market import regulations
from market.calendar import UnknownYearError
from market.direct.rules import DirectGround, Limits, Sum
from market.needs.limits import timetable_at
from market.needs.model import Need
from market.needs.rules import Timetable
from market.regulations import Regulation

SUBJECT: Final = "direct-choice"
_AMOUNTS: Final = {
    DirectGround.SMALL_AMOUNT: "amounts.small_up_to_fen",
    DirectGround.PRIVATE_FUNDS: "amounts.private_up_to_fen",
    DirectGround.SINGLE_APPLICANT: "amounts.single_up_to_fen",
    DirectGround.EMERGENCY: "amounts.emergency_up_to_fen",
}


def rules_on(day: date) -> Regulation:
    """Return the rules of direct choices in force on a day."""
    return regulations.in_force(SUBJECT, day)


def limits_of(rules: Regulation) -> Limits:
    """Return the limits that an instrument sets; a ground it does not name is not allowed."""
    named = set(rules.texts("grounds.allowed"))
    return Limits(
        grounds=frozenset(ground for ground in DirectGround if ground.value in named),
        up_to_fen={ground: rules.integer(key) for ground, key in _AMOUNTS.items()},
        months=rules.integer("caps.months"),
        pair=Sum(rules.integer("caps.pair_count"), rules.integer("caps.pair_sum_fen")),
        owner=Sum(rules.integer("caps.owner_count"), rules.integer("caps.owner_sum_fen")),
        emergency=Sum(
            rules.integer("caps.emergency_count"), rules.integer("caps.emergency_sum_fen")
        ),
        public_words=rules.texts("private_funds.public_words"),
        owner_natures=rules.texts("private_funds.owner_natures"),
        private_funds=rules.texts("private_funds.kinds"),
    )


def shortest_draw(need: Need, now: datetime) -> Timetable | None:
    """Return the timetable of a draw whose notice went out now; None beyond the calendar."""
    try:
        return timetable_at(now, need.ceiling_fen, need.mode, need.method)
    except UnknownYearError:
        return None
