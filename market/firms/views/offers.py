"""Which firms offer an item: what the item's own page shows."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from flask import url_for
from flask_babel import gettext

from market.catalogue.rules import Item
from market.catalogue.views import Offer
from market.db import UnitOfWork
from market.errors import msgid
from market.firms import queries
from market.firms.fee_brackets import Brackets, BracketShape, Row, stored_brackets
from market.firms.fee_charges import Charge, stored_charges
from market.firms.fee_history import Difference
from market.firms.fee_words import per_mille, percent, ten_thousand_yuan
from market.firms.fees import FeeBasis, FeeKind
from market.firms.model import FirmFee
from market.labels import label_of
from market.money import yuan


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
    return "".join([_formula(fee), *_limits(fee)])


def _formula(fee: FirmFee) -> str:
    match fee.kind:
        case FeeKind.FIXED:
            return f"¥{yuan(fee.amount_fen or 0)}"
        case FeeKind.RATE:
            rate = per_mille(fee.rate_ppm or 0)
            return str(gettext("%(base)s的 %(rate)s‰", base=fee.rate_base, rate=rate))
        case FeeKind.BRACKETS:
            return _brackets(fee)
        case FeeKind.UNIT:
            price = f"¥{yuan(fee.unit_price_fen or 0)}"
            facts = {"base": fee.rate_base, "unit": fee.unit, "price": price}
            return str(gettext("%(base)s每%(unit)s %(price)s", **facts))
        case FeeKind.DISCOUNT:
            least, most = percent(fee.discount_bp or 0), fee.discount_to_bp
            if most is None:
                return str(gettext("按标准下浮 %(discount)s%%", discount=least))
            words = gettext("按标准下浮 %(low)s%% 至 %(high)s%%", low=least, high=percent(most))
            return str(words)


def _brackets(fee: FirmFee) -> str:
    table = _table(stored_brackets(fee.brackets))
    return str(gettext("%(base)s，%(table)s", base=fee.rate_base, table=table))


def _row(shape: BracketShape, row: Row) -> str:
    progressive = shape is BracketShape.PROGRESSIVE
    number = f"{per_mille(row.number)}‰" if progressive else f"¥{yuan(row.number)}"
    if row.up_to_fen is None:
        return str(gettext("以上 %(number)s", number=number))
    wan = ten_thousand_yuan(row.up_to_fen)
    if shape is BracketShape.INTERPOLATED:
        return str(gettext("%(wan)s 万元对应 %(number)s", wan=wan, number=number))
    return str(gettext("至 %(wan)s 万元 %(number)s", wan=wan, number=number))


def _limits(fee: FirmFee) -> list[str]:
    found = []
    if fee.min_fee_fen is not None:
        found.append(gettext("，最低 ¥%(fee)s", fee=yuan(fee.min_fee_fen)))
    if fee.max_fee_fen is not None:
        found.append(gettext("，最高 ¥%(fee)s", fee=yuan(fee.max_fee_fen)))
    return found


def change_in_words(one: Difference) -> str:
    """Return in what two versions of a fee differ, in one line."""
    name = gettext(_COLUMNS[one.column])
    before, after = (_value(one.column, value) for value in (one.before, one.after))
    return str(gettext("%(name)s：%(before)s → %(after)s", name=name, before=before, after=after))


def _value(column: str, value: object) -> str:
    """Return one side of a change; what is not there is a dash, and no extra charge is said."""
    if column == "extra_charges":
        return charges_in_words(str(value))
    if value is None or value == "":
        return "—"
    if isinstance(value, (FeeBasis, FeeKind)):
        return str(gettext(label_of(value).text))
    if isinstance(value, int):
        return _number(column, value)
    return _table(stored_brackets(str(value))) if column == "brackets" else str(value)


def _number(column: str, value: int) -> str:
    if column.endswith("_fen"):
        return f"¥{yuan(value)}"
    return f"{per_mille(value)}‰" if column == "rate_ppm" else f"{percent(value)}%"


def _table(table: Brackets | None) -> str:
    if table is None:
        return ""
    rows = gettext("，").join(_row(table.shape, row) for row in table.rows)
    return f"{gettext(label_of(table.shape).text)}：{rows}"


_COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "basis": msgid("收费依据"),
        "standard_id": msgid("标准"),
        "basis_document": msgid("标准文件名称和文号"),
        "kind": msgid("计费方式"),
        "amount_fen": msgid("固定金额"),
        "rate_ppm": msgid("比例"),
        "rate_base": msgid("计费基数"),
        "brackets": msgid("分档表"),
        "unit_price_fen": msgid("单价"),
        "unit": msgid("计量单位"),
        "discount_bp": msgid("下浮率"),
        "discount_to_bp": msgid("最高下浮率"),
        "min_fee_fen": msgid("最低收费"),
        "max_fee_fen": msgid("最高收费"),
        "extra_charges": msgid("另收费用"),
        "valid_to_on": msgid("截止日期"),
    }
)


def charges_in_words(stored: str) -> str:
    """Return what may be charged beside a fee; that nothing may is said as well."""
    found = [
        gettext("%(charge)s：%(much)s", charge=gettext(label_of(one.kind).text), much=_much(one))
        for one in stored_charges(stored)
    ]
    return gettext("；").join(found) if found else str(gettext("无"))


def _much(charge: Charge) -> str:
    if charge.amount_fen is None:
        return str(gettext("据实，凭票据"))
    return f"¥{yuan(charge.amount_fen)}"
