"""What is refused about the pool of experts: a class per reason, with its own sentence."""

from datetime import date

from market.errors import MarketError, msgid


class IllegalExpertMoveError(MarketError):
    """The expert's state does not allow the move."""

    sentence = msgid("该专家的当前状态不能办理此操作，可能他人已经办理。请刷新页面查看最新状态。")


class ExpertKnownError(MarketError):
    """The same person is in the pool."""

    sentence = msgid("该身份证号码的专家已经在库（%(code)s），不能重复入库。请在原记录上办理。")

    def __init__(self, code: str) -> None:
        super().__init__(field="id_number", code=code)


class NoSpecialtyError(MarketError):
    """An expert of nothing."""

    sentence = msgid("请至少选择一个评审事项。没有事项的专家不会被抽取。")

    def __init__(self) -> None:
        super().__init__(field="items")


class UnknownSpecialtyError(MarketError):
    """A chosen item is not in the catalogue."""

    sentence = msgid("所选评审事项 %(code)s 不在现行事项清单中。请从清单中重新选择。")

    def __init__(self, code: str) -> None:
        super().__init__(field="items", code=code)


class NoExpertReasonError(MarketError):
    """The reason is missing, too short, or not one of those for this move."""

    sentence = msgid("请选择原因并说明事实（至少 %(least)s 个字），专家本人可以看到。")

    def __init__(self, least: int) -> None:
        super().__init__(field="words", least=least)


class EvidenceMissingError(MarketError):
    """Nothing says on what the entry rests."""

    sentence = msgid("请填写聘任文件的名称和文号（至少 %(least)s 个字），复核人据此核对。")

    def __init__(self, least: int) -> None:
        super().__init__(field="evidence", least=least)


class NotYetDeclaredError(MarketError):
    """A renewal rests on a declaration that is missing or too old."""

    sentence = msgid(
        "该专家没有有效的回避申报，不能续聘。请通知专家登录后在“我的专家资料”中重新申报。"
    )


class RenewalEarlyError(MarketError):
    """A renewal is asked for long before the term ends."""

    sentence = msgid("聘期到 %(until)s，到期前 %(days)s 日内才能续聘。请届时办理。")

    def __init__(self, until: date, days: int) -> None:
        super().__init__(until=until.isoformat(), days=days)


class TieKnownError(MarketError):
    """The same organisation is on the list."""

    sentence = msgid("该单位已在您的回避清单中，不必重复填写。")

    def __init__(self) -> None:
        super().__init__(field="org_code")


class TieEndedError(MarketError):
    """The tie was ended before."""

    sentence = msgid("该项回避已经登记为结束。请刷新页面查看。")


class NotServingError(MarketError):
    """Someone who is not in the pool keeps ties there."""

    sentence = msgid("您已不在专家库中，不能再申报。如有疑问，请联系运营机构。")


class SittingKnownError(MarketError):
    """A part in a panel is put on record once."""

    sentence = msgid("该专家在评审组 %(panel)s 中的履职结果已经登记。")

    def __init__(self, panel: str) -> None:
        super().__init__(panel=panel)
