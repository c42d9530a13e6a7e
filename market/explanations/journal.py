"""What the public log is told of explanations."""

from dataclasses import dataclass
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplanationMoved(Entry):
    """An explanation of an abnormally low price was asked for, given, judged or missed."""

    kind: ClassVar[str] = "explanation.moved.v1"
    explanation: str
    award: str
    need: str
    firm: str
    amount_fen: int
    state: str
