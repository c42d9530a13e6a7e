"""The forms of re-reviews: disputes point by point, comments, experts' sheets, decisions."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # new in 3.3

from market.labels import label_of
from market.rereview.rules import LONGEST_REASON, Finding, Mark, RereviewMove
from market.web.forms import MarketForm, long_text, radios, text


class AskForm(MarketForm):
    """A dispute; a field for each point of the return is added for each contract."""

    file = FileField(
        _l("隐去名称的成果副本（PDF）"),
        description=_l(
            "不超过 20 MB。封面、页眉、签章和文件属性中不得有单位、人员、项目的名称和编号；"
            "系统保存前去除文件属性，不保留原文件名。专家只看这一份；主管部门裁定的，"
            "还看实际提交的成果。"
        ),
    )
    blind = BooleanField(
        _l("已确认副本和理由中没有单位、人员、项目的名称和编号，内容与提交的成果一致")
    )

    def words(self) -> dict[int, str]:
        """Return what is said against each point."""
        return {number: field.data or "" for number, field in numbered(self, "words_")}


def ask_form(points: Sequence[str]) -> type[AskForm]:
    """Return the form for the points of one return."""
    fields: dict[str, Any] = {
        f"words_{number}": long_text(
            _l("第 %(number)s 条的异议理由", number=number),
            LONGEST_REASON,
            optional=True,
            hint=_l("不争议的留空；至少 10 个字。"),
            public=True,
        )
        for number in range(1, len(points) + 1)
    }
    return type("BoundAskForm", (AskForm,), fields)


class SheetForm(MarketForm):
    """An expert's sheet; the fields of its points are added for each re-review."""

    sure = BooleanField(_l("本人独立作出评审，没有与任何人谈论。提交后不能更改。"))

    def offer(self) -> None:
        """Offer both findings for every point."""
        for _, field in numbered(self, "finding_"):
            field.choices = [
                SelectChoice(one.value, gettext(label_of(one).text)) for one in Finding
            ]

    def sheet(self) -> dict[int, Mark]:
        """Return what was typed; a point without a finding is left out."""
        found = {}
        for number, field in numbered(self, "finding_"):
            if field.data in set(Finding):
                clause, reason = self._fields[f"clause_{number}"], self._fields[f"reason_{number}"]
                found[number] = Mark(
                    finding=Finding(field.data),
                    clause=(clause.data or "").strip(),
                    reason=(reason.data or "").strip(),
                )
        return found


def sheet_form(numbers: Sequence[int]) -> type[SheetForm]:
    """Return the form for the disputed points of one re-review."""
    fields: dict[str, Any] = {}
    for number in numbers:
        fields[f"finding_{number}"] = radios(_l("第 %(number)s 条的结论", number=number), [])
        fields[f"clause_{number}"] = text(
            _l("第 %(number)s 条依据的条款", number=number),
            200,
            hint=_l("标准或合同的条款号。"),
            public=True,
        )
        fields[f"reason_{number}"] = long_text(
            _l("第 %(number)s 条的理由", number=number),
            LONGEST_REASON,
            hint=_l("至少 10 个字；以您在本次的编号公布。"),
            public=True,
        )
    return type("BoundSheetForm", (SheetForm,), fields)


def numbered(form: MarketForm, prefix: str) -> list[tuple[int, Any]]:  # a field of whatever kind
    """Return the fields of the points, each with its number, in order."""
    fields: Mapping[str, Field] = form._fields
    found = [
        (int(name.removeprefix(prefix)), field)
        for name, field in fields.items()
        if name.startswith(prefix)
    ]
    return sorted(found, key=lambda pair: pair[0])


class StepForm(MarketForm):
    """A step that needs no words: to take a dispute back, to go on to the authority."""


class CommentForm(MarketForm):
    """What the other side says, without names."""

    words = long_text(
        _l("意见"),
        LONGEST_REASON,
        hint=_l("至少 10 个字；不得有单位、人员、项目的名称和编号。结论以前保密。"),
        public=True,
    )


class DoubtForm(MarketForm):
    """In what the copy differs from what was handed in."""

    words = long_text(
        _l("副本与提交的成果哪里不一致"),
        LONGEST_REASON,
        hint=_l(
            "写明页码和内容；合同双方、运营机构、主管部门和监督人员可以看到，不公开；并列入归档卷宗。"
            "至少 10 个字。"
        ),
    )


class FindCopyForm(MarketForm):
    """What the operator finds of a copy that is doubted."""

    outcome = radios(
        _l("认定"), [("same", _l("内容一致，继续复评")), ("other", _l("内容不一致，复评终止"))]
    )
    words = long_text(
        _l("怎样核对的"),
        LONGEST_REASON,
        hint=_l(
            "合同双方、运营机构、主管部门和监督人员可以看到，不公开；并列入归档卷宗。至少 10 个字。"
        ),
    )


class DecideForm(MarketForm):
    """What an authority decides where the experts came to no conclusion."""

    outcome = radios(_l("裁定"), [])
    opinion = long_text(_l("理由和依据"), LONGEST_REASON, hint=_l("至少 10 个字。"), public=True)

    def offer(self) -> None:
        """Offer both decisions."""
        self.outcome.choices = [
            SelectChoice(RereviewMove.OVERTURN.value, gettext("撤销退回")),
            SelectChoice(RereviewMove.UPHOLD.value, gettext("维持退回")),
        ]
