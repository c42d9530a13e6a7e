"""A firm's own list of fees: one row publishes one version, as the form does."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Final

from market.catalogue.queries import item
from market.db import UnitOfWork
from market.errors import MarketError, msgid
from market.firms import fee_standards, queries
from market.firms.actions.qualifications import require_changeable
from market.firms.actions.services import publish_fee
from market.firms.fee_brackets import BracketShape, read_brackets, stored_brackets
from market.firms.fee_charges import Charge, ExtraCharge, stored_charges
from market.firms.fees import Fee, FeeBasis, FeeFormError, FeeKind, check_fee
from market.firms.model import FirmFee
from market.firms.tables.taker import Payload, Taker, day_of, plain, text_of
from market.sheets.columns import Column, a_day, a_number, a_word, show_number, show_word
from market.sheets.errors import NumberCellError, WordCellError

BASES: Final = {"自主定价": FeeBasis.OWN, "参照标准文件": FeeBasis.STANDARD}
KINDS: Final = {
    "固定金额": FeeKind.FIXED,
    "按比例": FeeKind.RATE,
    "自定分档": FeeKind.BRACKETS,
    "单价×数量": FeeKind.UNIT,
    "单价": FeeKind.UNIT,
    "按标准下浮": FeeKind.DISCOUNT,
}
SHAPES: Final = {
    "": None,
    "差额定率累进": BracketShape.PROGRESSIVE,
    "直线内插": BracketShape.INTERPOLATED,
    "分档定额": BracketShape.PER_BAND,
}
CHARGES: Final = {
    "差旅费": ExtraCharge.TRAVEL,
    "专家评审费": ExtraCharge.EXPERTS,
    "加印成果文件费": ExtraCharge.COPIES,
    "检验检测费": ExtraCharge.LABORATORY,
    "资料购置费": ExtraCharge.DATA,
}
AT_COST: Final = "据实"
_yuan: Final = a_number(2, factor=100)
_show_yuan: Final = show_number(2, factor=100)


class ShapeMissingError(MarketError):
    """A table of brackets without its shape, or a shape without a table."""

    sentence = msgid("分档方式和分档表须同时填写，或同时留空")

    def __init__(self) -> None:
        super().__init__(field="brackets")


def _charges(text: str, today: date) -> tuple[Charge, ...]:
    """Read 差旅费=500；专家评审费=据实."""
    found: dict[ExtraCharge, Charge] = {}
    for part in filter(None, re.split(r"[;；\n]", text)):
        words, _, amount = part.replace("＝", "=").partition("=")
        kind = CHARGES.get(words.strip())
        if kind is None or kind in found:
            raise WordCellError(words.strip(), "、".join(CHARGES))
        fen = None if amount.strip() == AT_COST else _yuan(amount.strip(), today)
        if fen is None and amount.strip() != AT_COST:
            raise NumberCellError(amount, 2)
        found[kind] = Charge(kind, fen if isinstance(fen, int) else None)
    return tuple(found[kind] for kind in ExtraCharge if kind in found)


def _show_charges(stored: object) -> str:
    words = {kind: word for word, kind in CHARGES.items()}
    return "；".join(
        f"{words[c.kind]}={AT_COST if c.amount_fen is None else _show_yuan(c.amount_fen)}"
        for c in stored_charges(str(stored))
    )


def _shape(stored: object) -> str:
    table = stored_brackets(str(stored))
    return show_word(SHAPES)(table.shape) if table else ""


def _table(stored: object) -> str:
    table = stored_brackets(str(stored))
    return table.typed().replace("\n", "；") if table else ""


def _optional(key: str, heading: str, hint: str = "", **more: Any) -> Column:  # noqa: ANN401 - what a column takes
    return Column(
        key=key,
        heading=heading,
        characters=more.pop("characters", 30),
        required=False,
        hint=hint,
        **more,
    )


class Fees(Taker):
    """Publishes a firm's fees. Publishing signs the promise about fees."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column(
            key="item_code",
            heading=msgid("事项编码"),
            aliases=("服务事项编码", "编码"),
            characters=20,
            hint=msgid("例如 ZJ-03-001-02，见服务事项清单"),
        ),
        Column(
            key="basis",
            heading=msgid("收费依据"),
            characters=20,
            read=a_word(BASES),
            show=show_word(BASES),
            hint=msgid("自主定价或参照标准文件"),
        ),
        _optional("standard_id", msgid("标准编号"), msgid("系统收录的标准的编号"), characters=60),
        _optional("basis_document", msgid("标准文件"), msgid("标准的名称和文号"), characters=200),
        Column(
            key="kind",
            heading=msgid("计费方式"),
            characters=20,
            read=a_word(KINDS),
            show=show_word(KINDS),
            hint=msgid("固定金额、按比例、自定分档、单价×数量、按标准下浮"),
        ),
        _optional("amount_fen", msgid("固定金额（元）"), read=_yuan, show=_show_yuan),
        _optional(
            "rate_ppm",
            msgid("比例（‰）"),
            read=a_number(3, factor=1_000),
            show=show_number(3, factor=1_000),
        ),
        _optional("rate_base", msgid("计费基数"), msgid("例如 项目总投资"), characters=100),
        _optional(
            "shape",
            msgid("分档方式"),
            msgid("差额定率累进、直线内插或分档定额"),
            read=a_word(SHAPES),
            show=_shape,
            stored="brackets",
        ),
        _optional(
            "brackets",
            msgid("分档表"),
            msgid("例如 100：15；以上：8（上限为万元）"),
            show=_table,
            characters=1000,
        ),
        _optional("unit_price_fen", msgid("单价（元）"), read=_yuan, show=_show_yuan),
        _optional("unit", msgid("计量单位"), characters=20),
        _optional(
            "discount_bp", msgid("下浮率（百分比）"), read=a_number(2, factor=100), show=_show_yuan
        ),
        _optional(
            "discount_to_bp",
            msgid("最高下浮率（百分比）"),
            read=a_number(2, factor=100),
            show=_show_yuan,
        ),
        _optional("min_fee_fen", msgid("最低收费（元）"), read=_yuan, show=_show_yuan),
        _optional("max_fee_fen", msgid("最高收费（元）"), read=_yuan, show=_show_yuan),
        _optional(
            "charges",
            msgid("另收费用"),
            msgid("例如 差旅费=500；专家评审费=据实"),
            characters=300,
            read=_charges,
            show=_show_charges,
            stored="extra_charges",
        ),
        Column(
            key="valid_from_on",
            heading=msgid("生效日期"),
            characters=30,
            read=a_day,
            hint=msgid("今天或以后"),
        ),
        _optional("valid_to_on", msgid("截止日期"), msgid("长期有效的留空"), read=a_day),
    )
    identity = blamed = "item_code"
    most_rows = 200
    preview = tuple(column.key for column in columns)

    def __init__(self, work: UnitOfWork, key: bytes) -> None:
        super().__init__(work, key)
        self.firm = queries.own(work)
        require_changeable(self.firm)
        self._latest: dict[str, FirmFee] = {}
        for row in queries.fee_history(work, self.firm.id):
            self._latest.setdefault(row.item_code, row)

    def pack(self, values: Mapping[str, object]) -> Payload:
        """Return a fee as it waits. The version already published is not judged again."""
        today = self.work.today
        code = str(values["item_code"])
        item(code, today)
        fee = _fee(values)
        payload = {"item_code": code} | {k: plain(v) for k, v in fee.columns().items()}
        if self.settle(payload):
            check_fee(fee, today)
            if fee.standard_id and fee_standards.listed(fee.standard_id, today) is None:
                raise FeeFormError(msgid("没有这个收费标准，请从列表中选择。"), "standard_id")
        return payload

    def settle(self, payload: Payload) -> bool:
        """Return whether the fee differs from the version published last."""
        row = self._latest.get(text_of(payload, "item_code"))
        return row is None or any(
            plain(getattr(row, key)) != value
            for key, value in payload.items()
            # The document of a table that was named is filled in when the fee is published.
            if key != "basis_document" or value
        )

    def enter(self, payload: Payload) -> None:
        """Publish a fee."""
        given: dict[str, Any] = {
            key: value for key, value in payload.items() if key not in _REBUILT
        }
        fee = Fee(
            **given,
            basis=FeeBasis(text_of(payload, "basis")),
            kind=FeeKind(text_of(payload, "kind")),
            brackets=stored_brackets(text_of(payload, "brackets")),
            charges=stored_charges(text_of(payload, "extra_charges")),
            valid_from_on=day_of(payload, "valid_from_on") or self.work.today,
            valid_to_on=day_of(payload, "valid_to_on"),
        )
        publish_fee(self.work, self.firm, text_of(payload, "item_code"), fee)


_REBUILT: Final = frozenset(
    {
        "item_code",
        "basis",
        "kind",
        "brackets",
        "extra_charges",
        "valid_from_on",
        "valid_to_on",
    }
)


def _fee(values: Mapping[str, object]) -> Fee:
    shape, table = values["shape"], str(values["brackets"])
    if bool(shape) != bool(table):
        raise ShapeMissingError
    given: dict[str, Any] = {
        key: value for key, value in values.items() if key not in {"item_code", "shape"}
    }
    given["brackets"] = read_brackets(BracketShape(str(shape)), table) if shape else None
    return Fee(**given)
