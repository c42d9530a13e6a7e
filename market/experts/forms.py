"""The forms of the pool of experts."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.validators import DataRequired

from market.accounts.forms import several, typed
from market.catalogue.rules import Item
from market.experts.actions import ExpertFacts
from market.experts.model import Expert
from market.experts.rules import REASONED, ExpertMove, ExpertReason, TieGround
from market.firms.fields import labelled
from market.labels import label_of
from market.web.forms import Choice, MarketForm, chosen, long_text, name_text, text


class FactsForm(MarketForm):
    """What an operator changes of an expert, on the strength of a letter of appointment."""

    name = name_text(_l("姓名"), 50)
    title = text(_l("职称或职务"), 100, hint=_l("例如：高级工程师。"))
    employer_name = name_text(
        _l("工作单位"), 200, hint=_l("已退休的，填写退休前的单位。"),
    )  # fmt: skip
    employer_code = text(
        _l("工作单位统一社会信用代码"), 40,
        hint=_l("18 位；据此回避本单位及其关联单位参加的评审。"),
    )  # fmt: skip
    evidence = text(_l("聘任依据"), 200, hint=_l("聘任文件的名称和文号，复核人据此核对原件。"))
    items = several(
        _l("评审事项"), DataRequired(message=_l("请至少选择一个评审事项。")),
        hint=_l("只从选中的事项中抽取。"),
    )  # fmt: skip

    def offer(self, items: Iterable[Item]) -> None:
        """Offer the items of the catalogue."""
        self.items.choices = [(item.code, item.name_zh) for item in items]

    def start(self, expert: Expert, items: Iterable[str]) -> None:
        """Fill in what is known; the letter is asked for again."""
        for name in ("name", "title", "employer_name", "employer_code"):
            self[name].data = getattr(expert, name)
        self.items.data = list(items)

    def facts(self) -> ExpertFacts:
        """Return what was filled in."""
        return ExpertFacts(
            name=typed(self.name),
            title=typed(self.title),
            employer_name=typed(self.employer_name),
            employer_code=typed(self.employer_code),
            evidence=typed(self.evidence),
            items=tuple(self.items.data or ()),
        )


class EntryForm(FactsForm):
    """A new expert: the same, and who it is."""

    id_number = text(_l("身份证号码"), 40, hint=_l("系统只保存不可还原的摘要，用于识别同一人。"))


class _Reasons(MarketForm):
    """A reason of a closed list, and the words that go with it."""

    reason = Choice(_l("原因"), [chosen()], choices=[])
    words = long_text(_l("说明"), 500, hint=_l("至少 5 个字，本人可以看到；公开日志只记原因代码。"))

    def offer_reasons(self, move: ExpertMove) -> None:
        """Offer the reasons for a move."""
        self.reason.choices = [
            ("", gettext("请选择")),
            *((one.value, gettext(label_of(one).text)) for one in REASONED[move]),
        ]

    def chosen_reason(self) -> ExpertReason:
        """Return the reason chosen."""
        return ExpertReason(self.reason.data)


class ReasonForm(_Reasons):
    """Why an expert is refused, paused or removed."""


class ChangeForm(FactsForm, _Reasons):
    """The facts as they are from now on, and why."""


class RenewForm(MarketForm):
    """The letter on which a renewal rests."""

    evidence = text(_l("续聘依据"), 200, hint=_l("续聘文件的名称和文号。"))


class DeedForm(MarketForm):
    """A button: nothing to fill in."""


class TieForm(MarketForm):
    """An organisation that an expert avoids."""

    org_name = name_text(_l("单位名称"), 200)
    org_code = text(_l("统一社会信用代码"), 40, hint=_l("18 位，见营业执照或法人登记证书。"))
    ground = Choice(_l("关系"), [chosen()], choices=[])
    note = text(_l("说明"), 300, optional=True, hint=_l("不要写他人的姓名和证件号码。"))

    def __init__(self, *args: Any, **keywords: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(*args, **keywords)
        self.ground.choices = [("", gettext("请选择")), *labelled(TieGround)]
