"""The forms of a bid: an amount, or a discount, as the notice says."""

import unicodedata
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired

from market.money import plain_decimal
from market.needs.prices import MOST_BP, price_at
from market.web.forms import MarketForm, money


class Percent(StringField):
    """A discount in percent on the screen, in integer basis points in ``data``."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{Decimal(self.data) / 100:.2f}"

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read a percentage with at most two decimals; a percent sign is allowed."""
        typed = str(valuelist[0]).strip().rstrip("%％") if valuelist else ""
        self.data = None
        if not typed:
            return
        percent = plain_decimal(unicodedata.normalize("NFKC", typed))
        if percent is None:
            raise ValueError(_l("请填写下浮率，例如 8.50（单位：%）。"))
        points = percent * 100
        if points != points.to_integral_value():
            raise ValueError(_l("下浮率最多保留两位小数。"))
        if not 0 <= points <= MOST_BP:
            raise ValueError(_l("下浮率须在 0 到 99.99 之间。"))
        self.data = int(points)  # type: ignore[assignment]  # the stubs know StringField's text only


class _BidForm(MarketForm):
    """What every bid carries: the amount in fen that the bidder was asked about and confirmed."""

    confirmed = StringField()


class AmountForm(_BidForm):
    """A bid in yuan."""

    amount_fen = money(_l("出价"))

    def fen(self, ceiling_fen: int) -> int:
        """Return the bid in fen. Call it on a form that is valid."""
        del ceiling_fen
        return int(self.amount_fen.data or 0)

    def suggest(self, amount_fen: int, discount_bp: int) -> None:
        """Fill in what may be bid now."""
        del discount_bp
        self.amount_fen.process_data(amount_fen)


class DiscountForm(_BidForm):
    """A bid by the discount off the ceiling."""

    discount_bp = Percent(_l("下浮率"), [InputRequired(message=_l("请填写此项。"))])

    def fen(self, ceiling_fen: int) -> int:
        """Return the bid in fen. Call it on a form that is valid."""
        return price_at(ceiling_fen, int(self.discount_bp.data or 0))

    def suggest(self, amount_fen: int, discount_bp: int) -> None:
        """Fill in what may be bid now."""
        del amount_fen
        self.discount_bp.process_data(discount_bp)
