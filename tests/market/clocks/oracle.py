"""The slow truth: walk from half day to half day and ask whose it was when it began."""

from datetime import timedelta

from market.clock import BEIJING, beijing, beijing_day
from market.clocks.counting import StartRule, Unit
from market.clocks.rules import Party

HALF = timedelta(hours=12)


def walked(events, unit, rule, until_at, calendar):
    """Return the accounts of a clock with these events, without any of the code under test."""
    used = dict.fromkeys(Party, 0)
    start_on = beijing_day(events[0].happened_at)
    at = beijing(start_on)
    while at <= until_at:
        local = at.astimezone(BEIJING)
        works = calendar.is_working_day(local.date())
        counts = {
            Unit.WORKING_DAY: works and local.hour == 0,
            Unit.HALF_DAY: works,
            Unit.CALENDAR_DAY: local.hour == 0,
        }[unit]
        if rule is StartRule.DAY_AFTER:
            counts = counts and local.date() > start_on
        begun = [event for event in events if event.happened_at <= at]
        if counts and begun and begun[-1].party is not None:
            used[begun[-1].party] += 1
        at += HALF
    return used
