"""What the calculator refuses: one class per reason, each saying what to do next."""

from market.errors import MarketError, MissingError, msgid


class UnknownTableError(MissingError):
    """No fee table of that name applies."""

    sentence = msgid("没有名为“%(table)s”的收费标准。请从收费标准列表中选择。")

    def __init__(self, table: str) -> None:
        super().__init__(table=table)


class CalculationError(MarketError):
    """A calculation that cannot be made from what was given."""


class UnknownVariantError(CalculationError):
    """The table has no such column."""

    sentence = msgid("此标准没有“%(variant)s”这一类别。请从列表中选择。")

    def __init__(self, variant: str) -> None:
        super().__init__(variant=variant, field="variant")


class OtherVariantError(CalculationError):
    """The column is the standard of another service than the item."""

    sentence = msgid(
        "“%(variant)s”不是此服务事项的收费类别，不能用来计算。请从此事项的类别中选择。"
    )

    def __init__(self, variant: str) -> None:
        super().__init__(variant=variant, field="variant")


class NoVariantError(CalculationError):
    """The table has no column for the item."""

    sentence = msgid("此标准没有适用于此服务事项的类别，不能用来计算。请选择其他标准。")

    def __init__(self) -> None:
        super().__init__(field="variant")


class VariantOpenError(CalculationError):
    """The item has several columns, and none was chosen."""

    sentence = msgid("此服务事项在标准中分为多个类别（%(variants)s）。请选定一个类别后再计算。")

    def __init__(self, variants: str) -> None:
        super().__init__(variants=variants, field="variant")


class UnknownCoefficientError(CalculationError):
    """The table has no such coefficient, or not that value of it."""

    sentence = msgid("此标准没有系数“%(coefficient)s”或其取值“%(value)s”。请从列表中选择。")

    def __init__(self, coefficient: str, value: str) -> None:
        super().__init__(coefficient=coefficient, value=value, field=coefficient)


class CoefficientRangeError(CalculationError):
    """A coefficient outside the range that the document leaves open."""

    sentence = msgid("系数“%(coefficient)s”须在 %(low)s 到 %(high)s 之间。请改正。")

    def __init__(self, coefficient: str, low: str, high: str, field: str) -> None:
        super().__init__(coefficient=coefficient, low=low, high=high, field=field)


class NothingLeftError(CalculationError):
    """Several coefficients of one factor come to nothing or less, and a fee cannot."""

    sentence = msgid("“%(chosen)s”相加、减去个数、再加一，不大于零，算不出收费。请核对各附加系数。")

    def __init__(self, coefficient: str, chosen: str) -> None:
        super().__init__(coefficient=coefficient, chosen=chosen, field=coefficient)


class UnknownExtraError(CalculationError):
    """The table has no such additional service."""

    sentence = msgid("此标准没有附加服务“%(extra)s”。请从列表中选择。")

    def __init__(self, extra: str) -> None:
        super().__init__(extra=extra, field="extra")


class NegativeBaseError(CalculationError):
    """A base below zero."""

    sentence = msgid("计费基数不能是负数。请填写零或正数。")

    def __init__(self, field: str = "base") -> None:
        super().__init__(field=field)


class NoBaseError(CalculationError):
    """Nothing to compute from."""

    sentence = msgid("请填写计费基数。")

    def __init__(self, field: str = "base") -> None:
        super().__init__(field=field)


class BelowTableError(CalculationError):
    """A base below the first line of the table."""

    sentence = msgid(
        "计费基数低于此表的起点（%(least)s万元），文件没有给出计算方法，由双方协商，系统不推算。"
    )

    def __init__(self, least: str) -> None:
        super().__init__(least=least, field="base")


class AboveTableError(CalculationError):
    """A base above the last line of the table."""

    sentence = msgid(
        "计费基数高于此表的终点（%(most)s万元），文件没有给出计算方法，由双方协商，系统不推算。"
    )

    def __init__(self, most: str) -> None:
        super().__init__(most=most, field="base")


class OnlyRangeError(CalculationError):
    """The document gives a span without an upper base: nothing to interpolate between."""

    sentence = msgid(
        "计费基数超过%(above)s万元时，文件只给出收费幅度（%(low)s万元至%(high)s万元），不能内插；"
        "请在此幅度内协商。"
    )

    def __init__(self, above: str, low: str, high: str) -> None:
        super().__init__(above=above, low=low, high=high, field="base")


class PartOfBaseError(CalculationError):
    """The equipment costs more than the whole."""

    sentence = msgid("设备购置费和联合试运转费不能超过计费额总数。请核对两项金额。")

    def __init__(self) -> None:
        super().__init__(field="equipment")


class NoUnitPriceError(CalculationError):
    """The document leaves the unit price to its own lists."""

    sentence = msgid("请按标准文件查出单价后填写。")

    def __init__(self) -> None:
        super().__init__(field="price")


class FloatRangeError(CalculationError):
    """A float beyond what the document allows."""

    sentence = msgid("浮动幅度须在 −%(down)s%% 到 +%(up)s%% 之间。请改正。")

    def __init__(self, down: str, up: str) -> None:
        super().__init__(down=down, up=up, field="float")


class DiscountRangeError(CalculationError):
    """A discount that is none, or that leaves nothing."""

    sentence = msgid("下浮率须大于等于 0、小于 100%%。请改正。")

    def __init__(self) -> None:
        super().__init__(field="discount")


class TooManyPartsError(CalculationError):
    """Several parts for a table that knows only one."""

    sentence = msgid("此标准按一个计费基数计算，不能分部分填写。请只填写一行。")

    def __init__(self) -> None:
        super().__init__(field="base")


class UnreadableNumberError(CalculationError):
    """A number that cannot be read."""

    sentence = msgid("“%(typed)s”不是能计算的数字。请填写例如 6000 或 12.5。")

    def __init__(self, typed: str, field: str) -> None:
        super().__init__(typed=typed[:20], field=field)


class UnreadableUnitError(CalculationError):
    """A unit that is neither yuan nor ten thousand yuan."""

    sentence = msgid("请说明金额的单位：元或万元。")

    def __init__(self) -> None:
        super().__init__(field="unit")
