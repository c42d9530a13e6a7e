"""The big screen of a draw and of a session, for a hall, a stream and a phone."""

from flask import render_template, url_for
from werkzeug.wrappers import Response

from market.access import public
from market.db import UnitOfWork
from market.draws.views import stage
from market.draws.views.blueprint import bp, draw_by
from market.draws.views.sessions import instant_of, session_key
from market.draws.views.stage import Stage
from market.errors import MissingError
from market.web.deeds import reading

# A session's card shows the first places only.
CARD_ROWS = 6
# What a code holds; an honest address is far shorter.
LONGEST_URL = 200


@bp.get("/<number>/screen")
@public
def screen(number: str) -> str:
    """Show one draw as large as the screen is."""
    with reading() as work:
        shown = stage.stage_of(work, draw_by(work, number))
        return render_template(
            "draws/screen.html",
            stage=shown,
            session=session_key(shown.draw),
            page_url=url_for("draws.show", number=number, _external=True)[:LONGEST_URL],
            state_url=url_for("draws.state", number=number),
        )


@bp.get("/<number>/state.json")
@public
def state(number: str) -> Response:
    """Tell how far a draw is: small enough to be asked for every second."""
    with reading() as work:
        shown = stage.stage_of(work, draw_by(work, number))
        return stage.answer(stage.state_of(shown), work.now)


@bp.get("/sessions/<key>/screen")
@public
def session_screen(key: str) -> str:
    """Show all draws of a session, as large as the screen is."""
    with reading() as work:
        return render_template(
            "draws/session_screen.html",
            stages=_stages(work, key),
            at=instant_of(key),
            key=key,
            state_url=url_for("draws.session_state", key=key),
        )


@bp.get("/sessions/<key>/state.json")
@public
def session_state(key: str) -> Response:
    """Tell how far the draws of a session are."""
    with reading() as work:
        return stage.answer([stage.state_of(one) for one in _stages(work, key)], work.now)


def _stages(work: UnitOfWork, key: str) -> list[Stage]:
    draws = stage.draws_at(work, instant_of(key))
    if not draws:
        raise MissingError
    return [stage.stage_of(work, draw, most_rows=CARD_ROWS) for draw in draws]
