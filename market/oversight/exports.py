"""The boards as files: what each column is called, and each row as a spreadsheet wants it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from flask_babel import gettext

from market.clocks.boards import BoardRow
from market.clocks.rules import Party
from market.credit.cases.queries import CaseRow
from market.firms.fee_words import per_mille, percent
from market.labels import label_of
from market.oversight.chain import ChainRow
from market.oversight.drawlog import LogRow
from market.oversight.fees import ItemFees
from market.oversight.lookback import ItemUse
from market.oversight.rules import Spread
from market.web.lists import yuan


def draw_header() -> list[str]:
    """Return the columns of the draw log."""
    return [
        gettext("公告编号"),
        gettext("项目名称"),
        gettext("项目业主"),
        gettext("第几次公告"),
        gettext("随机源"),
        gettext("状态"),
        gettext("作废原因"),
        *(
            words
            for step in (gettext("报名截止"), gettext("名单冻结"), gettext("摇号结果"))
            for words in (
                gettext("%(step)s（公告）", step=step),
                gettext("%(step)s（实际）", step=step),
                gettext("%(step)s是否逾期", step=step),
            )
        ),
        gettext("递补次数"),
        gettext("放弃或失效"),
        gettext("验证"),
        gettext("未通过的核对项"),
    ]


def draw_row(row: LogRow, now: datetime) -> list[object]:
    """Return a draw as a row of the file."""
    timed: list[object] = []
    for step in row.steps:
        timed += [step.planned_at, step.taken_at, _yes(step.is_late(now))]
    return [
        row.number,
        row.need.title,
        row.owner_name,
        row.draw.attempt,
        row.draw.mode,
        row.draw.state,
        row.void,
        *timed,
        row.alternates_called,
        row.lost,
        _verdict_words(row),
        " ".join(row.verdict.failed),
    ]


def _verdict_words(row: LogRow) -> str:
    if not row.verdict.checked:
        return str(gettext("尚无结果"))
    return str(gettext("未通过") if row.verdict.failed else gettext("通过"))


def _yes(value: bool) -> str:  # noqa: FBT001 - a fact to be put into words
    return str(gettext("是") if value else gettext("否"))


def fee_header() -> list[str]:
    """Return the columns of the fee disclosures."""
    spreads = (gettext("固定收费（元）"), gettext("按比例（‰）"), gettext("下浮（百分比）"))
    return [
        gettext("事项编码"),
        gettext("服务事项"),
        gettext("提供机构"),
        gettext("已公开"),
        gettext("未公开或未生效"),
        gettext("历次版本"),
        *(
            f"{words} {part}"
            for words in spreads
            for part in (gettext("最低"), gettext("中位"), gettext("最高"), gettext("家数"))
        ),
    ]


def fee_row(row: ItemFees) -> list[object]:
    """Return an item as a row of the file."""
    return [
        row.item.code,
        row.item.name_zh,
        row.firms,
        row.disclosed,
        row.undisclosed,
        row.versions,
        *_spread_cells(row.fixed, yuan),
        *_spread_cells(row.rate, per_mille),
        *_spread_cells(row.discount, percent),
    ]


def lookback_header() -> list[str]:
    """Return the columns of the items looked back at."""
    return [
        gettext("事项编码"),
        gettext("服务事项"),
        gettext("12 个月内公告"),
        gettext("提供机构"),
        gettext("须核查的原因"),
    ]


def lookback_row(row: ItemUse) -> list[object]:
    """Return an item as a row of the file."""
    reasons = "、".join(gettext(label_of(flag).text) for flag in row.flags)
    return [row.item.code, row.item.name_zh, row.notices, row.firms, reasons]


def _spread_cells(found: Spread | None, words: Callable[[int], str]) -> Sequence[object]:
    if found is None:
        return ("", "", "", 0)
    return (*map(words, (found.least, found.middle, found.greatest)), found.count)


def clock_header() -> list[str]:
    """Return the columns of the clock board."""
    return [
        gettext("合同编号"),
        gettext("项目名称"),
        gettext("中介机构"),
        gettext("状态"),
        gettext("到期"),
        gettext("时限（工作日）"),
        gettext("已用（工作日）"),
        *(gettext(label_of(party).text) for party in Party),
        gettext("亮牌"),
    ]


def clock_row(row: BoardRow) -> list[object]:
    """Return a clock as a row of the file."""
    return [
        row.clock.number,
        row.clock.title,
        row.holder_name,
        row.light,
        row.clock.due_at,
        row.statement.limit,
        row.statement.used,
        *(row.statement.accounts[party] for party in Party),
        " ".join(gettext(label_of(card.stage).text) for card in row.cards),
    ]


def case_header() -> list[str]:
    """Return the columns of the cases."""
    return [
        gettext("案件"),
        gettext("机构"),
        gettext("统一社会信用代码"),
        gettext("措施"),
        gettext("期限（月）"),
        gettext("状态"),
        gettext("告知时间"),
        gettext("申辩截止"),
        gettext("申辩时间"),
        gettext("决定时间"),
        gettext("生效"),
        gettext("期满"),
    ]


def case_row(row: CaseRow) -> list[object]:
    """Return a case as a row of the file."""
    case = row.case
    return [
        case.number,
        row.firm.name,
        row.firm.code,
        case.measure,
        case.months,
        case.state,
        case.notified_at,
        case.reply_by_at,
        case.replied_at,
        case.decided_at,
        case.effective_at,
        case.ends_at,
    ]


def chain_header() -> list[str]:
    """Return the columns of the chain of prices."""
    return [
        gettext("合同编号"),
        gettext("合同名称"),
        gettext("项目业主"),
        gettext("中介机构"),
        gettext("状态"),
        gettext("最高限价（元）"),
        gettext("公开收费（元）"),
        gettext("报价（元）"),
        gettext("中选金额（元）"),
        gettext("合同金额（元）"),
        gettext("补充合同（元）"),
        gettext("已开票（元）"),
        gettext("已付款（元）"),
        gettext("低于限价（百分比）"),
        gettext("上升环节"),
        gettext("预警"),
    ]


def chain_row(row: ChainRow) -> list[object]:
    """Return a contract as a row of the file."""
    return [
        row.contract.number,
        row.contract.title,
        row.owner_name,
        row.firm.name,
        row.contract.state,
        yuan(row.need.ceiling_fen),
        yuan(row.disclosed_fen),
        yuan(row.quoted_fen),
        yuan(row.award.price_fen),
        yuan(row.contract.price_fen),
        yuan(row.added_fen),
        yuan(row.invoiced_fen),
        yuan(row.paid_fen),
        percent(row.saved_basis_points),
        "；".join(
            f"{gettext(label_of(rise.limit).text)}→{gettext(label_of(rise.price).text)}"
            for rise in row.rises
        ),
        "；".join(gettext(label_of(flag).text) for flag in row.flags),
    ]
