"""The last value: obtained, checked before it is stored, and the result that follows from it."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from lottery.beacon.errors import BeaconError
from lottery.entries import PhiEvidence, VrfSource
from market.db import UnitOfWork
from market.draws import others, outcome, protocol, queries, selfcheck
from market.draws.actions import fresh
from market.draws.actions.awarding import publish_award
from market.draws.actions.record import keep_file, write
from market.draws.errors import (
    NotWaitingError,
    NotYetPhiError,
    ProofRefusedError,
    SignatureRefusedError,
    UnverifiableError,
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

logger = logging.getLogger(__name__)

ORDER_FILE = "order.txt"
# More draws of a session are concluded by the worker, each in a transaction of its own.
AT_ONCE = 25


def prove(work: UnitOfWork, here: Installation, draw: Draw) -> bool:
    """Compute the platform's own VRF values at their instants, in modes D1 and D2.

    Raises:
        UnverifiableError: What is stored does not verify.
    """
    if draw.platform_key is None:
        return False
    made = [_prove(work, here, draw, one) for one in _awaits_proof(work, here, draw)]
    return any(made)


def _awaits_proof(work: UnitOfWork, here: Installation, draw: Draw) -> list[Awaited]:
    """Return the values that lack the platform's proof; it proves nothing that strangers refuse."""
    key, found = draw.platform_key or "", list[Awaited]()
    if is_due(work, draw):
        waits = queries.awaited(work, draw)
        if key not in queries.proofs_of(work, waits.subject):
            selfcheck.check_frozen(work, here, draw, waits.alpha)
            found.append(waits)
    for row in fresh.due_of(work, draw):
        waits = queries.awaited_next(work, draw, row)
        if key not in queries.proofs_of(work, waits.subject):
            selfcheck.check_drawn(work, here, draw)
            found.append(waits)
    return found


def _prove(work: UnitOfWork, here: Installation, draw: Draw, waits: Awaited) -> bool:
    key = draw.platform_key or ""
    proof = outcome.platform_proof(here.keys.vrf_secret, waits.alpha)
    # A key that was changed on disk since the notice must stop the draw, not steer it.
    outcome.check_vrf(key, waits.alpha, proof)
    _keep_proof(work, draw, waits, key, proof)
    return True


def conclude(work: UnitOfWork, here: Installation, draw: Draw) -> bool:
    """Log PHI and RESULT and publish the first award, once the last value is complete.

    Raises:
        UnverifiableError: What is stored does not verify; neither would the result.
    """
    if not is_due(work, draw):
        return False
    evidence = queries.evidence_of(work, queries.awaited(work, draw))
    if evidence is None:
        return False
    fixed = queries.fixed_of(work, draw)
    selfcheck.check_frozen(work, here, draw, fixed.alpha)
    _announce(work, draw, evidence, outcome.outcome(fixed, evidence, protocol.unix(work.now)))
    return True


def _announce(work: UnitOfWork, draw: Draw, evidence: PhiEvidence, result: outcome.Outcome) -> None:
    """Log the value and the result; the order and the first award follow from them."""
    draw.state = advance_draw(draw.state, DrawMove.DRAW)
    draw.drawn_at = work.now
    draw.seed = result.entry.seed
    draw.next_check_at = None
    write(work, draw, protocol.phi(draw, evidence, work.now))
    write(work, draw, result.entry)
    keep_file(work, draw, ORDER_FILE, result.order_file)
    firms = queries.listed_firms(work, draw)
    work.session.add_all(
        Place(draw_id=draw.id, rank=rank, firm_id=firms[code].id, ticket=result.tickets[code])
        for rank, code in enumerate(result.order, start=1)
    )
    work.session.flush()
    need = locked_need(work, draw.need_id)
    needs.step(work, need, Move.DRAW)
    publish_award(work, draw, need, rank=1, firm=firms[result.order[0]])


def conclude_all(
    work: UnitOfWork,
    here: Installation,
    draws: Sequence[Draw],
    replacements: Sequence[Replacement] = (),
) -> int:
    """Conclude what one value decides, already locked; return how much of it there was.

    Of a large session the rest is left to the worker, at once; so is what does not verify, and
    there it shows as overdue until it does.
    """
    for draw in draws[AT_ONCE:]:
        draw.next_check_at = work.now
    done = 0
    for draw in draws[:AT_ONCE]:
        with _standing_still(work, draw):
            done += conclude(work, here, draw)
    for row in replacements:
        with _standing_still(work, row):
            draw = queries.locked(work, row.draw_id)
            done += fresh.conclude(work, here, draw, row)
    return done


@contextmanager
def _standing_still(work: UnitOfWork, row: Draw | Replacement) -> Iterator[None]:
    """Let what does not verify stop by itself: the other draws of a session go on."""
    try:
        yield
    except UnverifiableError as error:
        logger.error("%s %d stands still: %s", row.__tablename__, row.id, error)  # noqa: TRY400 - whole
        row.next_check_at = work.now


def submit_phi_round(
    work: UnitOfWork, here: Installation, round_number: int, signature: bytes
) -> int:
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
    elsewhere = any(one.round == round_number for one in others.waiting(work))
    if not draws and not later and not elsewhere:
        _refuse_round(work, round_number)
    try:
        outcome.check_round(round_number, signature)
    except BeaconError as error:
        raise SignatureRefusedError from error
    _keep_round(work, round_number, signature)
    others.wake(work, round_number)
    return conclude_all(work, here, draws, later)


def _refuse_round(work: UnitOfWork, round_number: int) -> None:
    """Say why nobody waits for a round."""
    frozen = [(draw.phi_at, draw.phi_round or 0) for draw in queries.frozen_by_round(work)]
    frozen = sorted([*frozen, *((one.phi_at, one.round) for one in others.frozen(work))])
    for phi_at, number in frozen:
        if number == round_number:
            raise NotYetPhiError(phi_at)
    if frozen:
        raise WrongRoundError(frozen[0][1], round_number)
    raise NotWaitingError


def _keep_round(work: UnitOfWork, round_number: int, signature: bytes) -> None:
    if work.session.get(BeaconRound, round_number) is not None:
        return
    row = BeaconRound(round=round_number, signature=signature, at=work.now, by=work.actor.name)
    work.session.add(row)
    work.session.flush()


def submit_trustee_proof(
    work: UnitOfWork, here: Installation, draw: Draw, key: str, proof: bytes
) -> Draw:
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
        conclude_all(work, here, [], [replacement])
    elif not conclude_all(work, here, [draw]):
        draw.next_check_at = work.now  # The platform's own value may be all that is missing.
    return draw


def submit_supervisor_proof(work: UnitOfWork, here: Installation, draw: Draw, proof: bytes) -> Draw:
    """Take the supervisor's proof in mode D2, and compute the platform's if it is missing.

    Raises:
        NotWaitingError, NotYetPhiError, ForbiddenError, ProofRefusedError: As above.
    """
    draw = queries.locked(work, draw.id)
    prove(work, here, draw)
    return submit_trustee_proof(work, here, draw, draw.supervisor_key or "", proof)


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
