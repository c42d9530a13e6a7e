"""The form with which an authority has a dossier made anew."""

from flask_babel import lazy_gettext as _l

from market.web.forms import MarketForm, long_text


class AgainForm(MarketForm):
    """Why it is made anew."""

    why = long_text(
        _l("重新归档的理由"),
        500,
        hint=_l("例如归档以后又有付款、评价或者更正；记入日志。"),
        public=True,
    )
