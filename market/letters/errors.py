"""What is refused about letters: a class per reason, with its own sentence."""

from market.errors import MarketError, msgid


class WithdrawnAlreadyError(MarketError):
    """A letter is withdrawn once."""

    sentence = msgid("文书 %(number)s 已经撤销，不能再次撤销。请刷新页面查看。")

    def __init__(self, number: str) -> None:
        super().__init__(number=number)


class NotReadyError(MarketError):
    """The file of a letter is made some seconds after it was issued."""

    sentence = msgid("文书 %(number)s 的版式文件正在生成。请稍等几秒，再下载一次。")
    retry_after_seconds = 10

    def __init__(self, number: str) -> None:
        super().__init__(number=number)
