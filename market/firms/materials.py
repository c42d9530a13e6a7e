"""The documents a firm's registration needs. The feature above registers what it knows of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from market.db import UnitOfWork
from market.errors import MarketError, msgid
from market.firms.model import Firm


class MaterialsMissingError(MarketError):
    """Documents are missing that the operator's check needs."""

    sentence = msgid(
        "还缺以下材料：%(names)s。机构在“材料”一步逐项上传后，才能提交审核、通过审核；"
        "登记信息国家已掌握的机构，也可以凭承诺直接入驻。"
    )

    def __init__(self, names: list[str]) -> None:
        super().__init__(names="、".join(names))


class Proof(StrEnum):
    """How far a document that proves something has come; one that was refused is none."""

    NONE = "none"
    HELD = "held"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """What the feature of documents answers and does."""

    lacking: Callable[[UnitOfWork, Firm], list[str]]
    listed: Callable[[UnitOfWork, Firm], Sequence[object]]
    settle: Callable[[UnitOfWork, Firm], None]
    proofs: Callable[[UnitOfWork, Firm, str], Mapping[int, Proof]]
    drop: Callable[[UnitOfWork, str, int], None]


_KEEPERS: Final[list[Keeper]] = []


def provide(keeper: Keeper) -> None:
    """Ask a feature, from now on, for a firm's documents, and tell it of a pass."""
    _KEEPERS[:] = [keeper]


def about(work: UnitOfWork, firm: Firm, subject: str, subject_id: int) -> list[object]:
    """Return those of a firm's documents that are about one thing."""
    return [
        slot
        for slot in listed(work, firm)
        if (getattr(slot, "subject", ""), getattr(slot, "subject_id", 0)) == (subject, subject_id)
    ]


def proofs(work: UnitOfWork, firm: Firm, subject: str) -> Mapping[int, Proof]:
    """Return how far the documents about a firm's rows of one kind have come, by the row.

    What has no document is not there; without a keeper nothing is.
    """
    return {
        row: proof
        for keeper in _KEEPERS
        for row, proof in keeper.proofs(work, firm, subject).items()
    }


def drop(work: UnitOfWork, subject: str, subject_id: int) -> None:
    """Set aside the documents about something that its firm has taken back."""
    for keeper in _KEEPERS:
        keeper.drop(work, subject, subject_id)


def listed(work: UnitOfWork, firm: Firm) -> list[object]:
    """Return the list of a firm's documents as ``templates/documents/_parts.html`` shows it."""
    return [slot for keeper in _KEEPERS for slot in keeper.listed(work, firm)]


def lacking(work: UnitOfWork, firm: Firm) -> list[str]:
    """Name the documents that a firm has yet to hand in before a check."""
    return [name for keeper in _KEEPERS for name in keeper.lacking(work, firm)]


def require(work: UnitOfWork, firm: Firm) -> None:
    """Refuse to go on while documents are missing.

    Raises:
        MaterialsMissingError: Some are; it names them.
    """
    if names := lacking(work, firm):
        raise MaterialsMissingError(names)


def settle(work: UnitOfWork, firm: Firm) -> None:
    """Take what waits, because the operator passes the registration that rests on it.

    Raises:
        MarketError: Something must be decided by itself first.
    """
    for keeper in _KEEPERS:
        keeper.settle(work, firm)
