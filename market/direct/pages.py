"""What other features' pages show of direct choices: links on a need, lines in a record."""

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy import ColumnElement, func, select

from market.access import Permission
from market.accounts.model import Organisation
from market.db import UnitOfWork
from market.direct import queries
from market.direct.emergency_rules import EmergencyState
from market.direct.model import DirectChoice, Emergency
from market.direct.rules import OPEN, DirectGround, DirectState
from market.errors import msgid
from market.needs.elsewhere import Link
from market.needs.model import Need
from market.needs.record.queries import Counter
from market.needs.rules import MOVES, Move


def links_of(work: UnitOfWork, need: Need) -> list[Link]:
    """Return the ways to a direct choice from a need's own page."""
    found = []
    for choice in queries.of_need(work, need.id):
        if choice.state in OPEN or choice.state is DirectState.NAMED:
            url = url_for("direct.own", direct_id=choice.id)
            found.append(Link(msgid("查看直接选取"), url))
    if (need.state, Move.CHOOSE) in MOVES and Permission.NEED_POST in work.actor.permissions:
        note = msgid("限小额、非财政资金、两次公告只有一家合格机构的情形，理由公开。")
        found.append(Link(msgid("直接选取"), url_for("direct.choose", need_id=need.id), note))
        url = url_for("direct.emergency", need_id=need.id)
        found.append(Link(msgid("应急委托"), url, msgid("险情不能等候摇号的，事后逐件审查。")))
    return found


def public_url(work: UnitOfWork, need: Need) -> str | None:
    """Return the public page of a need that was given directly."""
    named = [one for one in queries.of_need(work, need.id) if one.state is DirectState.NAMED]
    return url_for("direct.show", number=named[0].number) if named else None


def counters(work: UnitOfWork, owner: Organisation, since: datetime) -> Sequence[Counter]:
    """Return what an owner's record counts of its direct choices and emergencies."""
    emergency = DirectChoice.ground == DirectGround.EMERGENCY

    def url() -> str:
        return url_for("direct.index", q=owner.name)

    return [
        Counter(msgid("直接选取"), _count(work, owner, since, ~emergency), url),
        Counter(msgid("应急委托"), _count(work, owner, since, emergency), url),
        Counter(
            msgid("应急委托逾期备案"),
            _count(work, owner, since, emergency, Emergency.is_late.is_(True)),
            url,
        ),
        Counter(
            msgid("应急委托未获认可"),
            _count(work, owner, since, Emergency.state == EmergencyState.REJECTED),
            url,
        ),
    ]


def _count(
    work: UnitOfWork, owner: Organisation, since: datetime, *more: ColumnElement[bool]
) -> int:
    return (
        work.session.scalar(
            select(func.count(DirectChoice.id))
            .outerjoin(Emergency, Emergency.direct_id == DirectChoice.id)
            .where(
                DirectChoice.owner_org_id == owner.id,
                DirectChoice.state == DirectState.NAMED,
                DirectChoice.named_at >= since,
                *more,
            )
        )
        or 0
    )
