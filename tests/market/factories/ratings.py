"""Ratings made by the real actions, after a contract that is done."""

from datetime import timedelta

from market.access import OrgKind, Role
from market.accounts.model import OrganisationScope
from market.contracts.model import Contract
from market.db import unit_of_work
from market.ratings import actions, jobs, queries
from market.ratings.reviews import actions as reviews
from market.ratings.reviews import queries as found
from market.ratings.reviews.rules import Finding
from market.ratings.rules import Content, Direction, Scores, WhyLow
from market.ratings.sealing import sealing_key
from tests.market.factories.contracts import Agreed, a_delivered_contract
from tests.market.factories.firms import Person, a_person

COMMENT = "第三章工程量与图纸不符，改了三次仍未改正。"
APPEAL = "图纸在成果提交以后才变更，附变更通知的日期。"
REASONS = "经核对合同、成果和往来文书，情况属实，理由如上所述。"
FIVE_DAYS = timedelta(days=8)


def said(score: int = 5, **differences) -> Content:
    """Return a rating with one score for all; a bad one says why."""
    usual = {"comment": COMMENT} | ({"reasons": (WhyLow.QUALITY,)} if score <= 2 else {})
    names = ("quality", "timeliness", "attitude", "money", "conduct")
    scores = Scores(**dict.fromkeys(names, score))
    return Content(**({"scores": scores} | usual | differences))


def an_authority(agreed_or_city, *groups: str) -> Person:
    """Return an officer of a regulator that names groups of items, or looks after all."""
    officer = a_person(agreed_or_city.here, OrgKind.REGULATOR, Role.REGULATOR_OFFICER)
    with agreed_or_city.work() as work:
        for group in groups:
            work.session.add(
                OrganisationScope(organisation_id=officer.actor.org_id, group_code=group)
            )
    return officer


def a_done_contract(here, clock, *, authority: bool = False) -> tuple[Agreed, Person | None]:
    """Return a contract whose work is accepted, and the authority's officer if it has one."""
    agreed = a_delivered_contract(here, clock)
    officer = an_authority(agreed) if authority else None
    agreed.accept()
    return agreed, officer


def rows(agreed: Agreed) -> dict[Direction, queries.Row]:
    """Return the ratings of a contract as they stand."""
    with agreed.work() as work:
        return {row.rating.direction: row for row in queries.of_contract(work, agreed.contract_id)}


def give(agreed: Agreed, person: Person, direction: Direction, content: Content) -> None:
    """Let a person give a rating."""
    with agreed.work(person) as work:
        number = work.session.get_one(Contract, agreed.contract_id).number
        row = queries.own(work, number, direction)
        actions.rate(work, sealing_key(agreed.here.keys), row.rating, content)


def give_both(agreed: Agreed, owners: Content, firms: Content | None = None) -> None:
    """Let owner and firm rate each other."""
    give(agreed, agreed.owner, Direction.OWNER_FIRM, owners)
    give(agreed, agreed.firm, Direction.FIRM_OWNER, firms or said())


def sweep(agreed: Agreed) -> int:
    """Let time do what is due."""
    return jobs.sweep(agreed.here)


def the_review(agreed: Agreed) -> found.Found:
    """Return the examination of the owner's bad rating as it stands."""
    rating_id = rows(agreed)[Direction.OWNER_FIRM].rating.id
    with agreed.work() as work:
        return found.by_number(work, found.of_ratings(work, [rating_id])[rating_id].number)


def appeal(agreed: Agreed) -> None:
    """Let the firm appeal against the owner's bad rating."""
    with agreed.work(agreed.firm) as work:
        review = found.for_rated(work, the_review(agreed).review.number).review
        reviews.appeal(work, review, APPEAL)


def a_manager(agreed: Agreed) -> Person:
    """Return a manager of the operator, who decides what its clerk proposes."""
    code = agreed.operator.actor.org_code or ""
    return a_person(agreed.here, OrgKind.OPERATOR, Role.OPERATOR_MANAGER, code=code)


def propose(agreed: Agreed, finding: Finding) -> None:
    """Let the operator's clerk propose what to find."""
    with unit_of_work(agreed.here.sessions, agreed.operator.actor, agreed.here.clock) as work:
        reviews.propose(work, the_review(agreed).review, finding, REASONS)


def decide(agreed: Agreed, manager: Person, *, agree: bool = True) -> None:
    """Let another person decide."""
    with agreed.work(manager) as work:
        reviews.decide(work, the_review(agreed).review, agree=agree, text=REASONS)
