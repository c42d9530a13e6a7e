"""The term in which whoever got a card may reply to it."""

from typing import Final

from market import regulations
from market.clock import beijing_day
from market.clocks.card_rules import CardState
from market.clocks.cards import REPLY_DAYS
from market.clocks.model import Card
from market.db import UnitOfWork
from market.errors import msgid
from market.holidays.terms import About, Days, Term, declare_term
from market.supervision import timing


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
