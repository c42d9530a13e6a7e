"""What there is to do about notices of holidays, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.calendar import default_calendar, is_overdue_announcement
from market.db import UnitOfWork
from market.duties import took
from market.holidays import queries


def for_operator(work: UnitOfWork) -> list[Todo]:
    """Notices that a colleague imported, and the notice of next year when it is time for it."""
    waiting = queries.waiting(work)
    year = work.today.year + 1
    found = [
        Todo(
            what=gettext("复核放假通知"),
            detail=row.title,
            url=url_for("holidays.decide", import_id=row.id),
        )
        for row in waiting
        if not took(work, row.proposed_by_id)
    ]
    if is_overdue_announcement(default_calendar(), work.today) and not waiting:
        found.append(
            Todo(
                what=gettext("导入%(year)s年放假通知", year=year),
                detail=gettext("%(year)s年的期限仍是暂定，不能据以亮牌和处理。", year=year),
                url=url_for("holidays.upload"),
                urgency="soon",
            )
        )
    return found
