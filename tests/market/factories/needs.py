"""Needs made by the real actions: written by one person, approved by another."""

from dataclasses import dataclass, replace
from itertools import count

from market.access import OrgKind, Role
from market.accounts.model import User
from market.catalogue.queries import item
from market.clock import ManualClock, beijing_day
from market.db import Actor, unit_of_work
from market.installation import Installation
from market.needs import actions, queries
from market.needs.actions import NeedFacts
from market.needs.model import Need, Notice
from tests.market.factories.accounts import a_person, a_user, actor_for, an_organisation
from tests.market.factories.checks import explain_all

ITEM = "ZJ-03-001-02"  # 环境影响报告表编制, as in the factory of firms
TENDERED_ITEM = "ZJ-05-001-01"  # a design service, which is tendered from one million yuan
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Owner:
    """An owner organisation with the two people a need takes."""

    clerk: User
    approver: User
    clerk_actor: Actor
    approver_actor: Actor

    @property
    def org_id(self) -> int:
        """The organisation."""
        return self.clerk.organisation_id


def an_owner(here: Installation) -> Owner:
    """Return an owner organisation with a clerk and an approver."""
    with unit_of_work(here.sessions, Actor("test"), here.clock) as work:
        organisation = an_organisation(work, OrgKind.OWNER)
        clerk = a_user(work, organisation, Role.OWNER_CLERK)
        approver = a_user(work, organisation, Role.OWNER_APPROVER)
    return Owner(clerk, approver, actor_for(here, clerk), actor_for(here, approver))


def an_operator(here: Installation) -> tuple[User, Actor]:
    """Return an operator's clerk."""
    user = a_person(here, Role.OPERATOR_CLERK, kind=OrgKind.OPERATOR)
    return user, actor_for(here, user)


def need_facts(clock: ManualClock, **differences) -> NeedFacts:
    """Return what an owner says of a need that nothing is wrong with."""
    wanted = item(differences.get("item_code", ITEM), beijing_day(clock()))
    usual = NeedFacts(
        item_code=wanted.code,
        title=f"示范项目{next(_numbers)}技术服务",
        content="按国家和地方现行规定完成本事项的全部工作，并配合评审。\n成果一式三份。",
        scale="建筑面积 12000 平方米，总投资 4800 万元",
        project_code="2026-440300-48-01-100001",
        project_name="示范市第二实验小学扩建工程",
        funding_source="市级财政资金100%",
        ceiling_fen=12_000_000,
        service_working_days=wanted.time_limit_working_days,
        staff_required=wanted.staff.count if wanted.staff else 0,
        contact_name="李经办",
        contact_phone="075586001234",
        mode="D1",
        alternates=2,
    )
    return replace(usual, **differences)


def a_need(
    here: Installation, clock: ManualClock, *, owner: Owner | None = None, **differences
) -> Need:
    """Return a draft; ``differences`` change ``need_facts()``."""
    owner = owner or an_owner(here)
    with unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work:
        return actions.draft(work, need_facts(clock, **differences))


def a_submitted_need(
    here: Installation, clock: ManualClock, *, owner: Owner | None = None, **differences
) -> Need:
    """Return a need that waits for its owner's second person."""
    owner = owner or an_owner(here)
    need = a_need(here, clock, owner=owner, **differences)
    with unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work:
        need = queries.own(work, need.id)
        explain_all(work, need)
        actions.submit(work, need)
        return need


def an_approved_need(
    here: Installation, clock: ManualClock, *, owner: Owner | None = None, **differences
) -> Need:
    """Return a need that waits for the operator: two people of one owner have had it."""
    owner = owner or an_owner(here)
    need = a_submitted_need(here, clock, owner=owner, **differences)
    with unit_of_work(here.sessions, owner.approver_actor, here.clock) as work:
        need = queries.own(work, need.id)
        actions.approve(work, need)
        return need


def a_published_need(
    here: Installation, clock: ManualClock, *, owner: Owner | None = None, **differences
) -> tuple[Need, Notice]:
    """Return a need whose notice is out, without a draw: that is the feature above."""
    need = an_approved_need(here, clock, owner=owner, **differences)
    return publish(here, need)


def publish(here: Installation, need: Need) -> tuple[Need, Notice]:
    """Publish the notice of a need that waits for the operator."""
    _, operator = an_operator(here)
    with unit_of_work(here.sessions, operator, here.clock) as work:
        need = queries.to_check(work, need.id)
        notice, _ = actions.publish(work, need)
        return need, notice


def fail(here: Installation, need: Need, reason: str, diagnosis: str) -> Need:
    """Let a need fail, as its draw would."""
    with unit_of_work(here.sessions, Actor("job:draws"), here.clock) as work:
        need = queries.locked(work, need.id)
        actions.fail(work, need, reason, diagnosis)
        return need
