"""Why a self-audit, or the comparison with a kept checkpoint, could not be done."""

from market.errors import MarketError, msgid


class KeptCheckpointError(MarketError):
    """The file is no checkpoint that this log signed."""

    sentence = msgid(
        "%(file)s 不是本日志签署的检查点（%(problem)s）。请核对文件，并确认它来自本平台的日志。"
    )

    def __init__(self, file: object, problem: object) -> None:
        super().__init__(file=file, problem=problem)


class AuditUnderWayError(MarketError):
    """Another comparison was written while this one was made; the later one is not kept."""

    sentence = msgid("另一次自查刚刚完成，本次结果没有保存。请用 zjcs selfaudit show 查看。")
