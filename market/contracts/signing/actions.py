"""When nobody signed in time: hearing both sides, and finding whose fault it is."""

from functools import partial
from typing import Final

from market import rulebook
from market.contracts import queries as contracts
from market.contracts.actions.dropping import drop_filing, extend_filing
from market.contracts.actions.held import require_not_held
from market.contracts.model import Contract
from market.contracts.rules import ContractState
from market.contracts.signing import queries
from market.contracts.signing.cards import warn_of_signing
from market.contracts.signing.errors import (
    NotFreeError,
    NotHeldUpError,
    SpokenError,
    StatementOverError,
    StatementShortError,
)
from market.contracts.signing.messages_case import tell_opened, tell_over
from market.contracts.signing.model import SigningCase
from market.contracts.signing.record import TERMS, say, set_term
from market.contracts.signing.rules import (
    OPEN,
    Fault,
    IllegalSigningMoveError,
    SigningMove,
    SigningState,
    advance,
    is_settled_by_silence,
)
from market.db import UnitOfWork
from market.draws import actions as draws
from market.draws.actions import branches
from market.draws.actions.awards import NOT_SIGNED
from market.draws.model import Award
from market.draws.queries import award_at
from market.duties import require_another
from market.errors import MissingError, msgid
from market.firms.actions import require_authority
from market.firms.entry import Deed
from market.firms.model import Firm
from market.needs.queries import by_id as need_by_id
from market.numbers import next_number
from market.reasons import long_enough

SUBJECT: Final = "signing"
SHORTEST: Final = 20


def expire(work: UnitOfWork, award: Award) -> SigningCase:
    """Begin to hear both sides: the time to sign ended without a contract.

    Raises:
        IllegalAwardMoveError: The award does not wait for a contract.
    """
    award = award_at(work, award.id)
    branches.expire(work, award)
    need = need_by_id(work, award.need_id)
    rules = rulebook.apply(work, SUBJECT)
    case = SigningCase(
        number=next_number(work, "QY"),
        award_id=award.id,
        need_id=need.id,
        owner_org_id=need.owner_org_id,
        firm_org_id=work.session.get_one(Firm, award.firm_id).organisation_id,
        firm_filed=_firm_filed(contracts.of_award(work, award.id)),
        state=SigningState.HEARING,
        opened_at=work.now,
        regulation_id=rules.id,
    )
    set_term(work, case, TERMS[case.state])
    work.session.add(case)
    work.session.flush()
    say(work, case, "")
    tell_opened(work, case)
    return case


def _firm_filed(contract: Contract | None) -> bool:
    return (
        contract is not None
        and contract.state is ContractState.FILED
        and contract.filed_by_org_id == contract.firm_org_id
    )


def _firms_turn(contract: Contract | None) -> bool:
    """Whether the record says that the firm let its turn pass: to confirm, or to file again."""
    if contract is None:
        return False
    was_filed_by_firm = contract.filed_by_org_id == contract.firm_org_id
    waits_for = {
        ContractState.FILED: not was_filed_by_firm,
        ContractState.RETURNED: was_filed_by_firm,
    }
    return waits_for.get(contract.state, False)


def ask_for_finding(work: UnitOfWork, award: Award, text: str) -> SigningCase:
    """Let a firm ask for a finding whose contract the owner does not confirm in its time.

    Raises:
        NotHeldUpError: The owner still has time, or the firm has filed nothing.
        StatementShortError: There are no facts.
    """
    award = award_at(work, award.id)
    contract = contracts.of_award(work, award.id)
    if contract is None or contract.firm_org_id != work.org_id:
        raise MissingError
    late = contract.act_by_at is not None and work.now >= contract.act_by_at
    if not (_firm_filed(contract) and late):
        raise NotHeldUpError
    case = expire(work, award)
    state(work, case, Fault.OWNER, text)
    return case


def state(work: UnitOfWork, case: SigningCase, blames: Fault, text: str) -> None:
    """Let a side say why there is no contract. Once both have, the hearing is over.

    Raises:
        IllegalSigningMoveError, StatementOverError: The hearing is over.
        SpokenError: It has said it.
        StatementShortError: There are no facts.
    """
    case = _locked(work, case)
    if case.state is not SigningState.HEARING:
        raise IllegalSigningMoveError
    if case.due_at is not None and work.now >= case.due_at:
        raise StatementOverError(case.due_at)
    words = _require(text)
    if work.org_id == case.owner_org_id:
        if case.owner_stated_at is not None:
            raise SpokenError
        case.owner_blames, case.owner_text, case.owner_stated_at = blames, words, work.now
    else:
        require_authority(work, Deed.CONTRACT, need_by_id(work, case.need_id).item_code)
        if case.firm_stated_at is not None:
            raise SpokenError
        case.firm_blames, case.firm_text, case.firm_stated_at = blames, words, work.now
    if case.owner_stated_at is not None and case.firm_stated_at is not None:
        _to_find(work, case)
    say(work, case, words)


def end_hearing(work: UnitOfWork, case: SigningCase) -> bool:
    """End a hearing whose time is over; return whether there was anything to end.

    A firm that could have filed alone and says nothing has lost its place where its owner says
    that it is to blame, or it was its turn. Where both are silent two persons find the fault.
    """
    case = _locked(work, case)
    if case.state is not SigningState.HEARING or case.due_at is None or work.now < case.due_at:
        return False
    if not is_settled_by_silence(
        owner=case.owner_blames,
        firm=case.firm_blames,
        firm_filed=case.firm_filed,
        firms_turn=_firms_turn(contracts.of_award(work, case.award_id)),
    ):
        _to_find(work, case)
        say(work, case, "")
        return True
    case.state = advance(case.state, SigningMove.END_SILENT)
    case.fault, case.due_at, case.decided_at = Fault.FIRM, None, work.now
    say(work, case, "")
    tell_over(work, case)
    warn_of_signing(work, case)
    _firm_loses(work, case)
    return True


def _to_find(work: UnitOfWork, case: SigningCase) -> None:
    case.state = advance(case.state, SigningMove.END_SPOKEN)
    set_term(work, case, TERMS[case.state])


def escalate(work: UnitOfWork, case: SigningCase) -> bool:
    """Leave it to the authority to propose what the operator did not in its time."""
    case = _locked(work, case)
    is_due = case.due_at is not None and work.now >= case.due_at
    if case.state is not SigningState.TO_FIND or not is_due:
        return False
    case.state = advance(case.state, SigningMove.ESCALATE)
    set_term(work, case, TERMS[case.state])
    say(work, case, "")
    return True


def propose(work: UnitOfWork, case: SigningCase, fault: Fault, text: str) -> None:
    """Let the operator propose whose fault it is.

    Raises:
        IllegalSigningMoveError: The hearing is not over, it was proposed, or it is too late.
        StatementShortError: There are no reasons.
    """
    _propose(work, case, SigningMove.PROPOSE, fault, text)


def propose_late(work: UnitOfWork, case: SigningCase, fault: Fault, text: str) -> None:
    """Let an officer of the authority propose it where the operator did not, or was not followed.

    Raises:
        IllegalSigningMoveError: It is not the authority's turn.
        StatementShortError: There are no reasons.
    """
    _propose(work, case, SigningMove.PROPOSE_LATE, fault, text)


def _propose(
    work: UnitOfWork, case: SigningCase, move: SigningMove, fault: Fault, text: str
) -> None:
    case = _locked(work, case)
    case.state = advance(case.state, move)
    case.proposed, case.proposal = fault, _require(text)
    case.proposed_by_id, case.proposed_at = work.user_id, work.now
    if move is SigningMove.PROPOSE:  # Within the authority one term runs for both its people.
        set_term(work, case, TERMS[case.state])
    say(work, case, case.proposal)


def find(work: UnitOfWork, case: SigningCase, *, agree: bool, text: str) -> None:
    """Let an officer of the authority, another person, find the fault, or send it back.

    Raises:
        IllegalSigningMoveError: Nothing is proposed.
        SeparationOfDutiesError: It is the person who proposed.
        StatementShortError: There are no reasons.
    """
    case = _locked(work, case)
    move = SigningMove.FIND if agree else SigningMove.SEND_BACK
    following = advance(case.state, move)
    require_another(
        work, case.proposed_by_id, first=msgid("提出认定意见的人"), second=msgid("作出认定的人")
    )
    words = _require(text)
    case.state, case.decision = following, words
    case.decided_by_id, case.decided_at = work.user_id, work.now
    case.decided_by_org_id = work.org_id
    if agree:
        case.fault, case.due_at = case.proposed, None
    say(work, case, words)
    if agree:
        tell_over(work, case)
        warn_of_signing(work, case)
        _carry_out(work, case)


def _carry_out(work: UnitOfWork, case: SigningCase) -> None:
    award = award_at(work, case.award_id)
    match case.fault:
        case Fault.FIRM:
            _firm_loses(work, case)
        case Fault.NEITHER_NEXT:
            drop_filing(work, award)
            branches.release(work, award, f"{case.number} {case.decision}")
        case _:
            branches.sign_again(work, award)
            extend_filing(work, award)


def _firm_loses(work: UnitOfWork, case: SigningCase) -> None:
    award = award_at(work, case.award_id)
    drop_filing(work, award)
    draws.lapse(work, award, NOT_SIGNED)


def walk_away(work: UnitOfWork, award: Award) -> None:
    """Let a firm leave without a breach whose owner was found at fault.

    Raises:
        NotFreeError: Nobody found that.
        IllegalAwardMoveError: The award does not wait for a contract any more.
    """
    award = award_at(work, award.id)
    if work.session.get_one(Firm, award.firm_id).organisation_id != work.org_id:
        raise MissingError
    require_authority(work, Deed.CONTRACT, need_by_id(work, award.need_id).item_code)
    if not queries.may_go(work, award.id):
        raise NotFreeError
    drop_filing(work, award)
    branches.release(work, award, queries.cases_of(work, award.id)[0].number)


def _locked(work: UnitOfWork, case: SigningCase) -> SigningCase:
    """Lock the award before its case, as everything that moves one of them does.

    Raises:
        AwardHeldError: An objection holds the award: nothing is found meanwhile.
        IllegalSigningMoveError: The case is over.
    """
    require_not_held(work, award_at(work, case.award_id))
    found = queries.open_case(work, case.award_id)
    if found is None or found.id != case.id or found.state not in OPEN:
        raise IllegalSigningMoveError
    return found


def _require(text: str) -> str:
    return long_enough(text, SHORTEST, partial(StatementShortError, SHORTEST))
