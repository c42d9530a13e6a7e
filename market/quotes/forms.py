"""The forms of quotes: a commitment, and what opens it."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired

from market.draws.forms import HexDigits
from market.quotes.rules import SALT_DIGITS
from market.web.forms import MarketForm, money


def _digits(label: str, hint: str) -> StringField:
    checks = [InputRequired(message=_l("请填写此项。")), HexDigits(SALT_DIGITS)]
    return StringField(label, checks, description=hint)


class SealForm(MarketForm):
    """A commitment: the amount is not part of any form."""

    commitment = _digits(_l("承诺值"), _l("64 位十六进制，由本页或命令在贵机构的电脑上算出。"))


class OpenForm(MarketForm):
    """What opens a quote: the amount and the salt of the file that was kept."""

    amount_fen = money(_l("报价"), hint=_l("封存时填写的金额。"))
    salt = _digits(_l("盐值"), _l("报价文件中 salt 一项，64 位十六进制。"))
