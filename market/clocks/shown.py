"""How lengths of time are written on pages, in the unit of their clock."""

from typing import Final

from flask_babel import gettext, ngettext

from market.clocks.counting import Unit

HALVES: Final = 2
MINUTE: Final = 60_000_000
HOUR: Final = 60 * MINUTE


def amount(grains: int, unit: Unit) -> str:
    """Return a length in words; the rest of an hour in minutes, begun ones not counted."""
    match unit:
        case Unit.WORKING_DAY:
            return str(ngettext("%(num)s 个工作日", "%(num)s 个工作日", grains))
        case Unit.CALENDAR_DAY:
            return str(ngettext("%(num)s 个自然日", "%(num)s 个自然日", grains))
        case Unit.HALF_DAY:
            return _halves(grains)
        case Unit.HOUR:
            hours, rest = divmod(grains, HOUR)
            if rest < MINUTE:
                return str(gettext("%(hours)s 小时", hours=hours))
            return str(
                gettext("%(hours)s 小时 %(minutes)s 分", hours=hours, minutes=rest // MINUTE)
            )


def _halves(grains: int) -> str:
    whole, half = divmod(grains, HALVES)
    return str(gettext("%(days)s 个工作日", days=f"{whole}.5" if half else whole))
