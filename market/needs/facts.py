"""What an owner says of a need, as its form asks for it."""

from dataclasses import dataclass

from market.needs.methods import Method
from market.needs.prices import QuoteUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedFacts:
    """What an owner says of a need, as typed on its form."""

    item_code: str
    title: str
    content: str
    scale: str
    project_code: str
    project_name: str
    funding_source: str
    ceiling_fen: int
    service_working_days: int
    staff_required: int
    contact_name: str
    contact_phone: str
    mode: str
    alternates: int
    fresh_alternates: bool = False
    method: str = Method.LOTTERY
    floor_fen: int | None = None
    quote_unit: str = QuoteUnit.AMOUNT
    criteria: str = ""
    fee_bases: str = ""
    fee_standard: str = ""
    projects_required: int = 0
    """How many verified past projects of the item; only where the rules allow it."""
    tickets: str = ""
    """What becomes of firms of one controller; empty for what the rules in force say."""
    recusals: tuple[tuple[str, str], ...] = ()
    """Credit code and reason of each firm that may not take part."""
