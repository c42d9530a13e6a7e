"""The service itself: materials, deliverables, and the owner's review of each round."""

from datetime import datetime

from market.clocks import actions as clocks
from market.clocks.model import Clock
from market.clocks.queries import clock_of
from market.clocks.rules import Party
from market.contracts import queries
from market.contracts.actions.held import locked_free, pause
from market.contracts.actions.record import move, rules_for, subject_of
from market.contracts.actions.terms import set_review_term
from market.contracts.errors import NoCommentError, NoMaterialsError, ReviewLateError
from market.contracts.journal import (
    DeliverableReviewed,
    DeliverableSubmitted,
    MaterialsHandedOver,
)
from market.contracts.model import Contract, Deliverable, Review
from market.contracts.rules import ContractMove, ReturnReason
from market.contracts.staffing.actions import require_named
from market.db import UnitOfWork
from market.draws.queries import award_at
from market.draws.rules import AwardState
from market.errors import MissingError, msgid
from market.files import StoredFile
from market.firms.actions import require_authority
from market.firms.entry import Deed
from market.needs import actions as needs
from market.needs.queries import by_id as need_by_id
from market.needs.rules import Move

COMMENT_SHORTEST = 10
MATERIALS_SHORTEST = 5


def hand_over(work: UnitOfWork, contract: Contract, materials: str) -> Clock:
    """Record that the owner handed over the materials; the service clock starts.

    Raises:
        NoMaterialsError: It is not said what is handed over.
        AwardHeldError: An objection holds the award: nothing is begun meanwhile.
        TooFewNamedError: The firm has not named the people that the rules ask for.
        UnknownYearError: The deadline would lie in a year without a notice: none is issued.
    """
    if len(materials.strip()) < MATERIALS_SHORTEST:
        raise NoMaterialsError
    locked_free(work, contract)
    require_named(work, contract)
    move(work, contract, ContractMove.HAND_OVER)
    contract.materials = materials.strip()
    contract.materials_at = work.now
    clock = clocks.start(
        work,
        subject=subject_of(contract),
        number=contract.number,
        title=contract.title,
        holder=Party.FIRM,
        holder_org_id=contract.firm_org_id,
        other_org_id=contract.owner_org_id,
        limit_working_days=contract.service_working_days,
        regulation=rules_for(work, contract),
    )
    work.record(MaterialsHandedOver(contract=contract.number, handed_over_at=work.now))
    return clock


def deliver(work: UnitOfWork, contract: Contract, stored: StoredFile, note: str) -> Deliverable:
    """Hand in a round of the firm's work; time passes on the owner's account until the review.

    A firm is never kept from delivering by a calendar that ends: the owner's term is then left
    open, and set as soon as the year is known.

    Raises:
        ClockSuspendedError: The clock must be resumed first.
        NotAuthorisedError: The delegate's authority does not cover it.
    """
    require_authority(work, Deed.REPORT, need_by_id(work, contract.need_id).item_code)
    award = award_at(work, contract.award_id)
    work.session.refresh(contract)
    move(work, contract, ContractMove.DELIVER)
    deliverable = Deliverable(
        contract_id=contract.id,
        round_no=len(queries.rounds_of(work, contract)) + 1,
        file_id=stored.id,
        digest=stored.digest,
        note=note.strip(),
        submitted_at=work.now,
        submitted_by_id=work.user_id,
    )
    work.session.add(deliverable)
    set_review_term(contract, rules_for(work, contract), submitted_on=work.today, today=work.today)
    if award.state is AwardState.FROZEN:
        pause(work, award)
    clocks.hand_to(work, _clock(work, contract), Party.OWNER, msgid("成果已提交，业主验收中"))
    work.record(
        DeliverableSubmitted(
            contract=contract.number, round=deliverable.round_no, file_digest=stored.digest
        )
    )
    return deliverable


def accept(work: UnitOfWork, contract: Contract, comment: str = "") -> None:
    """Accept the last round: the clock stops, the contract and the need are done."""
    _accept(work, contract, comment, at=work.now, by_silence=False)


def accept_by_silence(work: UnitOfWork, contract: Contract, at: datetime) -> None:
    """Accept the last round because the owner let the term pass, which ended ``at``.

    A sweep that comes late puts no day of its own on anybody's account.
    """
    _accept(work, contract, "", at=at, by_silence=True)


def return_work(work: UnitOfWork, contract: Contract, reason: ReturnReason, comment: str) -> None:
    """Return the last round with a reason code; time passes on the firm's account again.

    Raises:
        NoCommentError: It does not say what is wrong.
        ReviewLateError: The owner's silence has accepted the work.
    """
    if len(comment.strip()) < COMMENT_SHORTEST:
        raise NoCommentError
    locked_free(work, contract)
    by_at = contract.act_by_at
    move(work, contract, ContractMove.REWORK)
    accepts = rules_for(work, contract).flag("deliverable.silence_accepts")
    if accepts and by_at is not None and work.now >= by_at:
        raise ReviewLateError(by_at)
    _review(work, contract, comment=comment, accepted=False, by_silence=False, reason=reason)
    clocks.hand_to(work, _clock(work, contract), Party.FIRM, msgid("成果退回重做"))


def _accept(
    work: UnitOfWork, contract: Contract, comment: str, *, at: datetime, by_silence: bool
) -> None:
    locked_free(work, contract)
    move(work, contract, ContractMove.ACCEPT)
    contract.accepted_at = at
    _review(work, contract, comment=comment, accepted=True, by_silence=by_silence, reason=None)
    why = msgid("业主逾期未表态，视为接收") if by_silence else msgid("成果已验收")
    clocks.stop(work, _clock(work, contract), why, happened_at=at)
    needs.step(work, need_by_id(work, contract.need_id), Move.COMPLETE)


def _clock(work: UnitOfWork, contract: Contract) -> Clock:
    clock = clock_of(work, subject_of(contract))
    if clock is None:
        raise MissingError
    return clock


def _review(
    work: UnitOfWork,
    contract: Contract,
    *,
    comment: str,
    accepted: bool,
    by_silence: bool,
    reason: ReturnReason | None,
) -> None:
    deliverable = queries.latest_deliverable(work, contract)
    work.session.add(
        Review(
            deliverable_id=deliverable.id,
            contract_id=contract.id,
            accepted=accepted,
            by_silence=by_silence,
            reason=reason,
            comment=comment.strip(),
            reviewed_at=work.now,
            reviewed_by_id=work.actor.user_id,
        )
    )
    work.record(
        DeliverableReviewed(
            contract=contract.number,
            round=deliverable.round_no,
            accepted=accepted,
            by_silence=by_silence,
            reason=reason,
        )
    )
