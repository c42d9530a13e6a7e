"""How the sides of the city's contracts rate each other, and what becomes of a bad rating."""

from typing import Final

from market.access import Permission
from market.contracts.model import Contract
from market.db import Actor
from market.demo.acting import Acting
from market.demo.people import Office
from market.ratings import actions, queries
from market.ratings.reviews import actions as reviews
from market.ratings.reviews import queries as found
from market.ratings.reviews.rules import Finding
from market.ratings.rules import Content, Direction, Scores, WhyLow
from market.ratings.sealing import sealing_key

# One contract of so many has a firm that says nothing.
SILENT: Final = 5
GOOD: Final = Content(
    scores=Scores(quality=5, timeliness=4, attitude=5, money=5, conduct=5),
    comment="成果深度满足报批要求，沟通及时。",
)
FAIR: Final = Content(
    scores=Scores(quality=4, timeliness=4, attitude=4, money=3, conduct=4),
    comment="资料移交分了两次，其余配合较好。",
)
BAD: Final = Content(
    scores=Scores(quality=1, timeliness=2, attitude=3, money=2, conduct=2),
    reasons=(WhyLow.QUALITY, WhyLow.LATE),
    comment="工程量与图纸不一致，退回后仍有同类错误，耽误了报批。",
)


def rate_each_other(
    act: Acting, owner: Office, firm: Actor, contract_id: int, *, returned: bool
) -> None:
    """Let the sides of a contract that is over rate each other; some firms stay silent.

    Work that was returned is rated badly: the firm appeals, and two people of the operator find.
    """
    with act.reading() as work:
        contract = work.session.get_one(Contract, contract_id)
        raters = {
            row.rating.direction: row.rating.rater_org_id
            for row in queries.of_contract(work, contract_id)
        }
    authority = next(
        office for office in act.cast.regulators if office.id == raters[Direction.AUTHORITY_FIRM]
    )
    _give(act, owner.people[0], contract, Direction.OWNER_FIRM, BAD if returned else GOOD)
    _give(act, authority.people[0], contract, Direction.AUTHORITY_FIRM, FAIR if returned else GOOD)
    if contract_id % SILENT == 0 and not returned:
        return
    _give(act, firm, contract, Direction.FIRM_OWNER, FAIR)
    _give(act, firm, contract, Direction.FIRM_AUTHORITY, GOOD)
    if returned:
        _examine(act, firm, contract)


def _give(
    act: Acting, actor: Actor, contract: Contract, direction: Direction, content: Content
) -> None:
    with act.work(actor) as work:
        row = queries.own(work, contract.number, direction)
        actions.rate(work, sealing_key(act.here.keys), row.rating, content)


def _examine(act: Acting, firm: Actor, contract: Contract) -> None:
    """Let the firm appeal and two people of the operator find that the rating stands."""
    with act.work(firm) as work:
        (one, *_) = [each for each in found.to_appeal(work) if each.contract.id == contract.id]
        reviews.appeal(work, one.review, "图纸在成果提交以后有变更，请一并考虑；退回后已按期改正。")
    clerk, decider = (
        next(person for person in act.cast.operator.people if permission in person.permissions)
        for permission in (Permission.RATING_EXAMINE, Permission.RATING_DECIDE)
    )
    with act.work(clerk) as work:
        reviews.propose(
            work, one.review, Finding.STANDS, "经核对两次退回的记录，评价所述情况属实。"
        )
    with act.work(decider) as work:
        reviews.decide(work, one.review, agree=True, text="评价有退回记录为证，予以保留。")
