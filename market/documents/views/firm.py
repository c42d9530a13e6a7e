"""The step of a firm's registration that lists its documents."""

from http import HTTPStatus

from market.access import Permission, requires
from market.documents import queries
from market.documents.views.blueprint import bp
from market.firms import queries as firms
from market.firms.rules import Step
from market.firms.views.own import show_step
from market.web.deeds import Page, reading
from market.web.forms import MarketForm


@bp.get("/firm/materials")
@requires(Permission.FIRM_EDIT)
def own_firm() -> Page:
    """Step 6: the documents that the operator's check needs, and those that may be added."""
    with reading() as work:
        firm = firms.of_org_or_none(work, work.org_id)
        slots = queries.firm_slots(work, firm) if firm else []
    return show_step(
        Step.MATERIALS,
        "documents/firm.html",
        MarketForm(),
        HTTPStatus.OK,
        slots=slots,
        lacking=[slot.name for slot in slots if slot.is_missing],
    )
