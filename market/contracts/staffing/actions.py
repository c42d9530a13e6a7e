"""Naming who does the work of a contract, and replacing them with the owner's consent."""

from collections.abc import Collection
from typing import Final

from market import rulebook
from market.contracts.model import Contract
from market.contracts.staffing import queries
from market.contracts.staffing.errors import (
    AlreadyAskedError,
    AlreadyNamedError,
    BusyError,
    ContractOverError,
    NobodyChosenError,
    NotSuitableError,
    ReasonShortError,
    StaffBoundError,
    TooFewNamedError,
)
from market.contracts.staffing.journal import ContractStaffed
from market.contracts.staffing.model import ContractStaff, StaffReplacement
from market.contracts.staffing.rules import (
    FREELY,
    HOLDING,
    ReplacementMove,
    ReplacementState,
    advance,
)
from market.db import UnitOfWork
from market.errors import MissingError
from market.firms import queries as firms
from market.firms.actions import require_authority
from market.firms.entry import Deed
from market.firms.model import FirmStaff
from market.needs.queries import by_id as need_by_id

SUBJECT: Final = "staff"
REASON_SHORTEST: Final = 5


def name(work: UnitOfWork, contract: Contract, staff_ids: Collection[int]) -> None:
    """Let the firm name who does the work.

    Until the contract is in force the list may be changed freely; from then on people are only
    added here, and replaced by ``ask_to_replace``.

    Raises:
        ContractOverError: The contract is done or ended.
        NobodyChosenError, NotSuitableError, BusyError: The choice is not one.
        StaffBoundError: Somebody who was named is missing from the list.
    """
    contract = _locked(work, contract)
    wanted = set(staff_ids)
    if not wanted:
        raise NobodyChosenError
    held = {one.member.id: one.row for one in queries.named(work, contract)}
    if leaving := held.keys() - wanted:
        if contract.state not in FREELY:
            raise StaffBoundError
        for staff_id in leaving:
            held[staff_id].released_at = work.now
    for staff_id in sorted(wanted - held.keys()):
        _add(work, contract, staff_id)
    _say(work, contract, replaced=False)


def ask_to_replace(
    work: UnitOfWork, contract: Contract, *, leaving: int, coming: int, reason: str
) -> StaffReplacement:
    """Let the firm ask the owner to agree to another person.

    Raises:
        ContractOverError: The contract is done or ended.
        MissingError: The person who is to go is not named.
        NotSuitableError, BusyError: The other cannot do it.
        AlreadyAskedError: The owner has not answered yet.
        AlreadyNamedError: The other does the work already.
        ReasonShortError: There is no reason.
    """
    contract = _locked(work, contract)
    if len(reason.strip()) < REASON_SHORTEST:
        raise ReasonShortError(REASON_SHORTEST)
    held = {one.member.id: one.member for one in queries.named(work, contract)}
    if leaving not in held:
        raise MissingError
    for earlier in queries.replacements(work, contract):
        waits = earlier.state is ReplacementState.REQUESTED
        if waits and earlier.out_staff_id == leaving:
            raise AlreadyAskedError(held[leaving].name)
    if coming in held:
        raise AlreadyNamedError(held[coming].name)
    _require_free(work, contract, coming)
    row = StaffReplacement(
        contract_id=contract.id,
        out_staff_id=leaving,
        in_staff_id=coming,
        reason=reason.strip(),
        state=ReplacementState.REQUESTED,
        requested_at=work.now,
        requested_by_id=work.user_id,
    )
    work.session.add(row)
    work.session.flush()
    return row


def answer(
    work: UnitOfWork, contract: Contract, replacement_id: int, *, agree: bool, words: str
) -> None:
    """Let the owner agree to another person, or refuse with a reason.

    Raises:
        IllegalReplacementMoveError: It was answered.
        ReasonShortError: A refusal has no reason.
        NotSuitableError, BusyError: The other person cannot do it any more.
    """
    contract = _locked(work, contract, by_owner=True)
    row = queries.replacement(work, contract, replacement_id)
    row.state = advance(row.state, ReplacementMove.AGREE if agree else ReplacementMove.REFUSE)
    if not agree and len(words.strip()) < REASON_SHORTEST:
        raise ReasonShortError(REASON_SHORTEST)
    row.answer, row.answered_at, row.answered_by_id = words.strip(), work.now, work.user_id
    if not agree:
        return
    for one in queries.named(work, contract):
        if one.member.id == row.out_staff_id:
            one.row.released_at = work.now
    work.session.flush()
    _add(work, contract, row.in_staff_id)
    _say(work, contract, replaced=True)


def drop(work: UnitOfWork, contract: Contract, replacement_id: int) -> None:
    """Let the firm take its wish back."""
    contract = _locked(work, contract)
    row = queries.replacement(work, contract, replacement_id)
    row.state = advance(row.state, ReplacementMove.DROP)


def require_named(work: UnitOfWork, contract: Contract) -> None:
    """Refuse to start the clock while too few people are named, where the rules ask for them.

    Raises:
        TooFewNamedError: The regulation asks for more.
    """
    asked = need_by_id(work, contract.need_id).staff_required
    if not asked or not rulebook.apply(work, SUBJECT).flag("named.required_before_start"):
        return
    count = len(queries.named(work, contract))
    if count < asked:
        raise TooFewNamedError(asked, count)


def held_by(work: UnitOfWork, member: FirmStaff) -> list[str]:
    """Return the running contracts that keep a person in the firm."""
    return list(queries.numbers_of(work, member.id))


def _locked(work: UnitOfWork, contract: Contract, *, by_owner: bool = False) -> Contract:
    """Lock the firm, so that nobody is named twice at once, and read the contract again."""
    if not by_owner:
        require_authority(work, Deed.CONTRACT, need_by_id(work, contract.need_id).item_code)
    firms.locked(work, contract.firm_id)
    found = work.session.get_one(Contract, contract.id, populate_existing=True)
    if found.state not in HOLDING:
        raise ContractOverError
    return found


def _add(work: UnitOfWork, contract: Contract, staff_id: int) -> None:
    _require_free(work, contract, staff_id)
    work.session.add(
        ContractStaff(
            contract_id=contract.id,
            staff_id=staff_id,
            named_at=work.now,
            named_by_id=work.user_id,
        )
    )
    work.session.flush()


def _require_free(work: UnitOfWork, contract: Contract, staff_id: int) -> None:
    able = {member.id: member for member in queries.suitable(work, contract)}
    if staff_id not in able:
        known = queries.members(work, [staff_id]).get(staff_id)
        if known is None or known.firm_id != contract.firm_id:
            raise MissingError
        raise NotSuitableError(known.name)
    most = rulebook.apply(work, SUBJECT).integer("named.most_running_contracts")
    count = queries.running_counts(work, contract.firm_id).get(staff_id, 0)
    if count >= most:
        raise BusyError(able[staff_id].name, count, most)


def _say(work: UnitOfWork, contract: Contract, *, replaced: bool) -> None:
    work.session.flush()
    count = len(queries.named(work, contract))
    work.record(ContractStaffed(contract=contract.number, count=count, replaced=replaced))
