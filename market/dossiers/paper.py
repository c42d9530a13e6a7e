"""The table of contents (目录) of a dossier: one page that anybody reads without the platform.

It is in Chinese, as letters are, whatever language the reader's screen has, and stands on its own:
no script, no font and no picture is fetched.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Final

from markupsafe import Markup, escape

from market.accounts.model import Organisation
from market.catalogue.files import current_catalogue
from market.clock import BEIJING
from market.dossiers.columns import WORDS, is_shown
from market.dossiers.left_out import LEFT_OUT
from market.dossiers.parts import Filled, Gathered, Part, made, text_of
from market.dossiers.sheets import FILE, Case, target_of
from market.labels import label_of
from market.money import yuan
from market.timelines.queries import timeline

PATH: Final = "index.html"
_FEN: Final = "（分）"
_STYLE: Final = Markup("""
body{font:16px/1.7 "Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei",sans-serif;
color:#1b1f24;background:#fff;max-width:72rem;margin:0 auto;padding:1.5rem}
h1{font-size:1.6rem;margin:.2rem 0}h2{font-size:1.25rem;margin:2.2rem 0 .4rem;padding-top:.6rem;
border-top:2px solid #1f5fa8}h3{font-size:1.05rem;margin:1.2rem 0 .3rem}
a{color:#1f5fa8}.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem;width:100%}
th,td{border:1px solid #c9d1d9;padding:.3rem .5rem;text-align:left;vertical-align:top;
overflow-wrap:anywhere;min-width:4.5em}th{background:#eef2f6;white-space:nowrap}
.few{color:#57606a}.hash{font:.8rem/1.4 monospace;overflow-wrap:anywhere}
@media print{body{max-width:none;padding:0}h2{break-after:avoid}tr{break-inside:avoid}}
""")


def index_of(case: Case, found: Sequence[Gathered], *, version_no: int) -> Part:
    """Return the table of contents of what was gathered, as one file of the dossier."""
    body = Markup("").join(
        [
            _head(case, version_no),
            _summary(found),
            _course(case),
            *(_section(number, one) for number, one in enumerate(found, start=1)),
            _missing(found),
        ]
    )
    page = Markup(
        '<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>{title}</title><style>{style}</style></head><body>{body}</body></html>\n"
    ).format(title=f"归档卷宗目录 {case.contract.number}", style=_STYLE, body=body)
    return made(PATH, str(page).encode())


def _head(case: Case, version_no: int) -> Markup:
    contract, session = case.contract, case.work.session
    item = current_catalogue().latest(case.need.item_code)
    facts = [
        ("采购需求", case.need.number),
        ("服务事项", item.name_zh if item else case.need.item_code),
        ("中选公告", case.award.number),
        ("合同编号", contract.number),
        ("项目业主", session.get_one(Organisation, contract.owner_org_id).name),
        ("中介机构", session.get_one(Organisation, contract.firm_org_id).name),
        ("合同价款", f"{yuan(contract.price_fen)}元"),
        ("合同状态", label_of(contract.state).text),
        ("归档时间", f"{_instant(case.work.now)}（第 {version_no} 版）"),
    ]
    return Markup("<h1>{}</h1><p>归档卷宗目录</p>{}").format(
        contract.title, _table(("项目", "内容"), facts)
    )


def _summary(found: Sequence[Gathered]) -> Markup:
    lines = [
        (
            Markup('<a href="#part-{}">{}．{}</a>').format(number, number, one.section.title),
            sum(len(each.rows) for each in one.filled),
            len(one.parts),
        )
        for number, one in enumerate(found, start=1)
    ]
    return Markup(
        "<h2>目录</h2>{}<p>每个文件的摘要在 SHA256SUMS 里；清单的摘要和日志的证明见 README.txt。"
        '没有列入卷宗的材料和理由见<a href="#left-out">最后一部分</a>。</p>'
    ).format(_table(("部分", "记录数", "文件数"), lines))


def _course(case: Case) -> Markup:
    line = timeline(case.work, case.need.number, case.award.number, for_good=True)
    used = "；".join(
        f"{label_of(account).text} {days}" for account, days in line.used.items() if days
    )
    rows = [
        (
            _instant(span.moment.at),
            label_of(span.moment.step).text,
            "：".join(why.rstrip("。") for why in span.moment.why if why),
            label_of(span.account).text,
            span.working_days,
        )
        for span in line.spans
    ]
    return Markup("<h2>项目历程</h2><p>合计 {} 个工作日：{}。</p>{}").format(
        line.working_days, used, _table(("时间", "事项", "理由", "此后计入", "工作日"), rows)
    )


def _section(number: int, one: Gathered) -> Markup:
    tables = {each.sheet.path for each in one.filled}
    files = [
        (_link(part.path), Markup('<span class="hash">{}</span>').format(part.digest))
        for part in one.parts
        if part.path not in tables
    ]
    papers = Markup("<h3>文件</h3>{}").format(_table(("文件", "摘要（SHA-256）"), files))
    empty = [each.sheet for each in one.filled if not each.rows]
    none = Markup("、").join(
        Markup('<a href="{}">{}</a>').format(sheet.path, sheet.title) for sheet in empty
    )
    return Markup('<h2 id="part-{}">{}．{}</h2>{}{}{}').format(
        number,
        number,
        one.section.title,
        papers if files else "",
        Markup("").join(_sheet(each) for each in one.filled if each.rows),
        Markup('<p class="few">没有记录：{}。</p>').format(none) if empty else "",
    )


def _sheet(filled: Filled) -> Markup:
    sheet = filled.sheet
    note = Markup('<p class="few">{}</p>').format(sheet.note) if sheet.note else ""
    head = Markup("<h3>{}（{} 条，{}）</h3>{}").format(
        sheet.title, len(filled.rows), _link(sheet.path), note
    )
    shown = [
        place
        for place, key in enumerate(sheet.columns)
        if is_shown(key, target_of(sheet, key)) and any(_says(line[place]) for line in filled.lines)
    ]
    names = [WORDS[sheet.columns[place]].removesuffix(_FEN) for place in shown]
    lines = [[_cell(sheet.columns[place], line[place]) for place in shown] for line in filled.lines]
    if len(lines) == 1:  # one row of many columns reads better from top to bottom
        return head + _table(("项目", "内容"), list(zip(names, lines[0], strict=True)))
    return head + _table(names, lines)


def _missing(found: Sequence[Gathered]) -> Markup:
    notes = [
        f"{each.sheet.title}：{each.sheet.note}" for one in found for each in one.filled
        if each.sheet.note
    ]  # fmt: skip
    ordered = sorted(LEFT_OUT.items(), key=lambda pair: pair[1])
    kinds = [
        f"{reason}（{'、'.join(name for name, _ in group)}）"
        for reason, group in groupby(ordered, key=lambda pair: pair[1])
    ]
    items = Markup("").join(Markup("<li>{}</li>").format(one) for one in [*notes, *kinds])
    return Markup('<h2 id="left-out">没有列入卷宗的材料</h2><ul>{}</ul>').format(items)


def _says(value: object) -> bool:
    return value is not None and value != ""


def _cell(key: str, value: object) -> Markup | str:
    match value:
        case bool():
            return "是" if value else "否"
        case StrEnum():
            return label_of(value).text
        case datetime():
            return _instant(value)
        case int() if key.endswith("_fen"):
            return f"{yuan(value)}元"
        case str() if key == FILE and value:
            return _link(value)
        case _:
            return text_of(value)


def _instant(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}"


def _link(path: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(path, path)


def _table(heads: Sequence[str], lines: Iterable[Sequence[object]]) -> Markup:
    top = Markup("").join(Markup("<th>{}</th>").format(one) for one in heads)
    rows = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(Markup("<td>{}</td>").format(escape(one)) for one in line)
        )
        for line in lines
    )
    return Markup('<div class="wide"><table><tr>{}</tr>{}</table></div>').format(top, rows)
