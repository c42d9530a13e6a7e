"""The tables that anybody takes home: awards, draws, failed notices and direct choices."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from flask_babel import gettext
from sqlalchemy import select, true

from market.accounts.model import Organisation
from market.db import UnitOfWork
from market.direct import queries as direct
from market.draws.model import Award, Draw
from market.draws.model_freeze import AwardFreeze
from market.draws.queries.freezes import standing_still
from market.errors import msgid
from market.firms.model import Firm
from market.needs.labels import METHODS, failure_words
from market.needs.model import Need, Notice
from market.portal import partners, queries
from market.web.lists import MOST_CSV_ROWS, yuan

Row = Sequence[object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table to download: what it is called, what is in it, its columns, and its rows."""

    name: str
    words: str
    columns: tuple[str, ...]
    rows: Callable[[UnitOfWork], list[Row]]

    def header(self) -> list[str]:
        """Return the names of the columns, translated."""
        return [gettext(column) for column in self.columns]


def _awards(work: UnitOfWork) -> list[Row]:
    found = partners.pairs(work, true(), limit=MOST_CSV_ROWS)
    held = standing_still(work)
    return [
        [
            one.award.number,
            one.notice_number or one.award.direct_number,
            one.need.title,
            one.need.item_code,
            one.owner.name,
            one.owner.code,
            one.way,
            _method(one.need),
            yuan(one.need.ceiling_fen),
            yuan(one.award.price_fen),
            one.firm.name,
            one.firm.code,
            one.award.published_at,
            one.award.publicity_ends_at,
            one.award.state,
            *_paused(held.get(one.award.id)),
        ]
        for one in found
    ]


def _paused(freeze: AwardFreeze | None) -> Row:
    """Say whether the term of an award stands still, and how many working days it has left."""
    return [gettext("否"), None] if freeze is None else [gettext("是"), freeze.left_working_days]


def _method(need: Need) -> str:
    words: str = gettext(METHODS[need.method].name)
    return words


def _draws(work: UnitOfWork) -> list[Row]:
    rows = work.session.execute(
        select(Draw, Need, Notice, Organisation, Award, Firm)
        .join(Need, Need.id == Draw.need_id)
        .join(Notice, Notice.id == Draw.notice_id)
        .join(Organisation, Organisation.id == Need.owner_org_id)
        .outerjoin(Award, Award.draw_id == Draw.id)
        .outerjoin(Firm, Firm.id == Award.firm_id)
        .order_by(Notice.published_at.desc(), Draw.id.desc(), Award.id)
        .limit(MOST_CSV_ROWS)
    )
    return [
        [
            notice.number,
            need.title,
            need.item_code,
            owner.name,
            owner.code,
            _method(need),
            draw.mode,
            yuan(need.ceiling_fen),
            *_won(award, firm),
            notice.published_at,
            draw.enrol_close_at,
            draw.phi_at,
            draw.drawn_at,
            draw.voided_at,
            draw.state,
        ]
        for draw, need, notice, owner, award, firm in rows
    ]


def _won(award: Award | None, firm: Firm | None) -> Row:
    """Return the price and the firm of an award; nothing where a draw has none yet."""
    if award is None or firm is None:
        return [None, None, None]
    return [yuan(award.price_fen), firm.name, firm.code]


def _failures(work: UnitOfWork) -> list[Row]:
    return [
        [
            row.notice.number,
            row.failure.attempt,
            row.need.title,
            row.need.item_code,
            row.owner_name,
            yuan(row.need.ceiling_fen),
            row.failure.at,
            gettext(failure_words(row.failure.reason)),
            row.failure.diagnosis,
        ]
        for row in queries.failures(work, limit=MOST_CSV_ROWS)
    ]


def _direct(work: UnitOfWork) -> list[Row]:
    return [
        [
            row.choice.number,
            row.need.title,
            row.need.item_code,
            row.owner.name,
            row.owner.code,
            row.firm.name,
            row.firm.code,
            row.choice.ground,
            yuan(row.choice.price_fen),
            row.choice.named_at,
            None if row.award is None else row.award.number,
            None if row.award is None else row.award.state,
            None if row.emergency is None else row.emergency.state,
        ]
        for row in direct.public_list(work, limit=MOST_CSV_ROWS)
    ]


_PROJECT: Final = (msgid("项目名称"), msgid("事项编码"), msgid("项目业主"))
_CODE: Final = msgid("业主统一社会信用代码")
_FIRM: Final = (msgid("中选机构"), msgid("机构统一社会信用代码"))
_AMOUNTS: Final = (msgid("服务费上限（元）"), msgid("中选金额（元）"))
TABLES: Final[Mapping[str, Table]] = MappingProxyType(
    {
        "awards": Table(
            name=msgid("中选结果"),
            words=msgid("每一项中选结果：业主、机构、来路、金额、时间和状态；因异议或者投诉暂停的，公示截止只是暂停以前的日期，以剩余工作日为准"),
            columns=(
                msgid("中选编号"), msgid("公告或直接选取编号"), *_PROJECT, _CODE, msgid("来路"),
                msgid("选取方式"), *_AMOUNTS, *_FIRM, msgid("公告时间"), msgid("公示截止"),
                msgid("状态"), msgid("期限暂停"), msgid("暂停时剩余工作日"),
            ),
            rows=_awards,
        ),
        "draws": Table(
            name=msgid("摇号"),
            words=msgid("每一次摇号和它的结果：方式、随机源、时间和状态；递补的每家一行"),
            columns=(
                msgid("公告编号"), *_PROJECT, _CODE, msgid("选取方式"), msgid("随机源"), *_AMOUNTS,
                *_FIRM, msgid("公告时间"), msgid("报名截止"), msgid("开奖时刻"), msgid("结果时间"),
                msgid("终止时间"), msgid("状态"),
            ),
            rows=_draws,
        ),
        "failures": Table(
            name=msgid("流标公告"),
            words=msgid("每次流标的原因和分析"),
            columns=(
                msgid("公告编号"), msgid("第几次公告"), *_PROJECT, msgid("服务费上限（元）"),
                msgid("流标时间"), msgid("原因"), msgid("分析"),
            ),
            rows=_failures,
        ),
        "direct": Table(
            name=msgid("直接选取"),
            words=msgid("没有摇号的项目：机构、理由类别、金额和状态，包括应急委托"),
            columns=(
                msgid("直接选取编号"), *_PROJECT, _CODE, *_FIRM, msgid("理由类别"),
                msgid("金额（元）"), msgid("公示时间"), msgid("中选编号"), msgid("状态"),
                msgid("应急备案状态"),
            ),
            rows=_direct,
        ),
    }
)  # fmt: skip
