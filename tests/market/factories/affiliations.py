"""Declarations, groups and objections made by the real actions."""

from dataclasses import replace
from datetime import timedelta

from market.affiliations import actions, queries
from market.affiliations.actions import DeclarationFacts, PartyFacts
from market.affiliations.links import queries as links
from market.affiliations.links.rules import LinkState
from market.affiliations.model import Declaration, Grouping
from market.affiliations.rules import Ground, PartyKind, PartyRole
from market.clock import ManualClock
from market.db import Actor, unit_of_work
from market.firms import queries as firms
from market.firms.identity import identity_key
from market.firms.model import Firm
from market.installation import Installation
from tests.market.factories.firms import Person, an_id_number, an_operator

FACTS = "工商登记显示两家机构的控股股东为同一人，办公地址和电话也相同。"
STATEMENT = "控股股东已于上月转让全部股权，变更登记正在办理，请予核实。"
DECISION = "变更登记尚未完成，登记的控股股东仍为同一人，认定理由成立。"
OBJECTION = "股权变更登记已经完成，附登记机关的变更通知书，请解除关联组。"
ANSWER = "经核对登记机关的变更通知书，控股股东已不是同一人，异议成立。"
DENIAL = "该公司与本机构没有任何股权、人员和控制关系，附工商登记信息。"
JOB = Actor("job:test")


def a_controller(**differences) -> PartyFacts:
    """Return a person who controls a firm."""
    usual = PartyFacts(
        role=PartyRole.CONTROLLER, kind=PartyKind.PERSON, number=an_id_number(), share_bp=0
    )
    return replace(usual, **differences)


def an_organisation(code: str, role: PartyRole = PartyRole.SHAREHOLDER, share_bp: int = 3_000):
    """Return an organisation that stands behind a firm."""
    return PartyFacts(
        role=role, kind=PartyKind.ORGANISATION, number=code, name="", share_bp=share_bp
    )


def facts(**differences) -> DeclarationFacts:
    """Return what a firm declares that nothing is wrong with."""
    usual = DeclarationFacts(
        signer_name="陈立",
        phone="0755-86001234",
        legal_id=an_id_number(),
        account=an_id_number()[:16],
        parties=(a_controller(),),
    )
    return replace(usual, **differences)


def a_declaration(here: Installation, delegate: Person, **differences) -> Declaration:
    """Let a firm declare who stands behind it."""
    with unit_of_work(here.sessions, delegate.actor, here.clock) as work:
        key = identity_key(here.keys)
        return actions.declare(work, firms.own(work), facts(**differences), key)


def answer_links(here: Installation, *delegates: Person, confirm: bool = True) -> int:
    """Let firms confirm or deny whatever others declared of them; return how much it was."""
    count = 0
    for delegate in delegates:
        with unit_of_work(here.sessions, delegate.actor, here.clock) as work:
            for row in links.put_to(work, firms.own(work)):
                if row.link.state is LinkState.ASKED:
                    actions.answer_link(work, row.link, confirm=confirm, text=DENIAL)
                    count += 1
    return count


def a_case(
    here: Installation, *chosen: Firm, clerk: Person | None = None, ground: Ground | None = None
) -> Grouping:
    """Return a case that its firms have just been told of."""
    clerk = clerk or an_operator(here)
    with unit_of_work(here.sessions, clerk.actor, here.clock) as work:
        found = [firms.firm_by_id(work, firm.id) for firm in chosen]
        return actions.open_case(work, found, ground or Ground.CONTROLLER, FACTS)


def speak(here: Installation, case: Grouping, *delegates: Person) -> None:
    """Let firms say what they think of a case."""
    for delegate in delegates:
        with unit_of_work(here.sessions, delegate.actor, here.clock) as work:
            actions.state(work, queries.own_group(work, case.number), firms.own(work), STATEMENT)


def decide(
    here: Installation, case: Grouping, *, confirm: bool = True, decider: Person | None = None
) -> Grouping:
    """Let another clerk decide a case."""
    decider = decider or an_operator(here)
    with unit_of_work(here.sessions, decider.actor, here.clock) as work:
        actions.decide(work, queries.group(work, case.number), confirm=confirm, text=DECISION)
        return queries.group(work, case.number)


def a_group(
    here: Installation, clock: ManualClock, *chosen: tuple[Firm, Person], decider=None
) -> Grouping:
    """Return a confirmed group, in force: the clock moves to the midnight after its decision."""
    case = a_case(here, *(firm for firm, _ in chosen))
    speak(here, case, *(person for _, person in chosen))
    group = decide(here, case, decider=decider)
    clock.move_to(group.effective_at + timedelta(seconds=1))
    return group
