"""Experts of the pool, made by the real actions: entered, confirmed, with an account, declared."""

from market.access import OrgKind, Role
from market.accounts import queries as accounts
from market.accounts.actions import add_user
from market.accounts.model import Organisation
from market.db import unit_of_work
from market.experts import actions, queries
from market.experts.actions import ExpertFacts
from market.experts.model import Expert
from market.firms.identity import identity_key
from market.installation import Installation
from tests.market.factories.firms import (
    ITEM,
    SYSTEM,
    Person,
    a_code,
    a_person,
    an_id_number,
    hashed,
    next_number,
)

EVIDENCE = "示范市评审专家聘书（2026）第1号"


def facts(**differences) -> ExpertFacts:
    """Return what an operator enters of an expert that nothing is wrong with."""
    usual = {
        "name": "周评审",
        "title": "高级工程师",
        "employer_name": "示范大学",
        "employer_code": differences.pop("employer_code", "") or a_code("12"),
        "evidence": EVIDENCE,
        "items": (ITEM,),
    }
    return ExpertFacts(**(usual | differences))


def a_clerk(here: Installation) -> Person:
    """Return an operator's clerk of an operator of their own."""
    return a_person(here, OrgKind.OPERATOR, Role.OPERATOR_CLERK)


def a_pending_expert(
    here: Installation, *, clerk: Person | None = None, number: str = "", **differences
) -> Expert:
    """Return an expert whom one clerk has entered and nobody confirmed."""
    clerk = clerk or a_clerk(here)
    with unit_of_work(here.sessions, clerk.actor, here.clock) as work:
        key = identity_key(here.keys)
        return actions.enter(work, facts(**differences), number or an_id_number(), key)


def an_account(here: Installation, expert: Expert) -> Person:
    """Open the account with which an expert signs in."""
    with unit_of_work(here.sessions, SYSTEM, here.clock) as work:
        user = add_user(
            work,
            work.session.get_one(Organisation, expert.organisation_id),
            username=f"expert{next_number()}",
            name=expert.name,
            roles=[Role.EXPERT],
            password=hashed(),
        )
        work.session.flush()
        return Person(user, accounts.actor_of(work, user))


def expert_and_person(
    here: Installation, *, declared: bool = True, clerk: Person | None = None, **differences
) -> tuple[Expert, Person]:
    """Return an expert who can be drawn, and the person who signs in.

    ``clerk`` confirms; another one enters. ``differences`` change ``facts()``, or are the
    identity ``number``.
    """
    expert = a_pending_expert(here, **differences)
    clerk = clerk or a_clerk(here)
    with unit_of_work(here.sessions, clerk.actor, here.clock) as work:
        actions.confirm(work, queries.expert_at(work, expert.code))
    person = an_account(here, expert)
    if declared:
        with unit_of_work(here.sessions, person.actor, here.clock) as work:
            actions.declare(work, queries.own(work))
    with unit_of_work(here.sessions, SYSTEM, here.clock) as work:
        return queries.expert_at(work, expert.code), person


def an_expert(city, *, item_code: str = ITEM, employer_code: str = "", **differences) -> Expert:
    """Return an expert of the pool who can be drawn for an item now.

    ``city`` is an installation, or anything with one as its ``here``. Who signs in for the
    expert is found with ``expert_and_person``.
    """
    here = getattr(city, "here", city)
    found, _ = expert_and_person(
        here, items=(item_code,), employer_code=employer_code, **differences
    )
    return found


def experts(city, number: int, item_code: str = ITEM) -> list[tuple[Expert, Person]]:
    """Return so many experts for an item, each with the person who signs in."""
    here = getattr(city, "here", city)
    clerk, confirmer = a_clerk(here), a_clerk(here)
    found = []
    for _ in range(number):
        expert = a_pending_expert(here, clerk=clerk, items=(item_code,))
        with unit_of_work(here.sessions, confirmer.actor, here.clock) as work:
            actions.confirm(work, queries.expert_at(work, expert.code))
        person = an_account(here, expert)
        with unit_of_work(here.sessions, person.actor, here.clock) as work:
            actions.declare(work, queries.own(work))
            found.append((queries.own(work), person))
    return found
