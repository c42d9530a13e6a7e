"""No number of a person is published by a rating, and what slips through is covered at once."""

import json

import pytest

from market.errors import MissingError, SeparationOfDutiesError
from market.ratings.covers import actions, queries
from market.ratings.covers.errors import CoverPendingError, WhyCoverError
from market.ratings.rules import (
    Content,
    Direction,
    PersonalWordsError,
    RatingState,
    Scores,
    checked,
)
from market.ratings.wording import personal_in
from tests.market.factories.accounts import sign_in
from tests.market.factories.firms import PASSWORD
from tests.market.factories.ratings import a_done_contract, a_manager, give_both, rows, said
from tests.market.ratings.test_actions import logged, states

D, S = Direction, RatingState
WHY = "含第三人姓名和电话"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("投诉我们，电话13900139000，李四", "手机号码"),
        ("电话 139 0013-9000", "手机号码"),
        ("电话１３９００１３９０００", "手机号码"),
        ("+8613900139000", "手机号码"),
        ("身份证44030019900307123X", "身份证号码"),
        ("身份证 440300 19900307 1234", "身份证号码"),
        ("合同编号HT-2026-000029，面积13900平方米", ""),
        ("统一社会信用代码91510822MAD000297C", ""),
        ("金额1390013900012元", ""),
        ("按期提交，一次验收通过", ""),
    ],
)
def test_what_identifies_or_reaches_a_person_is_found(words, found):
    assert personal_in(words) == found


def test_a_rating_with_a_number_of_a_person_is_refused():
    scores = Scores(quality=5, timeliness=5, attitude=5, money=5, conduct=5)
    with pytest.raises(PersonalWordsError):
        checked(Content(scores=scores, comment="联系李四13900139000"), 20)


def test_two_of_the_operator_cover_words_at_once_and_the_scores_stand(here, clock):
    agreed, _ = a_done_contract(here, clock)
    give_both(agreed, said(4))
    manager = a_manager(agreed)
    number = rows(agreed)[D.OWNER_FIRM].contract.number
    with agreed.work(agreed.operator) as work, pytest.raises(WhyCoverError):
        actions.ask(work, queries.shown(work, number, D.OWNER_FIRM).rating, "有")
    with agreed.work(agreed.operator) as work:
        actions.ask(work, queries.shown(work, number, D.OWNER_FIRM).rating, WHY)
    with agreed.work(agreed.operator) as work, pytest.raises(CoverPendingError):
        actions.ask(work, queries.shown(work, number, D.OWNER_FIRM).rating, WHY)
    with agreed.work(agreed.operator) as work, pytest.raises(SeparationOfDutiesError):
        actions.answer(work, queries.shown(work, number, D.OWNER_FIRM).rating, agree=True)
    assert states(agreed)[D.OWNER_FIRM] is S.RELEASED
    with agreed.work(manager) as work:
        assert [made.number for _, made in queries.to_decide(work)] == [number]
        actions.answer(work, queries.shown(work, number, D.OWNER_FIRM).rating, agree=True)
    row = rows(agreed)[D.OWNER_FIRM]
    assert row.rating.state is S.TRIMMED
    assert row.rating.overall_tenths == 40
    with agreed.work(manager) as work, pytest.raises(MissingError):
        queries.shown(work, number, D.OWNER_FIRM)
    entries = logged(here, "rating.cover-moved.v1")
    assert [one["covered"] for one in entries] == [None, True]
    assert WHY not in json.dumps(entries, ensure_ascii=False)


def test_on_pages_the_operator_alone_covers(client, fast_here, clock):
    agreed, _ = a_done_contract(fast_here, clock)
    give_both(agreed, said(4))
    number = rows(agreed)[D.OWNER_FIRM].contract.number
    comment = rows(agreed)[D.OWNER_FIRM].opening.comment
    public, address = (
        f"/ratings/contracts/{number}",
        f"/ratings/contracts/{number}/owner-firm/cover",
    )
    assert comment in client.get(public).text
    sign_in(client, agreed.owner.user, PASSWORD)
    assert client.get(address).status_code == 403
    sign_in(client, agreed.operator.user, PASSWORD)
    assert address in client.get(public).text
    assert client.post(address, data={"why": WHY}).status_code == 303
    sign_in(client, a_manager(agreed).user, PASSWORD)
    assert "决定是否隐藏评价文字" in client.get("/workbench").text
    assert WHY in client.get(f"{address}/answer").text
    assert client.post(f"{address}/answer", data={"agree": "yes"}).status_code == 303
    assert client.get(f"{address}/answer").status_code == 404
