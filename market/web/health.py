"""Whether this node is fit to serve."""

from flask import Blueprint
from sqlalchemy import text

from market.access import public
from market.calendar import default_calendar, is_overdue_announcement
from market.db import reading_work
from market.web.work import ANYONE, installation

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def alive() -> tuple[str, int]:
    """The process answers."""
    return "ok\n", 200


@bp.get("/readyz")
@public
def ready() -> tuple[str, int]:
    """The database answers and its schema is the one this program needs.

    In December it also says if next year's holidays are not known: nothing fails, but deadlines
    are provisional and no card is dealt by them.
    """
    from market.migrations import is_current  # noqa: PLC0415 - Alembic is slow to import

    here = installation()
    with here.engine.connect().execution_options(reading=True) as connection:
        connection.execute(text("SELECT 1"))
        if not is_current(connection):
            return "schema is not current: run zjcs migrate\n", 503
    with reading_work(here.sessions, ANYONE, here.clock) as work:
        year = work.today.year + 1
        if is_overdue_announcement(default_calendar(), work.today):
            return f"ok\nwarning: the calendar of {year} is provisional: import its notice\n", 200
    return "ok\n", 200
