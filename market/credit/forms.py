"""The forms of credit."""

from collections.abc import Iterable, Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.fields import FileField
from wtforms.validators import DataRequired, Optional

from market.accounts.forms import several
from market.clock import BEIJING
from market.credit import labels as labels  # noqa: PLC0414 - registers the labels
from market.credit.cases.forms import group_choices
from market.credit.cases.scopes import ALL
from market.credit.queries import LedgerRow
from market.credit.rules import REPORTED, BreachKind, Evidence, Measure
from market.firms.model import FirmStaff
from market.labels import label_of
from market.web.forms import Choice, MarketForm, choice, day, long_text, text, whole

LONGEST_TEXT = 4000
# Together, with the number of the report and the labels, no more than a breach keeps.
LONGEST_EVIDENCE = 220
LONGEST_DOCUMENT = 100
MOST_MONTHS = 60
# What weighs on a firm is chosen, never left as it stood.
_NOTHING = ("", _l("请选择"))


class ProposeForm(MarketForm):
    """A measure for breaches of one firm, and why."""

    breaches = several(
        _l("依据的失信行为"), DataRequired(message=_l("请至少选择一项失信行为。")),
        hint=_l("已在其他案件中处理的不再列出。"),
    )  # fmt: skip
    measure = choice(_l("拟采取的措施"), [])
    months = whole(_l("期限（月）"), 1, MOST_MONTHS)
    scope = several(
        _l("适用范围"),
        hint=_l(
            "不选的，按失信行为所涉类别适用；失信行为不涉及具体类别的（例如主管部门登记的），必须选择。"
            "严重失信依规则适用于全部事项。"
        ),
    )
    grounds = long_text(
        _l("事实和理由"), LONGEST_TEXT, hint=_l("写入告知书，机构将看到全文。至少 20 个字。")
    )

    def offer(self, rows: Iterable[LedgerRow], terms: Mapping[Measure, tuple[int, int]]) -> None:
        """Offer breaches, and each measure with its limits."""
        self.breaches.choices = [(str(row.breach.id), _in_words(row)) for row in rows]
        self.measure.choices = [
            _NOTHING,
            *((measure.value, _limited(measure, *limits)) for measure, limits in terms.items()),
        ]
        self.scope.choices = [(ALL, gettext("全部服务事项")), *group_choices()]

    def breach_ids(self) -> list[int]:
        """Return the breaches chosen."""
        return [int(value) for value in self.breaches.data or []]


def _limited(measure: Measure, least: int, most: int) -> str:
    words: str = gettext(
        "%(measure)s（%(least)s 至 %(most)s 个月）",
        measure=gettext(label_of(measure).text),
        least=least,
        most=most,
    )
    return words


def _in_words(row: LedgerRow) -> str:
    breach = row.breach
    mark = f"　【{gettext('亮牌尚未认定')}】" if row.unjudged else ""
    words: str = gettext(
        "%(day)s　%(kind)s　记 %(points)s 分　%(evidence)s",
        day=f"{breach.occurred_at.astimezone(BEIJING):%Y-%m-%d}",
        kind=gettext(label_of(breach.kind).text),
        points=breach.points,
        evidence=breach.evidence,
    )
    return words + mark


class ReportForm(MarketForm):
    """A breach that an authority reports."""

    kind = choice(_l("失信行为"), [])
    occurred_on = day(_l("发生日期"))
    staff = Choice(
        _l("涉及的执业人员"), [Optional()], choices=[],
        description=_l("仅机构和监管部门可见，不公开。"),
    )  # fmt: skip
    evidence = long_text(
        _l("认定的事实和证据"), LONGEST_EVIDENCE,
        hint=_l("写明认定机关和认定的事实。机构将看到全文。至少 20 个字。"),
    )  # fmt: skip

    document = text(
        _l("认定文书的名称和文号"), LONGEST_DOCUMENT,
        hint=_l("行政处罚决定书、调查结论、生效裁判等。目录规定须写明的，不填不能登记。"),
        optional=True,
    )  # fmt: skip
    material = text(
        _l("证据材料的名称"), LONGEST_DOCUMENT,
        hint=_l("收款凭证、核查笔录、鉴定意见等，用顿号隔开。目录规定须写明的，不填不能登记。"),
        optional=True,
    )  # fmt: skip

    file = FileField(
        _l("证据材料（可以不交）"),
        description=_l(
            "机构可以下载；多份的合并成一份：PDF、Word（docx）、Excel（xlsx）或图片，"
            "最大 20 MB，不得加密。"
        ),
    )

    def named(self) -> dict[Evidence, str]:
        """Return what was named beside the facts."""
        return {
            Evidence.DOCUMENT: self.document.data or "",
            Evidence.MATERIAL: self.material.data or "",
        }

    def offer(self, people: Iterable[FirmStaff]) -> None:
        """Offer what an authority may enter, and the firm's people."""
        self.staff.choices = [
            ("", _l("不针对个人")),
            *((str(person.id), f"{person.name}　{person.certificate}") for person in people),
        ]
        offered = [kind for kind in BreachKind if kind in REPORTED]
        self.kind.choices = [
            _NOTHING,
            *((kind.value, gettext(label_of(kind).text)) for kind in offered),
        ]
