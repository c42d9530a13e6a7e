"""What time does to cards: a term passes unused, a month of late entries is over."""

from typing import Final

from market.clocks import baseless
from market.clocks.card_rules import CardMove, CardState, when_silent
from market.clocks.cards import set_reply_term, tell_term
from market.db import Actor, UnitOfWork
from market.installation import Installation
from market.supervision import actions, backfilling, queries, timing
from market.supervision.model import CardWithdrawal
from market.sweeping import Due, Task, last_of
from market.sweeping import sweep as do_all

ACTOR: Final = Actor("job:supervision")


def sweep(here: Installation) -> int:
    """Do everything that is due, each in a transaction of its own; return how much was done."""
    silent = Task(name="card: reply", find=queries.due_cards, do=_silent, key=last_of)
    months = Task(name="card: back-filling", find=backfilling.due_months, do=backfilling.look_at)
    undecided = Task(
        name="card: withdrawal", find=queries.due_withdrawals, do=_undecided, key=last_of
    )
    return (
        do_all(here, ACTOR, silent) + do_all(here, ACTOR, undecided) + do_all(here, ACTOR, months)
    )


def _silent(work: UnitOfWork, due: Due) -> int:
    card = queries.locked(work, last_of(due))
    is_due = card.next_check_at is not None and card.next_check_at <= work.now
    if card.state is not CardState.ISSUED or not is_due:
        return 0
    if card.reply_by_at is None:
        set_reply_term(work, card)
        tell_term(work, card)
        if card.reply_by_at is None or card.reply_by_at > work.now:
            return 0
    silent = CardMove.LAPSE if baseless.is_baseless(work, card) else when_silent(card.stage)
    actions.move(work, card, silent, "")
    return 1


def _undecided(work: UnitOfWork, due: Due) -> int:
    """Give a card back to its judges: nobody has decided in time whether it is taken back."""
    card_id = work.session.get_one(CardWithdrawal, last_of(due)).card_id
    card = queries.locked(work, card_id)
    proposal = queries.open_withdrawal(work, card)
    if proposal is None or proposal.next_check_at is None or proposal.next_check_at > work.now:
        return 0
    proposal.next_check_at = None
    timing.wait(work, card)
    return 1
