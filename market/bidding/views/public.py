"""What anybody sees of a session while it runs, and with names once its list is frozen."""

import json
from collections.abc import Mapping
from typing import Any

from flask import render_template
from sqlalchemy import select
from werkzeug.wrappers import Response

from market.access import Permission, public
from market.bidding import queries
from market.bidding.views.blueprint import bp
from market.bidding.views.live import live_of, state_of
from market.db import UnitOfWork
from market.draws import methods
from market.draws import queries as draws
from market.draws.model import Draw
from market.draws.views.blueprint import draw_by
from market.draws.views.stage import answer
from market.firms.model import Firm
from market.needs.queries import by_id as need_by_id
from market.quotes import sheets
from market.web.deeds import reading


@bp.get("/<number>")
@public
def show(number: str) -> str:
    """Show a session to everybody: the rule, the time left, every bid by its number."""
    with reading() as work:
        of = queries.held(work, draw_by(work, number))
        sheet = _sheet(work, of.draw)
        return render_template(
            "bidding/show.html",
            live=live_of(work, of),
            of=of,
            draw=of.draw,
            number=number,
            need=need_by_id(work, of.draw.need_id),
            rules=json.loads(methods.notice_of(work, of.draw).document)["method"].get("rules", []),
            sheet=sheet,
            names=_names(work, sheet),
            may_bid=Permission.DRAW_ENROL in work.actor.permissions,
        )


@bp.get("/<number>/state.json")
@public
def state(number: str) -> Response:
    """Tell how far a session is: small enough to be asked for every second."""
    with reading() as work:
        of = queries.held(work, draw_by(work, number))
        return answer(state_of(live_of(work, of, rows=False)), work.now)


def _sheet(work: UnitOfWork, draw: Draw) -> Mapping[str, Any] | None:
    body = draws.file_of(work, draw, sheets.FILE) if draw.frozen_at is not None else None
    found: Mapping[str, Any] | None = json.loads(body) if body else None
    return found


def _names(work: UnitOfWork, sheet: Mapping[str, Any] | None) -> dict[str, str]:
    codes = [line["firm"] for line in (sheet or {}).get("quotes", [])]
    rows = work.session.execute(select(Firm.code, Firm.name).where(Firm.code.in_(codes)))
    return {code: name for code, name in rows}  # noqa: C416 - rows are no pairs
