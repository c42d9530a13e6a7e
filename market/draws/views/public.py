"""What anybody sees of draws: the list, each draw explained, and everything to check it with."""

from enum import StrEnum
from typing import Final, TypeVar

from flask import Response, render_template, request
from flask_babel import gettext

from market.access import Permission, public
from market.db import UnitOfWork
from market.draws import bundles, policy, queries, showing
from market.draws.actions.closing import LIST_FILE
from market.draws.actions.phi import ORDER_FILE
from market.draws.actions.publishing import ELIGIBILITY_FILE
from market.draws.errors import NoBundleYetError
from market.draws.model import Enrolment
from market.draws.rules import DrawMode, DrawState
from market.draws.showing import Shown
from market.draws.views.blueprint import attachment, bp, draw_by
from market.draws.views.steps import course
from market.errors import MissingError
from market.firms.queries import of_org_or_none
from market.needs.views.flow import Pages, link_to, page_number, reading, search_words
from market.web.work import installation

E = TypeVar("E", bound=StrEnum)

FILES: Final = {
    LIST_FILE: "application/x-ndjson",
    ELIGIBILITY_FILE: "application/json",
    ORDER_FILE: "text/plain; charset=utf-8",
}
FOR_EVER: Final = "public, max-age=31536000, immutable"


@bp.get("")
@public
def index() -> str:
    """List every draw, with its state, its source and whether it verifies."""
    here = installation()
    state, mode, text = _one_of(DrawState, "state"), _one_of(DrawMode, "mode"), search_words()
    with reading() as work:
        total = showing.count_listed(work, state=state, mode=mode, text=text)
        pages = Pages(page_number(), total)
        rows = showing.listed(work, here, state=state, mode=mode, text=text, offset=pages.offset)
    return render_template(
        "draws/index.html",
        rows=rows,
        pages=pages,
        states=list(DrawState),
        modes=list(DrawMode),
        chosen={"state": state, "mode": mode, "q": text},
    )


def _one_of(kind: type[E], name: str) -> E | None:
    asked = request.args.get(name, "")
    return kind(asked) if asked in set(kind) else None


@bp.get("/<number>")
@public
def show(number: str) -> str:
    """Explain one draw in plain words, and show all there is to check it with."""
    here = installation()
    with reading() as work:
        shown = showing.shown(work, here, draw_by(work, number))
        return render_template(
            "draws/show.html",
            shown=shown,
            draw=shown.draw,
            steps=course(shown),
            own=_own_enrolment(work, shown),
            may_enrol=_may_enrol(work, shown),
            may_run=Permission.DRAW_RUN in work.actor.permissions,
            may_prove=_may_prove(work, shown),
            need_url=link_to("needs.show", shown.need.number),
            origin=here.config.origin,
        )


def _own_enrolment(work: UnitOfWork, shown: Shown) -> Enrolment | None:
    """Return the reader's own enrolment: nobody else's, before or after the freeze."""
    if work.actor.org_id is None or Permission.DRAW_ENROL not in work.actor.permissions:
        return None
    firm = of_org_or_none(work, work.actor.org_id)
    return queries.enrolment_of(work, shown.draw, firm) if firm else None


def _may_enrol(work: UnitOfWork, shown: Shown) -> bool:
    is_open = shown.draw.state is DrawState.OPEN and work.now < shown.draw.enrol_close_at
    return is_open and Permission.DRAW_ENROL in work.actor.permissions


def _may_prove(work: UnitOfWork, shown: Shown) -> bool:
    draw = shown.draw
    return (
        draw.state is DrawState.FROZEN
        and draw.supervisor_org_id is not None
        and draw.supervisor_org_id == work.actor.org_id
        and Permission.DRAW_SUPERVISE in work.actor.permissions
    )


@bp.get("/<number>/bundle.zip")
@public
def bundle(number: str) -> Response | tuple[str, int]:
    """Serve the bundle of a draw that is over; the same bytes until the log grows."""
    here = installation()
    with reading() as work:
        draw = draw_by(work, number)
        try:
            body = bundles.bundle_of(work, here, draw)
        except NoBundleYetError as error:
            words = gettext(error.sentence)
            return render_template("errors/refused.html", sentence=words, status=404), 404
    response = attachment(body, f"{number}.ismdraw.zip", "application/zip")
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/<number>/file/<name>")
@public
def file(number: str, name: str) -> Response:
    """Serve a file whose digest is in the log, byte for byte."""
    if name not in FILES:
        raise MissingError
    with reading() as work:
        body = queries.file_of(work, draw_by(work, number), name)
    if body is None:
        raise MissingError
    response = attachment(body, f"{number}-{name}", FILES[name])
    response.headers["Cache-Control"] = FOR_EVER
    return response


@bp.get("/policy.txt")
@public
def policy_file() -> Response:
    """Serve the policy file, for convenience: trust the one the city has printed."""
    with reading() as work:
        text = policy.current_policy(work, installation())
    return attachment(text, "zjcs.policy", "text/plain; charset=utf-8")
