"""The forms of a firm's services and of what it charges for them."""

from datetime import date
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import InputRequired, Optional

from market.catalogue.queries import all_items
from market.firms import fee_standards
from market.firms.fee_brackets import Brackets, BracketShape, read_brackets, stored_brackets
from market.firms.fee_charges import Charge, ChargeError, ExtraCharge, stored_charges
from market.firms.fees import (
    DISCOUNT_UNITS,
    HIGHEST_DISCOUNT_BP,
    HIGHEST_RATE_PPM,
    RATE_UNITS_PER_MILLE,
    Fee,
    FeeBasis,
    FeeKind,
)
from market.firms.fields import Scaled, labelled, to_choose
from market.firms.model import FirmFee
from market.web.forms import Choice, MarketForm, choice, day, long_text, money, text, whole

NONE: Final = "none"
AT_COST: Final = "cost"
A_SUM: Final = "sum"
# What a new version is begun with from the one in force, column by column.
KEPT: Final = (
    "basis",
    "standard_id",
    "basis_document",
    "kind",
    "amount_fen",
    "rate_ppm",
    "rate_base",
    "unit_price_fen",
    "unit",
    "discount_bp",
    "discount_to_bp",
    "min_fee_fen",
    "max_fee_fen",
)


def _discount(label: str, hint: str) -> Scaled:
    return Scaled(
        label,
        scale=DISCOUNT_UNITS // 100,
        lowest=0,
        highest=HIGHEST_DISCOUNT_BP,
        validators=[Optional()],
        description=hint,
    )


def _optional_choice(label: str, hint: str = "") -> Choice:
    """Return a select that may stay as it is."""
    return Choice(label, [Optional()], choices=[], description=hint)


class FeeForm(MarketForm):
    """A new version of a fee."""

    basis = choice(_l("收费依据"), [])
    standard_id = _optional_choice(
        _l("标准"), _l("依据为“参照标准文件”时选择；列表中没有的，在下一项写明文件。")
    )
    basis_document = text(
        _l("标准文件名称和文号"), 200, optional=True, hint=_l("所依据的标准不在上述列表中时填写。")
    )
    kind = choice(_l("计费方式"), [])
    amount_fen = money(_l("固定金额"), optional=True, hint=_l("计费方式为“固定金额”时填写。"))
    rate_ppm = Scaled(
        _l("比例（‰）"),
        scale=RATE_UNITS_PER_MILLE,
        lowest=1,
        highest=HIGHEST_RATE_PPM,
        validators=[Optional()],
        description=_l("计费方式为“按比例”时填写，最多三位小数。"),
    )
    rate_base = text(
        _l("计费基数"),
        100,
        optional=True,
        hint=_l("按什么的金额或数量计费，例如：项目总投资、中选金额、建筑面积。"),
    )
    shape = _optional_choice(_l("分档的算法"))
    brackets = long_text(
        _l("分档表"),
        1000,
        optional=True,
        hint=_l(
            "计费方式为“自定分档”时填写，每行一档，写成“上限：数值”。上限以万元计，最后一行可写“以上”。"
            "差额定率累进的数值是‰，内插和分档定额的数值是元。例如两行：100：15 和 以上：8"
        ),
    )
    unit_price_fen = money(_l("单价"), optional=True, hint=_l("计费方式为“单价 × 数量”时填写。"))
    unit = text(_l("计量单位"), 20, optional=True, hint=_l("例如：平方米、点、份。"))
    discount_bp = _discount(
        _l("下浮率（%）"),
        _l("计费方式为“按标准下浮”时填写，最多两位小数；公开一个幅度的，这里填最低下浮率。"),
    )
    discount_to_bp = _discount(
        _l("最高下浮率（%）"), _l("只有一个下浮率的留空。收费不高于按最低下浮率计算的金额。")
    )
    min_fee_fen = money(_l("最低收费"), optional=True)
    max_fee_fen = money(_l("最高收费"), optional=True, hint=_l("整元数；没有的留空。"))
    charge_travel = _optional_choice(_l("差旅费"))
    charge_travel_fen = money(_l("差旅费金额"), optional=True)
    charge_experts = _optional_choice(_l("专家评审费"))
    charge_experts_fen = money(_l("专家评审费金额"), optional=True)
    charge_copies = _optional_choice(_l("加印成果文件费"))
    charge_copies_fen = money(_l("加印成果文件费金额"), optional=True)
    charge_laboratory = _optional_choice(_l("检验检测费"))
    charge_laboratory_fen = money(_l("检验检测费金额"), optional=True)
    charge_data = _optional_choice(_l("资料购置费"))
    charge_data_fen = money(_l("资料购置费金额"), optional=True)
    valid_from_on = day(
        _l("生效日期"), hint=_l("今天或以后。新标准不影响已发布的需求和已签的合同。")
    )
    valid_to_on = day(
        _l("截止日期"),
        optional=True,
        hint=_l("长期有效的留空。到期后视为没有公开收费，不能报名，须重新公开。"),
    )
    agreed = BooleanField(
        _l("本机构已阅读收费承诺全文，公开即为签署。"),
        [InputRequired(message=_l("请勾选同意收费承诺后再公开。"))],
    )

    def offer(self, today: date) -> None:
        """Offer what can be chosen; a new fee begins today unless another day is typed."""
        self.basis.choices = to_choose(labelled(FeeBasis))
        self.kind.choices = to_choose(labelled(FeeKind))
        tables = [(one.id, one.name) for one in fee_standards.listed_on(today)]
        self.standard_id.choices = [("", gettext("不在列表中")), *tables]
        self.shape.choices = labelled(BracketShape)
        for kind in ExtraCharge:
            self._fields[f"charge_{kind}"].choices = [
                (NONE, gettext("不另收")),
                (AT_COST, gettext("据实收取，凭票据")),
                (A_SUM, gettext("按约定金额另收")),
            ]
        if not self.is_submitted():
            self.valid_from_on.data = today

    def take_up(self, fee: FirmFee) -> None:
        """Fill in what the version in force says; its days and the promise are new each time."""
        for name in KEPT:
            self._fields[name].data = getattr(fee, name)
        if (table := stored_brackets(fee.brackets)) is not None:
            self.shape.data, self.brackets.data = table.shape.value, table.typed()
        for charge in stored_charges(fee.extra_charges):
            fixed = charge.amount_fen is not None
            self._fields[f"charge_{charge.kind}"].data = A_SUM if fixed else AT_COST
            self._fields[f"charge_{charge.kind}_fen"].data = charge.amount_fen

    def charge_fields(self) -> list[tuple[Any, Any]]:
        """Return each extra charge's choice with its amount, for the page."""
        return [
            (self._fields[f"charge_{kind}"], self._fields[f"charge_{kind}_fen"])
            for kind in ExtraCharge
        ]

    def fee(self) -> Fee:
        """Return what was typed.

        Raises:
            MarketError: The brackets cannot be read, or a charge does not say how much.
        """
        given = self.data
        return Fee(
            basis=FeeBasis(given["basis"]),
            standard_id=given["standard_id"] or "",
            basis_document=given["basis_document"] or "",
            kind=FeeKind(given["kind"]),
            amount_fen=given["amount_fen"],
            rate_ppm=given["rate_ppm"],
            rate_base=given["rate_base"] or "",
            brackets=self._brackets(),
            unit_price_fen=given["unit_price_fen"],
            unit=given["unit"] or "",
            discount_bp=given["discount_bp"],
            discount_to_bp=given["discount_to_bp"],
            min_fee_fen=given["min_fee_fen"],
            max_fee_fen=given["max_fee_fen"],
            charges=tuple(one for kind in ExtraCharge if (one := self._charge_of(kind))),
            valid_from_on=given["valid_from_on"],
            valid_to_on=given["valid_to_on"],
        )

    def _brackets(self) -> Brackets | None:
        typed = self.brackets.data or ""
        shape = BracketShape(self.shape.data or BracketShape.PROGRESSIVE)
        return read_brackets(shape, typed) if typed else None

    def _charge_of(self, kind: ExtraCharge) -> Charge | None:
        """Return an extra charge; a sum that belongs to no choice is a mistake, never dropped."""
        how = self._fields[f"charge_{kind}"].data or NONE
        fen = self._fields[f"charge_{kind}_fen"].data
        if (how == A_SUM) != bool(fen):
            raise ChargeError(f"charge_{kind}_fen")
        return None if how == NONE else Charge(kind, fen if how == A_SUM else None)


class ServiceForm(FeeForm):
    """A service, its promised days and its first fee."""

    item_code = choice(_l("服务事项"), [])
    promised_working_days = whole(
        _l("承诺时限"), 1, 999, hint=_l("不超过该事项的规定时限（见选项中的天数）。")
    )

    def offer_items(self, today: date, offered: frozenset[str]) -> None:
        """Offer the items that the firm does not offer yet."""
        self.offer(today)
        items = [
            (
                i.code,
                gettext(
                    "%(name)s（%(days)s 个工作日）", name=i.name_zh, days=i.time_limit_working_days
                ),
            )
            for i in all_items(today)
            if i.code not in offered
        ]
        self.item_code.choices = to_choose(items)


class DaysForm(MarketForm):
    """Another promise of speed."""

    promised_working_days = whole(_l("承诺时限"), 1, 999)
