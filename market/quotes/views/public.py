"""What anybody sees of a selection: its phase before the freeze, every quote after it."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, redirect, render_template
from sqlalchemy import select

from market.access import public
from market.db import UnitOfWork
from market.draws import methods
from market.draws import queries as draws
from market.draws.model import Draw
from market.draws.rules import DrawState
from market.draws.views.blueprint import draw_by
from market.errors import MissingError
from market.firms.model import Firm
from market.needs.methods import is_bid, is_quoted, is_scored
from market.needs.queries import by_id as need_by_id
from market.quotes import queries, sheets, showing
from market.quotes.rules import opening_text
from market.quotes.views.blueprint import bp
from market.web.deeds import Page, reading
from market.web.downloads import attachment
from market.web.links import link_to

FOR_EVER = "public, max-age=31536000, immutable"


@bp.get("/<number>")
@public
def show(number: str) -> Page:
    """Show how a draw's list came about: the rule, the phase, and from the freeze on the sheet.

    Live bidding and scoring have pages of their own.
    """
    with reading() as work:
        draw = draw_by(work, number)
        terms = methods.terms_of(work, draw)
        if is_bid(terms.method) and (url := link_to("bidding.show", number)):
            return redirect(url)
        if is_scored(terms.method) and (url := link_to("scoring.show", number)):
            return redirect(url)
        of = queries.quoted(work, draw) if is_quoted(terms.method) else None
        sheet = _sheet(work, draw)
        return render_template(
            "quotes/show.html",
            draw=draw,
            number=number,
            need=need_by_id(work, draw.need_id),
            terms=terms,
            rules=_rules(work, draw),
            of=of,
            phase=queries.phase_of(work, of) if of else None,
            counts=queries.counts_of(work, draw) if of else (0, 0),
            sheet=sheet,
            mean=showing.mean_of(work, draw),
            names=_names(work, sheet),
            texts=_texts(number, sheet),
        )


@bp.get("/<number>/sheet.json")
@public
def sheet_file(number: str) -> Response:
    """Serve the sheet byte for byte: its SHA-256 is in the log."""
    with reading() as work:
        draw = draw_by(work, number)
        body = draws.file_of(work, draw, sheets.FILE) if _is_shown(draw) else None
    if body is None:
        raise MissingError
    response = attachment(body, f"{number}-selection.json", "application/json")
    response.headers["Cache-Control"] = FOR_EVER
    return response


def _is_shown(draw: Draw) -> bool:
    # Of a draw that failed nothing is kept but what its method publishes all the same.
    return draw.state in {DrawState.FROZEN, DrawState.DRAWN, DrawState.VOID}


def _sheet(work: UnitOfWork, draw: Draw) -> Mapping[str, Any] | None:
    body = draws.file_of(work, draw, sheets.FILE) if _is_shown(draw) else None
    found: Mapping[str, Any] | None = json.loads(body) if body else None
    return found


def _rules(work: UnitOfWork, draw: Draw) -> list[str]:
    found: list[str] = json.loads(methods.notice_of(work, draw).document)["method"].get("rules", [])
    return found


def _lines(sheet: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = (sheet or {}).get("quotes") or (sheet or {}).get("firms", [])
    return found


def _names(work: UnitOfWork, sheet: Mapping[str, Any] | None) -> dict[str, str]:
    codes = [line["firm"] for line in _lines(sheet)]
    rows = work.session.execute(select(Firm.code, Firm.name).where(Firm.code.in_(codes)))
    return {code: name for code, name in rows}  # noqa: C416 - rows are no pairs


def _texts(number: str, sheet: Mapping[str, Any] | None) -> dict[str, str]:
    """Return for each firm the line by which anybody recomputes its commitment."""
    return {line["firm"]: _command(number, line) for line in (sheet or {}).get("quotes", [])}


def _command(number: str, line: Mapping[str, Any]) -> str:
    text = opening_text(
        notice=number,
        firm=line["firm"],
        amount_fen=line["amount_fen"],
        salt_hex=line["salt"],
    )
    escaped = text.replace("\n", "\\n")
    return f"printf '{escaped}' | sha256sum"
