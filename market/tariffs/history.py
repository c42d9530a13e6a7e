"""The versions of a firm's fee as a page tells them: what each is, and what it changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from market.firms.fee_history import COMPARED, Difference, VersionState, differences, state_of
from market.firms.model import FirmFee


@dataclass(frozen=True, slots=True)
class Told:
    """A version, what it is today, and in what it differs from the one before."""

    fee: FirmFee
    state: VersionState
    changed: list[Difference]


def told(versions: Sequence[FirmFee], day: date) -> list[Told]:
    """Return the versions of one firm and item, newest first as they came."""
    return [
        Told(
            fee,
            state_of(fee, versions[:place], day),
            differences(_columns(versions[place + 1]), _columns(fee))
            if place + 1 < len(versions)
            else [],
        )
        for place, fee in enumerate(versions)
    ]


def _columns(fee: FirmFee) -> dict[str, object]:
    return {name: getattr(fee, name) for name in COMPARED}
