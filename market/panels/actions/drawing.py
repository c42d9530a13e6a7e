"""The last value of a panel's draw, the result that follows from it, and the first calls."""

from datetime import timedelta
from typing import Final

from lottery import LotteryError, examine
from lottery.entries import Phi, PhiEvidence, VrfSource
from market.db import UnitOfWork
from market.draws import outcome
from market.draws.errors import UnverifiableError
from market.draws.protocol import unix
from market.draws.rules import DrawMove, DrawState, advance_draw
from market.draws.selfcheck import BEFORE_RESULT
from market.installation import Installation
from market.panels import bundle, queries, subjects
from market.panels.actions.record import keep_file, write
from market.panels.actions.seats import call
from market.panels.model import Panel
from market.panels.subjects import Standing

RETRY: Final = timedelta(seconds=60)


def conclude(work: UnitOfWork, here: Installation, panel: Panel) -> bool:
    """Log PHI and RESULT once the value is there, however late: it gives the same panel.

    Raises:
        UnverifiableError: What is stored does not verify; neither would the result.
    """
    if panel.state is not DrawState.FROZEN or work.now < panel.phi_at:
        return False
    if queries.cut_of(work, panel) is None:
        return False
    fixed = queries.fixed_of(work, panel)
    evidence = _evidence(work, here, panel, fixed)
    if evidence is None:
        panel.next_check_at = work.now + RETRY
        if queries.is_late(work, panel):
            subjects.subject_of(panel).look_again(work, panel)
        return False
    _check(work, here, panel)
    result = outcome.outcome(fixed, evidence, unix(work.now))
    panel.state = advance_draw(panel.state, DrawMove.DRAW)
    panel.drawn_at = work.now
    panel.seed = result.entry.seed
    panel.next_check_at = max(work.now, panel.call_from_at)
    write(work, panel, Phi(at=unix(work.now), draw=panel.draw_hash, evidence=evidence))
    write(work, panel, result.entry)
    keep_file(work, panel, queries.ORDER_FILE, result.order_file)
    work.session.flush()
    return True


def call_first(work: UnitOfWork, here: Installation, panel: Panel) -> bool:
    """Call the first experts of the order, once it is known which firms they would judge.

    If half of their time is over nobody is called: the need fails, and this same panel serves
    its next notice.
    """
    del here
    if not queries.is_unspent(work, panel) or work.now < panel.call_from_at:
        return False
    subject = subjects.subject_of(panel)
    standing = subject.standing(work, panel)
    if standing is not Standing.WAITING:
        panel.next_check_at = None if standing is Standing.OVER else work.now + RETRY
        return False
    panel.next_check_at = None
    if queries.is_late(work, panel):
        subject.look_again(work, panel)
        return False
    subject.begin(work, panel)
    order = queries.file_lines(work, panel)
    for rank in range(1, panel.seats + 1):
        call(work, panel, rank, order[rank - 1])
    return True


def _evidence(
    work: UnitOfWork, here: Installation, panel: Panel, fixed: outcome.Fixed
) -> PhiEvidence | None:
    """Return the evidence of the value: a beacon's round, or the platform's own proof (D1)."""
    source = fixed.frozen.phi
    if not isinstance(source, VrfSource):
        return queries.beacon_evidence(work, fixed)
    key, alpha = panel.platform_key or "", queries.alpha_of(fixed)
    proof = outcome.platform_proof(here.keys.vrf_secret, alpha)
    # A key that was changed on disk since the notice must stop the draw, not steer it.
    outcome.check_vrf(key, alpha, proof)
    return outcome.vrf_evidence(source, {key: proof})


def _check(work: UnitOfWork, here: Installation, panel: Panel) -> None:
    """Require that strangers will believe what leads to the result, before it stands for ever."""
    try:
        parts = bundle.parts_of(work, here, panel)
        checks = examine(parts, bundle.trusted_by(work, here)).checks
    except (LotteryError, LookupError, TypeError, ValueError) as error:
        raise UnverifiableError("panel", [error]) from error
    if failed := [one.name for one in checks if one.name in BEFORE_RESULT and not one.ok]:
        raise UnverifiableError("panel", failed)
