"""The last value: obtained, checked before it is stored, and the result that follows from it."""

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError

from lottery.beacon.errors import BeaconError
from lottery.entries import VrfSource
from market.db import UnitOfWork
from market.draws import outcome, protocol, queries
from market.draws.actions import fresh
from market.draws.actions.awarding import publish_award
from market.draws.actions.record import keep_file, write
from market.draws.errors import (
    NotWaitingError,
    NotYetPhiError,
    ProofRefusedError,
    SignatureRefusedError,
    WrongRoundError,
)
from market.draws.model import BeaconRound, Draw, PhiProof, Place
from market.draws.model_later import Replacement
from market.draws.queries import Awaited
from market.draws.rules import DrawMove, DrawState, advance_draw
from market.errors import ForbiddenError
from market.installation import Installation
from market.needs import actions as needs
from market.needs.queries import locked as locked_need
from market.needs.rules import Move

ORDER_FILE = "order.txt"
# More draws of a session are concluded by the worker, each in a transaction of its own.
AT_ONCE = 25


def prove(work: UnitOfWork, here: Installation, draw: Draw) -> bool:
    """Compute the platform's own VRF values at their instants, in modes D1 and D2."""
    if draw.platform_key is None:
        return False
    waits = [queries.awaited(work, draw)] if is_due(work, draw) else []
    waits += [queries.awaited_next(work, draw, row) for row in fresh.due_of(work, draw)]
    made = [_prove(work, here, draw, one) for one in waits]
    return any(made)


def _prove(work: UnitOfWork, here: Installation, draw: Draw, waits: Awaited) -> bool:
    key = draw.platform_key or ""
    if key in queries.proofs_of(work, waits.subject):
        return False
    proof = outcome.platform_proof(here.keys.vrf_secret, waits.alpha)
    # A key that was changed on disk since the notice must stop the draw, not steer it.
    outcome.check_vrf(key, waits.alpha, proof)
    _keep_proof(work, draw, waits, key, proof)
    return True


def conclude(work: UnitOfWork, draw: Draw) -> bool:
    """Log PHI and RESULT and publish the first award, once the last value is complete."""
    if not is_due(work, draw):
        return False
    evidence = queries.evidence_of(work, queries.awaited(work, draw))
    if evidence is None:
        return False
    result = outcome.outcome(queries.fixed_of(work, draw), evidence, protocol.unix(work.now))
    draw.state = advance_draw(draw.state, DrawMove.DRAW)
    draw.drawn_at = work.now
    draw.seed = result.entry.seed
    draw.next_check_at = None
    write(work, draw, protocol.phi(draw, evidence, work.now))
    write(work, draw, result.entry)
    keep_file(work, draw, ORDER_FILE, result.order_file)
    firm_ids = {e.firm_code: e.firm_id for e in queries.enrolments_of(work, draw)}
    work.session.add_all(
        Place(draw_id=draw.id, rank=rank, firm_id=firm_ids[code], ticket=result.tickets[code])
        for rank, code in enumerate(result.order, start=1)
    )
    work.session.flush()
    need = locked_need(work, draw.need_id)
    needs.step(work, need, Move.DRAW)
    publish_award(work, draw, need, rank=1)
    return True


def conclude_all(work: UnitOfWork, draws: Sequence[Draw]) -> int:
    """Conclude the draws of a session, already locked; return how many there were.

    Of a large session the rest is left to the worker, at once.
    """
    for draw in draws[AT_ONCE:]:
        draw.next_check_at = work.now
    return sum(conclude(work, draw) for draw in draws[:AT_ONCE])


def submit_phi_round(work: UnitOfWork, round_number: int, signature: bytes) -> int:
    """Take a drand round that was fetched or carried in, for every draw that waits for it.

    It is checked once, before it is stored. Returns how many draws have their result by it; of
    a large session the worker draws the rest.

    Raises:
        NotWaitingError: No draw waits for a round.
        NotYetPhiError: The instant has not come.
        WrongRoundError: The draws that wait were given another round by their notices.
        SignatureRefusedError: The beacon did not sign this.
    """
    draws = queries.draws_waiting(work, Draw.phi_round == round_number, lock=True)
    later = fresh.lock_waiting(work, Replacement.phi_round == round_number)
    if not draws and not later:
        _refuse_round(work, round_number)
    try:
        outcome.check_round(round_number, signature)
    except BeaconError as error:
        raise SignatureRefusedError from error
    _keep_round(work, round_number, signature)
    done = conclude_all(work, draws)
    for row in later:
        done += fresh.conclude(work, queries.locked(work, row.draw_id), row)
    return done


def _refuse_round(work: UnitOfWork, round_number: int) -> None:
    """Say why nobody waits for a round."""
    frozen = queries.frozen_by_round(work)
    for draw in frozen:
        if draw.phi_round == round_number:
            raise NotYetPhiError(draw.phi_at)
    if frozen:
        raise WrongRoundError(frozen[0].phi_round or 0, round_number)
    raise NotWaitingError


def _keep_round(work: UnitOfWork, round_number: int, signature: bytes) -> None:
    if work.session.get(BeaconRound, round_number) is not None:
        return
    row = BeaconRound(round=round_number, signature=signature, at=work.now, by=work.actor.name)
    work.session.add(row)
    work.session.flush()


def submit_trustee_proof(work: UnitOfWork, draw: Draw, key: str, proof: bytes) -> Draw:
    """Take a trustee's VRF proof; it is checked before it is stored.

    The draw is concluded when every key has its proof; the platform's own is made by the worker.

    Raises:
        NotWaitingError: The draw does not wait for this key.
        NotYetPhiError: The instant has not come.
        ForbiddenError: The key is another organisation's.
        ProofRefusedError: The proof is not that key's proof of this draw.
    """
    draw = queries.locked(work, draw.id)
    waits, replacement = _awaited(work, draw)
    if not isinstance(waits.source, VrfSource) or key not in waits.source.keys:
        raise NotWaitingError
    if not queries.holds_key(work, key):
        raise ForbiddenError
    if key in queries.proofs_of(work, waits.subject):
        raise NotWaitingError
    try:
        outcome.check_vrf(key, waits.alpha, proof)
    except BeaconError as error:
        raise ProofRefusedError from error
    _keep_proof(work, draw, waits, key, proof)
    if replacement is not None:
        replacement.next_check_at = work.now
        fresh.conclude(work, draw, replacement)
    elif not conclude(work, draw):
        draw.next_check_at = work.now  # The platform's own value may be all that is missing.
    return draw


def submit_supervisor_proof(work: UnitOfWork, here: Installation, draw: Draw, proof: bytes) -> Draw:
    """Take the supervisor's proof in mode D2, and compute the platform's if it is missing.

    Raises:
        NotWaitingError, NotYetPhiError, ForbiddenError, ProofRefusedError: As above.
    """
    draw = queries.locked(work, draw.id)
    prove(work, here, draw)
    return submit_trustee_proof(work, draw, draw.supervisor_key or "", proof)


def _awaited(work: UnitOfWork, draw: Draw) -> tuple[Awaited, Replacement | None]:
    """Return the value that a locked draw waits for now."""
    if draw.state is DrawState.FROZEN:
        if not is_due(work, draw):
            raise NotYetPhiError(draw.phi_at)
        return queries.awaited(work, draw), None
    for row in fresh.due_of(work, draw):
        return queries.awaited_next(work, draw, row), row
    raise NotWaitingError


def _keep_proof(work: UnitOfWork, draw: Draw, waits: Awaited, key: str, proof: bytes) -> None:
    row = PhiProof(draw_id=draw.id, subject=waits.subject, key=key, proof=proof, at=work.now)
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError:
        raise NotWaitingError from None


def is_due(work: UnitOfWork, draw: Draw) -> bool:
    """Whether the list is fixed and witnessed, and the instant of the value has come."""
    return (
        draw.state is DrawState.FROZEN
        and work.now >= draw.phi_at
        and queries.cut_of(work, draw) is not None
    )
