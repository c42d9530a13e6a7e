"""Who may offer an item: fail closed, on the day, and say what is missing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.catalogue import queries
from market.catalogue.rules import (
    GRADE_SCALES,
    Match,
    Qualification,
    QualificationKind,
    QualificationNeed,
    Shortfall,
    StaffNeed,
    grade_covers,
    missing_requirements,
)

TODAY = date(2026, 11, 21)
SURVEY = queries.item("ZJ-06-001-01", TODAY)  # 测绘资质，工程测量，乙级及以上
BOTH = replace(
    SURVEY,
    match=Match.ALL,
    qualifications=(
        *SURVEY.qualifications,
        QualificationNeed(kind=QualificationKind.FILING, name="测绘备案"),
    ),
)


def a_qualification(**differences: object) -> Qualification:
    facts: dict = {
        "kind": QualificationKind.LICENCE,
        "name": "测绘资质",
        "grade": "乙级",
        "major": "工程测量",
        "valid_from_on": date(2024, 1, 1),
        "valid_to_on": date(2028, 12, 31),
    }
    return Qualification(**(facts | differences))


def shortfalls(item, *qualifications: Qualification, staff: int = 9, day: date = TODAY):
    return [m.shortfall for m in missing_requirements(item, qualifications, staff, day)]


def test_a_matching_qualification_is_enough():
    assert shortfalls(SURVEY, a_qualification()) == []


def test_nothing_is_not_enough():
    assert shortfalls(SURVEY) == [Shortfall.ABSENT]


@pytest.mark.parametrize(
    ("differences", "shortfall"),
    [
        ({"name": "测绘证书"}, Shortfall.ABSENT),
        ({"kind": QualificationKind.FILING}, Shortfall.ABSENT),
        ({"kind": QualificationKind.PROMISE}, Shortfall.ABSENT),
        ({"major": "地图编制"}, Shortfall.MAJOR),
        ({"major": ""}, Shortfall.MAJOR),
        ({"grade": "丙级"}, Shortfall.GRADE),
        ({"grade": ""}, Shortfall.GRADE),
        ({"grade": "特级"}, Shortfall.GRADE),
        ({"grade": "一类"}, Shortfall.GRADE),
        ({"valid_from_on": TODAY + timedelta(days=1)}, Shortfall.NOT_YET_VALID),
        ({"valid_to_on": TODAY - timedelta(days=1)}, Shortfall.EXPIRED),
    ],
)
def test_each_shortfall_is_named(differences: dict, shortfall: Shortfall):
    assert shortfalls(SURVEY, a_qualification(**differences)) == [shortfall]


def test_first_and_last_day_count():
    only_today = a_qualification(valid_from_on=TODAY, valid_to_on=TODAY)
    assert shortfalls(SURVEY, only_today) == []
    assert shortfalls(SURVEY, only_today, day=TODAY + timedelta(days=1)) == [Shortfall.EXPIRED]
    assert shortfalls(SURVEY, only_today, day=TODAY - timedelta(days=1)) == [
        Shortfall.NOT_YET_VALID
    ]
    assert shortfalls(SURVEY, a_qualification(valid_to_on=None)) == []


def test_the_nearest_qualification_explains_the_refusal():
    expired = a_qualification(valid_to_on=date(2025, 1, 1))
    low = a_qualification(grade="丁级")
    assert shortfalls(SURVEY, low, expired) == [Shortfall.EXPIRED]
    assert shortfalls(SURVEY, low, expired, a_qualification(grade="甲")) == []


def test_any_asks_for_one_and_all_for_each():
    either = replace(BOTH, match=Match.ANY)
    filing = a_qualification(kind=QualificationKind.FILING, name="测绘备案")
    assert shortfalls(either, filing) == []
    assert shortfalls(BOTH, filing) == [Shortfall.ABSENT]
    assert shortfalls(BOTH) == [Shortfall.ABSENT, Shortfall.ABSENT]
    assert shortfalls(BOTH, filing, a_qualification()) == []
    refusal = missing_requirements(either, [], 9, TODAY)
    assert [str(r) for r in refusal] == ["缺少资质：测绘资质（工程测量）乙级及以上，或测绘备案"]


def test_a_promise_of_any_name_is_a_promise():
    item = queries.item("ZJ-03-005-01", TODAY)
    promise = a_qualification(kind=QualificationKind.PROMISE, name="入驻承诺书", grade="")
    assert shortfalls(item, promise) == []
    assert shortfalls(item, a_qualification()) == [Shortfall.ABSENT]


def test_too_few_staff_are_counted():
    item = replace(SURVEY, staff=StaffNeed(count=2, certificate="注册测绘师"))
    assert shortfalls(item, a_qualification(), staff=2) == []
    (refusal,) = missing_requirements(item, [a_qualification()], 1, TODAY)
    assert refusal.shortfall is Shortfall.STAFF
    assert str(refusal) == "执业人员不足：要求注册测绘师 2人，现有1人"
    assert len(missing_requirements(item, [], 0, TODAY)) == 2


@pytest.mark.parametrize("scale", GRADE_SCALES)
def test_within_a_scale_the_higher_covers_the_lower(scale: tuple[str, ...]):
    for high, held in enumerate(scale):
        for low, needed in enumerate(scale):
            assert grade_covers(held, needed) == (high <= low)


def test_grades_of_different_scales_are_not_compared():
    assert not grade_covers("一类", "乙级")
    assert not grade_covers("甲级", "二类")
    assert not grade_covers("", "乙级")
    assert grade_covers("甲", "乙级")
    assert grade_covers("", "")
    assert grade_covers("不分级", "")


days = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@given(
    st.sampled_from(queries.all_items(TODAY)),
    st.lists(
        st.builds(
            a_qualification,
            kind=st.sampled_from(QualificationKind),
            name=st.sampled_from(
                [n.name for i in queries.all_items(TODAY) for n in i.qualifications]
            ),
            grade=st.sampled_from(["", "甲级", "乙级", "一类", "三级"]),
            major=st.sampled_from(["", "工程测量", "岩土工程", "建筑"]),
            valid_from_on=days,
            valid_to_on=st.none() | days,
        ),
        max_size=4,
    ),
    st.integers(0, 3),
    days,
)
@settings(max_examples=80, deadline=None)
def test_more_never_hurts_and_nothing_never_passes(item, held, staff, day):
    missing = missing_requirements(item, held, staff, day)
    with_more = missing_requirements(item, [*held, a_qualification()], staff + 1, day)
    assert len(with_more) <= len(missing)
    assert missing_requirements(item, [], 0, day)
    if not missing:
        assert any(q.valid_from_on <= day for q in held)
