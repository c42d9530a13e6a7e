"""Facts of a listed firm change one by one: asked for, checked where they changed, kept."""

from collections.abc import Mapping, Sequence

from market import rulebook
from market.accounts.queries import organisation
from market.codes import credit_code
from market.db import UnitOfWork
from market.firms import queries, queries_entry
from market.firms.actions.facts import check_facts
from market.firms.actions.register import register, require_reasons, require_words
from market.firms.checks import CheckOutcome, ReturnReason
from market.firms.entry import (
    ChangeState,
    FactField,
    FactValue,
    changes_between,
    from_text,
    to_text,
)
from market.firms.errors import (
    ChangeDecidedError,
    ChangePendingError,
    NothingChangedError,
    NotSettledError,
)
from market.firms.journal import FactChangeMoved
from market.firms.model import Firm
from market.firms.model_entry import FirmChange
from market.firms.queries_entry import RULES
from market.firms.rules import SETTLED, STATE_WORDS
from market.labels import label_of


def facts_of(firm: Firm) -> dict[FactField, FactValue]:
    """Return the facts of a firm that change only after a check."""
    return {one: getattr(firm, one.value) for one in FactField}


def request_changes(
    work: UnitOfWork, firm: Firm, proposed: Mapping[FactField, FactValue], why: str
) -> list[FirmChange]:
    """Ask for other facts; those that differ are checked one by one, the old ones stay till then.

    Raises:
        NotSettledError: The firm is not listed: it edits its registration instead.
        WordsMissingError: It is not said why.
        NothingChangedError: Nothing differs.
        ChangePendingError: A fact is being checked already.
        FutureDayError, BusinessTermError, CapitalError, OwnParentError: A fact cannot be.
    """
    firm = queries.locked(work, firm.id)
    if firm.state not in SETTLED:
        raise NotSettledError(STATE_WORDS[firm.state])
    words = require_words(why, "why")
    now = facts_of(firm)
    wanted = _cleaned(proposed)
    differing = changes_between(now, wanted)
    if not differing:
        raise NothingChangedError
    _check(work, firm, now | wanted)
    for row in queries_entry.pending_changes(work, firm):
        if row.field in differing:
            raise ChangePendingError(label_of(row.field).text, row.field.value)
    days = rulebook.apply(work, RULES).integer("change.check_working_days")
    rows = [
        FirmChange(
            firm_id=firm.id,
            field=one,
            before=to_text(now[one]),
            after=to_text(wanted[one]),
            why=words,
            requested_at=work.now,
            requested_by_id=work.user_id,
            state=ChangeState.PENDING,
        )
        for one in differing
    ]
    for row in rows:
        row.due_at = row.count_term(work.today, days)
    work.session.add_all(rows)
    work.session.flush()
    for row in rows:
        _record(work, firm, row)
    return rows


def withdraw_change(work: UnitOfWork, firm: Firm, row: FirmChange) -> None:
    """Take back a change that nobody has decided.

    Raises:
        ChangeDecidedError: Somebody has.
    """
    _end(work, firm, row, ChangeState.WITHDRAWN, decided=False)


def accept_change(work: UnitOfWork, firm: Firm, row: FirmChange) -> None:
    """Let a changed fact take effect.

    Raises:
        ChangeDecidedError: It was decided or withdrawn.
        FutureDayError, BusinessTermError, CapitalError, OwnParentError: With what was accepted
            before, the facts cannot be.
    """
    firm = queries.locked(work, firm.id)
    value = from_text(row.field, row.after)
    _end(work, firm, row, ChangeState.ACCEPTED)
    _check(work, firm, facts_of(firm) | {row.field: value})
    setattr(firm, row.field.value, value)
    if row.field is FactField.NAME:
        organisation(work, firm.organisation_id).name = firm.name
    register(work, firm, CheckOutcome.CONFIRMED, subject=label_of(row.field).text)


def return_change(
    work: UnitOfWork, firm: Firm, row: FirmChange, reasons: Sequence[ReturnReason], comment: str
) -> None:
    """Refuse a changed fact with reasons; the old one stays.

    Raises:
        ChangeDecidedError: It was decided or withdrawn.
        NoReasonError, WordsMissingError: It is not said why.
    """
    firm = queries.locked(work, firm.id)
    row.comment = require_words(comment, "comment")
    require_reasons(reasons, row.comment)
    _end(work, firm, row, ChangeState.RETURNED)
    register(
        work,
        firm,
        CheckOutcome.REFUSED,
        reasons,
        comment=row.comment,
        subject=label_of(row.field).text,
    )


def _cleaned(proposed: Mapping[FactField, FactValue]) -> dict[FactField, FactValue]:
    wanted = dict(proposed)
    if code := wanted.get(FactField.PARENT_CODE):
        wanted[FactField.PARENT_CODE] = credit_code(str(code), field="parent_code")
    return wanted


def _check(work: UnitOfWork, firm: Firm, facts: Mapping[FactField, FactValue]) -> None:
    check_facts(
        code=firm.code,
        registered_on=facts[FactField.REGISTERED_ON],  # type: ignore[arg-type]  # by its column
        business_until_on=facts[FactField.BUSINESS_UNTIL_ON],  # type: ignore[arg-type]
        registered_capital_fen=facts[FactField.REGISTERED_CAPITAL_FEN],  # type: ignore[arg-type]
        capital_currency=str(facts[FactField.CAPITAL_CURRENCY]),
        parent_code=str(facts[FactField.PARENT_CODE]),
        today=work.today,
    )


def _end(
    work: UnitOfWork, firm: Firm, row: FirmChange, state: ChangeState, *, decided: bool = True
) -> None:
    work.session.refresh(row, with_for_update=True, attribute_names=["state", "version"])
    if row.state is not ChangeState.PENDING:
        raise ChangeDecidedError
    row.state = state
    row.decided_at = work.now
    row.decided_by_id = work.user_id if decided else None
    work.session.flush()
    _record(work, firm, row)


def _record(work: UnitOfWork, firm: Firm, row: FirmChange) -> None:
    work.record(FactChangeMoved(firm=firm.code, change=row.id, fact=row.field, state=row.state))
