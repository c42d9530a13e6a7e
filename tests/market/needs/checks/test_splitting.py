"""Needs that add up: the same project, the same class of service, an amount they reach together."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.money import short_yuan
from market.needs.checks.projects import same_project, same_project_of_owner
from market.needs.checks.splitting import (
    Purchase,
    months_before,
    names_of,
    related_to,
    same_class,
    split_of,
)

LIMIT = 100_000_000


def a_purchase(number: str = "XQ-1", **differences) -> Purchase:
    usual = {
        "project_code": "2603-440100-04-01-100001",
        "project_name": "城东片区道路工程",
        "item_code": "ZJ-05-001-01",
        "tender_class": "设计",
        "ceiling_fen": 40_000_000,
    }
    return Purchase(number=number, **(usual | differences))


def test_three_parts_of_one_design_reach_the_limit():
    others = [a_purchase("XQ-3"), a_purchase("XQ-2", item_code="ZJ-05-001-02")]
    split = split_of(a_purchase(), others, LIMIT)
    assert split
    assert split.others == ("XQ-2", "XQ-3")
    assert (split.sum_fen, split.threshold_fen) == (120_000_000, LIMIT)


@pytest.mark.parametrize(
    "other",
    [
        a_purchase("XQ-2", project_code="2603-440100-04-01-999999", project_name="城西小学"),
        a_purchase("XQ-2", tender_class="监理", item_code="ZJ-07-001-01"),
        a_purchase("XQ-2", tender_class="", item_code="ZJ-03-001-02"),
        a_purchase("XQ-2", ceiling_fen=59_999_999),
    ],
    ids=["another project", "another class", "not tendered", "a fen below"],
)
def test_what_does_not_belong_or_stays_below_is_no_split(other):
    assert split_of(a_purchase(), [other], LIMIT) is None


def test_what_reaches_the_limit_alone_is_no_split():
    assert split_of(a_purchase(ceiling_fen=LIMIT), [a_purchase("XQ-2")], LIMIT) is None


def test_items_that_are_not_tendered_belong_by_their_type():
    report = a_purchase(tender_class="", item_code="ZJ-03-001-01")
    assert same_class(report, a_purchase(tender_class="", item_code="ZJ-03-001-02"))
    assert not same_class(report, a_purchase(tender_class="", item_code="ZJ-03-002-01"))


money = st.integers(1, 2 * LIMIT)


@given(money, st.lists(money, max_size=6), money)
def test_more_needs_never_make_a_split_go_away(ceiling, sums, more):
    one = a_purchase(ceiling_fen=ceiling)
    others = [a_purchase(f"XQ-{n + 2}", ceiling_fen=fen) for n, fen in enumerate(sums)]
    before = split_of(one, others, LIMIT)
    after = split_of(one, [*others, a_purchase("XQ-99", ceiling_fen=more)], LIMIT)
    if before:
        assert after
        assert after.sum_fen == before.sum_fen + more
    if after:
        assert after.sum_fen == ceiling + sum(sums) + more >= LIMIT > ceiling


NAMES = ("图书馆工程", "图书馆项目", "图书馆 工程", "图书馆工程（第二标段）", "图书馆")


@given(st.lists(st.tuples(st.integers(1, LIMIT - 1), st.sampled_from(NAMES)), min_size=2))
def test_no_splitting_of_one_project_passes(parts):
    """However an owner cuts and names a purchase, whoever comes last is held back."""
    needs = [
        a_purchase(f"XQ-{n}", project_code="", project_name=name, ceiling_fen=fen)
        for n, (fen, name) in enumerate(parts)
    ]
    *before, last = needs
    split = split_of(last, before, LIMIT)
    total = sum(fen for fen, _ in parts)
    assert bool(split) is (total >= LIMIT)
    assert related_to(last, before) == tuple(sorted(before, key=lambda need: need.number))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("图书馆工程", "图书馆项目", True),
        ("图书馆工程一标段", "图书馆工程第2标段", True),
        ("图书馆工程", "体育馆工程", False),
        ("项目", "项目", False),
        ("", "", False),
    ],
)
def test_a_short_name_tells_enough_among_the_needs_of_one_owner(one, other, same):
    assert same_project_of_owner(("", one), ("", other)) is same
    assert not same_project(("", "图书馆工程"), ("", "图书馆工程")), "other owners have one too"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("2603-1", "甲乙丙丁工程"), ("２６０３－１", "另一个完全不同的"), True),
        (("", "示范市第二小学扩建工程"), ("", "示范市第二小学扩建项目"), True),
        (("A1", "示范市第二小学扩建工程"), ("A2", "示范市第二小学（扩建）"), True),
        (("", "项目"), ("", "项目"), False),
        (("", ""), ("", ""), False),
        (("A1", "示范市第二小学扩建工程"), ("A2", "示范市第三小学扩建工程"), False),
    ],
)
def test_a_project_is_known_by_its_code_or_its_name(one, other, same):
    assert same_project(one, other) is same
    assert same_project(other, one) is same


def test_months_are_counted_back():
    at = datetime(2026, 3, 31, 9, tzinfo=UTC)
    assert months_before(at, 1) == datetime(2026, 2, 28, 9, tzinfo=UTC)
    assert months_before(at, 12) == datetime(2025, 3, 31, 9, tzinfo=UTC)
    assert months_before(datetime(2026, 1, 5, tzinfo=UTC), 1) == datetime(2025, 12, 5, tzinfo=UTC)


def test_amounts_and_numbers_are_said_in_words():
    assert (short_yuan(120_000_000), short_yuan(150)) == ("1,200,000", "1.50")
    assert names_of(["A", "B"]) == "A、B"
    assert names_of(list("ABCDEFG")) == "A、B、C、D、E等 7 个"
