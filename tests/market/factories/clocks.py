"""Clocks of two organisations, made by the real actions."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import count

from sqlalchemy import select

from market import files, regulations
from market.access import OrgKind, Role
from market.accounts.model import User
from market.clocks import actions, queries
from market.clocks.kinds import SERVICE, ClockKind
from market.clocks.model import Card, Clock, Suspension
from market.clocks.rules import CardStage, Party, SuspensionReason
from market.db import Actor, UnitOfWork, unit_of_work
from market.installation import Installation
from tests.market.factories.accounts import a_person, actor_for

PROCESS = "platform-market-process-2024"
EVIDENCE = "现场拆迁未完成，测点无法布设，见照片。"
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Timed:
    """A running clock with the people of both sides, and one of the operator."""

    here: Installation
    clock_id: int
    firm: Actor
    owner: Actor
    operator: Actor
    firm_user: User
    owner_user: User
    operator_user: User

    def work(self, actor: Actor | None = None) -> AbstractContextManager[UnitOfWork]:
        """Open a unit of work, of a job unless somebody is named."""
        return unit_of_work(self.here.sessions, actor or Actor("job:test"), self.here.clock)

    def clock(self) -> Clock:
        """Return the clock as it stands."""
        with self.work() as work:
            return queries.by_id(work, self.clock_id)

    def statement(self) -> queries.Statement:
        """Return what the clock says today."""
        with self.work() as work:
            return queries.statement(work, queries.by_id(work, self.clock_id))

    def stages(self) -> list[CardStage]:
        """Return the stages of the cards that were dealt, in order."""
        with self.work() as work:
            chosen = select(Card.stage).where(Card.clock_id == self.clock_id).order_by(Card.id)
            return list(work.session.scalars(chosen))

    def hand_to(self, party: Party) -> None:
        """Let time pass on another account."""
        with self.work() as work:
            actions.hand_to(work, queries.by_id(work, self.clock_id), party, "")

    def request(self, actor: Actor | None = None, *, proof: bytes = b"", **differences) -> int:
        """Ask for a suspension; the firm does unless another side is named."""
        facts = {"reason": SuspensionReason.SITE_NOT_READY, "evidence": EVIDENCE, "working_days": 4}
        with self.work(actor or self.firm) as work:
            if proof:
                folder = self.here.config.uploads_dir
                facts["proof"] = files.keep(work, folder, BytesIO(proof), "受理单.pdf")
            clock = queries.by_id(work, self.clock_id)
            request = actions.request_suspension(work, clock, **(facts | differences))
            work.session.flush()
            return request.id

    def answer(self, suspension_id: int, actor: Actor | None = None, *, agree: bool = True) -> None:
        """Answer a request; the owner does unless somebody else is named."""
        with self.work(actor or self.owner) as work:
            clock = queries.by_id(work, self.clock_id)
            request = queries.suspension(work, clock, suspension_id)
            words = "情况属实，同意。" if agree else "现场已具备条件，不同意。"
            actions.answer_suspension(work, clock, request, agree=agree, answer=words)

    def resume(
        self,
        suspension_id: int,
        actor: Actor | None = None,
        *,
        happened_at: datetime | None = None,
    ) -> None:
        """End a suspension early."""
        with self.work(actor or self.firm) as work:
            clock = queries.by_id(work, self.clock_id)
            request = queries.suspension(work, clock, suspension_id)
            actions.resume(work, clock, request, "条件具备", happened_at=happened_at)

    def suspension(self, suspension_id: int) -> Suspension:
        """Return a request as it stands."""
        with self.work() as work:
            return work.session.get_one(Suspension, suspension_id)


def a_clock(here: Installation, *, limit: int = 10, kind: ClockKind = SERVICE) -> Timed:
    """Return a clock that starts now, with ``limit`` of its kind's units for the firm."""
    firm = a_person(here, Role.FIRM_DELEGATE, kind=OrgKind.FIRM)
    owner = a_person(here, Role.OWNER_CLERK, kind=OrgKind.OWNER)
    operator = a_person(here, Role.OPERATOR_CLERK, kind=OrgKind.OPERATOR)
    number = next(_numbers)
    with unit_of_work(here.sessions, Actor("job:test"), here.clock) as work:
        clock = actions.start(
            work,
            kind=kind,
            subject=f"test:{number}",
            number=f"CS-2026-{number:06d}",
            title="城东片区道路工程环境影响报告表编制",
            holder=Party.FIRM,
            holder_org_id=firm.organisation_id,
            other_org_id=owner.organisation_id,
            limit=limit,
            complete_at=work.now,
            regulation=regulations.current().by_id(PROCESS),
        )
    actors = [actor_for(here, user) for user in (firm, owner, operator)]
    return Timed(here, clock.id, *actors, firm, owner, operator)
