"""What may be charged beside the fee: a closed list, each a sum, at cost, or nothing. Pure."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from market.errors import MarketError, msgid


class ExtraCharge(StrEnum):
    """The only things that may be charged beside a fee. Source: handbook domain.md 8."""

    TRAVEL = "travel"
    EXPERTS = "experts"
    COPIES = "copies"
    LABORATORY = "laboratory"
    DATA = "data"


class ChargeError(MarketError):
    """An extra charge that does not say how much."""

    sentence = msgid("“按约定金额另收”的费用须填写大于零的金额；不收或据实收取的不填金额。")

    def __init__(self, field: str) -> None:
        super().__init__(field=field)


@dataclass(frozen=True, slots=True)
class Charge:
    """One extra charge: a sum in fen, or None for what it cost, with the receipt."""

    kind: ExtraCharge
    amount_fen: int | None


def stored_of(charges: Iterable[Charge]) -> str:
    """Return the one canonical form of extra charges; nothing if there are none.

    Args:
        charges: Each kind at most once.

    Source: platform default.
    """
    body = {charge.kind.value: charge.amount_fen for charge in charges}
    return json.dumps(body, sort_keys=True, separators=(",", ":")) if body else ""


def stored_charges(text: str) -> tuple[Charge, ...]:
    """Return extra charges from their canonical form, in the order of the closed list.

    Args:
        text: What ``stored_of`` gave.

    Raises:
        ValueError: It is something else.

    Source: platform default.
    """
    body = json.loads(text) if text else {}
    unknown = body.keys() - set(ExtraCharge)
    if unknown:
        raise ValueError(f"no such extra charges: {sorted(unknown)}")
    return tuple(Charge(kind, body[kind]) for kind in ExtraCharge if kind in body)


def check_charges(charges: Iterable[Charge]) -> None:
    """Refuse an extra charge of a sum that is none.

    Args:
        charges: What a firm wants to charge beside its fee.

    Raises:
        ChargeError: The sum is zero or less.

    Source: platform default.
    """
    for charge in charges:
        if charge.amount_fen is not None and charge.amount_fen <= 0:
            raise ChargeError(f"charge_{charge.kind}")
