"""Why something is not done to a clock; each says what to do next."""

from datetime import date, datetime

from market.clock import BEIJING
from market.errors import MarketError, msgid


class NoEvidenceError(MarketError):
    """A suspension needs its facts."""

    sentence = msgid("请写明挂起的事实和依据（至少 10 个字），将对外公开。")

    def __init__(self) -> None:
        super().__init__(field="evidence")


class UnknownReasonError(MarketError):
    """The rules under which the clock began have no such reason."""

    sentence = msgid("这项服务开始计时时的规则没有这一挂起事由。请另选一项事由。")

    def __init__(self) -> None:
        super().__init__(field="reason")


class NoProofError(MarketError):
    """Some reasons are believed only with a file that proves them."""

    sentence = msgid("这一事由须附凭据文件。请上传受理单、委托单、公示文件或者证明后再提交。")

    def __init__(self) -> None:
        super().__init__(field="file")


class NoAnswerError(MarketError):
    """A refusal needs a reason."""

    sentence = msgid("不同意的，请写明理由（至少 5 个字），将对外公开。")

    def __init__(self) -> None:
        super().__init__(field="answer")


class NoGroundsError(MarketError):
    """Who decides between two sides says why, whichever way."""

    sentence = msgid("运营机构的决定，同意或者不同意都要写明理由（至少 5 个字），将对外公开。")

    def __init__(self) -> None:
        super().__init__(field="answer")


class RequestOpenError(MarketError):
    """One request is answered before the next is made."""

    sentence = msgid(
        "同一项服务一次只办理一项挂起：%(day)s 申请的挂起（%(reason)s）现在是“%(state)s”，"
        "还没有办结。请等它办结再申请；已被拒绝的申请，请运营机构裁定的期限在此期间不届满。"
    )

    def __init__(self, *, day: date, reason: str, state: str) -> None:
        super().__init__(day=f"{day:%Y-%m-%d}", reason=reason, state=state)


class AnswerLateError(MarketError):
    """The other side let its time to answer pass, or the operator was asked about its refusal."""

    sentence = msgid("此申请已转由运营机构决定。如有意见，请联系运营机构。")


class AnswerEarlyError(MarketError):
    """The operator decides only after the other side was silent."""

    sentence = msgid("对方仍在确认期限内。到期未答复的，自 %(at)s 起由运营机构决定。")

    def __init__(self, at: datetime) -> None:
        super().__init__(at=_minute(at))


class AskedAgainError(MarketError):
    """The like was refused so often that it is not asked at once again."""

    sentence = msgid(
        "同一事由已有 %(times)s 次未获同意，自 %(at)s 起才能再次提出。"
        "请先与对方沟通，届时写明新的事实和依据。"
    )

    def __init__(self, *, times: int, from_at: datetime) -> None:
        super().__init__(times=times, at=_minute(from_at))


class LateEntryError(MarketError):
    """What happened so long ago can no longer be entered."""

    sentence = msgid(
        "补登只能登记最近 %(days)s 个工作日内发生的事。"
        "更早的事请按现在登记，并在说明中写明实际时间和凭据。"
    )

    def __init__(self, days: int) -> None:
        super().__init__(field="happened_on", days=days)


class NotSuspendableError(MarketError):
    """Clocks of this kind run without a break: a term to answer is no service."""

    sentence = msgid("这类期限不能挂起，也不能延期。请在期限内办理。")


def _minute(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
