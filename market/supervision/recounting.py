"""The terms to reply to a card, and to decide whether it is taken back."""

from typing import Final

from sqlalchemy import and_

from market import regulations
from market.accounts.model import User
from market.clock import beijing_day
from market.clocks.card_rules import CardState
from market.clocks.cards import REPLY_DAYS
from market.clocks.model import Card
from market.db import UnitOfWork
from market.errors import msgid
from market.holidays.terms import About, Days, Term, declare_term
from market.supervision import timing
from market.supervision.model import CardWithdrawal
from market.supervision.rules import WithdrawalState


def _about(work: UnitOfWork, card: Card) -> About:
    # The clock of the reply, where there is one, tells both sides (``timing``).
    timed = timing.of(work, card) is not None
    return About(
        number=card.number,
        title=card.title or card.subject_number,
        path=f"/cards/{card.number}",
        org_ids=() if timed else (card.org_id,),
        is_public=card.is_public and card.is_named,
    )


def _days(work: UnitOfWork, card: Card) -> Days:
    del work
    rules = regulations.current().by_id(card.regulation_id)
    return Days(from_on=beijing_day(card.issued_at), working_days=rules.integer(REPLY_DAYS))


REPLY: Final = declare_term(
    Term(
        kind="card-reply",
        name=msgid("答复亮牌的期限"),
        model=Card,
        at=Card.reply_by_at,
        along=(Card.next_check_at,),
        runs=Card.state == CardState.ISSUED,
        about=_about,
        days=_days,
        never_earlier=True,
    )
)


def _about_withdrawal(work: UnitOfWork, one: CardWithdrawal) -> About:
    card = work.session.get_one(Card, one.card_id)
    return About(
        number=card.number,
        title=card.title or card.subject_number,
        path=f"/cards/{card.number}",
        org_ids=(work.session.get_one(User, one.proposed_by_id).organisation_id,),
    )


WITHDRAWAL: Final = declare_term(
    Term(
        kind="card-withdrawal",
        name=msgid("决定是否撤销亮牌的期限"),
        model=CardWithdrawal,
        at=CardWithdrawal.decide_by_at,
        along=(CardWithdrawal.next_check_at,),
        runs=and_(
            CardWithdrawal.state == WithdrawalState.PROPOSED,
            CardWithdrawal.next_check_at.is_not(None),
        ),
        about=_about_withdrawal,
    )
)
