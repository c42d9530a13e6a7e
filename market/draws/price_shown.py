"""How an award's price came about, as its pages print it: recomputed from records."""

from dataclasses import dataclass

from sqlalchemy import select

from market.db import UnitOfWork
from market.draws import methods
from market.draws.disclosed import Disclosed
from market.draws.model import Award, Draw
from market.draws.model_prices import AwardPrice
from market.firms.model import Firm
from market.tariffs.comparing import Hindrance


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceShown:
    """What was kept of a price, and what the published fee gives when it is computed again."""

    kept: AwardPrice
    found: Disclosed | None
    firm: Firm
    item_code: str

    @property
    def is_same(self) -> bool:
        """Whether computing again gives what was kept."""
        if self.found is None:
            return self.kept.fee_id is None
        fee_id = self.found.fee.id if self.found.fee else None
        return (self.kept.fee_id, self.kept.disclosed_fen) == (fee_id, self.found.limit_fen)

    @property
    def hindrance(self) -> Hindrance | None:
        """Why the published fee gave no amount, as it was kept."""
        return Hindrance(self.kept.hindrance) if self.kept.hindrance else None

    @property
    def is_lowered(self) -> bool:
        """Whether the published fee made the price lower than its limit."""
        return self.kept.price_fen < self.kept.limit_fen


def price_shown(work: UnitOfWork, award: Award | None, item_code: str) -> PriceShown | None:
    """Return how an award's price came about; None where none was kept.

    Raises:
        UnverifiableError: The notice's bytes are not those that the log holds the digest of.
    """
    if award is None or award.draw_id is None:
        return None
    kept = work.session.scalar(select(AwardPrice).where(AwardPrice.award_id == award.id))
    if kept is None:
        return None
    draw = work.session.get_one(Draw, award.draw_id)
    firm = work.session.get_one(Firm, award.firm_id)
    capped = methods.terms_of(work, draw).capped
    found = methods.published_fee(work, draw, firm) if capped else None
    return PriceShown(kept=kept, found=found, firm=firm, item_code=item_code)
