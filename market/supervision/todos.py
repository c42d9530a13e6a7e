"""What there is to do about cards, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.clocks.card_rules import CardState
from market.clocks.model import Card
from market.clocks.rules import CardStage
from market.db import UnitOfWork
from market.supervision import queries


def for_party(work: UnitOfWork) -> list[Todo]:
    """Cards to answer and interviews to attend."""
    if work.actor.org_id is None:
        return []
    found = [
        Todo(
            what=gettext("逾期未答复，尽快补充说明")
            if card.state is CardState.UNANSWERED
            else gettext("答复亮牌"),
            detail=_about(card),
            url=_url(card),
            due_at=card.reply_by_at,
        )
        for card in queries.to_answer(work)
        if card.stage is not CardStage.YELLOW
    ]
    return found + [
        Todo(what=gettext("参加约谈"), detail=one.place, url=_url(card), due_at=one.meet_at)
        for one, card in queries.our_interviews(work)
    ]


def for_giver(work: UnitOfWork) -> list[Todo]:
    """Parties to invite, and interviews to record."""
    found = [
        Todo(
            what=gettext("约谈督办事项的责任单位"),
            detail=f"{_about(card)} {name}",
            url=_url(card),
            urgency="soon",
        )
        for card, name in queries.to_interview(work)
    ]
    return found + [
        Todo(
            what=gettext("登记约谈结果"),
            detail=_about(card),
            url=_url(card),
            due_at=one.meet_at,
            urgency="soon",
        )
        for one, card in queries.to_record(work)
        if card.org_id != work.actor.org_id
    ]


def for_judge(work: UnitOfWork) -> list[Todo]:
    """Answered cards to judge, and proposals to take one back."""
    found = []
    if waiting := queries.to_judge(work):
        card, name = waiting[0]
        found.append(
            Todo(
                what=gettext("认定已答复或者逾期未答复的牌"),
                detail=f"{_about(card)} {name}",
                url=_url(card) if len(waiting) == 1 else url_for("supervision.board"),
                count=len(waiting),
            )
        )
    return found + [
        Todo(what=gettext("决定是否撤销亮牌"), detail=_about(card), url=_url(card), urgency="soon")
        for _, card in queries.to_decide(work)
    ]


def _about(card: Card) -> str:
    return f"{card.number} {card.title or card.subject_number}"


def _url(card: Card) -> str:
    return url_for("supervision.show", number=card.number)
