"""What scored selection refuses, each reason with its own words and what to do next."""

from datetime import datetime

from market.clock import BEIJING
from market.errors import MarketError, msgid
from market.files import FileError


def _clock(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


class NotScoredError(MarketError):
    """The notice's method has no panel."""

    sentence = msgid("本公告不是专家综合评分。请在摇号页面查看本公告的选取方式。")


class NotInScoringError(MarketError):
    """Only who is enrolled hands in a proposal."""

    sentence = msgid("贵机构没有报名，或已撤回报名，不能提交方案。请先在报名页面报名。")


class HandingInClosedError(MarketError):
    """Too late, by the platform's clock."""

    sentence = msgid("报名已于 %(at)s 截止，不能再提交方案。以截止前最后一次提交的为准。")

    def __init__(self, at: datetime) -> None:
        super().__init__(at=_clock(at))


class TooManyProposalsError(MarketError):
    """A firm hands in again and again."""

    sentence = msgid("一次报名最多提交 %(most)s 次方案，已经用完。以最后一次提交的为准。")

    def __init__(self, most: int) -> None:
        super().__init__(most=most)


class NotPdfError(FileError):
    """A proposal is a PDF."""

    sentence = msgid("方案只收 PDF 文件。请用办公软件导出为 PDF 后重新上传。")


class TooManyPagesError(FileError):
    """A proposal that nobody would read."""

    sentence = msgid("方案有 %(pages)s 页，最多 %(most)s 页。请精简后重新上传。")

    def __init__(self, pages: int, most: int) -> None:
        super().__init__(pages=pages, most=most)


class OddProposalError(FileError):
    """Something odd in a file that nobody will look at before the experts do."""

    sentence = msgid(
        "文件中有表单动作、附加数据或过于复杂的结构，方案不能收存。"
        "请重新导出为普通 PDF，或者打印后扫描上传。"
    )


class TellingProposalError(FileError):
    """The proposal says whose it is."""

    sentence = msgid(
        "方案须不署名，却含有能识别机构或个人的内容：%(found)s。"
        "请删去这些内容（文件属性中的也要删去）后重新上传。"
    )

    def __init__(self, found: str) -> None:
        super().__init__(found=found)


class NotBlindError(MarketError):
    """The firm did not say that the proposal is blind."""

    sentence = msgid("请确认方案中没有机构名称、人员姓名等能识别机构的内容，勾选后再提交。")

    def __init__(self) -> None:
        super().__init__(field="blind")


class ScoringNotYetError(MarketError):
    """The close is not logged yet."""

    sentence = msgid("评审在 %(at)s 报名截止并写入公开日志后开始。请届时再办理。")

    def __init__(self, at: datetime) -> None:
        super().__init__(at=_clock(at))


class ScoringOverError(MarketError):
    """The time for scoring is over."""

    sentence = msgid("评分已于 %(at)s 结束，没有采用。未按时交分的，记入专家履职记录。")

    def __init__(self, at: datetime) -> None:
        super().__init__(at=_clock(at))


class HandedInAlreadyError(MarketError):
    """A sheet is handed in once."""

    sentence = msgid("您已经交分，不能更改。请等待名单冻结后查看全部评分。")


class NotConfirmedError(MarketError):
    """Handing in is final: it is confirmed."""

    sentence = msgid("交分后不能更改。请核对全部分数和理由，勾选确认后再交分。")

    def __init__(self) -> None:
        super().__init__(field="sure")


class NobodyToScoreError(MarketError):
    """There is no proposal."""

    sentence = msgid("没有机构提交方案，无需评分。本次采购将按公告的规则流标。")
