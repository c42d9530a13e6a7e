"""The form with which an authority has a dossier made anew."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from market.web.forms import MarketForm, at_most, required


class AgainForm(MarketForm):
    """Why it is made anew."""

    why = TextAreaField(
        _l("重新归档的理由"),
        description=_l("例如归档以后又有付款、评价或者更正；将记入公开日志。"),
        validators=[required(), at_most(500)],
    )
