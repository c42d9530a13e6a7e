"""The groups of service items that a regulator can be responsible for.

Accounts lies below the catalogue and cannot ask it: the catalogue offers its groups here when
the application is assembled.
"""

from collections.abc import Callable, Sequence

Groups = Callable[[], Sequence[tuple[str, str]]]

_OFFERS: dict[str, Groups] = {}


def offer(groups: Groups) -> None:
    """Offer (code, name) pairs; the last offer counts."""
    _OFFERS["groups"] = groups


def groups() -> list[tuple[str, str]]:
    """Return the (code, name) pairs on offer."""
    return [pair for offered in _OFFERS.values() for pair in offered()]
