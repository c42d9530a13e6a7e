"""What there is to do about direct choices, as the workbench lists it."""

from typing import Final

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.db import UnitOfWork
from market.direct import queries
from market.direct.emergency_rules import TO_DECIDE, TO_EXAMINE, TO_FILE, UNFILED
from market.direct.queries import Row
from market.direct.rules import DirectState
from market.duties import took

MOST_TITLES: Final = 5


def for_clerk(work: UnitOfWork) -> list[Todo]:
    """Choices that were sent back."""
    rows = queries.of_owner(work, DirectState.RETURNED)
    words = gettext("修改被退回的直接选取")
    return [Todo(words, row.need.title, _own(row), urgency="soon") for row in rows]


def for_approver(work: UnitOfWork) -> list[Todo]:
    """Choices to approve and emergencies to file, but for one's own."""
    found = [
        Todo(gettext("审批直接选取"), row.need.title, _own(row), due_at=row.choice.due_at)
        for row in queries.of_owner(work, DirectState.PROPOSED)
        if not took(work, row.choice.proposed_by_id, row.need.posted_by_id)
    ]
    for row in queries.emergencies(work, *TO_FILE, own_only=True):
        if row.emergency is None or took(work, row.choice.proposed_by_id):
            continue
        url = url_for("direct.file", direct_id=row.choice.id)
        due = row.emergency.file_by_at
        found.append(Todo(gettext("补办应急委托备案"), row.need.title, url, due_at=due))
    return found


def for_operator(work: UnitOfWork) -> list[Todo]:
    """Choices to check and emergencies to examine."""
    found = [
        Todo(gettext("核验直接选取"), _named(row), _check(row), due_at=row.choice.due_at)
        for row in queries.waiting(work)
    ]
    for row in queries.emergencies(work, *TO_EXAMINE):
        due = row.emergency.review_by_at if row.emergency else None
        found.append(Todo(gettext("审查应急委托"), _named(row), _check(row), due_at=due))
    return found


def for_supervisor(work: UnitOfWork) -> list[Todo]:
    """Emergencies to decide on."""
    return [
        Todo(
            gettext("复核应急委托"),
            row.need.title,
            url_for("direct.review", direct_id=row.choice.id),
            due_at=row.emergency.review_by_at if row.emergency else None,
        )
        for row in queries.emergencies(work, *TO_DECIDE)
    ]


def overdue(work: UnitOfWork) -> list[Todo]:
    """Emergencies whose filing is overdue, in one line, for those who oversee."""
    rows = queries.emergencies(work, *UNFILED, limit=MOST_TITLES)
    if not rows:
        return []
    count = queries.count_emergencies(work, *UNFILED)
    titles = "、".join(row.need.title for row in rows)[:100]
    url = url_for("direct.oversight")
    return [Todo(gettext("应急委托逾期未备案"), titles, url, urgency="late", count=count)]


def for_firm(work: UnitOfWork) -> list[Todo]:
    """Choices that the firm has to answer."""
    return [
        Todo(
            gettext("确认是否承接直接选取的项目"),
            row.need.title,
            url_for("direct.answer", number=row.choice.number),
            due_at=row.award.answer_by_at,
        )
        for row in queries.to_answer(work)
        if row.award is not None
    ]


def _own(row: Row) -> str:
    return url_for("direct.own", direct_id=row.choice.id)


def _check(row: Row) -> str:
    return url_for("direct.check", direct_id=row.choice.id)


def _named(row: Row) -> str:
    return f"{row.choice.number} {row.need.title}"
