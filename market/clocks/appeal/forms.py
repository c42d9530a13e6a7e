"""The forms with which a refused suspension is taken to the operator, and spoken to."""

from flask_babel import lazy_gettext as _l

from market.web.forms import MarketForm, long_text


class AppealForm(MarketForm):
    """Whoever asked for the suspension says why the refusal is wrong."""

    why = long_text(
        _l("理由"),
        500,
        hint=_l("写明对方的理由为什么不成立、有何凭据。至少 10 个字。"),
        public=True,
    )


class RejoinForm(MarketForm):
    """Whoever had refused it says what it has to say to that."""

    text = long_text(
        _l("说明"),
        500,
        hint=_l("针对对方请求裁定的理由。至少 10 个字。"),
        public=True,
    )
