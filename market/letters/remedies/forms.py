"""The forms of what decisions say of review and suit."""

from flask_babel import lazy_gettext as _l

from market.letters.remedies.rules import (
    BASIS_LONGEST,
    BODY_LONGEST,
    REASON_LONGEST,
    TERM_LONGEST,
    Stated,
)
from market.web.forms import MarketForm, long_text, radios, text


class StateForm(MarketForm):
    """Where and until when decisions may be contested."""

    review_body = text(
        _l("行政复议受理机关"), BODY_LONGEST, hint=_l("写全称，例如某某市人民政府。")
    )
    review_term = text(
        _l("申请行政复议的期限"),
        TERM_LONGEST,
        hint=_l("写明从何时起算、多少日内。请查对现行法律。"),
    )
    court = text(_l("行政诉讼受理法院"), BODY_LONGEST, hint=_l("写全称。"))
    court_term = text(
        _l("提起行政诉讼的期限"),
        TERM_LONGEST,
        hint=_l("写明从何时起算、多久之内。请查对现行法律。"),
    )
    basis = text(_l("法律依据"), BASIS_LONGEST, hint=_l("写明法律名称和条款。"))

    def stated(self) -> Stated:
        """Return what was filled in."""
        return Stated(
            review_body=self.review_body.data or "",
            review_term=self.review_term.data or "",
            court=self.court.data or "",
            court_term=self.court_term.data or "",
            basis=self.basis.data or "",
        )


class AnswerForm(MarketForm):
    """Another person confirms it, or sends it back."""

    agree = radios(
        _l("确认意见"), [("yes", _l("已查对法律条文，同意使用")), ("no", _l("退回重新填写"))]
    )
    reason = long_text(_l("退回的理由"), REASON_LONGEST, optional=True)
