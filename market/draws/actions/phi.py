"""The last value: obtained, checked before it is stored, and the result that follows from it."""

from sqlalchemy.exc import IntegrityError

from lottery.beacon.errors import BeaconError
from lottery.encoding import leaf_hash
from lottery.entries import DrawEntry as LotteryEntry
from lottery.listing import Candidate, FrozenList, read_list
from market.accounts.queries import organisation
from market.db import UnitOfWork
from market.draws import protocol, queries
from market.draws.actions.awards import publish_award
from market.draws.actions.closing import LIST_FILE
from market.draws.actions.record import keep_file, write
from market.draws.errors import (
    KeyRefusedError,
    KeyTakenError,
    NotWaitingError,
    NotYetPhiError,
    ProofRefusedError,
    SignatureRefusedError,
    WrongRoundError,
)
from market.draws.journal import SupervisorKeyRegistered
from market.draws.model import Draw, Place, SupervisorKey
from market.draws.rules import DrawMode, DrawMove, DrawState, advance_draw
from market.errors import ForbiddenError
from market.installation import Installation
from market.needs import actions as needs
from market.needs.queries import locked as locked_need
from market.needs.rules import Move

ORDER_FILE = "order.txt"
KEY_BYTES = 32


def prove(work: UnitOfWork, here: Installation, draw: Draw) -> bool:
    """Compute the platform's own VRF value at its instant, in modes D1 and D2."""
    if draw.mode is DrawMode.A or draw.platform_proof is not None or not _is_due(work, draw):
        return False
    frozen = queries.freeze_entry(work, draw)
    proof = protocol.platform_proof(frozen, here.keys.vrf_secret)
    # A key that was changed on disk since the notice must stop the draw, not steer it.
    protocol.check_vrf(draw.platform_key or "", protocol.alpha_of(frozen), proof)
    draw.platform_proof = proof
    return True


def conclude(work: UnitOfWork, draw: Draw) -> bool:
    """Log PHI and RESULT and publish the first award, once the last value is complete."""
    evidence = protocol.evidence_of(draw)
    if evidence is None or not _is_due(work, draw):
        return False
    opened, frozen = queries.notice_entry(work, draw), queries.freeze_entry(work, draw)
    result = protocol.outcome(opened, frozen, frozen_list(work, draw), evidence, work.now)
    draw.state = advance_draw(draw.state, DrawMove.DRAW)
    draw.drawn_at = work.now
    draw.seed = result.entry.seed
    draw.next_check_at = None
    for entry in (protocol.phi(draw, evidence, work.now), result.entry):
        _write(work, draw, entry)
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


def _write(work: UnitOfWork, draw: Draw, entry: LotteryEntry) -> None:
    write(work, draw, entry)


def frozen_list(work: UnitOfWork, draw: Draw) -> FrozenList:
    """Return the list as it was frozen, read back from its published bytes."""
    lines = read_list(queries.file_of(work, draw, LIST_FILE) or b"")
    entries = queries.entries_of(work, draw, "enrol")
    by_index = {queries.index_of(work, e.submission_id): e.body for e in entries}
    return FrozenList.of(
        Candidate(
            firm_id=line.firm_id,
            weight=line.weight,
            salt=line.salt,
            enrol_index=line.enrol_index,
            enrol_hash=leaf_hash(by_index[line.enrol_index]),
        )
        for line in lines
    )


def submit_phi_round(work: UnitOfWork, draw: Draw, number: int, signature: bytes) -> Draw:
    """Take a drand round that was fetched or carried in; it is checked before it is stored.

    Raises:
        NotWaitingError: The draw does not wait for a round.
        NotYetPhiError: The instant has not come.
        WrongRoundError: The notice fixed another round.
        SignatureRefusedError: The beacon did not sign this.
    """
    draw = _waiting(work, draw, DrawMode.A)
    if number != draw.phi_round:
        raise WrongRoundError(draw.phi_round or 0, number)
    try:
        protocol.check_round(number, signature)
    except BeaconError as error:
        raise SignatureRefusedError from error
    draw.beacon_signature = signature
    conclude(work, draw)
    return draw


def submit_supervisor_proof(work: UnitOfWork, here: Installation, draw: Draw, proof: bytes) -> Draw:
    """Take the supervisor's VRF proof; it is checked before it is stored.

    Raises:
        NotWaitingError: The draw does not wait for a supervisor.
        NotYetPhiError: The instant has not come.
        ForbiddenError: The notice names another supervisor.
        ProofRefusedError: The proof is not that key's proof of this draw.
    """
    draw = _waiting(work, draw, DrawMode.D2)
    if draw.supervisor_org_id != work.actor.org_id:
        raise ForbiddenError
    alpha = protocol.alpha_of(queries.freeze_entry(work, draw))
    try:
        protocol.check_vrf(draw.supervisor_key or "", alpha, proof)
    except BeaconError as error:
        raise ProofRefusedError from error
    draw.supervisor_proof = proof
    prove(work, here, draw)
    conclude(work, draw)
    return draw


def possession_alpha(code: str) -> bytes:
    """Return what a supervisor proves with a new key, to show that it holds the secret half."""
    return f"zjcs/supervisor-key/v1\n{code}".encode()


def register_supervisor_key(work: UnitOfWork, public_key: bytes, proof: bytes) -> SupervisorKey:
    """Make the actor's supervisor key known; notices from now on name it.

    Raises:
        KeyRefusedError: The proof does not show that the supervisor holds the secret half.
        KeyTakenError: The key is registered.
    """
    supervisor = organisation(work, work.org_id)
    try:
        if len(public_key) != KEY_BYTES:
            raise KeyRefusedError
        protocol.check_vrf(public_key.hex(), possession_alpha(supervisor.code), proof)
    except BeaconError as error:
        raise KeyRefusedError from error
    key = SupervisorKey(
        organisation_id=supervisor.id,
        public_key=public_key.hex(),
        registered_at=work.now,
        registered_by_id=work.user_id,
    )
    work.session.add(key)
    try:
        work.session.flush()
    except IntegrityError:
        raise KeyTakenError from None
    work.record(SupervisorKeyRegistered(supervisor=supervisor.code, key=key.public_key))
    return key


def _is_due(work: UnitOfWork, draw: Draw) -> bool:
    """Whether the list is fixed, its checkpoint kept, and the instant of the value has come."""
    return (
        draw.state is DrawState.FROZEN
        and work.now >= draw.phi_at
        and queries.cut_of(work, draw) is not None
    )


def _waiting(work: UnitOfWork, draw: Draw, mode: DrawMode) -> Draw:
    draw = queries.locked(work, draw.id)
    if draw.mode is not mode or draw.state is not DrawState.FROZEN:
        raise NotWaitingError
    if not _is_due(work, draw):
        raise NotYetPhiError(draw.phi_at)
    return draw
