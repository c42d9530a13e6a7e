"""Asking for a withdrawal, taking that back, refusing it, and confirming it."""

from market.db import UnitOfWork
from market.documents.actions.buyers import require_buyer
from market.documents.owner_rules import BuyerDeed
from market.duties import require_another
from market.errors import MarketError, msgid
from market.needs import queries as need_queries
from market.needs.actions.moving import REASON_SHORTEST
from market.needs.errors import EnrolmentOverError, NoReasonError, VagueReasonError
from market.needs.model import Need, Notice
from market.needs.record.rules import CancelGround, says_what
from market.needs.rules import NeedState
from market.needs.withdrawals import queries
from market.needs.withdrawals.model import NeedWithdrawal
from market.needs.withdrawals.rules import WithdrawalMove, WithdrawalState, advance


class WithdrawalWaitingError(MarketError):
    """One request at a time."""

    sentence = msgid("撤回公告的申请已经提出，待本单位另一人审批。需要修改的，请先收回该申请。")


def ask(work: UnitOfWork, need: Need, reason: str, ground: CancelGround) -> NeedWithdrawal:
    """Ask that the notice which is out be withdrawn. Until another decides nothing changes.

    Raises:
        EnrolmentOverError: There is no notice out, or its enrolment has closed.
        WithdrawalWaitingError: A request waits already.
        NoReasonError: The reason says too little.
        VagueReasonError: No ground of the list, and the reason does not say which.
    """
    need = need_queries.locked(work, need.id)
    notice = _notice_out(work, need)
    if queries.open_of(work, need) is not None:
        raise WithdrawalWaitingError
    text = _written(reason)
    if ground is CancelGround.OTHER and not says_what(text):
        raise VagueReasonError
    row = NeedWithdrawal(
        need_id=need.id,
        notice_id=notice.id,
        ground=ground,
        reason=text,
        state=WithdrawalState.ASKED,
        state_since=work.now,
        asked_by_id=work.user_id,
        asked_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return row


def confirm(work: UnitOfWork, need: Need, withdrawal_id: int) -> NeedWithdrawal:
    """Confirm a request as the owner's second person. ``draws`` calls this, and ends the draw.

    Raises:
        EnrolmentOverError: Enrolment has closed.
        WithdrawalOverError: It was decided, taken back or lapsed meanwhile.
        SeparationOfDutiesError: Whoever asked confirms.
        NotAuthorisedBuyerError: No authority of the person covers the need.
    """
    row = queries.one_of(work, need, withdrawal_id)
    state = advance(row.state, WithdrawalMove.CONFIRM)
    _notice_out(work, need)
    _another(work, row)
    require_buyer(work, BuyerDeed.APPROVE, need.item_code, need.ceiling_fen)
    _decide(work, row, state)
    return row


def refuse(work: UnitOfWork, need: Need, withdrawal_id: int, reason: str) -> None:
    """Refuse a request as the owner's second person, with the reason; the notice stays out.

    Raises:
        WithdrawalOverError: It was decided, taken back or lapsed meanwhile.
        SeparationOfDutiesError: Whoever asked takes it back instead.
        NoReasonError: The reason says too little.
    """
    need = need_queries.locked(work, need.id)
    row = queries.one_of(work, need, withdrawal_id)
    state = advance(row.state, WithdrawalMove.REFUSE)
    _another(work, row)
    row.refusal = _written(reason)
    _decide(work, row, state)


def take_back(work: UnitOfWork, need: Need, withdrawal_id: int) -> None:
    """Take a request back that nobody has decided; the notice stays out.

    Raises:
        WithdrawalOverError: It was decided, or lapsed, meanwhile.
    """
    need = need_queries.locked(work, need.id)
    row = queries.one_of(work, need, withdrawal_id)
    row.state = advance(row.state, WithdrawalMove.TAKE_BACK)
    row.state_since = work.now


def _notice_out(work: UnitOfWork, need: Need) -> Notice:
    notice = need_queries.notice_of(work, need) if need.state is NeedState.OPEN else None
    if notice is None or work.now >= notice.enrol_close_at:
        raise EnrolmentOverError
    return notice


def _written(reason: str) -> str:
    text = reason.strip()
    if len(text) < REASON_SHORTEST:
        raise NoReasonError
    return text


def _another(work: UnitOfWork, row: NeedWithdrawal) -> None:
    require_another(work, row.asked_by_id, first=msgid("申请人"), second=msgid("审批人"))


def _decide(work: UnitOfWork, row: NeedWithdrawal, state: WithdrawalState) -> None:
    row.state = state
    row.state_since = work.now
    row.decided_by_id = work.user_id
