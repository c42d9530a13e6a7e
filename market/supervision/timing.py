"""The clocks of a card: the party's own days to reply, which it need not use, and the judge's.

A yellow card is a warning that asks for no answer: its days are a column, and it has no clock.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from market import regulations
from market.access import OrgKind, Permission
from market.accounts import queries as accounts
from market.accounts.queries import organisation
from market.clocks import cards, turns
from market.clocks import queries as clocks
from market.clocks.card_rules import CardState
from market.clocks.kinds import CARD_JUDGING, CARD_REPLY
from market.clocks.model import Card, Clock
from market.clocks.rules import CardStage, ClockState, Party
from market.db import Actor, UnitOfWork
from market.errors import msgid
from market.rulebook import apply
from market.supervision.offices import judge_of
from market.supervision.queries import TO_JUDGE, open_withdrawal

INSTANT: Final = timedelta(microseconds=1)
JUDGE_DAYS: Final = "card.judge_working_days"
WITHDRAW_DAYS: Final = "card.withdraw_decide_working_days"
ACTOR: Final = Actor("job:supervision")
_PARTIES: Final = {OrgKind.FIRM: Party.FIRM, OrgKind.OWNER: Party.OWNER}


def begin(work: UnitOfWork, card: Card) -> None:
    """Start the time to reply to a card, once the day is known by which it ends."""
    if card.stage is CardStage.YELLOW or card.reply_by_at is None:
        return
    rules = regulations.current().by_id(card.regulation_id)
    kind = OrgKind(organisation(work, card.org_id).kind)
    turns.begin(
        replace(work, actor=ACTOR),
        CARD_REPLY,
        _about(card),
        number=card.number,
        title=card.title or card.subject_number,
        holder=_PARTIES.get(kind, Party.REVIEWER),
        holder_org_id=card.org_id,
        other_org_id=card.issued_by_org_id or accounts.operator_id(work) or card.org_id,
        limit=rules.integer(cards.REPLY_DAYS),
        regulation=rules,
        happened_at=card.issued_at,
    )


def end(work: UnitOfWork, card: Card) -> None:
    """Stop the time to reply: it was used, has passed, or the card was taken back."""
    by_rule = replace(work, actor=ACTOR)
    turns.end_by_now(by_rule, _about(card), msgid("已答复，或者亮牌已有结论"))


def follow(work: UnitOfWork, card: Card) -> None:
    """Time whoever sees to it that a card is judged: from the reply, or the end of its term."""
    by_rule = replace(work, actor=ACTOR)
    clock = judging(work, card)
    runs = clock is not None and clock.state is ClockState.RUNNING
    if card.state not in TO_JUDGE:
        turns.end(by_rule, _judging(card), msgid("亮牌已有结论"))
    elif not runs:
        _begin_judging(by_rule, card)
        wait(work, card)


def waits(work: UnitOfWork, card: Card) -> bool:
    """Whether nobody may judge a card yet: another office has to say whether it is taken back.

    Only for a term: what another forgets to decide stops no judgement.
    """
    proposal = open_withdrawal(work, card)
    return proposal is not None and work.now < proposal.decide_by_at


def wait(work: UnitOfWork, card: Card) -> None:
    """Charge the days to whoever has to act: not to the judge while it may not judge."""
    clock = judging(work, card)
    if clock is None or clock.state is not ClockState.RUNNING:
        return
    waiting = waits(work, card)
    party = Party.THIRD_PARTY if waiting else Party.REVIEWER
    if clocks.runs_for(work, clock) is not party:
        why = msgid("等待另一单位决定是否撤销") if waiting else msgid("恢复认定")
        turns.hand(replace(work, actor=ACTOR), _judging(card), party, why)


def _begin_judging(by_rule: UnitOfWork, card: Card) -> None:
    rules = apply(by_rule, cards.SUBJECT)
    since_at = None
    if card.state is CardState.UNANSWERED and card.reply_by_at is not None:
        since_at = card.reply_by_at - INSTANT  # the day after the term's last is the first
    turns.begin(
        by_rule,
        CARD_JUDGING,
        _judging(card),
        number=card.number,
        title=card.title or card.subject_number,
        holder=Party.REVIEWER,
        holder_org_id=judge_of(by_rule, card),
        other_org_id=card.org_id,
        limit=rules.integer(JUDGE_DAYS),
        regulation=rules,
        happened_at=since_at,
    )


def judging(work: UnitOfWork, card: Card) -> Clock | None:
    """Return the clock of judging a card, if it has one."""
    return turns.last_of(work, _judging(card))


def of(work: UnitOfWork, card: Card) -> Clock | None:
    """Return the clock of the reply to a card, if it has one."""
    return turns.last_of(work, _about(card))


def shown(work: UnitOfWork, card: Card) -> Clock | None:
    """Return the clock of the reply to a card for those who may read it: its sides, who oversee."""
    clock = of(work, card)
    if clock is None or Permission.OVERSIGHT_READ in work.actor.permissions:
        return clock
    return clock if work.actor.org_id in {clock.holder_org_id, clock.other_org_id} else None


def _about(card: Card) -> str:
    return f"card-reply:{card.number}"


def _judging(card: Card) -> str:
    return f"card-judging:{card.number}"


cards.provide(begin)
