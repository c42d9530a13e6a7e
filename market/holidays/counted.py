"""A row that remembers what its running term was counted from, so that it can be counted again."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped

from market.calendar import provisional_calendar


class Counted:
    """Columns of a row with one running term in working days: from when it counts, and how many.

    None where no term runs, or where it ends on a day that somebody named.
    """

    # The day after which the working days count.
    term_from_on: Mapped[date | None]
    term_working_days: Mapped[int | None]

    def count_term(self, from_on: date, working_days: int) -> datetime:
        """Return when a term ends, and remember what it is counted from.

        In a year without a notice the day is provisional: it is shown so, counted again when the
        notice arrives, and held against nobody before (docs/adr/0090).

        Raises:
            UnknownYearError: It would end beyond the calendar of the statute.
        """
        ends_at = provisional_calendar().due_at(from_on, working_days)
        self.term_from_on, self.term_working_days = from_on, working_days
        return ends_at

    def count_any_term(self, from_on: date, working_days: int) -> datetime:
        """Return when a term ends that begins whatever is announced, and remember it.

        In a year without a notice it is provisional, and counted again when the notice arrives.
        """
        self.term_from_on, self.term_working_days = from_on, working_days
        return provisional_calendar().due_at(from_on, working_days)

    def forget_term(self) -> None:
        """Note that no term runs any more that is counted in working days."""
        self.term_from_on = self.term_working_days = None
