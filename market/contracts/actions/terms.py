"""The terms of a contract in force, as its rules say."""

from datetime import date

from market.calendar import UnknownYearError, end_of
from market.contracts.model import Contract
from market.regulations import Regulation


def set_review_term(
    contract: Contract, rules: Regulation, *, submitted_on: date, today: date
) -> None:
    """Set by when the owner must review, or leave it open until the calendar knows the year."""
    days = rules.integer("deliverable.check_working_days")
    try:
        contract.act_by_at = contract.count_term(submitted_on, days)
        contract.next_check_at = contract.act_by_at
    except UnknownYearError:
        contract.act_by_at = None
        contract.forget_term()
        contract.next_check_at = end_of(today)
