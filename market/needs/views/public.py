"""The public page of a need: its notice word for word, its course and its end."""

import json
from collections.abc import Sequence

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from market import regulations
from market.access import Permission, public
from market.affiliations import profiles
from market.catalogue.contract_texts import queries as contract_texts
from market.clock import beijing_day
from market.db import UnitOfWork
from market.errors import MissingError
from market.needs import elsewhere, queries
from market.needs.changes import queries as changes
from market.needs.limits import notice_clause
from market.needs.model import Need, Notice
from market.needs.questions import queries as questions
from market.needs.questions.rules import is_ended
from market.needs.record import queries as record
from market.needs.rules import Move, NeedState
from market.needs.views.blueprint import bp
from market.needs.views.shown import course, public_state
from market.regulations import Regulation
from market.web.deeds import reading
from market.web.downloads import attachment
from market.web.links import link_to

FOR_EVER = "public, max-age=31536000, immutable"

CLAUSES = (
    "draw.freeze_within_minutes",
    "draw.list_shown_minutes",
    "draw.result_within_minutes",
    "draw.maximum_alternates",
    "draw.minimum_applicants",
    "draw.minimum_applicants_scarce",
    "draw.minimum_applicants_second_notice",
)


@bp.get("/<number>")
@public
def show(number: str) -> str | BaseResponse:
    """Show a need's notice to anyone; before it is out, send its own people to their page."""
    _is_a_number(number)
    with reading() as work:
        need = queries.by_number(work, number)
        notices = queries.notices_of(work, need)
        if not notices:
            return _to_its_own_people(work, need)
        asked = request.args.get("attempt", type=int)
        notice = next((n for n in notices if n.attempt == asked), notices[-1])
        return _page(work, need, notice, notices)


def _is_a_number(number: str) -> None:
    if "\0" in number or not number.startswith("XQ-"):
        raise MissingError


def _to_its_own_people(work: UnitOfWork, need: Need) -> BaseResponse:
    if need.owner_org_id == work.actor.org_id:
        return redirect(url_for("needs.show_own", need_id=need.id))
    if Permission.NEED_CHECK in work.actor.permissions and need.state is NeedState.CHECK:
        return redirect(url_for("needs.check", need_id=need.id))
    if (url := elsewhere.public_url(work, need)) is not None:
        return redirect(url)
    raise MissingError


def _page(work: UnitOfWork, need: Need, notice: Notice, notices: Sequence[Notice]) -> str:
    failures = {failure.attempt: failure for failure in queries.failures_of(work, need)}
    failure = failures.get(notice.attempt)
    changed = changes.made(work, need)
    change = changed.get(notice.id)
    state = public_state(need, notice, failure)
    body = json.loads(notice.document)
    rules = _rules(body["regulation"]["id"])
    withdrawn = [r for r in queries.returns_of(work, need) if r.move == Move.WITHDRAW]
    return render_template(
        "needs/show.html",
        need=need,
        notice=notice,
        notices=notices,
        body=body,
        state=state,
        states={n.attempt: public_state(need, n, failures.get(n.attempt)) for n in notices},
        failure=failure,
        failures=failures,
        change=change,
        change_of={n.id: changed.get(n.id) for n in notices},
        cancellation=record.cancellation_of(work, notice),
        withdrawal=withdrawn[0] if withdrawn and need.state is NeedState.WITHDRAWN else None,
        steps=course(
            notice,
            state,
            change.at if change else need.state_since,
            failure,
            work.now,
            progress=elsewhere.progress_of(work, notice),
        ),
        preparing=need.attempt > notices[-1].attempt and need.state is not NeedState.WITHDRAWN,
        rules=rules,
        clauses=clauses_of(rules, need) if rules else (),
        draw_url=link_to("draws.show", notice.number),
        list_url=link_to("portal.notices"),
        own=need.owner_org_id == work.actor.org_id,
        recused=_recused(work, notice, body["owner"]["code"]),
        asked=questions.of_notice(work, notice),
        ask_until=questions.ask_until_of(notice),
        questions_over=is_ended(need.state, notice=notice.attempt, need=need.attempt),
        model_contracts=contract_texts.shown(work, need.item_code),
        may_ask=state is NeedState.OPEN and work.now < questions.ask_until_of(notice),
    )


def _recused(work: UnitOfWork, notice: Notice, owner_code: str) -> list[profiles.Recused]:
    """Return the firms that the rules of the notice's day keep from it, whoever enrolled."""
    rules = regulations.in_force(profiles.SUBJECT, beijing_day(notice.published_at))
    return profiles.recused_by(work, owner_code, rules, notice.number)


def _rules(regulation_id: str) -> Regulation | None:
    try:
        return regulations.current().by_id(regulation_id)
    except KeyError:
        return None


def clauses_of(rules: Regulation, need: Need) -> list[tuple[str, object, str]]:
    """Return the values a notice of the need stands under, each with its source."""
    wanted = (notice_clause(rules, need.ceiling_fen), *CLAUSES)
    return [(key, rules[key], rules.clause_of(key)) for key in wanted if key in rules]


@bp.get("/<number>/notice-<int(max=999):attempt>.json")
@public
def document(number: str, attempt: int) -> Response:
    """Serve the exact bytes of a notice: their SHA-256 is what the public log holds."""
    _is_a_number(number)
    with reading() as work:
        need = queries.published(work, number)
        notice = next((n for n in queries.notices_of(work, need) if n.attempt == attempt), None)
    if notice is None:
        raise MissingError
    response = attachment(notice.document, f"{notice.number}.json", "application/json")
    response.headers["Cache-Control"] = FOR_EVER
    response.set_etag(notice.digest)
    return response
