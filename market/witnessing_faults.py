"""Why a witness has not cosigned, in words for the operator: one class for each reason."""

from typing import ClassVar

from audit.feeder import FaultKind
from market.errors import MarketError, msgid


class WitnessFault(MarketError):  # noqa: N818 - it is shown, and never raised
    """Something that keeps a witness from cosigning. ``detail`` is what it answered."""

    kind: ClassVar[FaultKind]

    def __init__(self, detail: str) -> None:
        super().__init__(detail=detail)


class Unreachable(WitnessFault):
    """It did not answer in time."""

    kind = FaultKind.UNREACHABLE
    sentence = msgid("连不上见证人（%(detail)s）。请检查网络和防火墙，并请见证单位查看其服务。")


class Garbage(WitnessFault):
    """Its answer is not one of a witness."""

    kind = FaultKind.GARBAGE
    sentence = msgid("见证人的答复不合规范（%(detail)s）。请核对策略文件中的地址是否属于见证服务。")


class UnknownLog(WitnessFault):
    """It does not know this log."""

    kind = FaultKind.UNKNOWN_LOG
    sentence = msgid(
        "见证人不认识本平台的日志（%(detail)s）。请把日志公钥交给见证单位，由其加入名单。"
    )


class WrongLogKey(WitnessFault):
    """It knows this log by another key."""

    kind = FaultKind.WRONG_LOG_KEY
    sentence = msgid(
        "见证人不承认日志的签名（%(detail)s）。请与见证单位核对日志公钥；密钥可能已被更换。"
    )


class Fork(WitnessFault):
    """It has seen another tree under this log's signature."""

    kind = FaultKind.FORK
    sentence = msgid(
        "警报：见证人曾见到本日志签名的另一份内容，拒绝见证（%(detail)s）。"
        "日志可能已被改写或分叉。请停止办理业务，保留现场，取得见证单位保存的证据，并报告监督部门。"
    )


class ForkSuspected(WitnessFault):
    """It names the size that it was asked from as one that it does not know."""

    kind = FaultKind.FORK_SUSPECTED
    sentence = msgid(
        "警报：见证人不承认同一大小的检查点（%(detail)s），可能曾见到本日志签名的另一份内容。"
        "请与见证单位核对该大小的检查点；两份的根不同，就是日志分叉：请停止办理业务，保留现场，并报告监督部门。"
    )


class Ahead(WitnessFault):
    """It has seen a longer log than this one."""

    kind = FaultKind.AHEAD
    sentence = msgid(
        "警报：见证人见过的日志比现在的长（%(detail)s）。数据库可能被恢复到了较早的时间。"
        "请停止办理业务，找回最新的数据库，并报告监督部门。"
    )


class Held(WitnessFault):
    """It found a list or a contribution that came too late, and waits for its operator."""

    kind = FaultKind.HELD
    sentence = msgid(
        "警报：见证人发现名单或随机贡献晚于开奖时间才写入日志，已停止见证（%(detail)s）。"
        "请与见证单位查明原因；查明前不要再公布摇号结果。"
    )


class Refused(WitnessFault):
    """It answered with a status that the specification does not give."""

    kind = FaultKind.REFUSED
    sentence = msgid("见证人暂不见证（%(detail)s）。请联系见证单位，请其查看服务和时钟。")


class BadSignature(WitnessFault):
    """A cosignature bears its key's name and is not by it."""

    kind = FaultKind.BAD_SIGNATURE
    sentence = msgid(
        "见证人 %(detail)s 的签名是错的，没有采用。请与见证单位核对公钥，并查明是谁在答复。"
    )


class NotItsKey(WitnessFault):
    """It signed with none of the keys that the policy names."""

    kind = FaultKind.NOT_ITS_KEY
    sentence = msgid("见证人没有用策略文件所列的密钥（%(detail)s）签名。请与见证单位核对公钥。")


_CLASSES = {
    kind.kind: kind
    for kind in (
        Unreachable,
        Garbage,
        UnknownLog,
        WrongLogKey,
        Fork,
        ForkSuspected,
        Ahead,
        Held,
        Refused,
        BadSignature,
        NotItsKey,
    )
}


def fault_of(kind: str | None, detail: str) -> WitnessFault | None:
    """Return the fault of a stored kind in words; None where there is none."""
    return None if kind is None else _CLASSES[FaultKind(kind)](detail)
