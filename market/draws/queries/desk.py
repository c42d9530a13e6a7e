"""What a draw waits for, and what keeps it from going on: for the operator's desk."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from sqlalchemy import select

from market import witnessing
from market.clock import BEIJING
from market.db import UnitOfWork
from market.draws.model import Draw
from market.draws.model_later import Replacement
from market.draws.queries.awaiting import awaited, awaited_next, trustees_of, typed_rows
from market.draws.queries.contributing import contributions_of, reveals_are_over
from market.draws.queries.finding import cut_of
from market.draws.queries.sleeping import sleeps, woken_at
from market.draws.rules import (
    CUT_MARGIN,
    LATEST_FREEZE,
    LOST_AFTER,
    STOP_MARGIN,
    DrawMode,
    DrawState,
    ReplacementState,
    Wait,
)
from market.errors import msgid
from market.installation import Installation

OVERDUE_AFTER = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One thing a draw waits for.

    ``what`` and ``do`` are msgids: what is the matter, and what to do; ``facts`` fill both.
    ``stops`` says that the draw cannot go on, and not merely that it waits.
    """

    kind: Wait
    since: datetime
    due_at: datetime | None
    what: str
    do: str
    facts: Mapping[str, object] = field(default_factory=dict)
    stops: bool = False


def what_blocks(work: UnitOfWork, here: Installation, draw: Draw) -> list[Block]:
    """Return what a draw waits for now, the gravest first; nothing if it only waits for time."""
    found = [*_overdue(work, draw)]
    if draw.state is DrawState.FROZEN:
        found += _frozen(work, here, draw)
    if draw.state is DrawState.DRAWN:
        found += _replacements(work, draw)
    return sorted(found, key=lambda block: (not block.stops, block.since))


def _overdue(work: UnitOfWork, draw: Draw) -> Iterator[Block]:
    at, latest = draw.next_check_at, work.now - OVERDUE_AFTER
    if sleeps(work, draw, latest):
        at = woken_at(draw, work.now)
    if at is not None and at <= latest:
        yield Block(
            kind=Wait.STEP_OVERDUE,
            since=at,
            due_at=at,
            what=msgid("应在 %(at)s 办理的步骤尚未办理"),
            do=msgid("检查后台任务（zjcs-worker）是否运行，或执行 zjcs draw run"),
            facts={"at": _clock(at)},
        )
    if draw.state is DrawState.CLOSED and work.now > draw.freeze_by_at:
        yield Block(
            kind=Wait.FREEZE_LATE,
            since=draw.freeze_by_at,
            due_at=draw.phi_at - LATEST_FREEZE,
            what=msgid("名单应在 %(at)s 前冻结，尚未冻结"),
            do=msgid("立即恢复后台任务：最迟在开奖前 5 分钟冻结，否则本次抽取作废"),
            facts={"at": _clock(draw.freeze_by_at)},
        )


def _frozen(work: UnitOfWork, here: Installation, draw: Draw) -> Iterator[Block]:
    if cut_of(work, draw) is None:
        yield from _before_cut(work, here, draw)
    elif work.now >= draw.phi_at:
        yield from _value(work, draw)
        if work.now >= draw.phi_at + LOST_AFTER:
            yield Block(
                kind=Wait.PHI_LOST,
                since=draw.phi_at + LOST_AFTER,
                due_at=None,
                what=msgid("随机值逾期七天未到"),
                do=msgid("确认无法取得的，由有权机关出具书面决定，两人分别办理后终止"),
            )


def _before_cut(work: UnitOfWork, here: Installation, draw: Draw) -> Iterator[Block]:
    since = draw.frozen_at or draw.freeze_by_at
    latest, stop_at = draw.phi_at - CUT_MARGIN, draw.phi_at - STOP_MARGIN
    if not reveals_are_over(work, draw):
        missing = [row for row in contributions_of(work, draw) if row.commit and not row.value]
        yield Block(
            kind=Wait.REVEALS,
            since=since,
            due_at=draw.reveal_by_at,
            what=msgid("还有 %(count)s 个出数方没有揭示"),
            do=msgid("无需催办也不延期：到 %(at)s 未揭示的按缺席处理"),
            facts={"count": len(missing), "at": _clock(draw.reveal_by_at)},
        )
    elif work.now > latest and witnessing.required(here):
        yield Block(
            kind=Wait.NO_QUORUM,
            since=latest,
            due_at=None,
            what=msgid("到 %(at)s 名单没有得到足够见证，本次抽取不能继续"),
            do=msgid("不再开奖。查看见证人状态；重新发布公告前先恢复见证"),
            facts={"at": _clock(latest)},
            stops=True,
        )
    else:
        yield Block(
            kind=Wait.QUORUM,
            since=since,
            due_at=stop_at,
            what=msgid("名单已冻结，等待足够的见证人签名"),
            do=msgid("查看见证人状态，联系没有签名的见证人；最迟 %(at)s，否则本次抽取作废"),
            facts={"at": _clock(stop_at)},
        )


def _value(work: UnitOfWork, draw: Draw) -> Iterator[Block]:
    match draw.mode:
        case DrawMode.A:
            yield _waiting(
                draw,
                Wait.ROUND,
                msgid("等待信标第 %(round)s 轮"),
                msgid("网络不通时由人带入：轮次和 96 位十六进制签名"),
                round=draw.phi_round,
            )
        case DrawMode.B:
            yield _numbers(work, draw)
        case DrawMode.C | DrawMode.D2 | DrawMode.D1:
            yield from _proofs(work, draw)


def _numbers(work: UnitOfWork, draw: Draw) -> Block:
    rows = typed_rows(work, draw.game or "", draw.issue or "")
    last = rows[-1].attempt if rows else 0
    now_typed = sum(row.attempt == last for row in rows)
    facts: dict[str, object] = {"issue": draw.issue}
    if now_typed == 1:
        what, do = msgid("一人已录入，等待另一人独立录入"), msgid("请另一名经办人录入同一期号码")
        return _waiting(draw, Wait.NUMBERS_SECOND, what, do, **facts)
    if rows:
        what = msgid("两人录入的号码不一致，均不采用")
        do = msgid("请两名经办人各自对照开奖公告重新录入")
        return _waiting(draw, Wait.NUMBERS_DIFFER, what, do, **facts)
    what = msgid("等待录入福彩快乐8 第 %(issue)s 期号码")
    do = msgid("开奖后由两名经办人分别录入，录入前彼此不可见")
    return _waiting(draw, Wait.NUMBERS, what, do, **facts)


def _proofs(work: UnitOfWork, draw: Draw) -> Iterator[Block]:
    missing = [one for one in trustees_of(work, draw, awaited(work, draw)) if one.proof is None]
    names = [one.organisation.name for one in missing if one.organisation]
    if len(names) < len(missing):
        what, do = msgid("平台的证明值尚未算出"), msgid("检查后台任务和平台密钥文件是否被更换")
        yield _waiting(draw, Wait.PLATFORM_PROOF, what, do)
    if names:
        what, do = msgid("等待证明值：%(who)s"), msgid("请联系该机构在其工作台提交证明值")
        yield _waiting(draw, Wait.PROOFS, what, do, who="、".join(names))


def _waiting(draw: Draw, kind: Wait, what: str, do: str, **facts: object) -> Block:
    return Block(
        kind=kind, since=draw.phi_at, due_at=draw.result_by_at, what=what, do=do, facts=facts
    )


def _replacements(work: UnitOfWork, draw: Draw) -> Iterator[Block]:
    rows = work.session.scalars(
        select(Replacement)
        .where(
            Replacement.draw_id == draw.id,
            Replacement.wanted,
            Replacement.state.in_((ReplacementState.WAITING, ReplacementState.WITNESSED)),
        )
        .order_by(Replacement.id)
    )
    for row in rows:
        if work.now >= row.phi_at + LOST_AFTER:
            yield Block(
                kind=Wait.PHI_LOST,
                since=row.phi_at + LOST_AFTER,
                due_at=None,
                what=msgid("抽取递补机构的随机值逾期七天未到"),
                do=msgid("确认无法取得的，由有权机关出具书面决定，两人分别办理后终止"),
            )
        yield _replacement(work, draw, row)


# What has to happen when the value comes that decides who replaces a firm that left.
_NEXT_STEP: Final[Mapping[DrawMode, str]] = MappingProxyType(
    {
        DrawMode.A: msgid("到时自动取得信标轮次并抽取；网络不通时由人带入"),
        DrawMode.B: msgid("开奖后由两名经办人分别录入号码，一致后自动抽取"),
        DrawMode.C: msgid("到时请各家单位在其工作台提交证明值，到齐后自动抽取"),
        DrawMode.D2: msgid("到时请监督方在其工作台提交证明值，提交后自动抽取"),
        DrawMode.D1: msgid("到时自动抽取"),
    }
)


def _replacement(work: UnitOfWork, draw: Draw, row: Replacement) -> Block:
    """Say what the drawing of a replacement waits for: its instant, then whoever has the value."""
    due_at, facts = row.phi_at, {"at": _clock(row.phi_at)}
    what, do = msgid("等待 %(at)s 另行抽取递补机构"), _NEXT_STEP[draw.mode]
    if work.now >= row.phi_at:
        due_at += draw.result_by_at - draw.phi_at
        what = msgid("抽取递补机构的随机值 %(at)s 已到时，尚未取得")
        waits = awaited_next(work, draw, row)
        missing = [one for one in trustees_of(work, draw, waits) if one.proof is None]
        names = [one.organisation.name for one in missing if one.organisation]
        if names:
            what = msgid("抽取递补机构，等待证明值：%(who)s")
            do, facts["who"] = msgid("请联系该机构在其工作台提交证明值"), "、".join(names)
    return Block(
        kind=Wait.REPLACEMENT, since=row.left_at, due_at=due_at, what=what, do=do, facts=facts
    )


def _clock(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
