"""The forms of scored selection: a proposal, and the score sheet of a notice's criteria."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field

from market.needs.criteria import Criterion
from market.scoring.rules import MARKS_LONGEST, Marks
from market.web.forms import MarketForm, long_text, whole

# Made anew for every page: no part of what a member has typed.
NOT_KEPT = frozenset({"csrf_token", "request_key", "move", "sure"})


class ProposalForm(MarketForm):
    """A proposal without a name."""

    file = FileField(_l("方案（PDF）"), description=_l("不超过 20 MB；每次上传替换上一份。"))
    blind = BooleanField(
        _l("已确认方案（包括页眉页脚、图片、印章和文件属性）中没有机构名称、代码和人员姓名等内容")
    )


class SheetForm(MarketForm):
    """A score sheet; the fields of its proposals are added for each notice."""

    sure = BooleanField(_l("已核对全部分数和理由。交分后不能更改。"))

    def __init__(self, *args: Any, **keywords: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(*args, **keywords)
        # A draft may leave anything out; who hands in may not.
        for field in self:
            field.flags.optional = False

    def points_of(self, enrolment: int) -> list[Field]:
        """Return the fields of a proposal's points, in the order of the criteria."""
        begin = f"points_{enrolment}_"
        return [field for name, field in self._fields.items() if name.startswith(begin)]

    def reason_of(self, enrolment: int) -> Field:
        """Return the field of the reason for a proposal's points."""
        field: Field = self._fields[f"reason_{enrolment}"]
        return field

    def sheet(self, enrolments: Sequence[int]) -> dict[int, Marks]:
        """Return what was typed. Call it on a form that is valid: blanks are left out."""
        return {
            each: Marks(
                points=tuple(
                    int(field.data) for field in self.points_of(each) if field.data is not None
                ),
                reason=(self.reason_of(each).data or "").strip(),
            )
            for each in enrolments
        }

    def typed(self) -> dict[str, str]:
        """Return what was sent, field by field, whether or not it is right."""
        known = {name: value for name, value in request.form.items() if name in self._fields}
        return {name: value for name, value in known.items() if name not in NOT_KEPT}

    def take_up(self, typed: Mapping[str, str]) -> None:
        """Fill in what was typed before, exactly as it was left."""
        self.process(formdata=MultiDict(typed))


def sheet_form(criteria: Sequence[Criterion], enrolments: Sequence[int]) -> type[SheetForm]:
    """Return the form of a notice's criteria for its proposals."""
    fields: dict[str, Any] = {}
    for each in enrolments:
        for place, criterion in enumerate(criteria):
            fields[f"points_{each}_{place}"] = whole(
                criterion.name, 0, criterion.points_max, optional=True
            )
        fields[f"reason_{each}"] = long_text(
            _l("理由"),
            MARKS_LONGEST,
            optional=True,
            hint=_l("至少 10 个字；与姓名一并公布。"),
            public=True,
        )
    return type("BoundSheetForm", (SheetForm,), fields)
