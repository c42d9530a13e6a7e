"""What a firm offers, for how much, and how fast."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select

from market.catalogue.queries import UnknownItemError, item
from market.catalogue.rules import Item
from market.db import UnitOfWork
from market.errors import msgid
from market.firms import at_stake, fee_standards, promises, queries, service_ties
from market.firms.actions.qualifications import require_changeable
from market.firms.errors import (
    NoFeeError,
    NoPromiseError,
    PromiseTooLongError,
    RequirementMissingError,
)
from market.firms.fees import Fee, FeeFormError, check_fee
from market.firms.journal import FeeDisclosed, ServiceMoved
from market.firms.model import Firm, FirmFee, FirmService
from market.firms.rules import EDITABLE, LIVE, ServiceState
from market.firms.schedule import reschedule


def offer(
    work: UnitOfWork, firm: Firm, item_code: str, promised_working_days: int, fee: Fee | None = None
) -> FirmService:
    """Offer an item within promised days, at a published fee; again to change the days.

    Raises:
        NotEditableError: The registration is being checked, or the firm has left.
        UnknownItemError: The catalogue has no such item today.
        PromiseTooLongError: More days than the item allows.
        RequirementMissingError: The firm lacks what the item asks for.
        NoPromiseError: A listed firm has signed no promise.
        NoFeeError: No fee is in force, and none was given that is.
        FeeFormError: The fee is not complete.
        FeeBackdatedError: The fee would reach back.
    """
    require_changeable(firm)
    wanted = item(item_code, work.today)
    _check_days(wanted, promised_working_days)
    filling_in = firm.state in EDITABLE
    if not filling_in and queries.promise(work, firm.id) is None:
        raise NoPromiseError
    if missing := queries.shortfalls(work, firm, wanted, work.today, will_promise=filling_in):
        raise RequirementMissingError(wanted.name_zh, missing)
    if fee is not None:
        publish_fee(work, firm, item_code, fee)
    if queries.current_fee(work, firm.id, item_code) is None:
        raise NoFeeError(wanted.name_zh)
    service = queries.service(work, firm.id, item_code)
    if service is None:
        service = FirmService(firm_id=firm.id, item_code=item_code)
        work.session.add(service)
    service.promised_working_days = promised_working_days
    _move(work, firm, service, ServiceState.OFFERED, "")
    return service


def withdraw_service(
    work: UnitOfWork, firm: Firm, service: FirmService, knowing: Collection[str] = ()
) -> None:
    """Stop offering an item; its fees stay published as history.

    ``knowing`` are the numbers of the notices whose enrolments the firm knows it loses.

    Raises:
        NotEditableError: The registration is being checked.
        ServiceHeldError: A live session in which the firm is enrolled holds it.
        EnrolmentsAtStakeError: It costs enrolments that the firm did not name.
    """
    firm = queries.locked(work, firm.id)  # It does not enrol at the same moment.
    require_changeable(firm)
    service_ties.require_free(work, firm, service.item_code)
    with at_stake.knowing(work, firm, knowing, service.item_code):
        _move(work, firm, service, ServiceState.WITHDRAWN, "")


def publish_fee(work: UnitOfWork, firm: Firm, item_code: str, fee: Fee) -> FirmFee:
    """Publish a new version of a fee. It takes effect on its day and never reaches back.

    A later version replaces an earlier one that has not begun.

    Raises:
        NotEditableError: The registration is being checked, or the firm has left.
        UnknownItemError: The catalogue has no such item today.
        FeeFormError: The fee is not complete, or its table is not known.
        MarketError: Its brackets, charges or days say nothing; see ``check_fee``.
    """
    # Two delegates may publish at once: each version has a number of its own.
    firm = queries.locked(work, firm.id)
    require_changeable(firm)
    item(item_code, work.today)
    check_fee(fee, work.today)
    facts = _facts(fee, work.today)
    last = work.session.scalar(
        select(func.max(FirmFee.version_no)).where(
            FirmFee.firm_id == firm.id, FirmFee.item_code == item_code
        )
    )
    row = FirmFee(
        firm_id=firm.id,
        item_code=item_code,
        version_no=(last or 0) + 1,
        published_at=work.now,
        published_by_id=work.user_id,
        **facts,
    )
    work.session.add(row)
    told = {"fee_kind" if name == "kind" else name: value for name, value in facts.items()}
    work.record(
        FeeDisclosed(firm=firm.code, item=item_code, version=row.version_no, **told)  # type: ignore[arg-type]  # the columns of a fee, by name
    )
    if fee.valid_to_on is not None and firm.state in LIVE:
        reschedule(work, firm)
    return row


def _facts(fee: Fee, today: date) -> dict[str, object]:
    """Return a fee's columns, with the name of its table's document and the promise it signs."""
    facts = fee.columns()
    if fee.standard_id:
        table = fee_standards.listed(fee.standard_id, today)
        if table is None:
            raise FeeFormError(msgid("没有这个收费标准，请从列表中选择。"), "standard_id")
        facts["basis_document"] = fee.basis_document or table.document
    return facts | {
        "promise_version": promises.FEE_VERSION,
        "promise_sha256": promises.fee_promise_digest(),
    }


def refresh_services(work: UnitOfWork, firm: Firm) -> int:
    """Freeze services whose requirements are no longer met, thaw those whose are again.

    While the registration is being filled in nothing freezes: submitting asks for everything.

    Returns:
        How many services changed.
    """
    changed = 0
    if firm.state in LIVE:
        for service in queries.services(work, firm.id):
            changed += _refresh(work, firm, service)
    reschedule(work, firm)
    return changed


def _refresh(work: UnitOfWork, firm: Firm, service: FirmService) -> bool:
    if service.state is ServiceState.WITHDRAWN:
        return False
    why = _why_frozen(work, firm, service.item_code)
    state = ServiceState.FROZEN if why else ServiceState.OFFERED
    if (state, why) == (service.state, service.frozen_reason):
        return False
    _move(work, firm, service, state, why)
    return True


def _why_frozen(work: UnitOfWork, firm: Firm, item_code: str) -> str:
    try:
        wanted = item(item_code, work.today)
    except UnknownItemError:
        return msgid("该服务事项已不在清单中")
    return "；".join(map(str, queries.shortfalls(work, firm, wanted, work.today)))[:300]


def _move(
    work: UnitOfWork, firm: Firm, service: FirmService, state: ServiceState, why: str
) -> None:
    service.state = state
    service.state_since = work.now
    service.frozen_reason = why
    work.record(
        ServiceMoved(
            firm=firm.code,
            item=service.item_code,
            state=state,
            promised_working_days=service.promised_working_days,
            why=why,
        )
    )


def _check_days(wanted: Item, days: int) -> None:
    if not 1 <= days <= wanted.time_limit_working_days:
        raise PromiseTooLongError(days, wanted.time_limit_working_days)
