"""The self-audit on the web: the last comparisons and what they found, for who oversees."""

from flask import Blueprint, Flask, render_template, url_for
from flask_babel import gettext

from market.access import Permission, requires
from market.accounts import todo
from market.accounts.todo import Todo
from market.db import UnitOfWork
from market.errors import msgid
from market.selfaudit import queries
from market.selfaudit.limits import NOT_COMPARED
from market.web.lists import Pages
from market.web.work import request_work

bp = Blueprint("selfaudit", __name__, url_prefix="/selfaudit")

MOST_SHOWN = 500


def init_app(app: Flask) -> None:
    """Register the page, the way to it, and the alarm on the workbench."""
    app.register_blueprint(bp)
    todo.link(Permission.OVERSIGHT_READ, msgid("每日自查"), "selfaudit.index")
    todo.provide(Permission.OVERSIGHT_READ, to_look_into)


def to_look_into(work: UnitOfWork) -> list[Todo]:
    """Rows that the last comparison found to differ."""
    last = queries.last_run(work)
    count = queries.counts(work, [last])[last.id] if last else 0
    if last is None or not count:
        return []
    return [
        Todo(
            what=gettext("查明与公开日志不符的记录"),
            detail=gettext("请保留现场，对照逐行说明查明原因"),
            url=url_for("selfaudit.index"),
            due_at=last.at,
            urgency="late",
            count=count,
        )
    ]


@bp.get("")
@requires(Permission.OVERSIGHT_READ)
def index() -> str:
    """Show what the last comparison found, and when there were others."""
    with request_work() as work:
        pages = Pages.of(queries.count_runs(work))
        runs = queries.runs(work, limit=pages.rows, offset=pages.offset)
        last = queries.last_run(work)
        return render_template(
            "selfaudit/index.html",
            last=last,
            found=queries.differences(work, last, limit=MOST_SHOWN) if last else [],
            runs=runs,
            counts=queries.counts(work, runs),
            total=queries.counts(work, [last])[last.id] if last else 0,
            pages=pages,
            not_compared=gettext(NOT_COMPARED),
        )
