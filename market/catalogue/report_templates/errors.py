"""What is refused about the templates of progress reports: a class per reason."""

from market.errors import MarketError, msgid


class TemplateWaitsError(MarketError):
    """A template for the same item waits for its second person."""

    sentence = msgid("该事项的进度报告模板已有一版等待复核。请先由同事复核，再提交新版。")

    def __init__(self) -> None:
        super().__init__(field="item_code")


class SameTemplateError(MarketError):
    """A new version asks for something else."""

    sentence = msgid("新版与现在使用的模板相同，不需要提交。请修改内容。")

    def __init__(self) -> None:
        super().__init__(field="text")
