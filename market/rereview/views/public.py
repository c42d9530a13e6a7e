"""What anybody sees of re-reviews: the list, and each with its draw and its sheets."""

from flask import Response, render_template, url_for

from market.access import public
from market.catalogue.files import current_catalogue
from market.draws.views.tools import TOOLS
from market.errors import MissingError
from market.panels.bundle import is_ready
from market.rereview import queries, showing
from market.rereview.forms import StepForm
from market.rereview.views.blueprint import bp
from market.web.deeds import reading
from market.web.lists import PAGE_ROWS, Pages


@bp.get("")
@public
def index() -> str:
    """List every re-review, the latest first, by number and item."""
    with reading() as work:
        pages = Pages.of(queries.count_listed(work))
        return render_template(
            "rereview/index.html",
            rows=queries.listed(work, limit=PAGE_ROWS, offset=pages.offset),
            items=current_catalogue(),
            pages=pages,
        )


@bp.get("/<number>")
@public
def show(number: str) -> str:
    """Show one re-review: to its sides what they know, to everybody all of it once it is over."""
    with reading() as work:
        found = showing.shown(work, queries.by_number(work, number))
        panel = found.panel
        return render_template(
            "rereview/show.html",
            shown=found,
            item=current_catalogue().latest(found.item_code),
            form=StepForm(formdata=None),
            tools=TOOLS,
            bundle_url=url_for("panels.bundle_file", number=panel.number)
            if panel and is_ready(panel)
            else None,
        )


@bp.get("/<number>/result.json")
@public
def result(number: str) -> Response:
    """Serve what was published at the end, byte for byte: its digest is in the log."""
    with reading() as work:
        found = queries.result_of(work, queries.by_number(work, number))
    if found is None:
        raise MissingError
    response = Response(found.body, content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{number}-result.json"'
    return response
