"""What a log signs: its origin, how many entries it has, and their root."""

from dataclasses import dataclass
from typing import Final

from audit.encoding import from_base64, from_decimal, to_base64
from audit.errors import MalformedError
from audit.tree import HASH_BYTES

_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log. It has no extension lines: nobody could audit them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed. Source: C2SP tlog-checkpoint, "Note text"."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"


def parse_text(text: str) -> Checkpoint:
    """Read the text of a checkpoint; extension lines are refused.

    Args:
        text: Origin, size and root, each with its newline.

    Returns:
        The checkpoint, whose ``text`` is the same text again.

    Raises:
        MalformedError: It is anything else.

    Source: C2SP tlog-checkpoint, "Note text".
    """
    lines = text.split("\n")
    if len(lines) != _LINES + 1 or lines[-1]:
        raise MalformedError("checkpoint", "it does not have exactly three lines")
    origin, size, root, _ = lines
    if not origin:
        raise MalformedError("checkpoint", "its origin is empty")
    checkpoint = Checkpoint(
        origin, from_decimal(size, "checkpoint"), from_base64(root, "checkpoint")
    )
    if len(checkpoint.root) != HASH_BYTES:
        raise MalformedError("checkpoint", "its root is not 32 bytes long")
    return checkpoint
