"""No number of a person is published by a rating, and what slips through is covered at once."""

import json

import pytest

from market.access import OrgKind, Role
from market.errors import MissingError, SeparationOfDutiesError
from market.personal import personal_in
from market.ratings.covers import actions, queries
from market.ratings.covers.errors import (
    CoverHeardError,
    CoverPendingError,
    CoverReasonError,
    CoverRepeatedError,
    NotPersonalError,
    WhyCoverError,
)
from market.ratings.covers.rules import CoverGround as G
from market.ratings.rules import (
    Content,
    Direction,
    PersonalWordsError,
    RatingState,
    Scores,
    checked,
)
from tests.market.factories.accounts import sign_in
from tests.market.factories.firms import PASSWORD, a_person
from tests.market.factories.ratings import a_done_contract, a_manager, give_both, rows, said
from tests.market.ratings.test_actions import logged, states

D, S = Direction, RatingState
REASON = "文字写有第三人的姓名，公开会影响其本人。"
OBJECTION = "文字只说资料移交分了两次，没有写任何人。"
RULING = "文字中没有个人信息，应当恢复公开。"
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
        actions.ask(work, queries.shown(work, number, D.OWNER_FIRM).rating, G.NAME, "有")
    with agreed.work(agreed.operator) as work:
        actions.ask(work, queries.shown(work, number, D.OWNER_FIRM).rating, G.NAME, WHY)
    with agreed.work(agreed.operator) as work, pytest.raises(CoverPendingError):
        actions.ask(work, queries.shown(work, number, D.OWNER_FIRM).rating, G.NAME, WHY)
    with agreed.work(agreed.operator) as work, pytest.raises(SeparationOfDutiesError):
        actions.answer(
            work, queries.shown(work, number, D.OWNER_FIRM).rating, agree=True, reason=REASON
        )
    assert states(agreed)[D.OWNER_FIRM] is S.RELEASED
    with agreed.work(manager) as work:
        assert [made.number for _, made in queries.to_decide(work)] == [number]
        actions.answer(
            work, queries.shown(work, number, D.OWNER_FIRM).rating, agree=True, reason=REASON
        )
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
    assert client.post(address, data={"ground": "name", "why": WHY}).status_code == 303
    sign_in(client, a_manager(agreed).user, PASSWORD)
    assert "决定是否隐藏评价文字" in client.get("/workbench").text
    assert WHY in client.get(f"{address}/answer").text
    assert (
        client.post(f"{address}/answer", data={"agree": "yes", "reason": REASON}).status_code == 303
    )
    assert client.get(f"{address}/answer").status_code == 404


def covered_one(agreed, manager):
    """Let two of the operator cover the words of the owner about the firm."""
    give_both(agreed, said(4))
    number = rows(agreed)[D.OWNER_FIRM].contract.number
    with agreed.work(agreed.operator) as work:
        actions.ask(work, queries.shown(work, number, D.OWNER_FIRM).rating, G.NAME, WHY)
    with agreed.work(manager) as work:
        found = queries.shown(work, number, D.OWNER_FIRM)
        actions.answer(work, found.rating, agree=True, reason=REASON)
    return number


def test_the_second_person_says_why_and_repeats_nothing(fast_here, clock):
    agreed, _ = a_done_contract(fast_here, clock)
    give_both(agreed, said(4))
    number = rows(agreed)[D.OWNER_FIRM].contract.number
    with agreed.work(agreed.operator) as work:
        actions.ask(work, queries.shown(work, number, D.OWNER_FIRM).rating, G.CONTACT, WHY)
    for reason, error in (
        ("同意", CoverReasonError),
        ("文字写有手机号码13900139000，应当隐藏。", CoverRepeatedError),
    ):
        with pytest.raises(error), agreed.work(a_manager(agreed)) as work:
            found = queries.shown(work, number, D.OWNER_FIRM)
            actions.answer(work, found.rating, agree=True, reason=reason)
    assert states(agreed)[D.OWNER_FIRM] is S.RELEASED


@pytest.mark.parametrize("uphold", [True, False])
def test_its_author_objects_once_and_the_supervisor_rules(fast_here, clock, uphold):
    here = fast_here
    agreed, _ = a_done_contract(here, clock)
    manager = a_manager(agreed)
    number = covered_one(agreed, manager)
    with agreed.work(agreed.firm) as work, pytest.raises(MissingError):
        queries.covered(work, number, D.OWNER_FIRM, work.org_id)
    with agreed.work(agreed.owner) as work:
        actions.object_to(
            work, queries.covered(work, number, D.OWNER_FIRM, work.org_id).rating, OBJECTION
        )
    with agreed.work(agreed.owner) as work, pytest.raises(CoverHeardError):
        actions.object_to(
            work, queries.covered(work, number, D.OWNER_FIRM, work.org_id).rating, OBJECTION
        )
    supervisor = a_person(here, OrgKind.SUPERVISOR, Role.SUPERVISOR_OFFICER)
    with agreed.work(supervisor) as work:
        assert len(queries.to_rule(work)) == 1
        rating = queries.covered(work, number, D.OWNER_FIRM).rating
        actions.rule(work, rating, uphold=uphold, reason=RULING)
        assert queries.to_rule(work) == []
    with agreed.work(supervisor) as work, pytest.raises(CoverHeardError):
        rating = queries.covered(work, number, D.OWNER_FIRM).rating
        actions.rule(work, rating, uphold=not uphold, reason=RULING)
    assert states(agreed)[D.OWNER_FIRM] is (S.RELEASED if uphold else S.TRIMMED)
    if uphold:
        with agreed.work(agreed.operator) as work, pytest.raises(NotPersonalError):
            actions.ask(work, queries.shown(work, number, D.OWNER_FIRM).rating, G.OTHER, WHY)
    entries = logged(here, "rating.cover-moved.v1")
    assert [(one["objected"], one["upheld"]) for one in entries] == [
        (False, None),
        (False, None),
        (True, None),
        (True, uphold),
    ]
    assert OBJECTION not in json.dumps(entries, ensure_ascii=False)


def test_on_pages_everybody_reads_why_and_the_author_is_heard(client, fast_here, clock):
    agreed, _ = a_done_contract(fast_here, clock)
    number = covered_one(agreed, a_manager(agreed))
    public = f"/ratings/contracts/{number}"
    heard, ruled = (f"{public}/owner-firm/cover/{one}" for one in ("objection", "ruling"))
    page = client.get(public).text
    assert REASON in page
    assert "含自然人姓名" in page
    assert heard not in page
    sign_in(client, agreed.firm.user, PASSWORD)
    assert client.get(heard).status_code == 404
    sign_in(client, agreed.owner.user, PASSWORD)
    assert heard in client.get(public).text
    assert client.post(heard, data={"text": "不服"}).status_code == 409
    assert client.post(heard, data={"text": OBJECTION}).status_code == 303
    supervisor = a_person(fast_here, OrgKind.SUPERVISOR, Role.SUPERVISOR_OFFICER)
    sign_in(client, supervisor.user, PASSWORD)
    assert "决定隐藏评价文字的异议" in client.get("/workbench").text
    assert OBJECTION in client.get(ruled).text
    assert client.post(ruled, data={"uphold": "yes", "reason": RULING}).status_code == 303
    assert "已由运营机构两人隐藏" not in client.get(public).text
