"""Every member of every closed set that is stored can be named on a screen."""

from enum import StrEnum

import pytest
from sqlalchemy import Enum

from market.labels import Label, declare, label_of
from market.schema import metadata

# Stored and never shown: what the throttle counts.
INTERNAL = {"AttemptKind", "AttemptOutcome"}

STORED = {
    column.type.enum_class.__name__: column.type.enum_class
    for table in metadata().tables.values()
    for column in table.columns
    if isinstance(column.type, Enum)
}


class Colour(StrEnum):
    """A closed set."""

    RED = "red"
    GREEN = "green"


class Light(StrEnum):
    """Another, with a value in common."""

    RED = "red"


def test_a_member_without_a_label_is_found_at_the_declaration():
    with pytest.raises(ValueError, match=r"Colour lacks labels for .*green"):
        declare(Colour, {Colour.RED: Label("红")})


def test_two_members_are_not_called_the_same_unless_that_is_said():
    alike = {Colour.RED: Label("红"), Colour.GREEN: Label("红", "good")}
    with pytest.raises(ValueError, match=r"Colour: red and green are both called 红"):
        declare(Colour, alike)
    declare(Colour, alike, alike=frozenset(Colour))


def test_two_sets_may_share_a_value():
    declare(Colour, {Colour.RED: Label("红", "bad"), Colour.GREEN: Label("绿", "good")})
    declare(Light, {Light.RED: Label("停")})
    assert label_of(Colour.RED) == Label("红", "bad")
    assert label_of(Light.RED) == Label("停", "neutral")


@pytest.mark.parametrize("name", sorted(set(STORED) - INTERNAL))
def test_what_is_stored_can_be_shown(name):
    for member in STORED[name]:
        assert label_of(member).text.strip()


def test_the_internal_sets_still_exist():
    assert set(STORED) >= INTERNAL
