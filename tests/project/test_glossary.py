"""Every word that names a table or a feature is in the glossary, with its Chinese."""

import re
from pathlib import Path

import pytest

from market.db import Base
from market.schema import metadata

ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT / "docs" / "glossary.md"
# Folders of machinery, which nobody's work is about.
MACHINERY = {"locale", "migrations", "web", "regulations"}
# What a word beside a noun says of it, and is no noun of the domain.
BESIDE = {"off", "own"}


def rows():
    """Return the Chinese, the English and the meaning of each term."""
    lines = GLOSSARY.read_text("utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]
    return [row for row in cells if row[0] not in {"中文", "---"}]


def words(texts):
    """Return the English words of some texts, in the singular as far as an s tells."""
    return {word.rstrip("s") for text in texts for word in re.findall(r"[a-z]+", text.lower())}


KNOWN = words(row[1] for row in rows())


def test_every_term_has_chinese_english_and_a_meaning():
    for row in rows():
        assert len(row) == 3, row
        assert all(row), row
        assert re.search(r"[\u4e00-\u9fff]", row[0]), row
        assert re.search(r"[a-zA-Z]", row[1]), row


def test_no_chinese_word_is_defined_twice_as_the_same_thing():
    pairs = [(row[0], row[1]) for row in rows()]
    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize("word", ["import", "preview", "sheet", "sketch", "quarantine", "panel"])
def test_words_an_engineer_missed_are_there(word):
    assert word in KNOWN


def test_every_table_is_named_by_words_of_the_glossary():
    metadata()
    missing = {}
    for mapper in Base.registry.mappers:
        name = mapper.class_.__name__
        parts = words(re.findall(r"[A-Z][a-z]+", name)) - BESIDE
        if unknown := parts - KNOWN:
            missing[name] = unknown
    assert missing == {}


def test_every_feature_is_named_by_a_word_of_the_glossary():
    folders = {path.name for path in (ROOT / "market").iterdir() if (path / "__init__.py").exists()}
    missing = {name for name in folders - MACHINERY if not words([name]) <= KNOWN}
    assert missing - {"selfaudit"} == set()  # Two words there: self-audit.
