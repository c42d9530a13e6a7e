"""What the public log is told of notices on the pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class BannerMoved(Entry):
    """Two people of the operator put a notice on the pages, or one took it off, with its words.

    Whoever read it can show later what it said. Who wrote it stands in the table and on the
    operator's page; ``by`` is who confirmed it or took it off.
    """

    kind: ClassVar[str] = "banner.moved.v1"
    banner: int
    is_shown: bool
    audience: str
    words_zh: str
    words_en: str
    starts_at: datetime
    ends_at: datetime
