"""The public pages of the catalogue: the list of service items and a page for each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, cast

from flask import Blueprint, Flask, current_app, render_template, request

from market.access import Permission, public
from market.accounts import scope, todo
from market.catalogue import labels as _declared  # noqa: F401 - importing declares the labels
from market.catalogue import queries
from market.catalogue.attached import approvals
from market.catalogue.contract_texts import queries as contract_texts
from market.catalogue.contract_texts import todos
from market.catalogue.contract_texts import views as text_views
from market.catalogue.files import current_catalogue
from market.catalogue.report_templates import queries as report_templates
from market.catalogue.report_templates import todos as template_todos
from market.catalogue.report_templates import views as template_views
from market.catalogue.rules import Item
from market.db import UnitOfWork
from market.errors import msgid
from market.web.language import language
from market.web.work import request_work

bp = Blueprint("catalogue", __name__, url_prefix="/items")

LONGEST_QUERY: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A firm that offers an item, as the item's page shows it."""

    firm_name: str
    url: str
    price: str
    promised_working_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeLink:
    """Where the fee of an item can be computed; ``words`` may be a msgid."""

    words: str
    url: str
    main: bool = False


OffersOf = Callable[[UnitOfWork, Item], Sequence[Offer]]
FeeLinksOf = Callable[[UnitOfWork, Item], Sequence[FeeLink]]


def init_app(app: Flask) -> None:
    """Register the pages; until a feature above says who offers an item, nobody does."""
    app.extensions.setdefault("catalogue_offers", None)
    app.extensions.setdefault("catalogue_fee_links", None)
    scope.offer(lambda: [(group.code, group.name_zh) for group in queries.groups()])
    app.jinja_env.filters["item_name"] = item_name
    app.register_blueprint(bp)
    app.register_blueprint(text_views.bp)
    todo.provide(Permission.CATALOGUE_KEEP, todos.for_operator)
    todo.link(Permission.CATALOGUE_KEEP, msgid("合同示范文本"), "contract_texts.desk")
    app.register_blueprint(template_views.bp)
    todo.provide(Permission.CATALOGUE_KEEP, template_todos.for_operator)
    todo.link(Permission.CATALOGUE_KEEP, msgid("进度报告模板"), "report_templates.desk")


def item_name(code: str) -> str:
    """Return what an item is called in the reader's language; an unknown code stays a code."""
    item = current_catalogue().latest(code)
    if item is None:
        return code
    return item.name_en if language() == "en" else item.name_zh


def provide_offers(app: Flask, offers_of: OffersOf) -> None:
    """Let a feature above the catalogue say which firms offer an item."""
    app.extensions["catalogue_offers"] = offers_of


def provide_fee_links(app: Flask, links_of: FeeLinksOf) -> None:
    """Let a feature above the catalogue say where an item's fee can be computed."""
    app.extensions["catalogue_fee_links"] = links_of


@bp.get("")
@public
def index() -> str:
    """Show the items by group, or those that match a search."""
    query = request.args.get("q", "").strip()[:LONGEST_QUERY]
    with request_work() as work:
        found = queries.search(query, work.today)
    return render_template(
        "catalogue/index.html",
        query=query,
        groups=queries.grouped(found),
        total=len(found),
    )


@bp.get("/<code>")
@public
def show(code: str) -> str:
    """Show one item: what it rests on, who may do it, how long it takes, what it costs."""
    offers_of = cast("OffersOf | None", current_app.extensions["catalogue_offers"])
    links_of = cast("FeeLinksOf | None", current_app.extensions["catalogue_fee_links"])
    with request_work() as work:
        item = queries.item(code, work.today)
        fee_links = links_of(work, item) if links_of else ()
        offers = offers_of(work, item) if offers_of else None
        incompatible = queries.incompatible_items(item, work.today)
        served = approvals().of(item.code, work.today)
        model_contracts = contract_texts.shown(work, item.code)
        asked = report_templates.asked_for(work, item.code)
    return render_template(
        "catalogue/show.html",
        item=item,
        incompatible=incompatible,
        approvals=served,
        model_contracts=model_contracts,
        asked=asked,
        offers=offers,
        fee_links=fee_links,
    )
