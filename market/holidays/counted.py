"""A row that remembers what its running term was counted from, so that it can be counted again."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped

from market.calendar import default_calendar


class Counted:
    """Columns of a row with one running term in working days: from when it counts, and how many.

    None where no term runs, or where it ends on a day that somebody named.
    """

    # The day after which the working days count.
    term_from_on: Mapped[date | None]
    term_working_days: Mapped[int | None]

    def count_term(self, from_on: date, working_days: int) -> datetime:
        """Return when a term ends, and remember what it is counted from.

        Raises:
            UnknownYearError: It would end in a year without a notice.
        """
        ends_at = default_calendar().due_at(from_on, working_days)
        self.term_from_on, self.term_working_days = from_on, working_days
        return ends_at

    def forget_term(self) -> None:
        """Note that no term runs any more that is counted in working days."""
        self.term_from_on = self.term_working_days = None
