"""The kinds of messages. Each feature declares its own in its ``messages.py``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from market.messages.rules import Group, group_of, is_grouped

# Keyed by code. A message whose kind no longer exists is still shown by its code.
_KINDS: Final[dict[str, "Kind"]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of message: its words are msgids with named places, such as ``%(number)s``.

    ``code`` begins with what it is about (``credit.case-notified``), which also says under which
    heading people choose their channels. One that ``must`` arrive cannot be switched off.
    """

    code: str
    subject: str
    body: str
    must: bool = False

    @property
    def group(self) -> Group:
        """What it is about."""
        return group_of(self.code)


def declare(kind: Kind) -> Kind:
    """Make a kind known and return it.

    Raises:
        ValueError: Another kind has the same code, or its first word stands under no heading.
    """
    if not is_grouped(kind.code):
        raise ValueError(f"{kind.code}: market.messages.rules does not say what that is about")
    if _KINDS.setdefault(kind.code, kind) != kind:
        raise ValueError(f"two kinds of message are called {kind.code}")
    return kind


def kind_of(code: str) -> Kind:
    """Return a kind by its code; one that was declared by an older program has no words."""
    return _KINDS.get(code) or Kind(code=code, subject=code, body=code)


def known() -> Mapping[str, Kind]:
    """Return every declared kind by its code."""
    return dict(_KINDS)
