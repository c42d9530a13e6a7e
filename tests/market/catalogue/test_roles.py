"""Who makes a thing does not judge it: the pairs that one firm must not do on one project."""

from datetime import date

import pytest

from market.catalogue.queries import all_items, are_incompatible, item

TODAY = date(2026, 3, 2)

# Handbook domain.md 2.4: 编制≠评估, 设计≠图审, 预算编制≠审核, 监理≠检测.
PAIRS = [
    ("ZJ-01-001-01", "ZJ-01-002-01"),
    ("ZJ-01-001-02", "ZJ-01-002-01"),
    ("ZJ-03-001-01", "ZJ-03-002-01"),
    ("ZJ-03-001-02", "ZJ-03-002-01"),
    ("ZJ-05-001-01", "ZJ-05-002-01"),
    ("ZJ-05-001-01", "ZJ-05-002-02"),
    ("ZJ-05-001-02", "ZJ-05-002-01"),
    ("ZJ-05-001-02", "ZJ-05-002-02"),
    ("ZJ-05-001-01", "ZJ-10-002-01"),
    ("ZJ-05-001-02", "ZJ-10-002-01"),
    ("ZJ-02-001-01", "ZJ-05-002-03"),
    ("ZJ-01-003-01", "ZJ-08-001-01"),
    ("ZJ-01-003-01", "ZJ-08-001-02"),
    ("ZJ-07-001-01", "ZJ-04-001-01"),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_both_entries_of_a_pair_name_the_other(one, other):
    first, second = item(one, TODAY), item(other, TODAY)
    assert other in first.incompatible_with
    assert one in second.incompatible_with
    assert are_incompatible(first, second)
    assert are_incompatible(second, first)


def test_every_pair_of_the_catalogue_is_mutual_and_no_item_excludes_itself():
    items = {found.code: found for found in all_items(TODAY)}
    for found in items.values():
        assert found.code not in found.incompatible_with
        for code in found.incompatible_with:
            assert found.code in items[code].incompatible_with
