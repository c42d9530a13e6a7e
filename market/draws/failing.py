"""Where a firm is enrolled before the list is fixed, and what it no longer meets there.

The same rules judge as at the freeze (``queries.failures_of``), so that the firm learns in time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy import select

from market.db import UnitOfWork
from market.draws import methods, queries
from market.draws.eligibility import Failure, Rule
from market.draws.errors import UnverifiableError
from market.draws.model import Draw, Enrolment
from market.draws.rules import DrawState, EnrolmentState
from market.errors import msgid
from market.firms.at_stake import Stake
from market.firms.model import Firm
from market.needs.model import Need, Notice

# More are not judged at a time: those that close first are. A workbench is opened often, a
# service is given up once.
MOST_ON_A_WORKBENCH: Final = 20
MOST_AT_STAKE: Final = 200
BEFORE_FREEZE: Final = (DrawState.OPEN, DrawState.CLOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """An enrolment before the freeze, and what the firm does not meet now."""

    draw: Draw
    need: Need
    number: str
    failures: tuple[Failure, ...]


def enrolled(work: UnitOfWork, firm: Firm, *, item_code: str, most: int) -> list[Enrolled]:
    """Return a firm's enrolments before the freeze, judged now; what closes first comes first.

    An empty ``item_code`` asks for all; no more than ``most`` are judged.
    """
    of_item = [Need.item_code == item_code] if item_code else []
    rows = work.session.execute(
        select(Draw, Need, Notice.number)
        .join(Enrolment, Enrolment.draw_id == Draw.id)
        .join(Need, Need.id == Draw.need_id)
        .join(Notice, Notice.id == Draw.notice_id)
        .where(
            Enrolment.firm_id == firm.id,
            Enrolment.state == EnrolmentState.ENROLLED,
            Draw.state.in_(BEFORE_FREEZE),
            *of_item,
        )
        .order_by(Draw.enrol_close_at, Draw.id)
        .limit(most)
    ).all()
    return [
        Enrolled(
            draw=draw,
            need=need,
            number=number,
            failures=tuple(queries.failures_of(work, need, firm, draw)),
        )
        for draw, need, number in rows
    ]


def stakes(work: UnitOfWork, firm: Firm, item_code: str = "") -> list[Stake]:
    """Return what a firm may lose by what it gives up, as its own pages name it."""
    return [
        Stake(
            number=one.number,
            title=one.need.title,
            close_at=one.draw.enrol_close_at,
            fails=bool(one.failures),
        )
        for one in enrolled(work, firm, item_code=item_code, most=MOST_AT_STAKE)
    ]


def failing(work: UnitOfWork, firm: Firm) -> list[Enrolled]:
    """Return the enrolments that would be struck if the list were fixed now."""
    judged = enrolled(work, firm, item_code="", most=MOST_ON_A_WORKBENCH)
    return [one for one in judged if one.failures]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToMend:
    """What an enrolment no longer meets, what to do about each, and until when."""

    rows: tuple[tuple[Failure, str], ...]
    by_at: datetime


def to_mend(work: UnitOfWork, draw: Draw, enrolment: Enrolment) -> ToMend | None:
    """Return what would strike an enrolment at the freeze; None if nothing would."""
    if enrolment.state is not EnrolmentState.ENROLLED or draw.state not in BEFORE_FREEZE:
        return None
    firm = work.session.get_one(Firm, enrolment.firm_id)
    found = queries.failures_of(work, work.session.get_one(Need, draw.need_id), firm, draw)
    rows = tuple((one, MENDS[one.rule]) for one in found)
    return ToMend(rows=rows, by_at=mend_by_at(work, draw)) if rows else None


def mend_by_at(work: UnitOfWork, draw: Draw) -> datetime:
    """Return until when a firm can put right what it fails: no list is fixed sooner."""
    try:
        return methods.list_waits_until(work, draw) or draw.enrol_close_at
    except UnverifiableError:  # The draw itself says so to whoever can mend it.
        return draw.enrol_close_at


# What a firm does before the freeze about each rule that every list is judged by.
MENDS: Final[Mapping[Rule, str]] = MappingProxyType(
    {
        Rule.LISTED: msgid("在“本机构入驻与资料”查看原因，恢复入驻状态"),
        Rule.STANDING: msgid("期限未满的不能参加；报名截止前可以撤回报名"),
        Rule.SERVICE: msgid("在“服务与收费”恢复提供该服务；被冻结的，先补正所列原因"),
        Rule.QUALIFICATION: msgid("补充或续期资质，并请运营机构核对"),
        Rule.STAFF: msgid("补足执业人员，并请运营机构核对"),
        Rule.RECORD: msgid("补报同类业绩，并请运营机构核实"),
        Rule.FEE: msgid("在“服务与收费”公开新的收费标准，自当天起生效"),
        Rule.COMPUTABLE: msgid("在“服务与收费”公开按公告所列计费参数能够算出金额的收费"),
        Rule.OWNER: msgid("本机构不能参加；报名截止前可以撤回报名"),
        Rule.RECUSAL: msgid("本机构须回避；报名截止前可以撤回报名"),
        Rule.CONFLICT: msgid("两个事项只能承担一个；报名截止前可以撤回其中一个报名"),
        Rule.RECENT: msgid("近期中选次数已满，本次须让位；报名截止前可以撤回报名"),
        Rule.EXCLUSION: msgid("认为有误的，名单冻结前请联系运营机构"),
        Rule.DECLARATION: msgid("在“本机构关联关系”中申报"),
        Rule.INTEREST: msgid("认为有误的，名单冻结前在报名页面提出异议"),
        Rule.TICKET: msgid("认为有误的，名单冻结前在报名页面提出异议"),
    }
)
