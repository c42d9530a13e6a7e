"""What there is to do about cards, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market.access import OrgKind
from market.accounts import queries as accounts
from market.accounts.todo import Todo
from market.clocks.card_rules import CardState
from market.clocks.model import Card
from market.clocks.rules import CardStage
from market.db import UnitOfWork
from market.supervision import waiting


def for_party(work: UnitOfWork) -> list[Todo]:
    """Cards to answer and interviews to attend."""
    if work.actor.org_id is None:
        return []
    found = [
        Todo(what=_what(card), detail=_about(card), url=_url(card), due_at=card.reply_by_at)
        for card in waiting.to_answer(work)
    ]
    return found + [
        Todo(what=gettext("参加约谈"), detail=one.place, url=_url(card), due_at=one.meet_at)
        for one, card in waiting.our_interviews(work)
    ]


def _what(card: Card) -> str:
    """Return what a party is asked for: a warning may be answered, and ends with its term."""
    if card.stage is CardStage.YELLOW:
        words = gettext("黄牌提醒：可以说明情况，不答复的期满办结")
    elif card.state is CardState.UNANSWERED:
        words = gettext("逾期未答复，尽快补充说明")
    else:
        words = gettext("答复亮牌")
    return str(words)


def for_giver(work: UnitOfWork) -> list[Todo]:
    """Parties to invite, and interviews to record."""
    found = [
        Todo(
            what=gettext("约谈督办事项的责任单位"),
            detail=f"{_about(card)} {name}",
            url=_url(card),
            urgency="soon",
        )
        for card, name in waiting.to_interview(work)
    ]
    return found + [
        Todo(
            what=gettext("登记约谈结果"),
            detail=_about(card),
            url=_url(card),
            due_at=one.meet_at,
            urgency="soon",
        )
        for one, card in waiting.to_record(work)
        if card.org_id != work.actor.org_id
    ]


def for_judge(work: UnitOfWork) -> list[Todo]:
    """Answered cards to judge, and proposals to take one back."""
    found = (
        []
        if work.actor.org_kind == OrgKind.OPERATOR
        else _judging(work, work.actor.org_id, others=True)
    )
    return found + [
        Todo(
            what=gettext("决定是否撤销亮牌"),
            detail=_about(card),
            url=_url(card),
            due_at=proposal.decide_by_at,
            urgency="soon",
        )
        for proposal, card in waiting.to_decide(work)
    ]


def for_operator(work: UnitOfWork) -> list[Todo]:
    """Cards whose judgement the operator sees to; those who watch it see the same (oversight)."""
    return _judging(work, accounts.operator_id(work), others=False)


def _judging(work: UnitOfWork, org_id: int | None, *, others: bool) -> list[Todo]:
    """Return one line for what is overdue, and one for the rest: a count says how many."""
    found = waiting.to_judge(work, org_id, others=others)
    late = [one for one in found if one.due_at is not None and one.due_at < work.now]
    return [
        Todo(
            what=gettext("认定已答复或者逾期未答复的牌"),
            detail=f"{_about(those[0].card)} {those[0].party}",
            url=_url(those[0].card) if len(those) == 1 else url_for("supervision.board"),
            due_at=those[0].due_at,
            count=len(those),
        )
        for those in (late, [one for one in found if one not in late])
        if those
    ]


def _about(card: Card) -> str:
    return f"{card.number} {card.title or card.subject_number}"


def _url(card: Card) -> str:
    return url_for("supervision.show", number=card.number)
