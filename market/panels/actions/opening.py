"""Opening a panel's draw with the need's notice: pool, round and timetable are fixed by then."""

import json
from typing import Final

from market.accounts.queries import organisation
from market.db import UnitOfWork
from market.draws import methods
from market.draws import queries as draws
from market.draws.model import Draw
from market.errors import MarketError
from market.installation import Installation
from market.needs import hindrances
from market.needs.methods import Method, Terms, is_scored
from market.needs.model import Need
from market.panels import queries
from market.panels import selection as selection  # noqa: PLC0414 - it answers for these panels
from market.panels.actions.announcing import Plan, announce, tell
from market.panels.errors import PanelWaitsError
from market.panels.model import Panel
from market.panels.rules import PanelSubject, PanelTimes, panel_times

# The exact rule of who may be drawn, as the panel's public file prints it. Platform default.
RULES: Final = (
    "公告发布时专家库中本事项的全部有效专家，都是候选人；此后入库的不列入。",
    (
        "报名截止后、名单冻结前，与业主、运营机构或任一参加机构有利害关系的专家，以及已经停用的"
        "专家，一律回避，逐名写入公开日志。"
    ),
    (
        "由公开摇号协议 ismdraw/v1 从名单中抽取评审专家；辞谢、逾期未答复的，接受或交分时已经停用"
        "或者应当回避的，按抽取次序递补。"
    ),
    (
        "评审小组只抽取一次。无法组成的，本次采购流标。随机值晚到、来不及评审的，本次采购也流标，"
        "但不另抽：轮次不变，何时带入都得出同一个评审小组，由它评审本项目的下一次公告。"
    ),
    (
        "每名专家在本次抽取中另有编号：以本文件承诺的密钥，由抽取编号和专家库编码"
        "经 HMAC-SHA256 得出。密钥与评分表一并公布，届时人人可以由专家库编码算出编号。"
    ),
)


def open_panel(work: UnitOfWork, here: Installation, draw: Draw, terms: Terms) -> Panel:
    """Open the draw of the experts who will score a draw's firms.

    Called in the transaction that publishes the notice: nothing of it can be chosen later. A
    panel whose value came too late for the notice before serves this one instead.

    Raises:
        PanelWaitsError: The value of the panel before was not brought yet.
        PoolTooSmallError: The pool has too few experts for the item.
        TimetableRefusedError: The timetable would not pass the verifier.
    """
    need = work.session.get_one(Need, draw.need_id)
    if waiting := pending(work, need):
        raise waiting
    if unspent := _unspent(work, need, terms):
        return _serve_on(work, queries.locked(work, unspent.id), draw, need, terms)
    return announce(work, here, _plan(work, draw, need, terms))


def _plan(work: UnitOfWork, draw: Draw, need: Need, terms: Terms) -> Plan:
    notice = draws.number_of(work, draw)
    return Plan(
        subject=PanelSubject.SELECTION,
        serves=notice,
        need=need,
        need_number=need.number,
        series=f"{need.number}/P{draw.attempt}",
        purchaser_code=organisation(work, need.owner_org_id).code,
        mode=draw.mode,
        seats=terms.seats,
        fewest_candidates=terms.fewest_candidates,
        answer_minutes=terms.answer_minutes,
        times=_times_of(draw, terms),
        rules=RULES,
        facts={
            "need": need.number,
            "notice": notice,
            "notice_digest": methods.notice_of(work, draw).digest,
            "previous": _previous(work, need),
        },
        draw_id=draw.id,
    )


def pending(work: UnitOfWork, need: Need) -> MarketError | None:
    """Return why no notice with a panel can follow now: the panel before waits for its value."""
    if not is_scored(need.method):
        return None
    waiting = [one for one in queries.panels_of_need(work, need.id) if queries.waits(work, one)]
    return PanelWaitsError(waiting[0].number) if waiting else None


def _unspent(work: UnitOfWork, need: Need, terms: Terms) -> Panel | None:
    """Return the panel of the notice before, if it was drawn and nobody of it was called."""
    earlier = queries.panels_of_need(work, need.id)
    if not earlier or not queries.is_unspent(work, earlier[-1]):
        return None
    document = json.loads(queries.file_of(work, earlier[-1], queries.PANEL_FILE) or b"{}")
    is_same = (document["item"], document["seats"]) == (need.item_code, terms.seats)
    return earlier[-1] if is_same else None


def _serve_on(work: UnitOfWork, panel: Panel, draw: Draw, need: Need, terms: Terms) -> Panel:
    """Let a panel that was drawn too late for its notice serve the next one, as it was drawn."""
    times = _times_of(draw, terms)
    panel.draw_id = draw.id
    panel.serves = draws.number_of(work, draw)
    panel.call_from_at = times.phi_at
    panel.scoring_by_at = times.scoring_by_at
    panel.next_check_at = times.phi_at
    work.session.flush()
    document = queries.file_of(work, panel, queries.PANEL_FILE) or b""
    candidates = len(queries.candidates_of(work, panel))
    tell(work, panel, need_number=need.number, document=document, candidates=candidates)
    return panel


def _times_of(draw: Draw, terms: Terms) -> PanelTimes:
    return panel_times(
        enrol_close_at=draw.enrol_close_at,
        panel_minutes=terms.panel_minutes,
        scoring_minutes=terms.scoring_minutes,
    )


def _previous(work: UnitOfWork, need: Need) -> list[dict[str, object]]:
    """Return every panel that was drawn for the need before, and how it ended: in public."""
    return [
        {
            "panel": one.number,
            "draw": one.draw_hash,
            "state": one.state.value,
            "ground": one.void_ground.value if one.void_ground else "",
            "called": len(queries.seats_of(work, one)),
        }
        for one in queries.panels_of_need(work, need.id)
    ]


methods.provide_opener(Method.SCORED, open_panel)
hindrances.provide_again(pending)
