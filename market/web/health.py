"""Whether this node is fit to serve."""

from flask import Blueprint
from sqlalchemy import text

from market.access import public
from market.web.work import installation

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def alive() -> tuple[str, int]:
    """The process answers."""
    return "ok\n", 200


@bp.get("/readyz")
@public
def ready() -> tuple[str, int]:
    """The database answers and its schema is the one this program needs."""
    from market.migrations import is_current  # noqa: PLC0415 - Alembic is slow to import

    here = installation()
    with here.engine.connect().execution_options(reading=True) as connection:
        connection.execute(text("SELECT 1"))
        if not is_current(connection):
            return "schema is not current: run zjcs migrate\n", 503
    return "ok\n", 200
