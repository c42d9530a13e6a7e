"""Why a direct choice is refused. Each names the rule and what to do next."""

from datetime import date
from typing import Protocol

from market.errors import MarketError, msgid
from market.money import short_yuan


class Counted(Protocol):
    """How many choices there are, and how much they come to."""

    @property
    def count(self) -> int:
        """How many."""

    @property
    def fen(self) -> int:
        """How much, in fen."""


class DirectError(MarketError):
    """A direct choice that the rules do not allow; the subclass says why."""


class IllegalDirectMoveError(MarketError):
    """The choice's state does not allow the move."""

    sentence = msgid("直接选取已有后续处理，不能办理此操作。请刷新页面查看最新状态。")


class IllegalEmergencyMoveError(MarketError):
    """The state of the after-filing does not allow the move."""

    sentence = msgid("应急委托已有后续处理，不能办理此操作。请刷新页面查看最新状态。")


class GroundNotAllowedError(DirectError):
    """The rules do not know the ground."""

    sentence = msgid("《%(source)s》没有把所选情形列为可以直接选取的情形。请改为公开摇号选取。")

    def __init__(self, source: str) -> None:
        super().__init__(field="ground", source=source)


class GroundAmountError(DirectError):
    """The price is above what the ground allows."""

    sentence = msgid(
        "按所选情形直接选取不得超过 %(yuan)s 元（《%(source)s》）。请核对金额，或改为公开摇号选取。"
    )

    def __init__(self, up_to_fen: int, source: str) -> None:
        super().__init__(field="price_fen", yuan=short_yuan(up_to_fen), source=source)


class SmallPublishedError(DirectError):
    """What the firm itself publishes for the project is above the limit of small amounts."""

    sentence = msgid(
        "该机构公开收费按本项目计算为 %(fee)s 元，超过小额直接选取的限额 %(yuan)s 元"
        "（《%(source)s》）：是否小额按价格和公开收费中较高者认定，压低价格不能绕过限额。"
        "请改为公开摇号选取。"
    )

    def __init__(self, fee_fen: int, up_to_fen: int, source: str) -> None:
        super().__init__(
            field="price_fen",
            fee=short_yuan(fee_fen),
            yuan=short_yuan(up_to_fen),
            source=source,
        )


class SmallEarlierError(DirectError):
    """The price, with what the firm got of the same project before, is above the limit."""

    sentence = msgid(
        "贵单位近 %(months)s 个月已将同一项目的 %(numbers)s 交该机构（含与其受同一控制的机构），"
        "合计 %(earlier)s 元，连同本次超过小额直接选取的限额 %(yuan)s 元（《%(source)s》）。"
        "分段委托合并计算，请改为公开摇号选取。"
    )

    def __init__(self, numbers: str, earlier_fen: int, limit: Counted, source: str) -> None:
        super().__init__(
            field="price_fen",
            months=limit.count,
            numbers=numbers,
            earlier=short_yuan(earlier_fen),
            yuan=short_yuan(limit.fen),
            source=source,
        )


class DirectCeilingError(DirectError):
    """The price is nothing, or above the ceiling of the need."""

    sentence = msgid("价格须大于 0 元，且不超过需求的服务费上限 %(yuan)s 元。请修改价格。")

    def __init__(self, ceiling_fen: int) -> None:
        super().__init__(field="price_fen", yuan=short_yuan(ceiling_fen))


class DisclosedFeeError(DirectError):
    """The firm publishes a lower fee than the price."""

    sentence = msgid(
        "该机构公开的本事项收费（按所填计费参数计算）为 %(yuan)s 元，价格不得高于公开收费。"
        "请修改价格。"
    )

    def __init__(self, amount_fen: int) -> None:
        super().__init__(field="price_fen", yuan=short_yuan(amount_fen))


class FeeBaseMissingError(DirectError):
    """The fee is charged on something that the need does not state."""

    sentence = msgid(
        "该机构的公开收费按“%(base)s”计算，没有填写，不能核对价格。"
        "请在“计费参数”中填写本项目的“%(base)s”。"
    )

    def __init__(self, base: str) -> None:
        super().__init__(field="fee_bases", base=base)


class FeeTableMissingError(DirectError):
    """The fee is a discount off a table by which nothing was computed."""

    sentence = msgid(
        "该机构的公开收费按《%(table)s》下浮，没有按该标准计算本项目，不能核对价格。"
        "请在“收费标准与计算器”算出结果，把网址粘贴到“按标准计算的收费”。"
    )

    def __init__(self, table: str) -> None:
        super().__init__(field="fee_standard", table=table)


class FeeUncomputableError(DirectError):
    """The fee gives no amount, whatever the need states."""

    sentence = msgid(
        "该机构的公开收费不能算出本项目的金额（%(why)s），不能核对价格，不得直接选取。"
        "请该机构先公开可以计算的收费，或另选机构，或改为公开摇号选取。"
    )

    def __init__(self, why: str) -> None:
        super().__init__(field="firm_code", why=why)


class OwnerUnknownError(DirectError):
    """Nobody has checked what kind of body the owner is."""

    sentence = msgid(
        "贵单位没有经运营机构核对的单位性质（自行办理业主登记的单位才有），"
        "不能按非财政资金直接选取。请改选其他情形，或改为公开摇号选取。"
    )

    def __init__(self) -> None:
        super().__init__(field="ground")


class NotPrivateOwnerError(DirectError):
    """The owner is a public body, or its nature says nothing."""

    sentence = msgid(
        "贵单位登记的单位性质不属于可以使用非财政资金直接选取的单位。请改为公开摇号选取；"
        "登记有误的，请先更正业主登记。"
    )

    def __init__(self) -> None:
        super().__init__(field="ground")


class NotPrivateKindError(DirectError):
    """The money is stated to be public, in part or wholly."""

    sentence = msgid(
        "所选资金性质不是非国有资金，不能按非财政资金直接选取。"
        "请核对资金性质，或改选情形，或改为公开摇号选取。"
    )

    def __init__(self) -> None:
        super().__init__(field="funds")


class EmergencyBarredError(DirectError):
    """An emergency of the owner was not accepted: its next ones take the ordinary way."""

    sentence = msgid(
        "贵单位的应急委托 %(number)s 经复核不予认可，%(until)s 以前不能再办理应急委托"
        "（《%(source)s》）。请公开摇号选取。"
    )

    def __init__(self, number: str, until: date, source: str) -> None:
        super().__init__(field="ground", number=number, until=until.isoformat(), source=source)


class NotPrivateFundsError(DirectError):
    """The need says that the money is public, or says nothing."""

    sentence = msgid(
        "需求的资金来源为空或者含有“%(word)s”，不能按非财政资金直接选取。"
        "请核对资金来源，或改为公开摇号选取。"
    )

    def __init__(self, word: str) -> None:
        super().__init__(field="ground", word=word)


class NotSingleError(DirectError):
    """Not exactly one firm applied for the second notice and meets the rules."""

    sentence = msgid(
        "只有在第二次公告因家数不足流标、且恰有一家报名机构符合全部条件时，才能直接选取该机构。"
        "请核对机构代码，或再次公告。"
    )

    def __init__(self) -> None:
        super().__init__(field="ground")


class FirmUnknownError(DirectError):
    """No listed firm has the code."""

    sentence = msgid("没有找到统一社会信用代码为 %(code)s 的机构。请在机构名录中核对代码。")

    def __init__(self, code: str) -> None:
        super().__init__(field="firm_code", code=code)


class FirmIneligibleError(DirectError):
    """The firm does not meet the rules of eligibility."""

    sentence = msgid("该机构现在不能承接本项目：%(reasons)s。请另选机构，或改为公开摇号选取。")

    def __init__(self, reasons: str) -> None:
        super().__init__(field="firm_code", reasons=reasons)


class DirectCapError(DirectError):
    """Too many choices, or too much, in the period."""

    sentence = msgid(
        "超过上限：近 %(months)s 个月%(whose)s已有 %(count)s 次、合计 %(used)s 元，"
        "上限为 %(most)s 次、%(most_yuan)s 元（《%(source)s》）。请改为公开摇号选取。"
    )
    whose = {
        "pair": msgid("贵单位直接选取和应急委托该机构（含与其受同一控制的机构）"),
        "owner": msgid("贵单位直接选取"),
        "emergency": msgid("贵单位应急委托"),
    }

    def __init__(self, of: str, months: int, used: Counted, most: Counted, source: str) -> None:
        super().__init__(
            months=months,
            whose=self.whose[of],
            count=used.count,
            used=short_yuan(used.fen),
            most=most.count,
            most_yuan=short_yuan(most.fen),
            source=source,
        )


class ReasonShortError(DirectError):
    """The public reason is too short to explain anything."""

    sentence = msgid("公开理由至少 %(least)s 个字，请写明为什么不摇号、为什么选这家机构。")

    def __init__(self, least: int, field: str = "reason") -> None:
        super().__init__(field=field, least=least)


class FindingsBlockError(DirectError):
    """The checks at posting found what must be taken out, or explained, first."""

    sentence = msgid(
        "需求中还有须删改或者说明的内容：%(found)s。请先在需求页面修改或者说明，再办理直接选取。"
    )

    def __init__(self, found: str) -> None:
        super().__init__(found=found)


class NoticeCalledOffError(DirectError):
    """A notice was called off for a change: the next one is owed to those who read it."""

    sentence = msgid(
        "本需求的公告因变更已经终止，须再次公告，不能改为直接选取。请提交审批后再次公告。"
    )


class EmergencyPathError(DirectError):
    """An emergency is filed on its own page."""

    sentence = msgid("应急情形请在“应急委托”页面办理。")

    def __init__(self) -> None:
        super().__init__(field="ground")
