"""How closed sets are named on screens: one label per enum member, declared by its feature."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeVar

Tone = Literal["neutral", "progress", "good", "warn", "bad", "ended"]
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Label:
    """The Chinese words (a gettext msgid) and the tone of a state."""

    text: str
    tone: Tone = "neutral"


# Keyed by type and value: two enums may share a value such as "open".
_LABELS: dict[tuple[type[StrEnum], str], Label] = {}


def declare(kind: type[E], labels: Mapping[E, Label], *, alike: frozenset[E] = frozenset()) -> None:
    """Register the labels of an enum; every member needs one, and no two have the same words.

    Members of which ``alike`` says so may share theirs.

    Raises:
        ValueError: A member has no label, or the words of another.
    """
    missing = set(kind) - set(labels)
    if missing:
        raise ValueError(f"{kind.__name__} lacks labels for {sorted(missing)}")
    told: dict[str, E] = {}
    for member, label in labels.items():
        other = told.setdefault(label.text, member)
        if other is not member and not {other, member} <= alike:
            raise ValueError(f"{kind.__name__}: {other} and {member} are both called {label.text}")
    _LABELS.update({(kind, member.value): label for member, label in labels.items()})


def label_of(member: StrEnum) -> Label:
    """Return the label of an enum member."""
    return _LABELS[type(member), member.value]
