"""What the public log is told about documents: keyed digests and codes, never what they say."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from market.documents.owner_rules import BuyerDeed, OwnerMove, OwnerState
from market.documents.retention import Ending
from market.documents.rules import DocKind, DocMove, DocState, Subject, Suspicion
from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentHandedIn(Entry):
    """An organisation handed in a document. ``seal`` is a keyed digest of its bytes.

    Whoever holds a scan cannot find out from the log whether it was handed in; the platform
    can prove which bytes it was given. ``organisation`` is empty where it would say who takes a
    side, as it is in the entries that follow about the same document.
    """

    kind: ClassVar[str] = "document.handed-in.v1"
    organisation: str
    document: int
    document_kind: DocKind
    subject: Subject
    seal: str
    suspicions: tuple[Suspicion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentMoved(Entry):
    """A document was taken, refused or followed by a newer version."""

    kind: ClassVar[str] = "document.moved.v1"
    organisation: str
    document: int
    move: DocMove
    state: DocState


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentErased(Entry):
    """The bytes of a document on which no decision rests were deleted, by which rule."""

    kind: ClassVar[str] = "document.erased.v1"
    organisation: str
    document: int
    document_kind: DocKind
    seal: str
    ending: Ending
    days: int
    regulation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerMoved(Entry):
    """An owner's registration moved; a refusal names its coded reasons."""

    kind: ClassVar[str] = "owner.moved.v1"
    owner: str
    move: OwnerMove
    state: OwnerState
    reasons: tuple[str, ...]
    regulation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerMoved(Entry):
    """An owner authorised one of its people to buy, or took that back.

    ``authority`` is the owner's own running number of its authorities: it tells two apart and
    names nobody. ``owner.buyer-moved.v1``, in older logs, held an account number in its place.
    """

    kind: ClassVar[str] = "owner.buyer-moved.v2"
    owner: str
    authority: int
    deeds: tuple[BuyerDeed, ...]
    items: tuple[str, ...]
    ceiling_fen: int
    until: date
    ended: bool
