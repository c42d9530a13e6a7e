"""What the public log is told of contracts."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractFiled(Entry):
    """One side filed the contract: its price and the digest of its text."""

    kind: ClassVar[str] = "contract.filed.v1"
    contract: str
    need: str
    firm: str
    price_fen: int
    signed_on: date
    service_working_days: int
    file_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractPayer(Entry):
    """Who pays by the contract that was filed, and whether it is for an authority's own review."""

    kind: ClassVar[str] = "contract.payer.v1"
    contract: str
    payer: str
    for_own_review: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractModel(Entry):
    """Whether the contract that was filed follows the model contract of its service."""

    kind: ClassVar[str] = "contract.model.v1"
    contract: str
    use: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractMoved(Entry):
    """A contract changed state."""

    kind: ClassVar[str] = "contract.moved.v1"
    contract: str
    move: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialsHandedOver(Entry):
    """The owner handed over the materials: the service clock starts."""

    kind: ClassVar[str] = "contract.materials.v1"
    contract: str
    handed_over_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverableSubmitted(Entry):
    """The firm handed in one round of its work, by hash."""

    kind: ClassVar[str] = "deliverable.submitted.v1"
    contract: str
    round: int
    file_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverableReviewed(Entry):
    """A round was accepted, or returned with a reason code."""

    kind: ClassVar[str] = "deliverable.reviewed.v1"
    contract: str
    round: int
    accepted: bool
    by_silence: bool
    reason: str | None
