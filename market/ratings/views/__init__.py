"""Ratings on the web: given blind, shown in public, appealed against, examined, called about."""

from collections.abc import Sequence

from flask import Flask, url_for

from market.access import Permission
from market.accounts import todo
from market.contracts import beside
from market.contracts import queries as contracts
from market.contracts.beside import Panel
from market.contracts.model import Contract
from market.contracts.rules import OVER
from market.db import UnitOfWork
from market.draws import award_links
from market.draws.model import Award
from market.errors import msgid
from market.labels import Label, label_of
from market.needs.elsewhere import Link
from market.ratings import queries, todos
from market.ratings.rules import RatingState, WhyLow
from market.ratings.views import covering as covering
from market.ratings.views import giving as giving
from market.ratings.views import public as public
from market.ratings.views import reviewing as reviewing
from market.ratings.views.blueprint import bp


def init_app(app: Flask) -> None:
    """Register the pages, what there is to do, and what other pages show of ratings."""
    app.register_blueprint(bp)
    app.jinja_env.filters["why_low"] = why_low
    todo.provide(Permission.RATING_GIVE, todos.for_raters)
    todo.provide(Permission.RATING_EXAMINE, todos.for_examiners)
    todo.provide(Permission.RATING_DECIDE, todos.for_deciders)
    todo.provide(Permission.DRAW_SUPERVISE, todos.for_supervisor)
    todo.link(Permission.RATING_EXAMINE, msgid("一事一评"), "ratings.index")
    todo.link(Permission.OVERSIGHT_READ, msgid("一事一评"), "ratings.index")
    beside.provide(panel)
    award_links.provide(links_of)


def why_low(code: str) -> Label:
    """Return how the code of a reason is named on screens."""
    return label_of(WhyLow(code))


def panel(work: UnitOfWork, contract: Contract) -> Panel | None:
    """Return what a contract's page shows of its ratings: never what a sealed one says."""
    rows = queries.of_contract(work, contract.id)
    if not rows:
        return None
    gives = Permission.RATING_GIVE in work.actor.permissions
    own = {
        row.rating.id
        for row in rows
        if gives
        and row.rating.state is RatingState.WAITING
        and row.rating.rater_org_id == work.actor.org_id
    }
    return Panel("ratings/_panel.html", {"rows": rows, "own": own})


def links_of(work: UnitOfWork, award: Award) -> Sequence[Link]:
    """Return the page of the ratings that followed a result, once its contract is over."""
    contract = contracts.of_award(work, award.id)
    if contract is None or contract.state not in OVER:
        return []
    return [Link(msgid("履约评价"), url_for("ratings.contract", number=contract.number))]
