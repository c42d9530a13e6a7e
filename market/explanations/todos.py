"""What there is to do for explanations, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.db import UnitOfWork
from market.draws.model import Award
from market.explanations import queries
from market.explanations.model import Explanation
from market.explanations.rules import ExplanationState
from market.needs.model import Need


def for_firm(work: UnitOfWork) -> list[Todo]:
    """Prices that the actor's firm has to explain."""
    return [
        _todo(gettext("说明异常低价，逾期取消中选"), *found)
        for found in queries.in_state(work, ExplanationState.ASKED)
    ]


def for_operator(work: UnitOfWork) -> list[Todo]:
    """Explanations that wait for the operator's opinion."""
    found = queries.in_state(work, ExplanationState.ANSWERED)
    return [_todo(gettext("对异常低价说明提出意见"), *each) for each in found]


def for_authority(work: UnitOfWork) -> list[Todo]:
    """Explanations that wait for the authority's decision."""
    return [
        _todo(gettext("决定异常低价说明是否成立"), *found)
        for found in queries.in_state(work, ExplanationState.CHECKED)
    ]


def for_officer(work: UnitOfWork) -> list[Todo]:
    """Explanations on which the operator gave no opinion in time."""
    words = gettext("对异常低价说明提出意见（运营机构逾期）")
    return [_todo(words, *found) for found in queries.in_state(work, ExplanationState.ESCALATED)]


def for_supervisor(work: UnitOfWork) -> list[Todo]:
    """Explanations that an authority lets lie."""
    words = gettext("督办：主管部门逾期未决定异常低价说明")
    return [_todo(words, *found) for found in queries.late(work)]


def _todo(what: str, row: Explanation, award: Award, need: Need) -> Todo:
    return Todo(
        what=what,
        detail=f"{need.title}（{row.number}）",
        url=url_for("explanations.show", award_number=award.number),
        due_at=row.due_at,
    )
