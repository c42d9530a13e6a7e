"""The documents a firm's registration needs. The feature above registers what it knows of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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


Lacking = Callable[[UnitOfWork, Firm], list[str]]
Listed = Callable[[UnitOfWork, Firm], Sequence[object]]
Deed = Callable[[UnitOfWork, Firm], None]
Held = Callable[[UnitOfWork, Firm, str, int], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """What the feature of documents answers and does."""

    lacking: Lacking
    listed: Listed
    settle: Deed
    held: Held


_KEEPERS: Final[list[Keeper]] = []


def provide(*, lacking: Lacking, listed: Listed, settle: Deed, held: Held) -> None:
    """Ask a feature, from now on, for a firm's documents, and tell it of a pass."""
    _KEEPERS[:] = [Keeper(lacking=lacking, listed=listed, settle=settle, held=held)]


def about(work: UnitOfWork, firm: Firm, subject: str, subject_id: int) -> list[object]:
    """Return those of a firm's documents that are about one thing."""
    return [
        slot
        for slot in listed(work, firm)
        if (getattr(slot, "subject", ""), getattr(slot, "subject_id", 0)) == (subject, subject_id)
    ]


def is_held(work: UnitOfWork, firm: Firm, subject: str, subject_id: int) -> bool:
    """Return whether a document about something of a firm's stands; without a keeper none does."""
    return any(keeper.held(work, firm, subject, subject_id) for keeper in _KEEPERS)


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
