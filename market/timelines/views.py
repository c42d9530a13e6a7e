"""The timeline of a project on the web, for everybody."""

from flask import Blueprint, Flask, render_template

from market.access import public
from market.timelines import queries
from market.web.lists import words_asked
from market.web.work import request_work

bp = Blueprint("timelines", __name__, url_prefix="/timelines")
LONGEST_NUMBER = 24


def init_app(app: Flask) -> None:
    """Register the page."""
    app.register_blueprint(bp)


@bp.get("/<number>")
@public
def show(number: str) -> str:
    """Show every day of a project since its notice: on whose account it went, and why."""
    with request_work() as work:
        found = queries.timeline(work, number, words_asked("award", LONGEST_NUMBER))
        return render_template("timelines/show.html", line=found)
