"""The public pages: home, the lists, how to verify a draw, and which rules are in force."""

import hashlib
from datetime import date
from typing import Final

from flask import Flask, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

import market.portal.views_partners  # noqa: F401 - its pages are on the same blueprint
from market import log, regulations
from market.access import public
from market.bulletin import in_groups
from market.catalogue.queries import all_items
from market.catalogue.rules import Item
from market.contracts import queries as contracts
from market.credit.cases import queries as credit
from market.credit.cases.published import decisions_of
from market.credit.cases.scopes import in_words
from market.draws.letters import subject_of
from market.draws.policy import current_policy
from market.draws.queries.finding import GONE_AWARDS
from market.draws.queries.freezes import freeze_of, paused
from market.draws.rules import AwardState, DrawMode
from market.letters.queries import of_subject
from market.needs.labels import METHODS
from market.needs.methods import Method
from market.needs.rules import NeedState
from market.needs.views.shown import public_state
from market.oversight import operator
from market.portal import queries
from market.portal.blueprint import bp
from market.portal.queries import AWARD_SORTS, NOTICE_SORTS, PUBLIC_STATES, NoticeQuery
from market.portal.rule_rows import rules_shown
from market.portal.ways import undrawn, ways
from market.selfaudit import queries as selfaudit
from market.web.language import language
from market.web.lists import Pages, Sort, one_asked, words_asked
from market.web.work import installation, request_work

HOME_ROWS: Final = 6
A_DAY: Final = "public, max-age=86400"
# In these the firm has confirmed, and the announcement is its letter (中选通知书).
LETTERS: Final = frozenset({AwardState.CONFIRMED, AwardState.SIGNED})
LONGEST_URL: Final = 200  # what fits into a code that a telephone reads at once


def init_app(app: Flask) -> None:
    """Register the pages."""
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
        rows = queries.awards(
            work,
            words=words,
            sort=sort.key,
            descending=sort.descending,
            limit=pages.rows,
            offset=pages.offset,
        )
        return render_template(
            "portal/awards.html",
            rows=rows,
            freezes=paused(work, [row.award.id for row in rows]),
            pages=pages,
            sort=sort,
            words=words,
        )


@bp.get("/awards/<number>")
@public
def award_letter(number: str) -> str:
    """Show one award as a letter to print; its code leads back to this page."""
    with request_work() as work:
        found = queries.letter(work, number)
        return render_template(
            "portal/award_letter.html",
            one=found,
            is_letter=found.award.state in LETTERS,
            is_gone=found.award.state in GONE_AWARDS,
            freeze=freeze_of(work, found.award.id),
            letters=of_subject(work, subject_of(found.award)),
            page_url=url_for("portal.award_letter", number=number, _external=True)[:LONGEST_URL],
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
        rows = credit.in_effect(work, limit=pages.rows, offset=pages.offset)
        return render_template(
            "portal/credit.html",
            rows=rows,
            decisions=decisions_of(work, rows),
            pages=pages,
            withdrawn=credit.withdrawn(work),
            scopes=in_words,
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


@bp.get("/operator-terms")
@public
def operator_terms() -> str:
    """Show how much lies with the operator and how much of it is late: counts only."""
    with request_work() as work:
        rows = operator.counts(operator.duties(work), work.now)
        return render_template(
            "portal/operator_terms.html",
            rows=rows,
            waiting=sum(row.waiting for row in rows),
            late=sum(row.late for row in rows),
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
            trust_source=here.config.trust_source,
            key_groups=_fingerprint(log.vkey(here)),
            policy_groups=_fingerprint(current_policy(work, here)),
            audited=last,
            modes=list(DrawMode),
            differing=selfaudit.counts(work, [last])[last.id] if last else 0,
        )


def _fingerprint(text: str) -> tuple[str, ...]:
    """Return the SHA-256 of a text as people compare it."""
    return in_groups(hashlib.sha256(text.encode()).hexdigest())


@bp.get("/about")
@public
def about() -> str:
    """Show the rules: every instrument, its source and digest, and every value."""
    asked = words_asked()
    with request_work() as work:
        names = {
            item.code: item.name_en if language() == "en" else item.name_zh
            for item in all_items(work.today)
        }
        rules = rules_shown(regulations.current(), work.today, names, asked)
    return render_template("portal/about.html", rules=rules, words=asked)


@bp.get("/robots.txt")
@public
def robots() -> Response:
    """Tell search engines what is not for them."""
    private = ("/workbench", "/credit/", "/oversight", "/sign-in", "/language/")
    # Under a private path, and for everybody: the longest path that matches is the one that holds.
    lines = ["User-agent: *", "Allow: /credit/breaches"]
    lines += [f"Disallow: {path}" for path in private]
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
