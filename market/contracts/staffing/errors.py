"""What is refused about named people: a class per reason, with its own sentence."""

from market.errors import MarketError, msgid


class NobodyChosenError(MarketError):
    """Nobody was chosen."""

    sentence = msgid("请至少选择一名服务人员。")

    def __init__(self) -> None:
        super().__init__(field="people")


class NotSuitableError(MarketError):
    """The person is not one of the firm's verified people for the item."""

    sentence = msgid(
        "%(name)s 不能担任本合同的服务人员："
        "须是本机构在册、经核对、证书在有效期内并符合事项要求的人员。请改选其他人员。"
    )

    def __init__(self, name: str) -> None:
        super().__init__(field="people", name=name)


class BusyError(MarketError):
    """The person does as many contracts as the rules allow."""

    sentence = msgid(
        "%(name)s 已在 %(count)s 份履行中的合同里担任服务人员，达到上限 %(most)s 份。"
        "请指定其他人员。"
    )

    def __init__(self, name: str, count: int, most: int) -> None:
        super().__init__(field="people", name=name, count=count, most=most)


class StaffBoundError(MarketError):
    """Once the contract is in force, people are only replaced, and the owner agrees."""

    sentence = msgid("合同已生效，已指定的人员只能申请更换，由业主同意。请在下方申请更换。")

    def __init__(self) -> None:
        super().__init__(field="people")


class ContractOverError(MarketError):
    """The contract is done or ended."""

    sentence = msgid("合同已办结或者终止，不能再指定或者更换服务人员。")


class AlreadyAskedError(MarketError):
    """One wish about a person at a time."""

    sentence = msgid("更换 %(name)s 的申请正在等待业主答复，请勿重复提交。")

    def __init__(self, name: str) -> None:
        super().__init__(field="leaving", name=name)


class AlreadyNamedError(MarketError):
    """The person is named in the contract."""

    sentence = msgid("%(name)s 已经是本合同的服务人员。请选择其他接替的人员。")

    def __init__(self, name: str) -> None:
        super().__init__(field="coming", name=name)


class ReasonShortError(MarketError):
    """A replacement, and its refusal, need a reason."""

    sentence = msgid("请写明理由（至少 %(least)s 个字），对方可以看到。")

    def __init__(self, least: int) -> None:
        super().__init__(field="reason", least=least)


class TooFewNamedError(MarketError):
    """The regulation asks for named people before the clock starts."""

    sentence = msgid(
        "公告要求 %(asked)s 名服务人员，机构只指定了 %(named)s 名，还不能开始计时。"
        "请联系中介机构在合同页面指定服务人员。"
    )

    def __init__(self, asked: int, named: int) -> None:
        super().__init__(asked=asked, named=named)
