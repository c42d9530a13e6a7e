"""The criteria of a panel: typed, checked, in the notice's bytes, and read back from them."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.needs.criteria import (
    CriteriaCountError,
    CriteriaSumError,
    CriterionLineError,
    CriterionTwiceError,
    PriceCriterionError,
    criteria_in,
    read_criteria,
    written,
)
from market.needs.limits import ShortTimetableError, agreed_timetable, ahead, timetable_at
from market.needs.method_check import MethodError, check_method
from market.needs.methods import Method, Terms, body_of, rule_lines, terms_in
from market.needs.rules import NeedState
from tests.market.conftest import MONDAY_MORNING

USUAL = "服务方案：40\n人员配备：25\n进度与质量保证：20\n业绩与响应：15"
TERMS = Terms(
    method=Method.SCORED,
    ceiling_fen=9_800_000,
    criteria=read_criteria(USUAL),
    seats=3,
    panel_minutes=60,
    answer_minutes=1440,
    scoring_minutes=4320,
    fewest_candidates=6,
    pass_points=60,
    trim_from=5,
    capped=True,
)


def test_criteria_are_read_in_their_one_form():
    found = read_criteria(" 服务方案 : 40分；人员配备：６０ ")
    assert written(found) == "服务方案：40\n人员配备：60"
    assert written(read_criteria(USUAL)) == USUAL


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("", CriteriaCountError, "现有 0 项"),
        ("方案：100", CriteriaCountError, "现有 1 项"),
        ("\n".join(f"第{n}项：5" for n in range(13)), CriteriaCountError, "现有 13 项"),
        ("方案\n人员：50", CriterionLineError, "第 1 行"),
        ("方案：50\n人员：五十", CriterionLineError, "第 2 行"),
        ("方案：0\n人员：100", CriterionLineError, "第 1 行"),
        ("方案：50.5\n人员：49.5", CriterionLineError, "第 1 行"),
        (f"{'长' * 41}：50\n人员：50", CriterionLineError, "第 1 行"),
        ("方案：50\n方案：50", CriterionTwiceError, "“方案”"),
        ("方案：50\n人员：49", CriteriaSumError, "现为 99"),
        ("方案：50\n报价合理性：50", PriceCriterionError, "“报价合理性”"),
    ],
)
def test_criteria_that_nobody_could_score_by_are_refused(text, error, said):
    with pytest.raises(error, match=said) as refused:
        read_criteria(text)
    assert refused.value.field == "criteria"


@given(st.lists(st.integers(1, 9), min_size=1, max_size=11))
def test_what_is_written_is_read_back(points):
    text = "\n".join(f"第{n}项：{most}" for n, most in enumerate([*points, 100 - sum(points)]))
    assert written(read_criteria(text)) == text


def test_the_terms_are_read_back_from_the_notice():
    body = json.loads(json.dumps(body_of(TERMS)))
    assert terms_in(body, TERMS.ceiling_fen) == TERMS
    for wrong in ({"criteria": 1}, {"criteria": [1]}, {"criteria": [{"name": "x"}]}):
        with pytest.raises(TypeError):
            criteria_in(wrong)


def test_the_rule_is_printed_exactly():
    told = "\n".join(rule_lines(TERMS))
    for words in (
        "抽取 3 名专家",
        "报名截止后 1 小时出结果",
        "少于 6 名的，本次流标",
        "24 小时内答复",
        "服务方案 40 分；人员配备 25 分；进度与质量保证 20 分；业绩与响应 15 分。价格不评分。",
        "不少于 5 名的，对每家机构去掉一个最高和一个最低的评分",
        "总分低于 60 分的，不计入有效机构",
        "报名截止后 72 小时内完成",
        "中选价取服务费上限 98,000",
    ):
        assert words in told
    assert not any(word in told for word in ("招标", "投标", "中标"))


def test_a_method_without_a_panel_has_no_criteria():
    usual = {"allowed": [*Method], "floor_fen": None, "ceiling_fen": 9_800_000}
    check_method(method="scored", criteria=USUAL, **usual)
    check_method(method="lottery", criteria="", **usual)
    with pytest.raises(CriteriaCountError):
        check_method(method="scored", criteria="", **usual)
    with pytest.raises(MethodError):
        check_method(method="scored", criteria=USUAL, **(usual | {"allowed": ["lottery"]}))


def test_the_panel_has_its_time_between_the_close_and_the_freeze():
    times = timetable_at(MONDAY_MORNING, 9_800_000, "D1", "scored")
    assert times.scoring_by_at == times.enrol_close_at + timedelta(hours=72)
    assert times.scoring_by_at < times.freeze_by_at < times.phi_at
    plain = replace(times, scoring_by_at=None)
    assert agreed_timetable(MONDAY_MORNING, 9_800_000, plain, "D1", "scored") == times
    narrow = replace(plain, freeze_by_at=times.enrol_close_at + timedelta(hours=1))
    with pytest.raises(ShortTimetableError):
        agreed_timetable(MONDAY_MORNING, 9_800_000, narrow, "D1", "scored")
    assert timetable_at(MONDAY_MORNING, 9_800_000, "D1", "lottery").scoring_by_at is None
    ahead_of = ahead(
        NeedState.DRAFT, MONDAY_MORNING, MONDAY_MORNING, 9_800_000, "D1", method="scored"
    )
    assert "专家评分截止（最迟）" in [step.label for step in ahead_of]
