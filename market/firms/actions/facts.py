"""What a firm says of itself, read and judged: once for the registration and for its changes."""

import re
from datetime import date
from typing import Final

from market.codes import credit_code, phone
from market.firms.entry import CURRENCIES
from market.firms.errors import (
    BusinessTermError,
    CapitalError,
    FutureDayError,
    OwnParentError,
    PostcodeError,
)

_POSTCODE: Final = re.compile(r"\d{6}", re.ASCII)


def check_facts(
    *,
    code: str,
    registered_on: date,
    business_until_on: date | None,
    registered_capital_fen: int | None,
    capital_currency: str,
    parent_code: str,
    today: date,
) -> None:
    """Refuse facts that cannot be.

    Raises:
        FutureDayError: It is registered on a day to come.
        BusinessTermError: Its business term is over, or ends before it begins.
        CapitalError: The capital is no amount, or in no known currency.
        CreditCodeError: The head office's code is not one.
        OwnParentError: It is its own head office.
    """
    if registered_on > today:
        raise FutureDayError(registered_on, "registered_on")
    if business_until_on is not None and business_until_on < max(today, registered_on):
        raise BusinessTermError(business_until_on)
    empty_or_positive = registered_capital_fen is None or registered_capital_fen > 0
    if not empty_or_positive or capital_currency not in CURRENCIES:
        raise CapitalError
    if parent_code and credit_code(parent_code, field="parent_code") == code:
        raise OwnParentError


def dialled(number: str, field: str) -> str:
    """Return an optional telephone number in its stored form.

    Raises:
        PhoneError: Nobody can dial it.
    """
    return phone(number, field=field) if number else ""


def checked_postcode(text: str) -> str:
    """Return an optional postcode.

    Raises:
        PostcodeError: It has not six digits.
    """
    if text and not _POSTCODE.fullmatch(text):
        raise PostcodeError
    return text
