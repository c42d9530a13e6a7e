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


def declare(kind: type[E], labels: Mapping[E, Label]) -> None:
    """Register the labels of an enum; every member needs one.

    Raises:
        ValueError: A member has no label.
    """
    missing = set(kind) - set(labels)
    if missing:
        raise ValueError(f"{kind.__name__} lacks labels for {sorted(missing)}")
    _LABELS.update({(kind, member.value): label for member, label in labels.items()})


def label_of(member: StrEnum) -> Label:
    """Return the label of an enum member."""
    return _LABELS[type(member), member.value]
