"""The column and the clock of a complaint say the same day, whatever it is about."""

from pathlib import Path

import pytest

from market import complaints
from market.clocks import queries as clocks
from market.clocks.counting import last_day_before
from market.complaints import actions, timing
from market.complaints.rules import Matter
from tests.market.factories.complaints import accepted, again, filed
from tests.market.factories.draws import a_drawn_need
from tests.market.factories.objections import officers


def said(city, one, step):
    """Return the last day on time by the clock of a step, and by the column."""
    with city.reading() as work:
        clock = timing.of(work, one, step)
        assert clock is not None
        return clocks.statement(work, clock).due_on, last_day_before(again(city, one).due_at)


def test_clock_and_column_agree_for_every_matter(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, _ = officers(city)
    days = []
    for matter in Matter:
        one = filed(drawn, matter=matter).one
        days.append(said(city, one, "accept:0"))
        one = accepted(city, one, officer)
        days.append(said(city, one, "decide"))
    assert len(days) == 2 * len(Matter)
    for by_clock, by_column in days:
        assert by_clock == by_column


@pytest.mark.parametrize("step", ["accept", "decide", "reply"])
def test_the_days_of_a_step_are_read_in_one_place(step):
    folder = Path(complaints.__path__[0])
    key = f"complaint.{step}_working_days"
    reading = [path.name for path in folder.rglob("*.py") if key in path.read_text("utf-8")]
    assert reading == ["terms.py"]


def test_a_matter_with_days_of_its_own_has_them_everywhere(city, clock, monkeypatch):
    """Whoever gives a matter its own days does so in ``days_for`` alone."""
    rule = complaints.terms.days_for

    def days_for(one, step, rules):
        return rule(one, step, rules) + (3 if one.matter is Matter.CONDUCT else 0)

    for module in (timing, actions.record, actions.filing, actions.handling):
        monkeypatch.setattr(module, "days_for", days_for)
    drawn = a_drawn_need(city.here, clock, city=city)
    usual, longer = (
        said(city, filed(drawn, matter=matter).one, "accept:0")
        for matter in (Matter.FEES, Matter.CONDUCT)
    )
    assert longer[0] == longer[1] > usual[0] == usual[1]
