"""Lottery numbers (mode B) as the monitor's operator saw them drawn, typed into a file."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from lottery import NumbersSource
from market.monitoring.errors import NumbersFileError

_LINE: Final = re.compile(r"(?P<issue>[0-9A-Za-z][0-9A-Za-z._@/-]{0,127})\s*[::]\s*(?P<rest>.*)")
_SPLIT: Final = re.compile(r"[\s,,、.]+")
_MOST: Final = 99

Typed = Mapping[str, tuple[int, ...]]


def read_numbers(path: Path) -> Typed:
    """Read ``issue: numbers``, a line for each issue; ``game/issue`` names the game as well.

    Raises:
        NumbersFileError: A line is something else, or names an issue again.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise NumbersFileError(path, 1) from error
    typed: dict[str, tuple[int, ...]] = {}
    for number, line in enumerate(lines, 1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        match = _LINE.fullmatch(text)
        words = [word for word in _SPLIT.split(match["rest"]) if word] if match else []
        if match is None or not words or match["issue"] in typed or not all(map(_is_one, words)):
            raise NumbersFileError(path, number)
        typed[match["issue"]] = tuple(sorted(int(word) for word in words))
    return typed


def numbers_for(typed: Typed, source: NumbersSource) -> tuple[int, ...] | None:
    """Return the numbers typed for a draw's source, None if nobody typed them."""
    return typed.get(f"{source.game}/{source.issue}") or typed.get(source.issue)


def _is_one(word: str) -> bool:
    return word.isascii() and word.isdigit() and int(word[:4]) <= _MOST
