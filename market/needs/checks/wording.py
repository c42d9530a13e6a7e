"""Which words of a text shut firms out, by the phrases a regulation lists. Pure.

A phrase counts where a sentence demands something, and not where it is forbidden or waived:
"不得要求供应商在本地设立分支机构" is innocent, "禁止未在本地设立分支机构的机构报名" is not.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

GAP: Final = "…"
_SENTENCE: Final = re.compile(r"[。；;！!？?\n]+")
_CLAUSE: Final = re.compile(r"[，,：:]+")
_BLANK: Final = re.compile(r"[^\S\n]+|[\u200b-\u200f\u2060\ufeff]")
_PLACE: Final = re.compile(r"\{(\w+)\}|…")
# How much of a sentence a finding quotes.
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words a regulation lists.

    Attributes:
        gap: How many characters ``…`` may stand for.
        sets: Words by the name of their set.
        phrases: Phrases by the ground they are evidence of.
        unless: Words by ground that make a sentence harmless.
    """

    gap: int
    sets: Mapping[str, tuple[str, ...]]
    phrases: Mapping[str, tuple[str, ...]]
    unless: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def any_of(self, name: str) -> tuple[str, ...]:
        """Return the words of a set."""
        return self.sets.get(name, ())


@dataclass(frozen=True, slots=True)
class Hit:
    """Words that shut firms out: what they are evidence of, and the words themselves."""

    ground: str
    quote: str


def plain(text: str) -> str:
    """Return a text as it is searched: one width, no blanks that hide a word.

    Args:
        text: As it was typed.

    Source: platform default.
    """
    return _BLANK.sub("", unicodedata.normalize("NFKC", text))


def pattern_of(phrase: str, sets: Mapping[str, Sequence[str]], gap: int) -> str:
    """Return the pattern of a phrase: sets in braces, ``…`` for some characters in between.

    Args:
        phrase: As the regulation writes it.
        sets: Words by the name of their set.
        gap: How many characters ``…`` may stand for.

    Raises:
        KeyError: The phrase names a set that there is none of.

    Source: the comment at the head of the regulation ``posting-checks``.
    """
    parts: list[str] = []
    end = 0
    for match in _PLACE.finditer(phrase):
        parts.append(re.escape(phrase[end : match.start()]))
        name = match.group(1)
        parts.append(f"[^，,：:]{{0,{gap}}}?" if name is None else _one_of(sets[name]))
        end = match.end()
    return "".join((*parts, re.escape(phrase[end:])))


def _one_of(words: Sequence[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, longest_first))})"


@cache
def _compiled(
    phrases: tuple[str, ...], sets: tuple[tuple[str, tuple[str, ...]], ...], gap: int
) -> re.Pattern[str]:
    known = dict(sets)
    return re.compile("|".join(pattern_of(phrase, known, gap) for phrase in phrases))


def hits(text: str, words: Vocabulary) -> list[Hit]:
    """List the words of a text that shut firms out.

    Args:
        text: What an owner typed.
        words: The vocabulary in force.

    Returns:
        In the order of the text, one passage of each sentence for each ground.

    Source: 公平竞争审查条例（国务院令第783号）; the words are a platform default.
    """
    found = [
        hit
        for sentence in _SENTENCE.split(plain(text))
        if demands(sentence, words)
        for hit in _in_sentence(sentence, words)
    ]
    return list(dict.fromkeys(found))


def demands(sentence: str, words: Vocabulary) -> bool:
    """Whether a sentence asks anything of anybody, or sorts firms.

    Args:
        sentence: One sentence, without blanks.
        words: The vocabulary in force.

    Source: platform default.
    """
    return any(word in sentence for word in words.any_of("demand"))


def _in_sentence(sentence: str, words: Vocabulary) -> Iterator[Hit]:
    sets = tuple(words.sets.items())
    for ground, phrases in words.phrases.items():
        if any(word in sentence for word in words.unless.get(ground, ())):
            continue
        found = [
            match
            for match in _compiled(phrases, sets, words.gap).finditer(sentence)
            if not _is_waived(sentence, match, words)
        ]
        if found:
            quote = sentence[found[0].start() : found[-1].end()]
            yield Hit(ground, quote[:_LONGEST])


def _is_waived(sentence: str, match: re.Match[str], words: Vocabulary) -> bool:
    """Whether a rule forbids or waives the demand, and no second negation turns it round."""
    start = _last_break(sentence, match.start())
    broken = _CLAUSE.search(sentence, match.end())
    after = sentence[match.end() : broken.start() if broken else len(sentence)]
    if _has(sentence[match.start() :], words.any_of("consequence")):
        return False
    # A negation may reach into the words: 无须 before 须在…….
    found = (_rfind(sentence, word, start, match) for word in words.any_of("negation"))
    place = max(found, default=-1)
    if place >= 0:
        said = sentence[place : match.end()]
        return _is_ground_of(after) or not _has(said, words.any_of("counter"))
    return _has(after, words.any_of("waiver"))


def _rfind(sentence: str, word: str, start: int, match: re.Match[str]) -> int:
    """Return where a word last begins before a match, -1 if nowhere."""
    return sentence.rfind(word, start, match.start() + len(word) - 1)


def _last_break(sentence: str, end: int) -> int:
    return max((match.end() for match in _CLAUSE.finditer(sentence, 0, end)), default=0)


def _is_ground_of(after: str) -> bool:
    """Whether the words are named as a ground that must not be used: 不得以……为由."""
    return _has(after, ("为由", "为条件", "作为条件", "作为门槛", "为门槛", "为依据"))


def _has(text: str, words: Sequence[str]) -> bool:
    return any(word in text for word in words)


def named(text: str, names: Sequence[str], words: Vocabulary) -> list[tuple[str, bool]]:
    """List the firms that a text names, and whether the sentence demands something.

    Args:
        text: What an owner typed.
        names: Names of firms, as registered.
        words: The vocabulary in force.

    Returns:
        Each name once, with whether one of its sentences demands something.

    Source: 公平竞争审查条例（国务院令第783号）第八条, to be confirmed.
    """
    found: dict[str, bool] = {}
    wanted = [name for name in names if plain(name)]
    for sentence in _SENTENCE.split(plain(text)):
        for name in wanted:
            if plain(name) in sentence:
                found[name] = found.get(name, False) or demands(sentence, words)
    return list(found.items())
