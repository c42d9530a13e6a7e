"""The columns of the catalogue as a table: how each cell of an item is written and read."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from market.catalogue.files import CODE, GRADES
from market.catalogue.rules import Basis, FeeKind, Match, QualificationKind, QualificationNeed
from market.errors import MarketError, msgid
from market.sheets.columns import Column, Reader, a_number, a_truth, a_word, show_word
from market.sheets.errors import WordCellError

_Ways = tuple[Reader, Callable[[object], str]]
"""How a cell is read, and how it is written."""
CONFIRM: Final = "待核"
_KINDS: Final = {
    "行政许可": QualificationKind.LICENCE,
    "备案或登记": QualificationKind.FILING,
    "信用平台登记": QualificationKind.CREDIT_PLATFORM,
    "告知承诺": QualificationKind.PROMISE,
}
_MATCHES: Final = {"任一": Match.ANY, "全部": Match.ALL}
_FEES: Final = {"市场调节价": FeeKind.MARKET, "参考标准": FeeKind.REFERENCE}


class PartsError(MarketError):
    """A cell of parts in which one has too many, or lacks its name."""

    sentence = msgid("“%(text)s”写法不对。每项写成“%(form)s”，各项之间用分号或换行隔开")

    def __init__(self, text: str, form: str) -> None:
        super().__init__(text=text[:40], form=form)


_NEED_FORM: Final = "方式|名称|最低等级|专业、专业|待核"
_BASIS_FORM: Final = "文件|文号|条款|待核"


def _parts(text: str, form: str) -> list[list[str]]:
    """Return the parts of a cell, each filled up to the form's length."""
    wanted = form.count("|") + 1
    found = []
    for part in filter(None, text.replace("；", "\n").replace(";", "\n").split("\n")):
        fields = [field.strip() for field in part.replace("｜", "|").split("|")]
        if len(fields) > wanted or fields[wanted - 1 :] not in ([], [""], [CONFIRM]):
            raise PartsError(part, form)
        found.append([*fields, *[""] * (wanted - len(fields))])
    return found


def _joined(fields: Sequence[str], *, confirm: bool) -> str:
    whole = [*fields, CONFIRM if confirm else ""]
    while not whole[-1]:
        whole.pop()
    return "|".join(whole)


def _needs(text: str, today: date) -> tuple[QualificationNeed, ...]:
    del today
    needs = []
    for kind, name, grade, majors, confirm in _parts(text, _NEED_FORM):
        if kind not in _KINDS or not name:
            raise PartsError(f"{kind}|{name}", _NEED_FORM)
        if grade and grade not in GRADES:
            raise WordCellError(grade, "、".join(sorted(GRADES)))
        split = tuple(filter(None, majors.split("、")))
        needs.append(
            QualificationNeed(
                kind=_KINDS[kind],
                name=name,
                minimum_grade=grade,
                majors=split,
                confirm=bool(confirm),
            )
        )
    return tuple(needs)


def _show_needs(value: object) -> str:
    needs = value if isinstance(value, tuple) else ()
    return "；".join(
        _joined(
            [show_word(_KINDS)(n.kind), n.name, n.minimum_grade, "、".join(n.majors)],
            confirm=n.confirm,
        )
        for n in needs
    )


def _bases(text: str, today: date) -> tuple[Basis, ...]:
    del today
    return tuple(
        Basis(document=document, number=number, article=article, confirm=bool(confirm))
        for document, number, article, confirm in _parts(text, _BASIS_FORM)
    )


def _show_bases(value: object) -> str:
    bases = value if isinstance(value, tuple) else ()
    return "；".join(_joined([b.document, b.number, b.article], confirm=b.confirm) for b in bases)


def _codes(text: str, today: date) -> tuple[str, ...]:
    del today
    codes = tuple(code for part in text.replace("；", "、").split("、") if (code := part.strip()))
    for code in codes:
        if not CODE.fullmatch(code):
            raise WordCellError(code, "ZJ-03-001-02 这样的编码")
    return codes


def _show_codes(value: object) -> str:
    return "、".join(value) if isinstance(value, tuple) else ""


def _text(key: str, heading: str, characters: int, *, required: bool = True) -> Column:
    return Column(key=key, heading=heading, characters=characters, required=required)


def _truth(key: str, heading: str) -> Column:
    return Column(key=key, heading=heading, characters=10, required=False, read=a_truth)


def _one_of(words: Mapping[str, object]) -> _Ways:
    return a_word(words), show_word(words)


def _read(key: str, heading: str, characters: int, ways: _Ways, hint: str) -> Column:
    read, show = ways
    return Column(key=key, heading=heading, characters=characters, read=read, show=show, hint=hint)


_whole: Final = a_number(0, factor=1)

ITEM_COLUMNS: Final[tuple[Column, ...]] = (
    _text("code", msgid("事项编码"), 20),
    _text("group_code", msgid("类别编码"), 2),
    _text("group_zh", msgid("类别"), 50),
    _text("group_en", msgid("类别（英文）"), 80),
    _text("name_zh", msgid("事项名称"), 100),
    _text("name_en", msgid("事项名称（英文）"), 150),
    _text("scope", msgid("服务内容"), 500),
    _text("result_zh", msgid("成果"), 100),
    _text("result_en", msgid("成果（英文）"), 150),
    Column(
        key="time_limit_working_days",
        heading=msgid("时限（工作日）"),
        characters=6,
        read=_whole,
    ),
    Column(
        key="time_limit_source",
        heading=msgid("时限来源"),
        characters=300,
        hint=msgid("没有依据的写 platform default"),
    ),
    _read("basis", msgid("设定依据"), 1500, (_bases, _show_bases), _BASIS_FORM),
    _read("match", msgid("资质关系"), 4, _one_of(_MATCHES), msgid("任一或全部")),
    _read("qualifications", msgid("资质要求"), 1500, (_needs, _show_needs), _NEED_FORM),
    Column(
        key="staff_count",
        heading=msgid("人员数量"),
        characters=4,
        required=False,
        read=_whole,
    ),
    _text("staff_certificate", msgid("人员证书"), 100, required=False),
    _truth("staff_confirm", msgid("人员待核")),
    _read("fee_kind", msgid("收费性质"), 10, _one_of(_FEES), msgid("市场调节价或参考标准")),
    _text("fee_document", msgid("收费文件"), 200, required=False),
    _text("fee_number", msgid("收费文号"), 100, required=False),
    _text("fee_note", msgid("收费说明"), 500, required=False),
    _truth("fee_confirm", msgid("收费待核")),
    _truth("scarce", msgid("稀缺")),
    _truth("commissioned_by_authority", msgid("审批部门委托")),
    Column(
        key="incompatible_with",
        heading=msgid("不相容事项"),
        characters=500,
        required=False,
        read=_codes,
        show=_show_codes,
    ),
    _text("tender_class", msgid("招标类别"), 50, required=False),
    _text("review_by", msgid("评审部门"), 50, required=False),
    Column(
        key="review_working_days",
        heading=msgid("评审时限（工作日）"),
        characters=6,
        required=False,
        read=_whole,
    ),
    Column(
        key="review_source",
        heading=msgid("评审时限来源"),
        characters=300,
        required=False,
        hint=msgid("没有依据的写 platform default"),
    ),
    _truth("review_confirm", msgid("评审待核")),
)
