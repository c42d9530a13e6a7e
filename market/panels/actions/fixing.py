"""What time does before a panel's last value: close, recuse and freeze, keep the cut.

Each step is one transaction, done once: the panel is locked and its state says what is to do.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from lottery.entries import Enrol
from lottery.steps import freeze as freeze_entry
from market import witnessing
from market.db import UnitOfWork
from market.draws import queries as draws
from market.draws.model import Draw, Enrolment
from market.draws.protocol import unix
from market.draws.rules import (
    CUT_MARGIN,
    LATEST_FREEZE,
    LOST_AFTER,
    STOP_MARGIN,
    DrawMove,
    DrawState,
    EnrolmentState,
    advance_draw,
)
from market.experts.queries import qualified, recused_among
from market.installation import Installation
from market.needs.model import Need
from market.panels import entries, queries
from market.panels.actions.record import call_off, keep_file, write
from market.panels.model import Panel, PanelCandidate, PanelCut
from market.panels.rules import VoidGround

ASK_AGAIN: Final = timedelta(seconds=5)
PLATFORM: Final = "platform"
NOT_ACTIVE: Final = "not_active"
# All the log tells of a recusal: the ground is in the salted evidence, for the expert to open.
RECUSED: Final = "recused"

_NEED_OVER: Final = "采购公告已经终止，评审专家不再抽取。"
_TOO_FEW: Final = "回避后可抽取的专家为 {found} 名，少于公告规定的 {needed} 名，评审小组不能组成。"
_LATE: Final = "未能在随机值产生 5 分钟之前冻结专家名单，为免嫌疑，本次专家抽取终止。"
_UNSEEN: Final = "见证签名在随机值产生 3 分钟之前不足法定数，本次专家抽取终止。"
_LOST: Final = "公告指定的随机值在 7 天内没有出现，本次专家抽取终止。"


def stop_with_need(work: UnitOfWork, here: Installation, panel: Panel) -> bool:
    """Call a panel off whose need's draw was called off before the experts' list was frozen."""
    if panel.state not in {DrawState.OPEN, DrawState.CLOSED}:
        return False
    if work.session.get_one(Draw, panel.draw_id).state is not DrawState.VOID:
        return False
    _stop(work, here, panel, VoidGround.NEED_OVER, _NEED_OVER)
    return True


def close(work: UnitOfWork, here: Installation, panel: Panel) -> bool:
    """Log CLOSE at the instant at which firms stop enrolling."""
    del here
    if panel.state is not DrawState.OPEN or work.now < panel.enrol_close_at:
        return False
    if work.session.get_one(Draw, panel.draw_id).state is DrawState.OPEN:
        return False  # Its firms are not closed yet: whom they tie is not known.
    panel.state = advance_draw(panel.state, DrawMove.CLOSE)
    panel.closed_at = work.now
    indexes = [draws.index_of(work, row.submission_id) for row in queries.entries_of(work, panel)]
    entry = entries.close(
        panel,
        first=min(indexes),
        last=max(indexes),
        enrolled=len(queries.entries_of(work, panel, Enrol.kind)),
        at=work.now,
    )
    write(work, panel, entry)
    return True


def freeze(work: UnitOfWork, here: Installation, panel: Panel) -> bool:
    """Recuse whoever is tied to the owner or to a firm that takes part, and fix the list."""
    if panel.state is not DrawState.CLOSED:
        return False
    if work.now > panel.phi_at - LATEST_FREEZE:
        _stop(work, here, panel, VoidGround.FREEZE_MISSED, _LATE)
        return True
    pool = queries.candidates_of(work, panel)
    _recuse(work, panel, pool)
    listed = [row for row in pool if row.state is EnrolmentState.ENROLLED]
    if len(listed) < panel.fewest_candidates:
        words = _TOO_FEW.format(found=len(listed), needed=panel.fewest_candidates)
        _stop(work, here, panel, VoidGround.TOO_FEW_ELIGIBLE, words)
        return True
    _write_list(work, panel, pool, listed)
    return True


def _recuse(work: UnitOfWork, panel: Panel, pool: Sequence[PanelCandidate]) -> None:
    need = work.session.get_one(Need, panel.need_id)
    firm_ids = work.session.scalars(
        select(Enrolment.firm_id)
        .where(Enrolment.draw_id == panel.draw_id, Enrolment.state == EnrolmentState.ENROLLED)
        .order_by(Enrolment.firm_id)
    ).all()
    there = {one.id: one for one in qualified(work, need.item_code, known_by=panel.opened_at)}
    present = [there[row.expert_id] for row in pool if row.expert_id in there]
    tied = recused_among(work, present, owner_org_id=need.owner_org_id, firm_ids=firm_ids)
    for row in pool:
        if row.expert_id not in there:
            _take_off(work, panel, row, NOT_ACTIVE, NOT_ACTIVE)
        elif found := tied[row.expert_id]:
            words = "\n".join(f"{one.ground}: {one.said}" for one in found)
            _take_off(work, panel, row, found[0].ground, words)


def _take_off(work: UnitOfWork, panel: Panel, row: PanelCandidate, reason: str, words: str) -> None:
    row.state = EnrolmentState.INELIGIBLE
    row.reason_code = reason
    code = NOT_ACTIVE if reason == NOT_ACTIVE else RECUSED
    entry = entries.ineligible(
        panel,
        enrol_index=draws.index_of(work, row.submission_id),
        reason=code,
        # With the salt: the expert can open it, and nobody can guess the expert from it.
        evidence=f"{row.salt.hex()}\n{words}",
        officer=PLATFORM,
        at=work.now,
    )
    write(work, panel, entry)


def _write_list(
    work: UnitOfWork,
    panel: Panel,
    pool: Sequence[PanelCandidate],
    listed: Sequence[PanelCandidate],
) -> None:
    bodies = {row.submission_id: row.body for row in queries.entries_of(work, panel, Enrol.kind)}
    frozen = entries.frozen_list(
        (row, draws.index_of(work, row.submission_id), bodies[row.submission_id]) for row in listed
    )
    entry = freeze_entry(
        queries.notice_entry(work, panel),
        frozen,
        at=unix(work.now),
        ineligible=len(pool) - len(listed),
    )
    panel.state = advance_draw(panel.state, DrawMove.FREEZE)
    panel.frozen_at = work.now
    panel.next_check_at = work.now
    write(work, panel, entry)
    keep_file(work, panel, queries.LIST_FILE, frozen.file)


def awaits_quorum(work: UnitOfWork, panel: Panel) -> bool:
    """Whether the witnesses should see the log now, for this panel's sake."""
    return (
        panel.state in {DrawState.FROZEN, DrawState.VOID}
        and panel.next_check_at is not None
        and queries.cut_of(work, panel) is None
    )


def keep_cut(work: UnitOfWork, here: Installation, panel: Panel) -> bool:
    """Keep the witnessed checkpoint of a frozen list, or of a calling-off."""
    if not awaits_quorum(work, panel):
        return False
    since = panel.frozen_at if panel.state is DrawState.FROZEN else panel.voided_at
    kind = "freeze" if panel.state is DrawState.FROZEN else "void"
    [row] = queries.entries_of(work, panel, kind)
    if panel.state is DrawState.VOID and _is_lost(panel):
        panel.next_check_at = None
        return False
    found = witnessing.cosigned(
        work,
        here,
        at_least=1 + draws.index_of(work, row.submission_id),
        from_at=since or panel.phi_at,
        until=panel.phi_at - CUT_MARGIN,
    )
    if found is None:
        return _without_quorum(work, here, panel)
    cut = PanelCut(
        panel_id=panel.id,
        size=found.size,
        checkpoint=found.note,
        quorum_at=found.quorum_at,
        kept_at=work.now,
    )
    work.session.add(cut)
    panel.next_check_at = panel.phi_at if panel.state is DrawState.FROZEN else None
    work.session.flush()
    return True


def _without_quorum(work: UnitOfWork, here: Installation, panel: Panel) -> bool:
    is_frozen = panel.state is DrawState.FROZEN
    stop_at = panel.phi_at - (STOP_MARGIN if is_frozen else CUT_MARGIN)
    if work.now < stop_at:
        panel.next_check_at = work.now + ASK_AGAIN
        return False
    if is_frozen and work.now < panel.phi_at - CUT_MARGIN:
        _stop(work, here, panel, VoidGround.NO_QUORUM, _UNSEEN)
        return True
    # Nobody would believe a VOID or a result now: a list waits, visibly, until it counts as lost.
    panel.next_check_at = panel.phi_at + LOST_AFTER if is_frozen else None
    return False


def stop_lost(work: UnitOfWork, here: Installation, panel: Panel) -> bool:
    """Call a panel off whose value never came: after seven days it counts as lost."""
    if panel.state is not DrawState.FROZEN or work.now < panel.phi_at + LOST_AFTER:
        return False
    _stop(work, here, panel, VoidGround.PHI_LOST, _LOST)
    return True


def _is_lost(panel: Panel) -> bool:
    return panel.voided_at is not None and panel.voided_at >= panel.phi_at + LOST_AFTER


def _stop(
    work: UnitOfWork, here: Installation, panel: Panel, ground: VoidGround, words: str
) -> None:
    call_off(work, panel, ground, words=words, authority=here.config.operator_name)
