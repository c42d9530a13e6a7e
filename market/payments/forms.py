"""The forms of invoices and payments."""

from datetime import date
from typing import cast

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from market.payments.actions import VoucherFacts
from market.web.forms import MarketForm, day, long_text, money, radios, text

_KINDS = _l("PDF、Word（docx）、Excel（xlsx）或图片，最大 20 MB，不得加密。")


class _VoucherForm(MarketForm):
    """What an invoice and a payment have in common."""

    def facts(self) -> VoucherFacts:
        """Return what was typed; the form has been checked."""
        return VoucherFacts(
            reference=self.reference.data or "",
            dated_on=cast("date", self.dated_on.data),
            amount_fen=cast("int", self.amount_fen.data),
            note=self.note.data or "",
        )


class InvoiceForm(_VoucherForm):
    """An invoice, and its file."""

    reference = text(_l("发票号码"), 60, hint=_l("照发票填写，例如数电发票的 20 位号码。"))
    dated_on = day(_l("开票日期"))
    amount_fen = money(_l("价税合计"))
    file = FileField(
        _l("发票文件"), [FileRequired(message=_l("请选择要上传的文件。"))], description=_KINDS
    )
    note = long_text(_l("说明"), 500, optional=True)


class PaymentForm(_VoucherForm):
    """A payment, with its proof if there is one."""

    reference = text(_l("付款流水号"), 60, hint=_l("照银行回单或国库支付凭证填写。"))
    dated_on = day(_l("付款日期"))
    amount_fen = money(_l("付款金额"))
    file = FileField(_l("付款凭证（选填）"), description=_KINDS)
    note = long_text(_l("说明"), 500, optional=True)


class CorrectForm(MarketForm):
    """What takes a record back as a whole."""

    reference = text(_l("红字发票号码或冲正流水号"), 60)
    reason = long_text(_l("冲销原因"), 500, hint=_l("至少 10 个字。整笔冲销，再重新登记正确的。"))


class InsistForm(MarketForm):
    """Why the side that recorded it does not accept the dispute."""

    reason = long_text(
        _l("不接受异议的理由"), 500, hint=_l("至少 10 个字。由事项主管部门认定，请写明依据。")
    )


class DecideForm(MarketForm):
    """Whether a disputed record stands, and why."""

    outcome = radios(
        _l("认定"),
        [
            ("stands", _l("异议不成立：票据有效，付款期限从认定之日起接着计算")),
            ("wrong", _l("异议成立：由登记方整笔冲销后更正")),
        ],
    )
    reason = long_text(_l("理由"), 500, hint=_l("至少 10 个字，双方可以看到。"))


class AnswerForm(MarketForm):
    """The other side confirms, or says what is wrong."""

    answer = radios(_l("核对结果"), [("confirm", _l("确认无误")), ("dispute", _l("有异议"))])
    reason = long_text(
        _l("理由"), 500, hint=_l("有异议的须写明理由（至少 10 个字）。"), optional=True
    )
