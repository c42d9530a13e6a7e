"""Names at registration are plain, and a fee does not contradict itself."""

from datetime import date

import pytest

from market.firms.fees import FeeFormError, check_fee
from market.plain import has_controls, is_plain_name
from tests.market.factories.firms import a_code, a_fee

ODD = ["=1+1有限公司", "+公司", "-公司", "@公司", "<b>公司</b>"]
ODD += ["公司\u202e司公", "公\u2066司", "公\x07司"]
REAL = ["示范工程咨询（集团）有限公司", "A-B 咨询 & 设计", "阿卜杜拉·买买提"]


@pytest.mark.parametrize("name", ODD)
def test_an_odd_name_is_refused_at_registration(fast_here, client, name):
    assert not is_plain_name(name)
    answer = client.post(
        "/enrol",
        data={
            "organisation_name": name,
            "code": a_code(),
            "name": "王小明",
            "username": "wangxm",
            "password": "correct-horse-battery",
            "again": "correct-horse-battery",
        },
    )
    assert answer.status_code == 422
    assert "不能以 =、+、-、@ 开头" in answer.text


@pytest.mark.parametrize(
    "name", ["示范工程咨询（集团）有限公司", "A-B 咨询 & 设计", "阿卜杜拉·买买提"]
)
def test_real_names_are_plain(name):
    assert is_plain_name(name)


def test_lines_are_text_and_directions_are_not():
    assert not has_controls("第一行\r\n\t第二行")
    assert has_controls("金额\u202e001")
    assert has_controls("\x9b")


def test_a_minimum_above_a_fixed_fee_is_contradictory():
    today = date(2026, 3, 2)
    with pytest.raises(FeeFormError, match="相互矛盾") as refused:
        check_fee(a_fee(today, amount_fen=100, min_fee_fen=101), today)
    assert refused.value.field == "min_fee_fen"
    check_fee(a_fee(today, amount_fen=100, min_fee_fen=100), today)
