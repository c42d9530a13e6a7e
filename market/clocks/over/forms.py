"""The forms of declarations that a cause is over."""

from flask_babel import lazy_gettext as _l

from market.web.forms import MarketForm, day, long_text, radios


class DeclareForm(MarketForm):
    """The side that did not ask for a suspension says since when its cause is over."""

    since_on = day(
        _l("条件具备之日"), hint=_l("认定后，该日次日起计中介机构的时间，不论何时认定。")
    )
    why = long_text(
        _l("事实和依据"),
        500,
        hint=_l("写明条件何时、怎样具备，有何凭据（如移交单编号）。至少 10 个字。"),
        public=True,
    )


class OverAnswerForm(MarketForm):
    """The side that had asked says whether it is so."""

    decision = radios(_l("您的答复"), [("agree", _l("条件已具备")), ("refuse", _l("条件没有具备"))])
    answer = long_text(
        _l("理由"),
        500,
        hint=_l("认为没有具备的必须填写，至少 5 个字。"),
        optional=True,
        public=True,
    )


class OverDecideForm(MarketForm):
    """The operator says whether it is so, and why whichever way."""

    decision = radios(_l("您的决定"), [("agree", _l("条件已具备")), ("refuse", _l("条件没有具备"))])
    answer = long_text(
        _l("理由"),
        500,
        hint=_l("无论怎样认定都必须填写，至少 5 个字。通知双方。"),
        public=True,
    )
