"""Which firms offer an item: what the item's own page shows."""

from flask import url_for
from flask_babel import gettext

from market.catalogue.rules import Item
from market.catalogue.views import Offer
from market.db import UnitOfWork
from market.firms import queries
from market.firms.fee_words import per_mille, percent
from market.firms.model import FirmFee


def offers_of(work: UnitOfWork, item: Item) -> list[Offer]:
    """Return the listed firms that offer an item, with their fees in force."""
    return [
        Offer(
            firm_name=firm.name,
            url=url_for("firms.show", code=firm.code),
            price=in_words(fee) if fee else "",
            promised_working_days=service.promised_working_days,
        )
        for firm, service, fee in queries.offering_with_fees(work, item.code)
    ]


def in_words(fee: FirmFee) -> str:
    """Return what a fee says in one line."""
    if fee.amount_fen is not None:
        words = f"¥{_yuan(fee.amount_fen)}"
    elif fee.rate_ppm is not None:
        rate = per_mille(fee.rate_ppm)
        words = gettext("%(base)s的 %(rate)s‰", base=fee.rate_base, rate=rate)
    else:
        words = gettext("按标准下浮 %(discount)s%%", discount=percent(fee.discount_bp or 0))
    if fee.min_fee_fen is not None:
        words += gettext("，最低 ¥%(fee)s", fee=_yuan(fee.min_fee_fen))
    return words


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}"
