"""What a draw refuses, each reason with its own words and what to do next."""

from collections.abc import Iterable
from datetime import datetime

from market.clock import BEIJING
from market.errors import MarketError, msgid


def _clock(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


class NoSupervisorKeyError(MarketError):
    """Mode D2 needs a supervisor's key before the notice."""

    sentence = msgid(
        "监督机构尚未登记随机密钥，不能按“平台与监督方共同”方式发布公告。"
        "请联系监督机构在其工作台登记公钥，或请业主改选其他随机源。"
    )


class ClockBehindError(MarketError):
    """The next attempt's notice would claim a time before the calling-off that it follows."""

    sentence = msgid("前次抽取终止于 %(at)s，本机时钟却早于该时刻。请校准服务器时钟后再发布公告。")

    def __init__(self, at: datetime) -> None:
        super().__init__(at=_clock(at))


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


class ScoringBegunError(MarketError):
    """Experts score: whoever is excluded now would make another firm the first."""

    sentence = msgid(
        "报名已经截止、专家正在评分，不能再登记排除，以免改变名次。"
        "发现问题的，名单冻结后请通过异议处理。"
    )


class NoEvidenceError(MarketError):
    """A decision against a firm needs its grounds in writing."""

    sentence = msgid("请写明事实与证据（至少 10 个字），该机构和监督机构可以看到。")

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


class NoCommitteeError(MarketError):
    """Mode C needs between 2 and 32 organisations with a registered key."""

    sentence = msgid(
        "“多家机构共同”方式须有 2 至 32 家机构登记随机密钥，现有 %(count)s 家。"
        "请联系有关机构在其工作台登记公钥，或请业主改选其他随机源。"
    )

    def __init__(self, count: int) -> None:
        super().__init__(field="mode", count=count)


class NumberSourceError(MarketError):
    """It is not said where the numbers were read."""

    sentence = msgid("请写明号码的出处，例如报纸名称和日期、电视节目或官方网站。")

    def __init__(self) -> None:
        super().__init__(field="source")


class TypedAlreadyError(MarketError):
    """Two different people type the numbers."""

    sentence = msgid("您已录入本期号码，须由另一名经办人独立录入。请通知同事办理。")


class ContributorKeyError(MarketError):
    """The key is no Ed25519 key."""

    sentence = msgid("公钥应为 64 位十六进制（Ed25519），没有登记。请用页面上的方法重新生成。")

    def __init__(self) -> None:
        super().__init__(field="public_key")


class NoContributorError(MarketError):
    """The notice does not let this party contribute."""

    sentence = msgid("公告没有将贵单位列为出数方，不能提交。请核对公告。")


class CommittedAlreadyError(MarketError):
    """A contributor commits once."""

    sentence = msgid("贵单位已封存一个数，不能更改。请保管好原数值，名单冻结后揭示。")


class CommitRefusedError(MarketError):
    """The commitment is malformed or not signed with the key in the notice."""

    sentence = msgid("承诺值或签名不正确，没有采用。请用公告所列公钥对应的私钥，在页面上重新生成。")

    def __init__(self) -> None:
        super().__init__(field="signature")


class NotCommittedError(MarketError):
    """There is nothing to open."""

    sentence = msgid("截止前没有封存，不能揭示。本次按缺席处理。")


class RevealedAlreadyError(MarketError):
    """It has been opened."""

    sentence = msgid("数值已经揭示，无需重复办理。")


class RevealClosedError(MarketError):
    """Reveals are taken between the freeze and their deadline."""

    sentence = msgid("只在名单冻结之后、%(at)s 之前接受揭示。逾期按缺席处理，不影响开奖。")

    def __init__(self, at: datetime) -> None:
        super().__init__(at=_clock(at))


class RevealRefusedError(MarketError):
    """The value does not open the commitment."""

    sentence = msgid(
        "该数值与封存时提交的承诺值不符，没有采用。请核对当时保存的数值后在截止前重新提交。"
    )

    def __init__(self) -> None:
        super().__init__(field="value")


class NoScoreError(MarketError):
    """Weights by credit, and nobody can tell the scores."""

    sentence = msgid("规则要求按信用分确定号票数，但信用模块没有启用。请联系系统管理员。")


class WeightRuleError(MarketError):
    """The rule of weights cannot be read."""

    sentence = msgid(
        "规则中的号票表（draw.weights）有误：每项应为“最低分:号票数”，号票数 1 至 1000，"
        "并须有一项最低分为 0。请更正规则文件。"
    )


class NotLostError(MarketError):
    """The value is not lost."""

    sentence = msgid(
        "只有开奖时刻过去满七天、随机值仍未取得的摇号，才能依书面决定终止。请刷新页面查看。"
    )


class AuthorityError(MarketError):
    """The authority is not named."""

    sentence = msgid("请写明作出决定的机关全称（2 至 100 个字）。")

    def __init__(self) -> None:
        super().__init__(field="authority")


class OrderTextError(MarketError):
    """The written order is missing."""

    sentence = msgid("请录入书面决定全文（20 至 4000 个字），其摘要将写入公开日志。")

    def __init__(self) -> None:
        super().__init__(field="text")


class UnverifiableError(MarketError):
    """What is stored of a draw is not what the log says: nothing may follow from it."""

    sentence = msgid(
        "本次抽取的记录与公开日志不符（%(what)s），没有办理。"
        "请运行 zjcs selfaudit run 查明被改动的记录，从备份恢复后自动继续。"
    )

    def __init__(self, what: str, names: Iterable[object] = ()) -> None:
        super().__init__(what=" ".join([what, *map(str, names)]))


class UnknownMethodError(MarketError):
    """Nobody here knows the method of a notice."""

    sentence = msgid("本机没有载入公告所定的选取方式，不能冻结名单。请检查后台任务的版本。")
