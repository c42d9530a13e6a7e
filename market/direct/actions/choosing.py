"""An owner proposes a firm, its second person approves, and each may send it back."""

from dataclasses import dataclass, field

from market.db import UnitOfWork
from market.direct import queries
from market.direct.actions.record import due_in, firm_named, long_enough, move, rules_now, tell
from market.direct.errors import EmergencyPathError
from market.direct.funds_rules import Funds
from market.direct.judging import Proposed, judge, judge_again, keep_fee
from market.direct.model import DirectChoice
from market.direct.published import Inputs, inputs_for
from market.direct.rules import DirectGround, DirectMove, DirectState
from market.direct.rules import advance as advance_direct
from market.documents.actions.buyers import require_buyer
from market.documents.owner_rules import BuyerDeed
from market.duties import require_another
from market.errors import msgid
from market.needs import actions as needs
from market.needs.model import Need
from market.needs.queries import failures_of
from market.needs.queries import locked as locked_need
from market.needs.rules import Move, advance
from market.numbers import next_number

SERIES = "ZJX"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceFacts:
    """What an owner says of a direct choice, as typed on its form."""

    firm_code: str
    ground: DirectGround
    price_fen: int
    reason: str
    funds: Funds
    inputs: Inputs = field(default_factory=Inputs)


def propose(work: UnitOfWork, need: Need, facts: ChoiceFacts) -> DirectChoice:
    """Propose one firm for a need of one's own, instead of a draw.

    Raises:
        IllegalMoveError: The need is being announced, or was.
        EmergencyPathError: An emergency has its own path.
        DirectError, NeedFactsError: A rule is broken; the error names it.
    """
    need = locked_need(work, need.id)
    advance(need.state, Move.CHOOSE)
    if facts.ground is DirectGround.EMERGENCY:
        raise EmergencyPathError
    rules = rules_now(work)
    choice = new_choice(need, next_number(work, SERIES))
    choice.state, choice.state_since = DirectState.PROPOSED, work.now
    _fill(work, choice, need, facts)
    due_in(work, choice, rules)
    work.session.add(choice)
    needs.step(work, need, Move.CHOOSE)
    work.session.flush()
    tell(work, choice, "propose", choice.reason)
    return choice


def new_choice(need: Need, number: str) -> DirectChoice:
    """Return a choice for a need that says nothing of the firm yet."""
    return DirectChoice(number=number, need_id=need.id, owner_org_id=need.owner_org_id)


def resubmit(work: UnitOfWork, choice: DirectChoice, facts: ChoiceFacts) -> None:
    """Propose again, changed, what was sent back.

    Raises:
        IllegalDirectMoveError: It was not sent back.
        EmergencyPathError, DirectError, NeedFactsError: As for ``propose``.
    """
    choice = queries.locked(work, choice.id)
    need = locked_need(work, choice.need_id)
    if facts.ground is DirectGround.EMERGENCY:
        raise EmergencyPathError
    advance_direct(choice.state, DirectMove.RESUBMIT)
    # Whoever approved it before may be the one who proposes it now.
    choice.approved_by_id = choice.checked_by_id = None
    _fill(work, choice, need, facts)
    move(work, choice, DirectMove.RESUBMIT, facts.reason)
    due_in(work, choice, rules_now(work))


def _fill(work: UnitOfWork, choice: DirectChoice, need: Need, facts: ChoiceFacts) -> None:
    require_buyer(work, BuyerDeed.POST, need.item_code, need.ceiling_fen)
    rules = rules_now(work)
    firm = firm_named(work, facts.firm_code)
    reason = long_enough(rules, facts.reason)
    inputs = inputs_for(need, facts.inputs)
    proposed = Proposed(
        ground=facts.ground, price_fen=facts.price_fen, funds=facts.funds, inputs=inputs
    )
    keep_fee(choice, judge(work, need, firm, proposed, rules))
    choice.firm_id, choice.ground, choice.funds = firm.id, facts.ground, facts.funds
    choice.price_fen, choice.reason = facts.price_fen, reason
    choice.fee_bases, choice.fee_standard = inputs.bases, inputs.standard
    choice.rules_id, choice.proposed_by_id = rules.id, work.user_id


def approve(work: UnitOfWork, choice: DirectChoice) -> None:
    """Approve a proposal within its organisation; never by who wrote it or the need.

    Raises:
        SeparationOfDutiesError: The approver proposed it, or wrote the need.
        IllegalDirectMoveError: It does not wait for approval.
        DirectError, NeedFactsError: A rule is broken by now.
    """
    choice = queries.locked(work, choice.id)
    need = locked_need(work, choice.need_id)
    move(work, choice, DirectMove.APPROVE)
    _another_person(work, choice, need)
    require_buyer(work, BuyerDeed.APPROVE, need.item_code, need.ceiling_fen)
    rules = rules_now(work)
    judge_again(work, choice, need, rules)
    choice.approved_by_id = work.user_id
    due_in(work, choice, rules)


def send_back(work: UnitOfWork, choice: DirectChoice, reason: str) -> None:
    """Refuse a proposal within its organisation, with the reason.

    Raises:
        SeparationOfDutiesError: The person proposed it.
        NoReasonError: The reason is missing.
    """
    choice = queries.locked(work, choice.id)
    _another_person(work, choice, locked_need(work, choice.need_id))
    _refuse(work, choice, DirectMove.SEND_BACK, reason)


def return_to_owner(work: UnitOfWork, choice: DirectChoice, reason: str) -> None:
    """Refuse a choice at the operator's check; the refusal is registered with its reason.

    Raises:
        IllegalDirectMoveError: It does not wait for the operator.
        NoReasonError: The reason is missing.
    """
    _refuse(work, queries.locked(work, choice.id), DirectMove.RETURN, reason)


def withdraw(work: UnitOfWork, choice: DirectChoice, reason: str) -> None:
    """Take a choice back that is not public yet; its need is the owner's again.

    Raises:
        IllegalDirectMoveError: It is public, or was taken back.
        NoReasonError: The reason is missing.
    """
    choice = queries.locked(work, choice.id)
    _refuse(work, choice, DirectMove.WITHDRAW, reason)
    need = locked_need(work, choice.need_id)
    failed = any(row.attempt == need.attempt for row in failures_of(work, need))
    needs.step(work, need, Move.FAIL if failed else Move.DROP)


def _refuse(work: UnitOfWork, choice: DirectChoice, deed: DirectMove, reason: str) -> None:
    if len(reason.strip()) < needs.REASON_SHORTEST:
        raise needs.NoReasonError
    move(work, choice, deed, reason)


def _another_person(work: UnitOfWork, choice: DirectChoice, need: Need) -> None:
    require_another(
        work,
        choice.proposed_by_id,
        need.posted_by_id,
        first=msgid("填报人"),
        second=msgid("审批人"),
    )
