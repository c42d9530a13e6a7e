"""Who drove others out with a bid that it did not keep: a breach that the sweep enters."""

from typing import Final

from sqlalchemy import exists, select

from market import regulations
from market.bidding.model import BidVerdict
from market.bidding.rules import Verdict
from market.credit.actions import enter_breach
from market.credit.model import Breach
from market.credit.rules import BreachKind
from market.db import UnitOfWork
from market.draws.model import Draw, Enrolment
from market.firms.model import Firm
from market.needs.model import Notice

BID: Final = "bid"
KIND: Final = BreachKind.BID_ABANDONED

Abandoned = tuple[BidVerdict, Firm, str]


def new_abandoned_bids(work: UnitOfWork, limit: int, after_id: int = 0) -> list[Abandoned]:
    """Return the lowest bidders gone by their own doing, in no ledger yet, beyond an enrolment.

    Each comes with its firm and the notice's number. There is none as long as the rules of today
    do not say what it costs.
    """
    if f"points.{KIND}" not in regulations.in_force("credit", work.today):
        return []
    rows = work.session.execute(
        select(BidVerdict, Firm, Notice.number)
        .join(Enrolment, Enrolment.id == BidVerdict.enrolment_id)
        .join(Firm, Firm.id == Enrolment.firm_id)
        .join(Draw, Draw.id == BidVerdict.draw_id)
        .join(Notice, Notice.id == Draw.notice_id)
        .where(
            BidVerdict.verdict == Verdict.LEFT,
            BidVerdict.enrolment_id > after_id,
            ~exists().where(Breach.source == BID, Breach.source_id == BidVerdict.enrolment_id),
        )
        .order_by(BidVerdict.enrolment_id)
        .limit(limit)
    )
    return [(verdict, firm, number) for verdict, firm, number in rows]


def id_of(found: Abandoned) -> int:
    """Return what a breach of this source is known by: the enrolment."""
    return found[0].enrolment_id


def enter_abandoned_bid(work: UnitOfWork, found: Abandoned) -> Breach:
    """Enter that a firm held the lowest bid of a session and then lost its place by its doing."""
    verdict, firm, number = found
    return enter_breach(
        work,
        firm,
        KIND,
        source=BID,
        source_id=verdict.enrolment_id,
        occurred_at=verdict.at,
        evidence=f"{number}：竞价结束时持有最低价，名单冻结前因自身原因失去资格",
    )
