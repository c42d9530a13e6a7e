"""What the public log is told of named people: how many, and never who."""

from dataclasses import dataclass
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractStaffed(Entry):
    """People were named for a contract, or one was replaced; ``count`` are named now."""

    kind: ClassVar[str] = "contract.staffed.v1"
    contract: str
    count: int
    replaced: bool
