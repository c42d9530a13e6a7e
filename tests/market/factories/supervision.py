"""Cards by time and by hand, and the people who answer and judge them."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from market.access import OrgKind, Role
from market.accounts.model import Organisation, User
from market.clocks.card_rules import Trigger
from market.clocks.model import Card
from market.db import Actor, UnitOfWork, unit_of_work
from market.installation import Installation
from market.supervision import actions, queries
from tests.market.factories.accounts import a_person, a_user, actor_for

CAUSE = "窗口以材料不全为由拒收，而材料符合办事指南。"
ABOUT = "CG-2026-000001"
EVIDENCE = "窗口录像和受理回执，编号 2026-17。"
REASON = "核对录像后确认材料确实不全，此牌有误。"
ANSWER = "材料已经补齐，当日已经受理，见受理回执。"
VERDICT = "情况属实，应当整改，维持此牌。"


@dataclass(frozen=True)
class Offices:
    """A supervisor with three officers, an authority's judge, an operator's clerk, two owners."""

    here: Installation
    users: dict[str, User] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)

    def work(self, who: str | None = None) -> AbstractContextManager[UnitOfWork]:
        """Open a unit of work, of a job unless somebody is named."""
        actor = self.actors[who] if who else Actor("job:test")
        return unit_of_work(self.here.sessions, actor, self.here.clock)

    def card(self, number: str) -> Card:
        """Return a card as it stands."""
        with self.work() as work:
            return work.session.scalars(select(Card).where(Card.number == number)).one()

    def code_of(self, who: str) -> str:
        """Return the credit code of somebody's organisation."""
        with self.work() as work:
            return work.session.get_one(Organisation, self.actors[who].org_id).code

    def name_of(self, who: str) -> str:
        """Return the name of somebody's organisation."""
        with self.work() as work:
            return work.session.get_one(Organisation, self.actors[who].org_id).name

    def uphold(self, number: str, by: str = "second") -> None:
        """Let the party reply and somebody uphold its card."""
        with self.work("owner") as work:
            actions.reply(work, queries.by_number(work, number), ANSWER)
        with self.work(by) as work:
            actions.uphold(work, queries.by_number(work, number), VERDICT)

    def give(self, to: str = "owner", by: str = "officer", **differences) -> str:
        """Give a card by hand; return its number."""
        facts = {
            "trigger": Trigger.REFUSED_MATERIAL,
            "code": self.code_of(to),
            "number": ABOUT,
            "happened_on": date(2026, 3, 2),
            "cause": CAUSE,
            "evidence": EVIDENCE,
        }
        with self.work(by) as work:
            return actions.give_by_hand(work, actions.HandFacts(**(facts | differences))).number


def some_offices(here: Installation) -> Offices:
    """Return everybody, committed."""
    offices = Offices(here)
    officer = a_person(here, Role.SUPERVISOR_OFFICER, kind=OrgKind.SUPERVISOR)
    with offices.work() as work:
        supervisor = work.session.get_one(Organisation, officer.organisation_id)
        second = a_user(work, supervisor, Role.SUPERVISOR_OFFICER)
        third = a_user(work, supervisor, Role.SUPERVISOR_OFFICER)
    judge = a_person(here, Role.REGULATOR_DECIDER, kind=OrgKind.REGULATOR)
    clerk = a_person(here, Role.OPERATOR_CLERK, kind=OrgKind.OPERATOR)
    owner = a_person(here, Role.OWNER_CLERK, kind=OrgKind.OWNER)
    other = a_person(here, Role.OWNER_CLERK, kind=OrgKind.OWNER)
    offices.users.update(
        officer=officer,
        second=second,
        third=third,
        judge=judge,
        clerk=clerk,
        owner=owner,
        other=other,
    )
    offices.actors.update({who: actor_for(here, user) for who, user in offices.users.items()})
    return offices
