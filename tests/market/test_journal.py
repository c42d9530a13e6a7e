"""Entries of the public log: one canonical form, and nobody's personal data."""

import json
import re
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import ClassVar, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.db import RECORD, Base
from market.journal import Entry, encode
from market.schema import metadata
from tests.market.everything import every_subclass

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ENTRIES = sorted(every_subclass(Entry), key=lambda kind: kind.__qualname__)
# What ``encode`` adds itself: a field of that name would be lost.
OWN_FIELDS = {"t", "by", "at"}
# Words that in a field's name promise something about a person.
PERSONAL = re.compile(
    r"person|people|contact|phone|mobile|mail|address|user(name)?$|id_number|identity|"
    r"signer|representative|password|staff_name|full_name|ip$"
)


class Colour(StrEnum):
    """A closed set."""

    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything(Entry):
    """One field of every type that has a canonical form."""

    kind: ClassVar[str] = "test.everything.v1"
    zebra: str = "斑马"
    apple: int = -7
    flag: bool = True
    nothing: str | None = None
    colour: Colour = Colour.RED
    moment: datetime = AT
    day: date = date(2026, 3, 2)
    several: tuple[object, ...] = ("甲", 1, (Colour.RED,))


def test_the_canonical_form_to_the_byte():
    assert (
        encode(Everything(), by="user:3", at=AT)
        == (
            '{"apple":-7,"at":1772413200,"by":"user:3","colour":"red","day":"2026-03-02",'
            '"flag":true,"moment":1772413200,"nothing":null,"several":["甲",1,["red"]],'
            '"t":"zjcs/test.everything.v1","zebra":"斑马"}'
        ).encode()
    )


def test_the_form_does_not_depend_on_the_order_of_the_fields():
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Backwards(Entry):
        kind: ClassVar[str] = "test.order.v1"
        b: int = 1
        a: int = 2

    assert encode(Backwards(), by="x", at=AT).startswith(b'{"a":2,"at"')


@given(text=st.text(), number=st.integers())
@settings(max_examples=100)
def test_what_was_encoded_is_decoded_to_the_same_and_is_canonical(text, number):
    try:
        body = encode(Everything(zebra=text, apple=number), by="job:x", at=AT)
    except UnicodeEncodeError:
        assert any("\ud800" <= c <= "\udfff" for c in text)
        return
    found = json.loads(body)
    assert (found["zebra"], found["apple"]) == (text, number)
    again = json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert again.encode() == body


@pytest.mark.parametrize("value", [1.5, {"a": 1}, b"bytes", object(), {1, 2}, (1.5,)])
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(TypeError, match="no canonical form"):
        encode(Everything(several=(value,)), by="x", at=AT)


def test_an_entry_type_cannot_be_overlooked():
    assert len(ENTRIES) > 10


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.__qualname__)
def test_an_entry_type_keeps_the_rules(entry):
    assert is_dataclass(entry)
    assert entry.__dataclass_params__.frozen
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*(\.[a-z]+(-[a-z]+)*)+\.v[1-9]\d*", entry.kind)
    names = {field.name for field in fields(entry)}
    assert not names & OWN_FIELDS
    assert not [name for name in names if PERSONAL.search(name)]
    assert float not in get_type_hints(entry).values()


def test_no_two_entry_types_have_one_kind():
    kinds = [entry.kind for entry in ENTRIES]
    assert sorted(set(kinds)) == sorted(kinds)


def test_tables_of_record_are_declared_in_one_way():
    marked = {t.name for t in metadata().tables.values() if t.info}
    assert marked == {t.name for t in metadata().tables.values() if t.info.get("record")}
    assert RECORD["info"] == {"record": True}
    assert Base.metadata is metadata()
