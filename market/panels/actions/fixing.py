"""What time does before a panel's last value: close, recuse and freeze, keep the cut.

Each step is one transaction, done once: the panel is locked and its state says what is to do.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from lottery.entries import Enrol
from lottery.steps import freeze as freeze_entry
from market import witnessing
from market.db import UnitOfWork
from market.draws import queries as draws
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
from market.installation import Installation
from market.panels import entries, queries, subjects
from market.panels.actions.record import call_off, keep_file, write
from market.panels.fitness import Unfit, unfit_among
from market.panels.model import Panel, PanelCandidate, PanelCut
from market.panels.rules import VoidGround
from market.panels.subjects import Standing

ASK_AGAIN: Final = timedelta(seconds=5)
PLATFORM: Final = "platform"

_NEED_OVER: Final = "所服务的采购或者复评已经终止，评审专家不再抽取。"
_TOO_FEW: Final = "回避后可抽取的专家为 {found} 名，少于公告规定的 {needed} 名，评审小组不能组成。"
_LATE: Final = "未能在随机值产生 5 分钟之前冻结专家名单，为免嫌疑，本次专家抽取终止。"
_UNSEEN: Final = "见证签名在随机值产生 3 分钟之前不足法定数，本次专家抽取终止。"
_NEVER_SEEN: Final = "见证签名在随机值产生以前不足法定数，名单不足为信，本次专家抽取终止。"


def stop_with_need(work: UnitOfWork, here: Installation, panel: Panel) -> bool:
    """Call a panel off whose subject was called off before the experts' list was frozen."""
    if panel.state not in {DrawState.OPEN, DrawState.CLOSED}:
        return False
    if subjects.subject_of(panel).standing(work, panel) is not Standing.OVER:
        return False
    _stop(work, here, panel, VoidGround.NEED_OVER, _NEED_OVER)
    return True


def close(work: UnitOfWork, here: Installation, panel: Panel) -> bool:
    """Log CLOSE at the instant at which firms stop enrolling."""
    del here
    if panel.state is not DrawState.OPEN or work.now < panel.enrol_close_at:
        return False
    if subjects.subject_of(panel).standing(work, panel) is Standing.OPEN:
        return False  # Who takes part is not known yet, nor whom they tie.
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
    unfit = unfit_among(work, panel, {row.expert_id for row in pool})
    for row in pool:
        if row.expert_id in unfit:
            _take_off(work, panel, row, unfit[row.expert_id])


def _take_off(work: UnitOfWork, panel: Panel, row: PanelCandidate, why: Unfit) -> None:
    row.state = EnrolmentState.INELIGIBLE
    row.reason_code = why.reason
    entry = entries.ineligible(
        panel,
        enrol_index=draws.index_of(work, row.submission_id),
        reason=why.code,
        # With the salt: the expert can open it, and nobody can guess the expert from it.
        evidence=f"{row.salt.hex()}\n{why.words}",
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
    subjects.subject_of(panel).look_again(work, panel)
    return False


def stop_unseen(work: UnitOfWork, here: Installation, panel: Panel) -> bool:
    """Call a panel off, after seven days, whose list nobody saw before its value.

    A list that was seen waits for its value without an end: a round of a beacon does not expire,
    so nobody gets another panel by not bringing it.
    """
    if not queries.is_unwitnessed(work, panel) or work.now < panel.phi_at + LOST_AFTER:
        return False
    _stop(work, here, panel, VoidGround.NO_QUORUM, _NEVER_SEEN)
    return True


def _is_lost(panel: Panel) -> bool:
    return panel.voided_at is not None and panel.voided_at >= panel.phi_at + LOST_AFTER


def _stop(
    work: UnitOfWork, here: Installation, panel: Panel, ground: VoidGround, words: str
) -> None:
    call_off(work, panel, ground, words=words, authority=here.config.operator_name)
    # What it serves fails now, and not when the time of the experts is over.
    subjects.subject_of(panel).look_again(work, panel)
