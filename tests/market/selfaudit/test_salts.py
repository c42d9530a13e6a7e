"""Texts that are not public are compared with the log: a change of any of them is named."""

import json
import subprocess
import sys
from collections import defaultdict
from types import MappingProxyType
from typing import Final

import pytest
from sqlalchemy import select, text, update

from audit.store import submissions
from market import log
from market.journal import Entry, salted_fields
from market.salts import Opening, TextSalt, opening_of
from market.selfaudit.compare import compare
from market.selfaudit.composed import COMPOSED
from market.selfaudit.texts import TEXTS, written
from tests.market.everything import every_subclass
from tests.market.selfaudit.tampering import drop_triggers

# Of these no text is kept any more, or only its next version: the log remembers each.
GONE: Final = MappingProxyType({})


def named(here):
    log.sequence(here)
    return {(one.table, one.key, one.column, one.what) for one in compare(here).differences}


def of(found, table):
    return {one for one in found if one[0] == table}


def unopened(connection):
    """Return the kinds of entries with a digest that no text of the database opens."""
    openings = defaultdict(list)
    for row in connection.execute(select(TextSalt.about, TextSalt.salt, TextSalt.digest)):
        openings[row.about].append(Opening(row.salt, row.digest))
    texts = defaultdict(set)
    for one in written(connection):
        texts[one.about].add(one.text)
    left = {
        opening.digest
        for about, found in openings.items()
        for opening in found
        if not any(opening_of([opening], text) for text in texts[about])
    }
    bodies = [
        bytes(body)
        for body in connection.scalars(select(submissions.c.body).order_by(submissions.c.id))
    ]
    said = [json.loads(body) for body in bodies if body.startswith(b"{")]
    return {
        f"{entry['t']} {entry.get('state', '')}"
        for entry in said
        if left & {value for value in entry.values() if isinstance(value, str)}
    }


def test_every_salt_is_opened_by_a_text_or_it_is_said_why_none_is_left(market):
    log.sequence(market)
    with market.engine.connect() as connection:
        assert unopened(connection) <= GONE.keys()


def test_every_composed_text_that_was_changed_is_named(market):
    with market.engine.begin() as connection:
        drop_triggers(connection)
        changed = set()
        for composed in COMPOSED:
            one = next(iter(composed(connection)))
            row = {"id": int(one.key), "text": "改过"}
            asked = f"UPDATE {one.table} SET {one.column} = :text WHERE id = :id"
            connection.execute(text(asked).bindparams(**row))
            changed.add((one.table, one.key, one.column, "与日志条目中的摘要不符"))
    assert len(changed) == len(COMPOSED)
    assert changed <= named(market)


def test_every_text_that_was_changed_is_named(market):
    assert named(market) == set()
    changed = set()
    with market.engine.begin() as connection:
        drop_triggers(connection)
        for one in TEXTS:
            key, column = next(iter(one.table.primary_key.columns)), one.parts[0]
            row_id = connection.scalar(
                select(key).where(column.is_not(None), column != "").limit(1)
            )
            if row_id is None:
                continue
            connection.execute(
                update(one.table).where(key == row_id).values({column: "改过的文字"})
            )
            changed.add((one.table.name, str(row_id), column.name, "与日志条目中的摘要不符"))
    assert len({table for table, *_ in changed}) > 8
    assert changed <= named(market)


@pytest.mark.parametrize(
    ("deed", "what"),
    [
        ("DELETE FROM text_salt WHERE id = :id", "日志中有这个摘要，却没有这一行"),
        ("UPDATE text_salt SET digest = :zero WHERE id = :id", "日志条目中没有这个摘要"),
        ("UPDATE text_salt SET salt = :zero WHERE id = :id", "与日志条目中的摘要不符"),
    ],
)
def test_a_salt_that_was_changed_or_taken_away_is_named(market, deed, what):
    with market.engine.begin() as connection:
        drop_triggers(connection)
        number = connection.scalar(
            text("SELECT number FROM card JOIN card_reply ON card_id = card.id")
        )
        found = connection.scalar(select(TextSalt.id).where(TextSalt.about == number).limit(1))
        connection.execute(
            text(deed).bindparams(id=found), {"zero": "0" * 64} if ":zero" in deed else {}
        )
    assert what in {one[3] for one in named(market)}


def test_a_worker_that_has_loaded_little_knows_every_salted_entry():
    """The worker imports of a feature what it sweeps: what the others say is opened as well."""
    said = "from market.selfaudit.salts import Salts; print(*sorted(Salts().kinds))"
    command = [sys.executable, "-c", said]
    fresh = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert fresh == sorted(
        entry.kind
        for entry in every_subclass(Entry)
        if "kind" in vars(entry) and salted_fields(entry)
    )
