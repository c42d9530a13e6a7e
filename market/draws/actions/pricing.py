"""At what price a firm is selected: never above what it published. Kept, and told to the log."""

from market.db import UnitOfWork
from market.draws import methods
from market.draws.journal import AwardPriced
from market.draws.model import Award, Draw
from market.draws.model_prices import AwardPrice
from market.firms.model import Firm, FirmFee
from market.needs.model import Need


def keep_price(work: UnitOfWork, award: Award, draw: Draw, need: Need, firm: Firm) -> AwardPrice:
    """Keep how an award's price came about, and tell the log."""
    found = methods.priced(work, draw, need, firm)
    row = AwardPrice(
        award_id=award.id,
        limit_fen=found.limit_fen,
        fee_id=found.fee.id if found.fee else None,
        disclosed_fen=found.disclosed_fen,
        hindrance=found.hindrance,
        price_fen=found.price_fen,
        at=work.now,
    )
    work.session.add(row)
    work.record(
        AwardPriced(
            award=award.number,
            need=need.number,
            firm=firm.code,
            price_fen=row.price_fen,
            limit_fen=row.limit_fen,
            fee_version=_version_of(found.fee),
            disclosed_fen=row.disclosed_fen,
            hindrance=row.hindrance,
        )
    )
    return row


def _version_of(fee: FirmFee | None) -> int | None:
    return fee.version_no if fee else None
