"""What a draw refuses, each reason with its own words and what to do next."""

from datetime import datetime

from market.clock import BEIJING
from market.errors import MarketError, msgid


def _clock(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


class NoSupervisorKeyError(MarketError):
    """Mode D2 needs a supervisor's key before the notice."""

    sentence = msgid(
        "监督机构尚未登记随机密钥，不能按“平台与监督方”方式发布公告。"
        "请联系监督机构在其工作台登记公钥，或请业主改选其他随机源。"
    )


class TimetableRefusedError(MarketError):
    """The timetable would not pass the verifier."""

    sentence = msgid("公告时间安排不合规：%(reason)s。请调整运行规则中的时间参数后重新发布。")

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)


class EnrolmentClosedError(MarketError):
    """Too late, by the platform's clock."""

    sentence = msgid("报名已于 %(at)s 截止，不能再办理。请关注其他采购公告。")

    def __init__(self, at: datetime) -> None:
        super().__init__(at=_clock(at))


class DrawUnstoppableError(EnrolmentClosedError):
    """The owner wants to withdraw a notice whose enrolment has closed."""

    sentence = msgid("报名已于 %(at)s 截止，摇号不能再终止。请等待结果，按结果签约。")


class AlreadyEnrolledError(MarketError):
    """A firm has one place in a draw."""

    sentence = msgid("贵机构已报名本次摇号，无需重复报名。可在“我的报名”查看回执。")


class WithdrawnForGoodError(MarketError):
    """An enrolment that was taken back stays so."""

    sentence = msgid("贵机构已撤回本次报名，撤回后不能再次报名。")


class NotEnrolledError(MarketError):
    """There is no enrolment to take back."""

    sentence = msgid("贵机构没有可撤回的报名。请刷新页面查看最新状态。")


class NotEligibleError(MarketError):
    """One or more rules are not met; the page lists them all."""

    sentence = msgid("贵机构不符合本次采购的报名条件：%(reasons)s。请先补齐条件，再报名。")

    def __init__(self, reasons: str) -> None:
        super().__init__(reasons=reasons)


class AlreadyExcludedError(MarketError):
    """The decision is on record."""

    sentence = msgid("该机构已登记排除，无需重复办理。")


class ListFrozenError(MarketError):
    """The list can no longer change."""

    sentence = msgid("名单已冻结，任何人都不能再增减报名机构。")


class NoEvidenceError(MarketError):
    """A decision against a firm needs its grounds in writing."""

    sentence = msgid("请写明事实与证据（至少 10 个字），冻结后将随名单一并公开。")

    def __init__(self) -> None:
        super().__init__(field="evidence")


class NotYetPhiError(MarketError):
    """The value is not to be known yet."""

    sentence = msgid("开奖时刻为 %(at)s，届时才可提交随机值。请到时再办理。")

    def __init__(self, at: datetime) -> None:
        super().__init__(at=_clock(at))


class NotWaitingError(MarketError):
    """The draw does not wait for this value."""

    sentence = msgid("本次摇号当前不需要提交随机值，可能已经出结果。请刷新页面查看。")


class WrongRoundError(MarketError):
    """Another round than the notice fixed."""

    sentence = msgid(
        "公告指定的信标轮次是第 %(expected)s 轮，提交的是第 %(given)s 轮。请核对后提交指定轮次。"
    )

    def __init__(self, expected: int, given: int) -> None:
        super().__init__(field="evidence", expected=expected, given=given)


class SignatureRefusedError(MarketError):
    """The beacon did not sign this."""

    sentence = msgid("签名不是该轮次的真实签名，没有采用。请逐字核对 96 位十六进制签名后重新提交。")

    def __init__(self) -> None:
        super().__init__(field="evidence")


class UnreadableEvidenceError(MarketError):
    """What was typed is not a round and a signature."""

    sentence = msgid("无法识别：%(reason)s。请先写轮次，再写 96 位十六进制签名。")

    def __init__(self, reason: str) -> None:
        super().__init__(field="evidence", reason=reason)


class ProofRefusedError(MarketError):
    """The proof is not the supervisor key's proof of this draw."""

    sentence = msgid(
        "证明值与本次摇号、贵单位登记的公钥不符，没有采用。"
        "请用页面上的命令重新计算，并完整粘贴 160 位十六进制证明值。"
    )

    def __init__(self) -> None:
        super().__init__(field="proof")


class KeyRefusedError(MarketError):
    """The key is no key, or its holder did not show that they hold it."""

    sentence = msgid("公钥或持有证明不正确，没有登记。请用页面上的命令重新生成并完整粘贴两项内容。")

    def __init__(self) -> None:
        super().__init__(field="proof")


class KeyTakenError(MarketError):
    """Each key is registered once."""

    sentence = msgid("该公钥已经登记过。请生成新的密钥。")

    def __init__(self) -> None:
        super().__init__(field="public_key")


class DeclineReasonError(MarketError):
    """A winner that declines says why."""

    sentence = msgid("请写明放弃理由（至少 5 个字），将随递补公告公开。")

    def __init__(self) -> None:
        super().__init__(field="reason")


class AnswerLateError(MarketError):
    """The term for the answer is over."""

    sentence = msgid("确认期限已于 %(at)s 届满，不能再办理。")

    def __init__(self, at: datetime) -> None:
        super().__init__(at=_clock(at))


class BarredError(MarketError):
    """A firm that has left or is sanctioned takes on nothing new."""

    sentence = msgid(
        "贵机构现在不能确认中选：%(reasons)s。可以写明理由放弃；"
        "期限届满未确认的，按原次序递补。如有异议，请联系运营机构。"
    )

    def __init__(self, reasons: str) -> None:
        super().__init__(reasons=reasons)


class NoBundleYetError(MarketError):
    """There is nothing to verify before the result."""

    sentence = msgid("本次摇号尚未出结果，验证包将在出结果后提供下载。")
