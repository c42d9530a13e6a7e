"""What a message says, in the language of whoever reads it."""

import gettext
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Protocol

from market.messages.kinds import kind_of

_LOCALE: Final = Path(__file__).parents[1] / "locale"


class Told(Protocol):
    """What is told: its kind, and what fills the places of its words."""

    @property
    def kind(self) -> str:
        """The code of its kind."""

    @property
    def facts(self) -> str:
        """What fills the named places, as JSON."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message as a reader sees it."""

    subject: str
    body: str


def said(message: Told, language: str) -> Said:
    """Return what a message says in Chinese (``zh``) or in English (``en``).

    Words among its facts that are msgids are translated too; names pass unchanged.
    """
    kind, words = kind_of(message.kind), _catalogue(language)
    facts = {
        name: words.gettext(value) if isinstance(value, str) and value else value
        for name, value in json.loads(message.facts).items()
    }
    return Said(
        _filled(words.gettext(kind.subject), facts), _filled(words.gettext(kind.body), facts)
    )


def in_language(text: str, language: str) -> str:
    """Return a msgid in a language."""
    return _catalogue(language).gettext(text) if text else text


def _filled(text: str, facts: dict[str, object]) -> str:
    try:
        return text % facts
    except (KeyError, ValueError):  # written by an older program, with other places
        return text


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    """Msgids are Chinese, so Chinese needs no catalogue."""
    if language == "zh":
        return gettext.NullTranslations()
    return gettext.translation("messages", _LOCALE, [language], fallback=True)
