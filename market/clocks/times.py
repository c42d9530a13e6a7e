"""Under which rules of extensions, late entries and reasons a clock stands."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from market import regulations
from market.clock import beijing_day
from market.clocks.model import Clock
from market.clocks.rules import SuspensionReason
from market.regulations import Regulation

SUBJECT: Final = "clock-times"


def times_of(clock: Clock) -> Regulation:
    """Return the rules that held when the clock began; a later rule never reaches back."""
    return regulations.in_force(SUBJECT, beijing_day(clock.counts_from_at))


def reasons_of(clock: Clock) -> Mapping[SuspensionReason, str]:
    """Return the reasons to suspend a clock, each with on what it rests, in law or in the contract.

    The rules under which it began may know fewer reasons than there are today. Whatever walks
    through reasons walks through these.
    """
    rules = times_of(clock)
    keys = {reason: f"suspension_basis.{_key(reason)}" for reason in SuspensionReason}
    known = {reason: rules.text(key) for reason, key in keys.items() if key in rules}
    return MappingProxyType(known)


def needs_proof(clock: Clock, reason: SuspensionReason) -> bool:
    """Say whether a file must prove a reason."""
    rules, key = times_of(clock), f"suspension_evidence.{_key(reason)}"
    return key in rules and rules.flag(key)


def cap_of(clock: Clock, reason: SuspensionReason) -> int | None:
    """Return for how many working days in all a reason suspends; None without a cap of its own."""
    rules, key = times_of(clock), f"suspension_cap.{_key(reason)}"
    return rules.integer(key) if key in rules else None


def _key(reason: SuspensionReason) -> str:
    return reason.name.lower()
