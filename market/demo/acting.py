"""Who acts in the city's stories, and the small things that every story does."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from pypdf import PdfWriter
from sqlalchemy import select

from market import files
from market.db import Actor, UnitOfWork, reading_work, unit_of_work
from market.demo.cast import REGULATORS
from market.demo.people import Office
from market.demo.registrations import Enlistment
from market.draws.model import Award, Enrolment
from market.draws.queries import award_in_force
from market.draws.rules import EnrolmentState
from market.installation import Installation


@dataclass(frozen=True, slots=True)
class Cast:
    """The offices that run the city."""

    operator: Office
    supervisor: Office
    regulators: tuple[Office, ...]
    owners: tuple[Office, ...]


class Acting:
    """Lets anybody of the city do something, now, in a unit of work of their own."""

    def __init__(self, here: Installation, cast: Cast, enlistment: Enlistment) -> None:
        self.here = here
        self.cast = cast
        self.enlistment = enlistment
        self._papers = 0

    def now(self) -> datetime:
        """Return the city's present instant."""
        return self.here.clock()

    def work(self, actor: Actor) -> AbstractContextManager[UnitOfWork]:
        """Open a unit of work of somebody."""
        return unit_of_work(self.here.sessions, actor, self.here.clock)

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """Open a unit of work that only reads."""
        return reading_work(self.here.sessions, Actor("job:demo"), self.here.clock)

    def do(self, actor: Actor, deed: Callable[[UnitOfWork], object]) -> None:
        """Let somebody do one thing."""
        with self.work(actor) as work:
            deed(work)

    def paper(self, work: UnitOfWork, title: str) -> files.StoredFile:
        """Hand in a small real PDF; each is another, so each has another hash."""
        self._papers += 1
        writer, out = PdfWriter(), BytesIO()
        writer.add_blank_page(width=595, height=842)
        writer.add_metadata({"/Title": title, "/Subject": f"demo {self._papers}"})
        writer.write(out)
        out.seek(0)
        return files.keep(work, self.here.config.uploads_dir, out, f"{title}.pdf")

    def award(self, need_id: int) -> Award:
        """Return the award in force of a need."""
        with self.reading() as work:
            return award_in_force(work, need_id)

    def firm(self, firm_id: int) -> Actor:
        """Return who acts for a firm."""
        return self.enlistment.by_firm_id[firm_id].people[0]

    def firm_of(self, award: Award) -> Actor:
        """Return who acts for the firm of an award."""
        return self.firm(award.firm_id)

    def enrolled(self, draw_id: int | None) -> list[int]:
        """Return the firms that are enrolled in a draw, the first one first."""
        with self.reading() as work:
            rows = work.session.scalars(
                select(Enrolment.firm_id)
                .where(Enrolment.draw_id == draw_id, Enrolment.state != EnrolmentState.WITHDRAWN)
                .order_by(Enrolment.sequence)
            )
            return list(rows)

    def authority_of(self, item_code: str) -> Office:
        """Return the regulator that looks after a service item."""
        group = item_code.split("-")[1]
        for office, (_, groups) in zip(self.cast.regulators, REGULATORS, strict=True):
            if group in groups:
                return office
        raise LookupError(item_code)
