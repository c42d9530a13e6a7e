"""What anybody sees of a scored selection: its phase before the freeze, every score after it."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, render_template
from sqlalchemy import select

from market.access import Permission, public
from market.db import UnitOfWork
from market.draws import methods
from market.draws import queries as draws
from market.draws.model import Draw
from market.draws.rules import DrawState
from market.draws.views.blueprint import draw_by
from market.errors import MissingError
from market.firms.model import Firm
from market.needs.queries import by_id as need_by_id
from market.panels import queries as panels
from market.quotes.sheets import FILE
from market.scoring import queries
from market.scoring.sheets import table
from market.scoring.views.blueprint import bp
from market.sheets.writing import MEDIA, Format
from market.web.deeds import Page, reading
from market.web.downloads import attachment
from market.web.links import link_to


@bp.get("/<number>")
@public
def show(number: str) -> Page:
    """Show how a draw's list came about: the rule, the phase, and from the freeze on all scores."""
    with reading() as work:
        of = queries.scored(work, draw_by(work, number))
        sheet = _sheet(work, of.draw)
        panel, served = of.panel, panels.serving(work, of.draw)
        rows = queries.members_with_sheets(work, panel) if panel else []
        return render_template(
            "scoring/show.html",
            of=of,
            draw=of.draw,
            number=number,
            need=need_by_id(work, of.draw.need_id),
            rules=json.loads(methods.notice_of(work, of.draw).document)["method"].get("rules", []),
            phase=queries.phase_of(work, of),
            count=queries.count_of(work, of.draw),
            panel=panel,
            panel_url=link_to("panels.show", served.number) if served else None,
            sitting=len(rows),
            handed_in=sum(row is not None for _, row in rows),
            sheet=sheet,
            names=_names(work, sheet),
            may_read=of.draw.state is DrawState.DRAWN
            and Permission.DRAW_SUPERVISE in work.actor.permissions,
        )


@bp.get("/<number>/sheet.csv")
@public
def sheet_table(number: str) -> Response:
    """Serve all scores as a table, a line for each member and firm."""
    with reading() as work:
        of = queries.scored(work, draw_by(work, number))
        sheet = _sheet(work, of.draw)
        if sheet is None:
            raise MissingError
        body = table(sheet, _names(work, sheet))
    return attachment(body, f"{number}-scores.csv", MEDIA[Format.CSV])


def _sheet(work: UnitOfWork, draw: Draw) -> Mapping[str, Any] | None:
    body = draws.file_of(work, draw, FILE)
    found: Mapping[str, Any] | None = json.loads(body) if body else None
    return found


def _names(work: UnitOfWork, sheet: Mapping[str, Any] | None) -> dict[str, str]:
    codes = [line["firm"] for line in (sheet or {}).get("firms", []) if "firm" in line]
    rows = work.session.execute(select(Firm.code, Firm.name).where(Firm.code.in_(codes)))
    return {code: name for code, name in rows}  # noqa: C416 - rows are no pairs
