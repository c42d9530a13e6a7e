"""Keep the English side of the screens: collect the Chinese strings, check, compile.

``.venv/bin/python -m deploy.translate update`` after strings have changed: it collects them,
keeps the translations there are, writes ``messages.po`` and compiles ``messages.mo``, and says
what is left to translate. Write the English into the ``msgstr`` lines and run it again. ``check``
changes nothing and fails where a test would; ``compile`` only compiles.
"""

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).resolve().parent.parent
MAPPING: Final = ROOT / "babel.cfg"
PO: Final = ROOT / "market" / "locale" / "en" / "LC_MESSAGES" / "messages.po"
MO: Final = PO.with_suffix(".mo")
KEYWORDS: Final = {**DEFAULT_KEYWORDS, **parse_keywords(["_l", "lazy_gettext", "msgid"])}
FOLDERS: Final = ("market", "templates")
LINE_WIDTH: Final = 100

HEADER: Final = """\
# The English of the screens. deploy/translate.py writes this file from the strings of the
# program; people write the msgstr lines. The words are those of docs/glossary.md."""

# What a placeholder looks like to the % operator; %% is a per cent sign.
PLACEHOLDER: Final = re.compile(r"%(?:\(\w+\))?[#0 +-]*\d*(?:\.\d+)?[a-zA-Z%]")


class SteadyCatalog(Catalog):
    """A catalogue whose header says nothing that changes from one run to the next."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The header fields that a reader of the file needs."""
        return [
            ("Language", str(self.locale_identifier)),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]


def _empty() -> Catalog:
    return SteadyCatalog(locale="en", header_comment=HEADER, fuzzy=False)


def collected() -> Catalog:
    """Return every string of the program and the templates, untranslated."""
    with MAPPING.open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file, filename=str(MAPPING))
    catalog = _empty()
    for folder in FOLDERS:
        # The default filter would leave out templates/_macros.
        found = extract_from_dir(
            ROOT / folder,
            [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in methods],
            {pattern.removeprefix(f"{folder}/"): told for pattern, told in options.items()},
            keywords=KEYWORDS,
            comment_tags=["Translators:"],
            strip_comment_tags=True,
            directory_filter=lambda name: Path(name).name != "__pycache__",
        )
        for path, _, message, comments, context in found:
            where = [(f"{folder}/{Path(path).as_posix()}", 0)]
            catalog.add(message, locations=where, auto_comments=comments, context=context)
    return catalog


def kept() -> Catalog:
    """Return the catalogue as it is on disk, or an empty one."""
    if not PO.exists():
        return _empty()
    with PO.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def merged(program: Catalog, translated: Catalog) -> Catalog:
    """Return the strings of the program with the translations that exist for exactly them."""
    catalog = _empty()
    for message in program:
        if not message.id:
            continue
        old = translated.get(message.id, message.context)
        catalog.add(
            message.id,
            old.string if old else None,
            locations=sorted(set(message.locations)),
            flags=(old.flags if old else set()) & {"fuzzy"},
            auto_comments=message.auto_comments,
            user_comments=old.user_comments if old else (),
            context=message.context,
        )
    return catalog


def forms_of(message: Message) -> tuple[str, ...]:
    """Return the English of a message: one string, or singular and plural."""
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return tuple(string or "" for string in strings)


def msgids_of(message: Message) -> tuple[str, ...]:
    """Return the Chinese of a message: one string, or singular and plural."""
    return tuple(message.id) if isinstance(message.id, tuple | list) else (message.id,)


def placeholders(text: str) -> list[str]:
    """Return the ``%(name)s`` places of a string, sorted."""
    return sorted(PLACEHOLDER.findall(text))


def faults() -> Iterator[str]:
    """Say what is wrong with the catalogue on disk."""
    program, translated = collected(), kept()
    if translated.obsolete:
        yield f"{len(translated.obsolete)} obsolete entries: run update"
    for message in translated:
        if message.id and program.get(message.id, message.context) is None:
            yield f"obsolete, run update: {message.id}"
    for message in merged(program, translated):
        if message.id:
            yield from faults_of(message)
    if not MO.exists() or MO.read_bytes() != compiled(translated):
        yield f"{MO.name} is not what {PO.name} compiles to: run compile"


def faults_of(message: Message) -> Iterator[str]:
    """Say what is wrong with one translation."""
    chinese, english = msgids_of(message), forms_of(message)
    if message.fuzzy:
        yield f"fuzzy: {chinese[0]}"
    if not all(english):
        yield f"not translated: {chinese[0]}"
    elif any(placeholders(text) != placeholders(chinese[0]) for text in english):
        yield f"the placeholders differ: {chinese[0]} | {english[0]}"


def compiled(catalog: Catalog) -> bytes:
    """Return the bytes of the ``.mo`` file."""
    steady = merged(catalog, catalog)
    file = io.BytesIO()
    write_mo(file, steady)
    return file.getvalue()


def written(catalog: Catalog) -> bytes:
    """Return the bytes of the ``.po`` file."""
    file = io.BytesIO()
    write_po(file, catalog, width=LINE_WIDTH, sort_output=True, include_lineno=False)
    return file.getvalue()


def update() -> None:
    """Write the ``.po`` anew, keeping its translations, and compile it."""
    text = written(merged(collected(), kept()))
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(text)
    compile_catalog()


def compile_catalog() -> None:
    """Write the ``.mo`` that the program reads."""
    MO.write_bytes(compiled(kept()))


def main() -> int:
    """Run one of the three commands; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m deploy.translate", description=__doc__)
    parser.add_argument("command", choices=["update", "check", "compile"])
    command = parser.parse_args().command
    if command == "update":
        update()
    elif command == "compile":
        compile_catalog()
    found = list(faults())
    sys.stdout.writelines(f"{fault}\n" for fault in found)
    sys.stdout.write(f"{len(kept())} strings, {len(found)} faults\n")
    return 1 if found and command == "check" else 0


if __name__ == "__main__":
    sys.exit(main())
