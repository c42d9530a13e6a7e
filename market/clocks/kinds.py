"""The kinds of clocks: in what each counts, from when, who may read it, and whether it has cards.

One mechanism for all of them (docs/adr/0058). A feature that times something new declares its kind
here, so that nothing is timed that the pages and the log cannot name.
"""

from dataclasses import dataclass
from typing import Final

from market.clocks.counting import StartRule, Unit
from market.errors import msgid

MORE: Final = msgid("其中 %(days)s 是延期增加的。")
# Nobody asks for more time to report: a rule leaves some after the service stood still.
AFTER_PAUSE: Final = msgid(
    "其中 %(days)s 是按规则顺延的：服务暂停以后，报告至少还有规则规定的工作日。没有人申请过延期。"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is timed: what it is called, and the endpoint of its page, found by its number."""

    name: str
    endpoint: str


CONTRACT: Final = Subject(msgid("合同"), "contracts.public")
COMPLAINED: Final = Subject(msgid("投诉"), "complaints.show")
OBJECTED: Final = Subject(msgid("异议"), "objections.show")
CARD: Final = Subject(msgid("亮牌"), "supervision.show")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockKind:
    """What is timed in one way.

    ``public``: anybody may read who used which days; what is not public is for both sides and for
    those who oversee, and the log names it by a number that tells nothing.
    ``suspendable``: it can stand still by agreement, and be extended; a reply cannot.
    ``ladder``: warnings and cards follow; their days are working days, so the limit is as well.
    ``chance``: a time to speak and no duty. It ends with its term, and no notice of holidays makes
    it shorter (docs/adr/0077).
    ``more``: what the page says of days beyond those of the start.
    ``about``: whose number the clock bears; None where clocks of one kind are about many things.
    """

    code: str
    title: str
    unit: Unit = Unit.WORKING_DAY
    start: StartRule = StartRule.DAY_AFTER
    public: bool
    suspendable: bool = False
    ladder: bool = False
    chance: bool = False
    more: str = MORE
    about: Subject | None = None

    def __post_init__(self) -> None:
        """Refuse a kind that would count days in two ways, or tell in public what is not."""
        if self.ladder and not self.public:
            raise ValueError(f"the cards of {self.code} name in public what is not public")
        if self.ladder and self.unit is not Unit.WORKING_DAY:
            raise ValueError(f"the ladder of {self.code} counts working days")
        if self.suspendable and self.unit is not Unit.WORKING_DAY:
            raise ValueError(f"suspensions of {self.code} count working days")


_KINDS: Final[dict[str, ClockKind]] = {}


def declare(kind: ClockKind) -> ClockKind:
    """Register a kind.

    Raises:
        ValueError: Another kind has the code.
    """
    if kind.code in _KINDS:
        raise ValueError(f"two kinds of clocks are called {kind.code}")
    _KINDS[kind.code] = kind
    return kind


def kind_of(code: str) -> ClockKind:
    """Return a kind by its code.

    Raises:
        KeyError: No feature declared it.
    """
    return _KINDS[code]


def every() -> tuple[ClockKind, ...]:
    """Return all kinds in the order of their codes."""
    return tuple(_KINDS[code] for code in sorted(_KINDS))


def public_codes() -> tuple[str, ...]:
    """Return the codes of the kinds that anybody may read."""
    return tuple(kind.code for kind in every() if kind.public)


def ladder_codes() -> tuple[str, ...]:
    """Return the codes of the kinds that have warnings and cards."""
    return tuple(kind.code for kind in every() if kind.ladder)


def chance_codes() -> tuple[str, ...]:
    """Return the codes of the kinds that are a time to speak."""
    return tuple(kind.code for kind in every() if kind.chance)


SERVICE: Final = declare(
    ClockKind(
        about=CONTRACT,
        code="service",
        title=msgid("合同服务时限"),
        start=StartRule.MATERIALS_COMPLETE,
        public=True,
        suspendable=True,
        ladder=True,
    )
)
OWNER_REVIEW: Final = declare(
    ClockKind(about=CONTRACT, code="owner-review", title=msgid("业主验收期限"), public=True)
)
# The authority that reviews what the owner accepted; its limit is the item's in the catalogue.
AUTHORITY_REVIEW: Final = declare(
    ClockKind(about=CONTRACT, code="authority-review", title=msgid("部门评审期限"), public=True)
)
# A milestone names days of work or a day; the card of a missing report is the milestone's own.
PROGRESS_REPORT: Final = declare(
    ClockKind(
        about=CONTRACT,
        code="progress-report",
        title=msgid("进度报告期限"),
        public=True,
        more=AFTER_PAUSE,
    )
)
REPORT_BY_DAY: Final = declare(
    ClockKind(
        about=CONTRACT,
        code="report-by-day",
        title=msgid("进度报告期限（约定日期）"),
        unit=Unit.CALENDAR_DAY,
        public=True,
        more=AFTER_PAUSE,
    )
)
OBJECTION_REPLY: Final = declare(
    ClockKind(
        code="objection-reply",
        title=msgid("异议答复期限"),
        public=False,
        about=OBJECTED,
    )
)
COMPLAINT_ACCEPT: Final = declare(
    ClockKind(about=COMPLAINED, code="complaint-accept", title=msgid("投诉受理期限"), public=False)
)
COMPLAINT: Final = declare(
    ClockKind(about=COMPLAINED, code="complaint", title=msgid("投诉办理期限"), public=False)
)
# 保障中小企业款项支付条例 counts the days of a payment as calendar days.
PAYMENT: Final = declare(
    ClockKind(
        about=CONTRACT, code="payment", title=msgid("付款期限"), unit=Unit.CALENDAR_DAY, public=True
    )
)
OPERATOR_CHECK: Final = declare(
    ClockKind(code="operator-check", title=msgid("平台审核期限"), public=False)
)
PARTY_REPLY: Final = declare(
    ClockKind(code="party-reply", title=msgid("陈述答复期限"), public=False, chance=True)
)
CARD_REPLY: Final = declare(
    ClockKind(
        code="card-reply",
        title=msgid("亮牌答复期限"),
        public=False,
        chance=True,
        about=CARD,
    )
)
CARD_JUDGING: Final = declare(
    ClockKind(about=CARD, code="card-judging", title=msgid("亮牌认定期限"), public=False)
)
AUTHORITY_DECISION: Final = declare(
    ClockKind(code="authority-decision", title=msgid("主管部门决定期限"), public=False)
)
