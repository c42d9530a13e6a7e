"""The forms of documents, owners and buyers."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import FileStorage
from wtforms import SelectMultipleField, ValidationError
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from market.accounts.forms import EnrolForm
from market.documents.actions.buyers import Grant
from market.documents.actions.owners import OwnerFacts
from market.documents.owner_rules import BuyerDeed, OwnerNature, OwnerReason
from market.labels import label_of
from market.web.forms import (
    MarketForm,
    choice,
    day,
    long_text,
    money,
    name_text,
    radios,
    text,
)

CLEAR, REJECT = "clear", "reject"
PASS, RETURN = "pass", "return"
_KINDS = _l("PDF、Word（docx）、Excel（xlsx）或图片，最大 20 MB，不得加密，不得含宏、脚本或附件。")


class ManyChoices(SelectMultipleField):
    """Some of several, all of them shown with a box each."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401 - WTForms' own signature
        """Refuse a value that was not offered."""
        del form
        if not set(self.data or []) <= {value for value, *_ in self.iter_choices()}:
            raise ValidationError(gettext("请从列表中选择。"))


def many(label: str, *, needed: bool = False, hint: str = "") -> ManyChoices:
    """Some of several."""
    first = [DataRequired(message=_l("请至少选择一项。"))] if needed else []
    return ManyChoices(label, first, description=hint, validate_choice=False, choices=[])


class HandInForm(MarketForm):
    """A document: a file, or a picture taken on the spot."""

    file = FileField(_l("选择文件"), description=_KINDS)
    photo = FileField(
        _l("或者直接拍照"), description=_l("用手机办理时可以当场拍摄，照片须完整、清晰。")
    )

    @property
    def upload(self) -> FileStorage | None:
        """What was sent, by whichever way."""
        return self.file.data or self.photo.data or None

    def validate_photo(self, field: FileField) -> None:
        """One of the two, and not both."""
        if field.data and self.file.data:
            raise ValidationError(gettext("文件和照片只能选一个，请去掉其中一个后重新提交。"))


class DecideForm(MarketForm):
    """What the comparison of a document led to."""

    outcome = radios(
        _l("核对结果"),
        [(CLEAR, _l("通过，材料真实、清晰、完整")), (REJECT, _l("退回，请对方更换"))],
    )
    reason = text(
        _l("理由"),
        500,
        optional=True,
        hint=_l("退回的，或者放行可疑文件的，须写明（至少 5 个字），对方可以看到。"),
    )


class _OwnerFields(MarketForm):
    nature = choice(_l("单位性质"), [])
    address = text(_l("单位地址"), 200)
    contact_name = name_text(_l("联系人"), 50)
    contact_phone = text(_l("联系电话"), 30)

    def offer(self) -> None:
        """Offer the kinds of bodies."""
        self.nature.choices = [
            ("", gettext("请选择")),
            *((one.value, gettext(label_of(one).text)) for one in OwnerNature),
        ]

    def facts(self) -> OwnerFacts:
        """Return what was typed; the form has been checked."""
        return OwnerFacts(
            nature=OwnerNature(self.nature.data),
            address=self.address.data or "",
            contact_name=self.contact_name.data or "",
            contact_phone=self.contact_phone.data or "",
        )


class OwnerForm(_OwnerFields):
    """What an owner says about itself."""


class EnrolOwnerForm(_OwnerFields, EnrolForm):
    """An owner registers itself, with the first person who acts for it."""

    organisation_name = name_text(_l("单位名称"), 200, hint=_l("与法人登记证书一致。"))
    code = text(_l("统一社会信用代码"), 40, hint=_l("18 位，见法人登记证书。"))
    name = name_text(_l("受托人姓名"), 50, hint=_l("受本单位委托在中介超市办事的人员。"))


class OwnerCheckForm(MarketForm):
    """The operator's decision about an owner."""

    outcome = radios(
        _l("核对结论"), [(PASS, _l("通过，可以发布采购需求")), (RETURN, _l("退回补正"))]
    )
    reasons = many(_l("退回原因"), hint=_l("退回的，至少选择一项。"))
    comment = long_text(_l("说明"), 1000, optional=True, hint=_l("对方可以看到。"))

    def offer(self) -> None:
        """Offer the coded reasons."""
        self.reasons.choices = [(one.value, gettext(label_of(one).text)) for one in OwnerReason]

    def chosen(self) -> list[OwnerReason]:
        """Return the reasons that were ticked."""
        return [OwnerReason(value) for value in self.reasons.data or []]


class BuyerForm(MarketForm):
    """What a letter of authority says, and its scan."""

    person = choice(_l("被授权人"), [], hint=_l("本单位人员；新增人员请先到“本单位人员”页面。"))
    deeds = many(_l("授权事项"), needed=True)
    items = many(_l("服务事项"), hint=_l("不选表示全部服务事项。"))
    ceiling_fen = money(_l("单项金额上限"))
    valid_from_on = day(_l("授权起"))
    valid_to_on = day(_l("授权止"))
    letter = FileField(
        _l("授权委托书（盖章）"),
        [FileRequired(message=_l("请选择要上传的文件。"))],
        description=_KINDS,
    )

    def offer(self, people: Mapping[int, str], items: Mapping[str, str]) -> None:
        """Offer the people of the organisation, and the catalogue."""
        self.person.choices = [
            ("", gettext("请选择")),
            *((str(number), name) for number, name in people.items()),
        ]
        self.deeds.choices = [(one.value, gettext(label_of(one).text)) for one in BuyerDeed]
        self.items.choices = list(items.items())

    def validate_ceiling_fen(self, field: Any) -> None:  # noqa: ANN401 - WTForms' own signature
        """An authority of nothing is none."""
        if field.data == 0:
            raise ValidationError(gettext("上限须大于 0。"))

    def grant(self) -> Grant:
        """Return what was typed; the form has been checked."""
        return Grant(
            deeds=[BuyerDeed(value) for value in self.deeds.data or []],
            items=list(self.items.data or []),
            ceiling_fen=cast("int", self.ceiling_fen.data),
            valid_from_on=cast("date", self.valid_from_on.data),
            valid_to_on=cast("date", self.valid_to_on.data),
        )
