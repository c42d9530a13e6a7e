"""The public pages: home, the lists, how to verify a draw, and which rules are in force."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from flask import Blueprint, Flask, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from market import log, regulations
from market.access import public
from market.catalogue.queries import all_items
from market.catalogue.rules import Item
from market.contracts import queries as contracts
from market.credit import queries as credit
from market.draws.rules import DrawMode
from market.needs.labels import METHODS
from market.needs.methods import Method
from market.needs.rules import NeedState
from market.needs.views.shown import public_state
from market.portal import queries
from market.portal.queries import AWARD_SORTS, NOTICE_SORTS, PUBLIC_STATES, NoticeQuery
from market.portal.ways import undrawn, ways
from market.regulations import Regulation
from market.selfaudit import queries as selfaudit
from market.web.links import link_to
from market.web.lists import Pages, Sort, one_asked, words_asked
from market.web.work import installation, request_work

bp = Blueprint("portal", __name__)

HOME_ROWS: Final = 6
A_DAY: Final = "public, max-age=86400"


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.jinja_env.globals["link_to"] = link_to
    app.register_blueprint(bp)


@bp.get("/")
@public
def home() -> str:
    """Say what this market is, and show what is going on in it."""
    with request_work() as work:
        return render_template(
            "portal/home.html",
            counters=queries.counters(work),
            item_count=len(all_items(work.today)),
            notices=queries.latest_notices(work, HOME_ROWS),
            state_of=public_state,
            awards=queries.awards(
                work, words="", sort="published", descending=True, limit=HOME_ROWS
            ),
            contracts=contracts.public_list(work, limit=HOME_ROWS),
            draws_today=queries.draws_today(work),
            next_draw=queries.next_draw(work),
            blacklist=credit.in_effect(work, limit=HOME_ROWS),
        )


@bp.get("/notices")
@public
def notices() -> str:
    """List the notices, filtered and sorted."""
    sort = Sort.asked(NOTICE_SORTS, first="published", descending=True)
    wanted = NoticeQuery(
        words=words_asked(),
        item_code=words_asked("item", 20),
        state=_public(one_asked(NeedState, "state")),
        method=one_asked(Method, "method"),
        sort=sort.key,
        descending=sort.descending,
    )
    with request_work() as work:
        pages = Pages.of(queries.count_notices(work, wanted))
        return render_template(
            "portal/notices.html",
            rows=queries.notices(work, wanted, limit=pages.rows, offset=pages.offset),
            pages=pages,
            sort=sort,
            wanted=wanted,
            states=PUBLIC_STATES,
            methods=METHODS,
            items=_items(work.today),
            state_of=public_state,
        )


@bp.get("/methods", endpoint="methods")
@public
def method_list() -> str:
    """Say how a firm may be selected, with an example of every way."""
    with request_work() as work:
        return render_template(
            "portal/methods.html", ways=ways(work), undrawn=undrawn(work), methods=METHODS
        )


def _public(state: NeedState | None) -> NeedState | None:
    return state if state in PUBLIC_STATES else None


def _items(day: date) -> dict[str, Item]:
    return {item.code: item for item in all_items(day)}


@bp.get("/awards")
@public
def awards() -> str:
    """List the awards: who was chosen, for how much, and which place was called."""
    sort = Sort.asked(AWARD_SORTS, first="published", descending=True)
    words = words_asked()
    with request_work() as work:
        pages = Pages.of(queries.count_awards(work, words=words))
        return render_template(
            "portal/awards.html",
            rows=queries.awards(
                work,
                words=words,
                sort=sort.key,
                descending=sort.descending,
                limit=pages.rows,
                offset=pages.offset,
            ),
            pages=pages,
            sort=sort,
            words=words,
        )


@bp.get("/contracts", endpoint="contracts")
@public
def contract_list() -> str:
    """List the contracts that are in force or done."""
    words = words_asked()
    with request_work() as work:
        pages = Pages.of(contracts.count_public(work, text=words))
        rows = contracts.public_list(work, text=words, limit=pages.rows, offset=pages.offset)
        return render_template("portal/contracts.html", rows=rows, pages=pages, words=words)


@bp.get("/credit", endpoint="credit")
@public
def credit_list() -> str:
    """List the sanctions in effect. Scores are not public."""
    with request_work() as work:
        pages = Pages.of(credit.count_in_effect(work))
        return render_template(
            "portal/credit.html",
            rows=credit.in_effect(work, limit=pages.rows, offset=pages.offset),
            pages=pages,
            titles={rule.id: rule.title for rule in regulations.current().all()},
        )


@bp.get("/failures")
@public
def failures() -> str:
    """List the failed attempts with their reasons."""
    words = words_asked()
    with request_work() as work:
        pages = Pages.of(queries.count_failures(work, words=words))
        return render_template(
            "portal/failures.html",
            rows=queries.failures(work, words=words, limit=pages.rows, offset=pages.offset),
            pages=pages,
            words=words,
        )


@bp.get("/verify")
@public
def verify() -> str:
    """Tell a citizen how to check a draw without trusting this site."""
    here = installation()
    with request_work() as work:
        last = selfaudit.last_run(work)
        return render_template(
            "portal/verify.html",
            origin=here.config.origin,
            log_key=log.vkey(here),
            audited=last,
            modes=list(DrawMode),
            differing=selfaudit.counts(work, [last])[last.id] if last else 0,
        )


@dataclass(frozen=True, slots=True)
class RuleRow:
    """An instrument, whether it is in force, and how much of it no law fixes."""

    rule: Regulation
    ended_on: date | None
    in_force: bool

    @property
    def defaults(self) -> int:
        """How many values are the platform's own."""
        return sum(clause.is_platform_default for clause in self.rule.clauses.values())


@bp.get("/about")
@public
def about() -> str:
    """Show the rules: every instrument, its source and digest, and every value."""
    known = regulations.current()
    with request_work() as work:
        rows = [
            RuleRow(rule, known.ended_on(rule), rule in known.found(rule.subject, work.today))
            for rule in known.all()
        ]
    return render_template("portal/about.html", rows=rows)


@bp.get("/robots.txt")
@public
def robots() -> Response:
    """Tell search engines what is not for them."""
    private = ("/workbench", "/credit/", "/oversight", "/sign-in", "/language/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in private)]
    response = Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = A_DAY
    return response


@bp.get("/favicon.ico")
@public
def favicon() -> BaseResponse:
    """Send browsers that ask without reading the page to the mark of this site."""
    response = redirect(url_for("static", filename="mark.svg"), code=301)
    response.headers["Cache-Control"] = A_DAY
    return response
