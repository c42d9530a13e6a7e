"""Excluding a firm before the freeze: proposed by one, confirmed by another, the firm is heard."""

from typing import Final

from market.db import UnitOfWork
from market.draws import methods, queries
from market.draws.basis import require_decided
from market.draws.errors import (
    AlreadyExcludedError,
    ListFrozenError,
    NoEvidenceError,
    ScoringBegunError,
)
from market.draws.exclusion_messages import tell_answer, tell_firm
from market.draws.exclusion_rules import (
    DECIDING,
    ExclusionOverError,
    ExclusionStep,
    advance_exclusion,
    basis_of,
    words_of,
)
from market.draws.journal import FirmExcluded
from market.draws.model import Draw
from market.draws.model_exclusion import Exclusion, ExclusionEvent
from market.draws.queries.excluding import Excluded
from market.draws.rules import DrawState, ExclusionGround
from market.duties import require_another
from market.errors import msgid
from market.firms import queries as firms
from market.firms.actions import require_authority
from market.firms.entry import Deed
from market.needs.methods import is_scored
from market.needs.queries import by_id as need_by_id

EVIDENCE_SHORTEST: Final = 10


def propose_exclusion(
    work: UnitOfWork,
    draw: Draw,
    firm_code: str,
    *,
    ground: ExclusionGround,
    basis: str,
    evidence: str,
) -> Exclusion:
    """Propose, before the freeze, that a firm may not be in a draw; the firm is told at once.

    The firm need not have enrolled, so the answer does not tell the officer whether it has.

    Raises:
        ListFrozenError: The list is fixed.
        ScoringBegunError: Enrolment is over and experts score.
        BasisError: There is no number of a case, decision or file.
        UndecidedBasisError, OthersBasisError, MissingBasisError: It is one of the platform, and
            no decision about this firm.
        NoEvidenceError: The facts are not written down.
        AlreadyExcludedError: It was proposed before, and neither refused nor lifted.
    """
    draw = queries.locked(work, draw.id)
    _require_open(work, draw)
    number = basis_of(basis)
    if len(evidence.strip()) < EVIDENCE_SHORTEST:
        raise NoEvidenceError
    firm = firms.firm_by_code(work, firm_code)
    require_decided(work, number, firm)
    if queries.pending_exclusion_of(work, draw, firm.code) is not None:
        raise AlreadyExcludedError
    row = Exclusion(
        draw_id=draw.id,
        firm_code=firm.code,
        ground=ground,
        basis=number,
        evidence=evidence.strip(),
        officer=work.actor.name,
        proposed_by_id=work.user_id,
        at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    _tell(work, row)
    return row


def decide_exclusion(
    work: UnitOfWork, exclusion_id: int, step: ExclusionStep, words: str = ""
) -> None:
    """Confirm, refuse, keep or lift what a colleague proposed.

    Raises:
        MissingError: There is none.
        ListFrozenError, ScoringBegunError: It is too late.
        SeparationOfDutiesError: The actor proposed it.
        ExclusionOverError: The step does not fit.
        ExclusionWordsError, ExclusionAnswerError: There is no reason, or no answer to the firm.
        UndecidedBasisError, OthersBasisError, MissingBasisError: What it rests on is, by now, no
            decision about this firm.
    """
    if step not in DECIDING:
        raise ExclusionOverError
    seen = _held(work, exclusion_id)
    _require_open(work, seen.draw)
    require_another(work, seen.row.proposed_by_id, first=msgid("登记人"), second=msgid("复核人"))
    if step in {ExclusionStep.CONFIRM, ExclusionStep.KEEP}:
        require_decided(work, seen.row.basis, seen.firm)
    _take(work, seen, step, words)
    _tell(work, seen.row)


def object_to_exclusion(work: UnitOfWork, exclusion_id: int, words: str) -> None:
    """Let the firm say, before the freeze, why it should not be excluded.

    The log is not told: whose account it is can be read there, and with it who was named.

    Raises:
        MissingError: There is none of the actor's own firm.
        NotAuthorisedError: The delegate's authority does not cover it.
        ListFrozenError: The list is fixed.
        ExclusionOverError: It objected before, or the exclusion is over.
        ExclusionWordsError: It says nothing.
    """
    own = queries.exclusion_of_firm(work, exclusion_id, work.org_id)
    require_authority(work, Deed.ENROL, need_by_id(work, own.draw.need_id).item_code)
    seen = _held(work, own.row.id)
    if not seen.is_changeable:
        raise ListFrozenError
    _take(work, seen, ExclusionStep.OBJECT, words)


def _held(work: UnitOfWork, exclusion_id: int) -> Excluded:
    """Return an exclusion, its draw locked: every step of it and the freeze wait."""
    queries.locked(work, queries.exclusion(work, exclusion_id).draw.id)
    return queries.exclusion(work, exclusion_id)


def _require_open(work: UnitOfWork, draw: Draw) -> None:
    if draw.state not in {DrawState.OPEN, DrawState.CLOSED}:
        raise ListFrozenError
    if draw.state is DrawState.CLOSED and is_scored(methods.terms_of(work, draw).method):
        raise ScoringBegunError


def _take(work: UnitOfWork, seen: Excluded, step: ExclusionStep, words: str) -> None:
    advance_exclusion(seen.taken, step)
    work.session.add(
        ExclusionEvent(
            exclusion_id=seen.row.id,
            step=step,
            words=words_of(step, words, seen.taken),
            by_id=work.user_id,
            at=work.now,
        )
    )
    work.session.flush()


def _tell(work: UnitOfWork, row: Exclusion) -> None:
    """Tell the firm and the log where an exclusion stands; the log does not name the firm."""
    seen = queries.exclusion(work, row.id)
    work.record(
        FirmExcluded(
            draw=seen.draw.draw_hash,
            exclusion=row.id,
            ground=row.ground,
            basis=row.basis,
            state=seen.state,
        )
    )
    if seen.answer is not None and seen.answer is seen.steps[-1]:
        tell_answer(work, seen, seen.answer.words)
    else:
        tell_firm(work, seen)
