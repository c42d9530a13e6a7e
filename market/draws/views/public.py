"""What anybody sees of draws: the list, each draw explained, and everything to check it with."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from flask import Response, render_template
from flask_babel import gettext

from lottery.checks.findings import TITLES
from market.access import Permission, public
from market.db import UnitOfWork
from market.draws import (
    award_links,
    bundles,
    lists,
    methods,
    places,
    policy,
    queries,
    showing,
)
from market.draws.actions.closing import LIST_FILE, WEIGHTS_FILE
from market.draws.actions.phi import ORDER_FILE
from market.draws.errors import NoBundleYetError
from market.draws.labels import NO_WITNESS, TRUST
from market.draws.model import Enrolment
from market.draws.price_shown import price_shown
from market.draws.queries import attending, recent
from market.draws.queries.freezes import freeze_of
from market.draws.queries.recent import ELIGIBILITY_FILE
from market.draws.rules import DrawMode, DrawState
from market.draws.showing import Shown
from market.draws.views.blueprint import bp, draw_by
from market.draws.views.plain import PLAIN
from market.draws.views.sessions import key_of, session_key
from market.draws.views.steps import course
from market.draws.views.tools import TOOLS
from market.errors import MissingError
from market.firms.queries import of_org_or_none
from market.needs.methods import RECORDS, HandedIn, Method, is_scored
from market.web.deeds import reading
from market.web.downloads import attachment
from market.web.links import link_to
from market.web.lists import Pages, one_asked, words_asked
from market.web.work import installation

TEXT: Final = "text/plain; charset=utf-8"
FILES: Final = {
    LIST_FILE: "application/x-ndjson",
    ELIGIBILITY_FILE: "application/json",
    WEIGHTS_FILE: "application/json",
    ORDER_FILE: TEXT,
}
# The order in which a replacement was drawn afresh: one file for each drawing.
FRESH_ORDER: Final = re.compile(r"order-[1-9][0-9]{0,17}\.txt", re.ASCII)
ROWS: Final = 50
CHECK_NAMES: Final = tuple(TITLES)
FOR_EVER: Final = "public, max-age=31536000, immutable"


@bp.get("")
@public
def index() -> str:
    """List every draw, with its state, its source and whether it verifies."""
    here = installation()
    state, mode, text = one_asked(DrawState, "state"), one_asked(DrawMode, "mode"), words_asked()
    with reading() as work:
        pages = Pages.of(showing.count_listed(work, state=state, mode=mode, text=text))
        rows = showing.listed(work, here, state=state, mode=mode, text=text, offset=pages.offset)
        times = sorted({session.at for session in queries.sessions_on(work, work.today)})
    return render_template(
        "draws/index.html",
        sessions=[(at, key_of(at)) for at in times],
        rows=rows,
        pages=pages,
        states=list(DrawState),
        modes=list(DrawMode),
        chosen={"state": state, "mode": mode, "q": text},
    )


@bp.get("/<number>")
@public
def show(number: str) -> str:
    """Explain one draw in plain words, and show all there is to check it with."""
    here = installation()
    with reading() as work:
        shown = showing.shown(work, here, draw_by(work, number))
        words, method = words_asked(), methods.terms_of(work, shown.draw).method
        pages = Pages.of(places.count_of(work, shown.draw, words) if shown.is_frozen else 0, ROWS)
        rows = (
            places.rows_of(work, shown.draw, words=words, limit=ROWS, offset=pages.offset)
            if shown.is_frozen
            else []
        )
        return render_template(
            "draws/show.html",
            shown=shown,
            draw=shown.draw,
            steps=course(shown, work.now),
            plain=PLAIN[shown.draw.mode],
            trust=TRUST[shown.draw.mode],
            no_witness=NO_WITNESS,
            tools=TOOLS,
            check_names=CHECK_NAMES,
            rows=rows,
            pages=pages,
            q=words,
            session=session_key(shown.draw),
            own=_own_enrolment(work, shown),
            may_enrol=_may_enrol(work, shown),
            may_run=Permission.DRAW_RUN in work.actor.permissions,
            may_prove=_may_prove(work, shown),
            recent=recent.said_of(work, shown.draw),
            venue=attending.venue_of(work, shown.draw),
            minutes=attending.minutes_of(work, shown.draw),
            priced=price_shown(work, shown.in_force, shown.need.item_code),
            freeze=freeze_of(work, shown.in_force.id) if shown.in_force else None,
            links=award_links.links_of(work, shown.in_force) if shown.in_force else (),
            need_url=link_to("needs.show", shown.need.number),
            method=method,
            selection_url=link_to(_selection_page(method), number),
            panel_url=link_to("panels.of_draw", number) if is_scored(method) else None,
            origin=here.config.origin,
        )


# The page of what firms hand in; where they hand in nothing, that of prices and merit.
SELECTION_PAGES: Final[Mapping[HandedIn, str]] = MappingProxyType(
    {
        HandedIn.NOTHING: "quotes.show",
        HandedIn.QUOTE: "quotes.show",
        HandedIn.BID: "bidding.show",
        HandedIn.PROPOSAL: "scoring.show",
    }
)


def _selection_page(method: Method) -> str:
    """Return which page says how the list of a draw comes about."""
    return SELECTION_PAGES[RECORDS[method].hands_in]


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
    """Whether the reader's organisation owes its proof now, for the draw or for a replacement."""
    if Permission.DRAW_SUPERVISE not in work.actor.permissions:
        return False
    owed = [row.draw.id for row in lists.waiting_for_supervisor(work)]
    owed += [row.draw.id for row, _ in lists.replacing_for_supervisor(work)]
    return shown.draw.id in owed


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


@bp.get("/<number>/notice.json")
@public
def notice(number: str) -> Response:
    """Serve the NOTICE as the log holds it: a contributor's command line reads it."""
    with reading() as work:
        body = queries.entries_of(work, draw_by(work, number), "notice")[0].body
    response = attachment(body, f"{number}-notice.json", "application/json")
    response.headers["Cache-Control"] = FOR_EVER
    return response


@bp.get("/<number>/file/<name>")
@public
def file(number: str, name: str) -> Response:
    """Serve a file whose digest is in the log, byte for byte."""
    content_type = TEXT if FRESH_ORDER.fullmatch(name) else FILES.get(name)
    if content_type is None:
        raise MissingError
    with reading() as work:
        body = queries.file_of(work, draw_by(work, number), name)
    if body is None:
        raise MissingError
    response = attachment(body, f"{number}-{name}", content_type)
    response.headers["Cache-Control"] = FOR_EVER
    return response


@bp.get("/policy.txt")
@public
def policy_file() -> Response:
    """Serve the policy file, for convenience: trust the one the city has printed."""
    with reading() as work:
        text = policy.current_policy(work, installation())
    return attachment(text, "zjcs.policy", "text/plain; charset=utf-8")
