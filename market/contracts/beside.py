"""What features above a contract show on its pages. They provide it; contracts only ask."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from market.contracts.model import Contract
from market.db import UnitOfWork


@dataclass(frozen=True, slots=True)
class Panel:
    """One part of a contract's page: the template that draws it, as ``panel.facts`` says."""

    template: str
    facts: Mapping[str, object]


Provider = Callable[[UnitOfWork, Contract], Panel | None]

# Keyed by where they come from: an application assembled twice provides everything once.
_PROVIDERS: Final[dict[tuple[str, str], Provider]] = {}


def provide(function: Provider) -> None:
    """Register who has something to show beside a contract."""
    _PROVIDERS[function.__module__, function.__qualname__] = function


def panels(work: UnitOfWork, contract: Contract) -> list[Panel]:
    """Return what is shown beside a contract, in the order in which it was provided."""
    found = (function(work, contract) for function in _PROVIDERS.values())
    return [panel for panel in found if panel is not None]
