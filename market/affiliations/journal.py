"""What the public log is told of affiliations: credit codes and digests, and never a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from market.affiliations.links.rules import LinkState
from market.affiliations.rules import Ground, GroupState, ObjectionState
from market.journal import Entry, Salted


@dataclass(frozen=True, slots=True, kw_only=True)
class AffiliationsDeclared(Entry):
    """A firm declared who stands behind it; the digest is salted, of keyed digests too."""

    kind: ClassVar[str] = "affiliation.declared.v1"
    firm: str
    version: int
    promise_version: str
    digest: Salted


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMoved(Entry):
    """A grouping case was opened, confirmed, rejected or undone; the texts are there by digest.

    The firms are named only once the group is confirmed: nobody is exposed by a mere suspicion.
    """

    kind: ClassVar[str] = "affiliation.group-moved.v1"
    group: str
    state: GroupState
    firms: tuple[str, ...]
    ground: Ground
    regulation: str
    text_digest: Salted
    effective_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionMoved(Entry):
    """A firm objected, or was answered. It is named only where its objection was upheld."""

    kind: ClassVar[str] = "affiliation.objection-moved.v1"
    objection: str
    subject: str
    state: ObjectionState
    firm: str | None
    text_digest: Salted


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMoved(Entry):
    """A firm confirmed or denied what another declared of it, or is asked anew after it confirmed.

    Neither firm is named, nor who acted.
    """

    kind: ClassVar[str] = "affiliation.link-moved.v1"
    link: str
    state: LinkState
