"""What there is to do about exclusions, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.db import UnitOfWork
from market.draws import queries
from market.draws.exclusion_rules import ExclusionState
from market.duties import took


def for_operator(work: UnitOfWork) -> list[Todo]:
    """Exclusions that a colleague proposed, and objections to them."""
    found = []
    for each in queries.open_exclusions(work):
        if took(work, each.proposed_by_id):
            continue
        if each.state is ExclusionState.PROPOSED:
            what = (
                gettext("复核登记的排除，并答复机构的异议")
                if each.is_unanswered
                else gettext("复核登记的排除")
            )
        elif each.is_unanswered and each.state is ExclusionState.IN_FORCE:
            what = gettext("答复对排除的异议")
        else:
            continue
        found.append(
            Todo(
                what,
                f"{each.number} {each.title}",
                url_for("draws.exclusion", exclusion_id=each.row.id),
                due_at=each.draw.enrol_close_at,
                urgency="soon",
            )
        )
    return found


def for_firm(work: UnitOfWork) -> list[Todo]:
    """Exclusions of the actor's own firm to which it can still object."""
    return [
        Todo(
            gettext("贵机构被登记排除，名单冻结前可以提出异议"),
            f"{each.number} {each.title}",
            url_for("draws.exclusion_objection", own_exclusion_id=each.row.id),
            due_at=each.draw.enrol_close_at,
            urgency="soon",
        )
        for each in queries.open_exclusions(work, work.org_id)
        if not each.is_objected and each.state in {ExclusionState.PROPOSED, ExclusionState.IN_FORCE}
    ]
