"""How the city's past passes: stories take turns, and time does its work in between."""

import heapq
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import count
from typing import Final

from sqlalchemy import Select, bindparam, func, select, union_all

from market import jobs
from market.calendar import provisional_calendar
from market.clock import ManualClock, beijing, beijing_day
from market.clocks.model import Clock, Suspension
from market.contracts.model import Contract
from market.credit.cases.model import Case
from market.direct.model import Emergency
from market.draws.model import Award, Draw
from market.draws.model_later import Replacement
from market.draws.rules import AwardState
from market.firms.model import Firm
from market.installation import Installation
from market.panels.model import Panel
from market.payments.model import PaymentTerm

# A story does something, says when it goes on, and so forth.
Story = Iterator[datetime]


class Timeline:
    """Runs stories in the order of their times; the jobs run whenever something is due."""

    def __init__(
        self, here: Installation, clock: ManualClock, after_tick: Callable[[], None]
    ) -> None:
        self.here = here
        self.clock = clock
        self._after_tick = after_tick
        self._waiting: list[tuple[datetime, int, Story]] = []
        self._order = count()

    def begin(self, at: datetime, story: Story) -> None:
        """Let a story begin at an instant."""
        heapq.heappush(self._waiting, (at, next(self._order), story))

    def run(self, until: datetime, report: Callable[[datetime], None]) -> None:
        """Let time pass up to ``until``; what is due later stays undone."""
        while self._waiting and self._waiting[0][0] <= until:
            at, _, story = heapq.heappop(self._waiting)
            self._pass_time(at)
            report(at)
            if (resume := next(story, None)) is not None:
                self.begin(max(resume, self.clock()), story)
        self._pass_time(until)

    def _pass_time(self, until: datetime) -> None:
        while (due := self._next_due()) is not None and due <= until:
            self.clock.move_to(max(due, self.clock()))
            jobs.tick(self.here)
            self._after_tick()
        self.clock.move_to(max(until, self.clock()))

    def _next_due(self) -> datetime | None:
        """Return the next instant after the present one at which a job has something to do."""
        with self.here.sessions() as session:
            session.connection(execution_options={"reading": True})
            found: datetime | None = session.scalar(NEXT_DUE, {"now": self.clock()})
        return found


def _next_due() -> Select[datetime]:
    """Return the question for the next instant after ``now``, made once: it is asked often."""
    now = bindparam("now", type_=Draw.next_check_at.type)
    columns = (
        Firm.next_check_at,
        Draw.next_check_at,
        Panel.next_check_at,
        Award.next_check_at,
        Replacement.next_check_at,
        Clock.next_check_at,
        Suspension.next_check_at,
        Contract.next_check_at,
        Case.next_check_at,
        Emergency.next_check_at,
        PaymentTerm.next_check_at,
    )
    unsigned = select(func.min(Award.sign_by_at).label("at")).where(
        Award.sign_by_at > now, Award.state == AwardState.CONFIRMED
    )
    each = [select(func.min(column).label("at")).where(column > now) for column in columns]
    times = union_all(unsigned, *each).subquery()
    return select(func.min(times.c.at))


NEXT_DUE: Final = _next_due()


def working_day(present: date, back: int) -> date:
    """Return the working day that lies ``back`` working days before ``present``."""
    calendar = provisional_calendar()
    number = calendar.working_day_number(present) - back
    day = present
    while calendar.working_day_number(day) > number or not calendar.is_working_day(day):
        day -= timedelta(days=1)
    return day


def later(at: datetime, working_days: int, hour: int, minute: int = 0) -> datetime:
    """Return a time of day on the nth working day after an instant."""
    day = provisional_calendar().add_working_days(beijing_day(at), working_days)
    return beijing(day, hour, minute)
