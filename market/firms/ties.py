"""What binds a firm to the market. Features above register what they know of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from market.db import UnitOfWork
from market.firms.model import Firm


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """One thing that binds a firm; ``facts`` fill the places of ``sentence``.

    One that ``holds`` keeps the firm from leaving; the others stay owed after it has left.
    """

    sentence: str
    facts: Mapping[str, object] = field(default_factory=dict)
    holds: bool

    def __str__(self) -> str:
        return self.sentence % self.facts if self.facts else self.sentence


Provider = Callable[[UnitOfWork, Firm], Sequence[Tie]]
_PROVIDERS: list[Provider] = []


def provide(function: Provider) -> None:
    """Ask a feature, from now on, what binds a firm."""
    if function not in _PROVIDERS:
        _PROVIDERS.append(function)


def of(work: UnitOfWork, firm: Firm) -> list[Tie]:
    """Return everything that binds a firm now."""
    return [tie for function in _PROVIDERS for tie in function(work, firm)]
