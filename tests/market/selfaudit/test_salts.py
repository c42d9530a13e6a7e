"""Texts that are not public are compared with the log: a change of any of them is named."""

import pytest
from sqlalchemy import select, text, update

from market import log
from market.salts import TextSalt
from market.selfaudit.compare import compare
from market.selfaudit.texts import TEXTS
from tests.market.selfaudit.tampering import drop_triggers


def named(here):
    log.sequence(here)
    return {(one.table, one.key, one.column, one.what) for one in compare(here).differences}


def of(found, table):
    return {one for one in found if one[0] == table}


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
