"""Whom to call: committed to in the notice, told on the page, and told nowhere else."""

from hypothesis import given
from hypothesis import strategies as st

from market.needs import contacts
from market.needs.model import Need

SALTS = st.binary(min_size=contacts.SALT_BYTES, max_size=contacts.SALT_BYTES)
FIELDS = st.sampled_from(contacts.FIELDS)


OPENED = st.tuples(SALTS, FIELDS, st.text())


@given(OPENED, OPENED)
def test_a_commitment_is_to_one_value_of_one_field_under_one_salt(one, other):
    assert (contacts.sealed(*one) == contacts.sealed(*other)) == (one == other)


def test_a_need_keeps_its_salt_and_says_nothing_before_it_has_one():
    need = Need(contact_name="周敏", contact_phone="0755-82001234")
    assert contacts.body_of(need) == {}
    contacts.salted(need)
    salt = need.contact_salt
    contacts.salted(need)
    assert need.contact_salt == salt
    assert len(salt) == contacts.SALT_BYTES
    assert set(contacts.body_of(need)["contact_sealed"]) == {*contacts.FIELDS}


def test_a_change_is_published_without_the_person():
    for field in contacts.FIELDS:
        told = contacts.without_people({"field": field, "before": "周敏", "after": "李丽"})
        assert told == {"field": field, "before": "见公告页面", "after": "见公告页面"}
    other = {"field": "title", "before": "一", "after": "二"}
    assert contacts.without_people(other) == other
