"""What the public log is told of notices on the pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class BannerMoved(Entry):
    """The operator put a notice on the pages, or took it off; the words are there by digest.

    Who did it stands in the table and on the operator's page: the log names no person.
    """

    kind: ClassVar[str] = "banner.moved.v1"
    banner: int
    is_shown: bool
    audience: str
    text_digest: str
    starts_at: datetime
    ends_at: datetime
