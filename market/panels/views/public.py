"""What anybody sees of panels: the list, each draw of experts, and all there is to check it."""

from typing import Final

from flask import Response, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy import func, select

from market.access import Permission, public
from market.db import UnitOfWork
from market.draws.labels import NO_WITNESS, TRUST
from market.draws.queries import by_number as draw_by_number
from market.draws.views.public import CHECK_NAMES, FOR_EVER
from market.draws.views.tools import TOOLS
from market.errors import MissingError
from market.log import NotYetLoggedError
from market.panels import bundle, own, queries, showing, subjects
from market.panels.errors import NoPanelBundleError
from market.panels.model import Panel
from market.panels.views.blueprint import bp, panel_by
from market.web.deeds import Page, reading
from market.web.lists import PAGE_ROWS, Pages
from market.web.work import installation

FILES: Final = {
    queries.PANEL_FILE: "application/json",
    queries.RULES_FILE: "application/json",
    queries.LIST_FILE: "application/x-ndjson",
    queries.ORDER_FILE: "text/plain; charset=utf-8",
}
NOT_YET: Final = 404
_MAKERS: Final = {
    "bundle": bundle.bundle_of,
    "listed": bundle.listed_bundle_of,
    "frozen": bundle.frozen_bundle_of,
}


@bp.get("")
@public
def index() -> str:
    """List every panel, the latest first."""
    with reading() as work:
        total = work.session.scalar(select(func.count()).select_from(Panel)) or 0
        pages = Pages.of(total)
        found = work.session.scalars(
            select(Panel).order_by(Panel.id.desc()).limit(PAGE_ROWS).offset(pages.offset)
        ).all()
        rows = [(row, subjects.subject_of(row).shown(work, row).title) for row in found]
        return render_template(
            "panels/index.html", rows=rows, pages=pages, times_late=queries.times_late(work)
        )


@bp.get("/of/<notice_number>")
@public
def of_draw(notice_number: str) -> Page:
    """Lead from a draw of firms to the panel that scores them."""
    with reading() as work:
        found = queries.serving(work, draw_by_number(work, notice_number))
        if found is None:
            raise MissingError
        return redirect(url_for("panels.show", number=found.number))


@bp.get("/<number>")
@public
def show(number: str) -> str:
    """Explain one draw of experts, and show all there is to check it with."""
    here = installation()
    with reading() as work:
        shown = showing.shown(work, here, panel_by(work, number))
        return render_template(
            "panels/show.html",
            shown=shown,
            draw=shown.panel,
            trust=TRUST[shown.panel.mode],
            no_witness=NO_WITNESS,
            check_names=CHECK_NAMES,
            tools=TOOLS,
            bundle_url=url_for("panels.bundle_file", number=number),
            may_bring=Permission.WORKBENCH_OPEN in work.actor.permissions,
            own=_own(work, shown.panel),
        )


def _own(work: UnitOfWork, panel: Panel) -> bool:
    """Whether the reader was called to this panel."""
    try:
        own.own_seat(work, panel)
    except MissingError:
        return False
    return True


@bp.get("/<number>/bundle.zip")
@public
def bundle_file(number: str) -> Response | tuple[str, int]:
    """Serve the bundle of a draw of experts that is over."""
    return _bundle(number, "bundle")


@bp.get("/<number>/listed.zip")
@public
def listed(number: str) -> Response | tuple[str, int]:
    """Serve the bundle of a list as soon as it is frozen: others could draw with it."""
    return _bundle(number, "listed")


@bp.get("/<number>/frozen.zip")
@public
def frozen(number: str) -> Response | tuple[str, int]:
    """Serve the bundle of a frozen list with the checkpoint that witnesses signed."""
    return _bundle(number, "frozen")


def _bundle(number: str, kind: str) -> Response | tuple[str, int]:
    here = installation()
    with reading() as work:
        panel = panel_by(work, number)
        try:
            body = _MAKERS[kind](work, here, panel)
        except (NoPanelBundleError, NotYetLoggedError):
            words = gettext(NoPanelBundleError.sentence)
            return render_template("errors/refused.html", sentence=words, status=NOT_YET), NOT_YET
    response = _attachment(body, f"{number}.ismdraw.zip", "application/zip")
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/<number>/file/<name>")
@public
def file(number: str, name: str) -> Response:
    """Serve a file whose digest is in the log, byte for byte."""
    if name not in FILES:
        raise MissingError
    with reading() as work:
        body = queries.file_of(work, panel_by(work, number), name)
    if body is None:
        raise MissingError
    response = _attachment(body, f"{number}-{name}", FILES[name])
    response.headers["Cache-Control"] = FOR_EVER
    return response


def _attachment(body: bytes, name: str, content_type: str) -> Response:
    response = Response(body, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
