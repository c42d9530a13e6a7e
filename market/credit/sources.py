"""What happened elsewhere in the market and is in no ledger yet; the sweep enters it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from market.clocks.card_rules import CardMove, CardState
from market.clocks.model import Card, Clock
from market.clocks.rules import CardStage
from market.contracts.model import Contract, Review, ReviewOverturned
from market.credit import catalogue
from market.credit.cases.model import Case
from market.credit.model import Breach
from market.db import UnitOfWork
from market.draws.model import Award, Draw, Enrolment
from market.draws.rules import AwardState
from market.explanations.rules import REJECTED, SILENT
from market.firms.entry import VerificationState
from market.firms.model import Firm
from market.firms.model_entry import FirmVerification
from market.needs.model import Notice
from market.quotes.model import QuoteVerdict
from market.quotes.rules import Verdict
from market.rereview.disputable import is_unsettled
from market.supervision.model import CardDecision
from market.sweeping import Due, due_rows

CARD, AWARD, CONTRACT, PROMISE = "card", "award", "contract", "promise"
QUOTE = "quote"


def new_cards(work: UnitOfWork, limit: int, after_id: int = 0) -> list[tuple[Card, Clock, Firm]]:
    """Return the cards of firms, beyond yellow, that are in no ledger yet."""
    rows = work.session.execute(
        select(Card, Clock, Firm)
        .join(Clock, Clock.id == Card.clock_id)
        .join(Firm, Firm.organisation_id == Card.org_id)
        # Named one by one: no index finds what a stage is not.
        .where(
            Card.stage.in_([stage for stage in CardStage if stage is not CardStage.YELLOW]),
            Card.state != CardState.WITHDRAWN,
            _not_entered(CARD, Card.id),
            Card.id > after_id,
        )
        .order_by(Card.id)
        .limit(limit)
    )
    return [(card, clock, firm) for card, clock, firm in rows]


def new_judged_cards(work: UnitOfWork, limit: int, after_id: int = 0) -> list[tuple[Card, Firm]]:
    """Return the cards of firms, not of a clock's ladder, that were judged and cost points.

    A card that was only answered, or noted, costs nothing; which do is what the rules of today say.
    """
    costly = [trigger for trigger, points in catalogue.card_points(work) if points]
    rows = work.session.execute(
        select(Card, Firm)
        .join(Firm, Firm.organisation_id == Card.org_id)
        .where(
            Card.clock_id.is_(None),
            Card.trigger.in_(costly),
            Card.state.in_((CardState.UPHELD, CardState.CLOSED)),
            exists().where(CardDecision.card_id == Card.id, CardDecision.move == CardMove.UPHOLD),
            _not_entered(CARD, Card.id),
            Card.id > after_id,
        )
        .order_by(Card.id)
        .limit(limit)
    )
    return [(card, firm) for card, firm in rows]


def new_lost_awards(work: UnitOfWork, limit: int, after_id: int = 0) -> Sequence[Award]:
    """Return the awards declined or lapsed that are in no ledger yet.

    A firm chosen directly never enrolled: it may refuse, or say nothing, without a breach; only
    one that confirmed and then did not sign broke its word. Nor did one whose low price was not
    accepted: until it is, nobody may sign. Nor did one that a measure barred from answering.
    """
    return work.session.scalars(
        select(Award)
        .where(
            Award.state.in_((AwardState.DECLINED, AwardState.LAPSED)),
            or_(
                Award.draw_id.is_not(None),
                and_(Award.state == AwardState.LAPSED, Award.sign_by_at.is_not(None)),
            ),
            Award.was_barred.is_(False),
            or_(Award.reason.is_(None), Award.reason.not_in((REJECTED, SILENT))),
            _not_entered(AWARD, Award.id),
            Award.id > after_id,
        )
        .order_by(Award.id)
        .limit(limit)
    ).all()


def new_unopened_quotes(
    work: UnitOfWork, limit: int, after_id: int = 0
) -> list[tuple[QuoteVerdict, Firm, str]]:
    """Return the quotes sealed and not opened, in no ledger yet, with firm and notice number."""
    rows = work.session.execute(
        select(QuoteVerdict, Firm, Notice.number)
        .join(Enrolment, Enrolment.id == QuoteVerdict.enrolment_id)
        .join(Firm, Firm.id == Enrolment.firm_id)
        .join(Draw, Draw.id == QuoteVerdict.draw_id)
        .join(Notice, Notice.id == Draw.notice_id)
        .where(
            QuoteVerdict.verdict == Verdict.NOT_OPENED,
            _not_entered(QUOTE, QuoteVerdict.id),
            QuoteVerdict.id > after_id,
        )
        .order_by(QuoteVerdict.id)
        .limit(limit)
    )
    return [(verdict, firm, number) for verdict, firm, number in rows]


def new_repeated_returns(
    work: UnitOfWork, limit: int, after_id: int = 0
) -> list[tuple[Contract, datetime]]:
    """Return the contracts whose work was returned twice, with the instant of the second time.

    A return that can still be disputed, or is being looked at again, is not counted yet; one that
    was overturned never is.
    """
    earlier = aliased(Review)
    returned_before = (
        select(func.count(earlier.id))
        .where(
            earlier.contract_id == Review.contract_id,
            earlier.accepted.is_(False),
            earlier.id < Review.id,
            ~exists().where(ReviewOverturned.review_id == earlier.id),
        )
        .scalar_subquery()
    )
    rows = work.session.execute(
        select(Contract, Review.reviewed_at)
        .join(Review, Review.contract_id == Contract.id)
        .where(
            Review.accepted.is_(False),
            ~exists().where(ReviewOverturned.review_id == Review.id),
            ~is_unsettled(),
            returned_before == 1,
            _not_entered(CONTRACT, Contract.id),
            Contract.id > after_id,
        )
        .order_by(Contract.id)
        .limit(limit)
    )
    return [(contract, at) for contract, at in rows]


def new_false_promises(
    work: UnitOfWork, limit: int, after_id: int = 0
) -> list[tuple[FirmVerification, Firm]]:
    """Return the promises of entry found false that are in no ledger yet."""
    rows = work.session.execute(
        select(FirmVerification, Firm)
        .join(Firm, Firm.id == FirmVerification.firm_id)
        .where(
            FirmVerification.state == VerificationState.FALSE,
            _not_entered(PROMISE, FirmVerification.id),
            FirmVerification.id > after_id,
        )
        .order_by(FirmVerification.id)
        .limit(limit)
    )
    return [(verification, firm) for verification, firm in rows]


def due_cases(work: UnitOfWork, after: Due | None, limit: int) -> list[Due]:
    """Return the decided cases that time must look at, the earliest first."""
    return due_rows(work, Case.next_check_at, Case.id, after=after, limit=limit)


def stands() -> ColumnElement[bool]:
    """Return the condition that a breach does not rest on a card that was taken back."""
    return ~exists().where(
        Breach.source == CARD, Card.id == Breach.source_id, Card.state == CardState.WITHDRAWN
    )


def _not_entered(
    source: str, source_id: ColumnElement[int] | InstrumentedAttribute[int]
) -> ColumnElement[bool]:
    return ~exists().where(Breach.source == source, Breach.source_id == source_id)
