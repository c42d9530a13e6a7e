"""The forms by which a round of the firm's work is examined."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from market.contracts.forms import upload
from market.contracts.rules import ReturnReason
from market.labels import label_of
from market.web.forms import Choice, MarketForm, day, long_text, radios, text


class Decision(StrEnum):
    """What an owner or an authority says of a round."""

    ACCEPT = "accept"
    SUPPLEMENT = "supplement"
    TOLERATE = "tolerate"
    RETURN = "return"


class _ExamForm(MarketForm):
    """What every opinion may need; which of it, its conclusion says."""

    # Which conclusions name a reason, and what is said where they do not.
    named: Mapping[Decision, object] = MappingProxyType({})

    missing = long_text(
        _l("缺少的内容"),
        2000,
        hint=_l("要求补正、修改或者容缺接收的，逐项列明，一行一项。"),
        optional=True,
    )
    by_on = day(_l("补交日期"), hint=_l("容缺接收的，约定最晚补交的日期。"), optional=True)
    reason = Choice(
        _l("退回原因"), [Optional()], choices=[], description=_l("退回重做、不通过的必须选择。")
    )
    clause = text(
        _l("依据的条款"),
        200,
        hint=_l("退回重做、不通过的必须写明合同或者标准的名称和条款号。"),
        optional=True,
        public=True,
    )
    comment = long_text(
        _l("意见"),
        1000,
        hint=_l("退回重做、不通过的，写明具体问题（至少 10 个字）。"),
        optional=True,
    )

    def offer(self) -> None:
        """Offer the closed list of reasons; an acceptance needs none.

        Beside a field that the conclusion demands the page does not say that it may stay empty.
        """
        for field in (self.missing, self.by_on, self.reason, self.clause):
            field.flags.optional = False
        self.reason.choices = [
            ("", gettext("请选择")),
            *((reason.value, gettext(label_of(reason).text)) for reason in ReturnReason),
        ]

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' own
        """Check that a conclusion that names a reason does, and say so beside the reason."""
        fine = super().validate(extra_validators)
        lacks = None if self.reason.data or self.said is None else self.named.get(self.said)
        if lacks is not None:
            self.reason.errors = [str(lacks)]
        return fine and lacks is None

    @property
    def chosen_reason(self) -> ReturnReason:
        """The reason; the form has been checked."""
        return ReturnReason(self.reason.data)

    @property
    def said(self) -> Decision | None:
        """What was decided."""
        data = cast("str | None", self.decision.data)
        return Decision(data) if data in set(Decision) else None


class ReviewForm(_ExamForm):
    """The owner accepts the last round, asks for what is missing, or returns it."""

    decision = radios(
        _l("验收结论"),
        [
            (Decision.ACCEPT, _l("验收通过")),
            (Decision.SUPPLEMENT, _l("补正（小的缺漏，不算重做）")),
            (Decision.TOLERATE, _l("容缺接收（缺少的材料限期补交）")),
            (Decision.RETURN, _l("退回重做")),
        ],
    )
    named = MappingProxyType({Decision.RETURN: _l("退回重做的，请选择退回原因。")})


class OpinionForm(_ExamForm):
    """An authority passes the last round, at once or once revised, or fails it."""

    decision = radios(
        _l("评审结论"),
        [
            (Decision.ACCEPT, _l("通过")),
            (Decision.SUPPLEMENT, _l("修改后通过")),
            (Decision.TOLERATE, _l("容缺（缺少的材料限期补交后再出具意见）")),
            (Decision.RETURN, _l("不通过，退回重做")),
        ],
    )
    named = MappingProxyType(
        dict.fromkeys(
            (Decision.SUPPLEMENT, Decision.RETURN), _l("修改后通过、不通过的，请选择原因。")
        )
    )


class SupplyForm(MarketForm):
    """What the firm was asked for."""

    file = upload(_l("补交的文件"))
    note = long_text(_l("说明"), 1000, hint=_l("逐项说明补交了什么。"), optional=True)
