"""Which method, and which terms of it, an owner cannot publish. Pure."""

from collections.abc import Sequence

from market.errors import msgid
from market.needs.criteria import CriteriaUnusedError, read_criteria
from market.needs.methods import Method, is_priced, is_scored
from market.needs.prices import LEAST_CEILING_FEN, QuoteUnit
from market.needs.rules import NeedFactsError


class MethodError(NeedFactsError):
    """No such method, or the rules do not allow it."""

    sentence = msgid("现行规则不允许这种选取方式。请从列表中另选一种。")

    def __init__(self) -> None:
        super().__init__(field="method")


class FloorError(NeedFactsError):
    """The least quote that counts is not below the ceiling."""

    sentence = msgid("报价下限须大于 0 元、低于服务费上限。请修改报价下限，或留空表示不设下限。")

    def __init__(self) -> None:
        super().__init__(field="floor_fen")


class FloorUnusedError(NeedFactsError):
    """A floor was set although firms quote nothing."""

    sentence = msgid("只有报价或竞价的方式才有报价下限。请删去报价下限，或改选方式。")

    def __init__(self) -> None:
        super().__init__(field="floor_fen")


class UnitUnusedError(NeedFactsError):
    """Prices were to be stated as discounts although firms state none."""

    sentence = msgid("只有报价或竞价的方式才能按下浮率报价。请改为按金额，或改选方式。")

    def __init__(self) -> None:
        super().__init__(field="quote_unit")


class DiscountBaseError(NeedFactsError):
    """The ceiling is so low that two discounts would make one price."""

    sentence = msgid("服务费上限不足 100 元，不能按下浮率报价。请改为按金额报价。")

    def __init__(self) -> None:
        super().__init__(field="quote_unit")


def check_method(
    *,
    method: str,
    allowed: Sequence[str],
    floor_fen: int | None,
    ceiling_fen: int,
    unit: str = QuoteUnit.AMOUNT,
    criteria: str = "",
) -> None:
    """Refuse a method, or terms of it, that could not be published.

    Args:
        method: How the owner wants the firm selected.
        allowed: The methods the rules allow.
        floor_fen: The least quote that counts, in fen; None for no floor.
        ceiling_fen: The price ceiling in fen.
        unit: In what firms state their price.
        criteria: What an expert panel scores by, as it was typed.

    Raises:
        NeedFactsError: The first rule that is broken, naming the field.

    Source: the regulation's ``methods.allowed``; platform default.
    """
    if method not in set(Method) or method not in allowed:
        raise MethodError
    if is_scored(method):
        read_criteria(criteria)
    elif criteria:
        raise CriteriaUnusedError
    if unit != QuoteUnit.AMOUNT:
        if not is_priced(method) or unit != QuoteUnit.DISCOUNT:
            raise UnitUnusedError
        if ceiling_fen < LEAST_CEILING_FEN:
            raise DiscountBaseError
    if floor_fen is None:
        return
    if not is_priced(method):
        raise FloorUnusedError
    if not 0 < floor_fen < ceiling_fen:
        raise FloorError
