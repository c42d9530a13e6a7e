"""The pages of supervision: what everybody sees, what the party and officials see, the forms."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from market.clock import beijing
from market.clocks.card_rules import CardState
from tests.market.factories.accounts import sign_in
from tests.market.factories.firms import a_submitted_firm
from tests.market.factories.supervision import (
    ABOUT,
    ANSWER,
    CAUSE,
    EVIDENCE,
    REASON,
    VERDICT,
    some_offices,
)


@pytest.fixture
def offices(fast_here):
    return some_offices(fast_here)


@pytest.fixture
def as_(app, offices):
    def browser(who):
        client = app.test_client()
        sign_in(client, offices.users[who])
        return client

    return browser


def seen(offices, number, **data):
    return {"version": offices.card(number).version} | data


def test_everybody_reads_what_a_card_says_and_not_its_evidence(client, offices):
    number = offices.give()
    offices.uphold(number)
    code = offices.code_of("owner")
    for path in ("/cards", f"/cards/of/{code}", f"/cards/{number}"):
        page = client.get(path)
        assert page.status_code == 200
        for words in (number, CAUSE, "红牌", "维持，待整改"):
            assert words in page.text, (path, words)
        assert EVIDENCE not in page.text
    assert number not in client.get(f"/cards/of/{offices.code_of('other')}").text
    assert number not in client.get("/cards?stage=yellow").text
    assert number in client.get("/cards?stage=red&state=upheld&q=" + number).text
    assert client.get("/cards/of/nobody").status_code == 404
    assert client.get("/cards/JC-2026-999999").status_code == 404


def test_a_reply_with_evidence_is_read_by_its_party_and_officials(client, as_, offices):
    number = offices.give()
    owner, other, officer = as_("owner"), as_("other"), as_("second")
    page = f"/cards/{number}"
    assert "说明情况" in owner.get(page).text
    assert "说明情况" not in other.get(page).text
    data = seen(offices, number, text=ANSWER)
    assert other.post(f"{page}/reply", data=data).status_code == 404
    short = owner.post(f"{page}/reply", data=data | {"text": "已改"})
    assert short.status_code == 409
    assert "至少 10 个字" in short.text
    assert owner.post(f"{page}/reply", data=data).status_code == 303
    for browser in (owner, officer):
        assert ANSWER in browser.get(page).text
    for browser in (client, other):
        assert ANSWER not in browser.get(page).text
    assert owner.get(f"{page}/reply/file").status_code == 404
    assert ANSWER in officer.get("/supervision").text


def test_officials_give_uphold_and_close(as_, offices):
    giver, judge = as_("officer"), as_("second")
    assert giver.get("/supervision/give").status_code == 200
    facts = {
        "trigger": "refused_material",
        "code": offices.code_of("owner"),
        "number": "CG-2026-000001",
        "happened_on": "2026-03-02",
        "cause": CAUSE,
        "evidence": EVIDENCE,
    }
    assert giver.post("/supervision/give", data=facts | {"code": "no"}).status_code == 409
    given = giver.post("/supervision/give", data=facts)
    assert given.status_code == 303
    page = given.location
    number = page.rsplit("/", 1)[1]
    assert EVIDENCE in judge.get(page).text
    as_("owner").post(f"{page}/reply", data=seen(offices, number, text=ANSWER))
    assert "维持此牌" not in giver.get(page).text
    assert "维持此牌" in judge.get(page).text
    words = seen(offices, number, text=VERDICT)
    assert giver.post(f"{page}/uphold", data=words).status_code == 409
    assert judge.post(f"{page}/uphold", data=words).status_code == 303
    assert judge.post(f"{page}/uphold", data=words).status_code == 409
    mended = seen(offices, number, text="已经整改，复核属实，予以办结。")
    assert judge.post(f"{page}/close", data=mended).status_code == 303
    assert VERDICT in as_("other").get(page).text


def told(here, kind):
    """Return what the log was told of a kind."""
    with here.engine.connect() as connection:
        rows = connection.execute(text("SELECT body FROM log_submission ORDER BY id"))
        bodies = [bytes(row[0]) for row in rows]
    found = [json.loads(body) for body in bodies if body.startswith(b"{")]
    return [one for one in found if kind in one.get("t", "")]


def test_a_card_by_hand_names_nobody_in_public_until_it_is_upheld(client, as_, offices):
    number = offices.give()
    page, code = f"/cards/{number}", offices.code_of("owner")
    name = offices.name_of("owner")
    pages = (page, "/cards", f"/cards?q={number}")
    for path in pages:
        read = client.get(path).text
        assert "尚未认定" in read
        for words in (name, code, CAUSE, EVIDENCE, ABOUT):
            assert words not in read, (path, words)
    for asked in (code, ABOUT):
        assert number not in client.get(f"/cards?q={asked}").text
    assert number not in client.get(f"/cards/of/{code}").text
    for who in ("owner", "officer", "second"):
        assert CAUSE in as_(who).get(page).text
    assert CAUSE not in as_("other").get(page).text
    as_("owner").post(f"{page}/reply", data=seen(offices, number, text=ANSWER))
    assert name not in client.get(page).text
    verdict = seen(offices, number, text=VERDICT)
    assert as_("second").post(f"{page}/uphold", data=verdict).status_code == 303
    for path in (*pages, f"/cards?q={code}", f"/cards?q={ABOUT}", f"/cards/of/{code}"):
        assert CAUSE in client.get(path).text, path
    assert name in client.get(page).text


def test_the_log_says_whose_a_card_by_hand_is_once_it_is_upheld(offices):
    number = offices.give()
    code = offices.code_of("owner")
    (given,) = told(offices.here, "card.issued.v3")
    assert (given["card"], given["organisation"], given["about"]) == (number, None, None)
    assert not [one for one in told(offices.here, "") if code in str(one) and number in str(one)]
    offices.uphold(number)
    (named,) = told(offices.here, "card.named.v1")
    assert (named["card"], named["organisation"], named["about"]) == (number, code, ABOUT)


def test_the_log_does_not_name_the_account_that_answers_a_card_by_hand(as_, offices):
    number = offices.give()
    answer = {"text": ANSWER}
    replied = as_("owner").post(f"/cards/{number}/reply", data=seen(offices, number, **answer))
    assert replied.status_code == 303
    moved = [one for one in told(offices.here, "card.moved.v1") if one["card"] == number]
    assert [one["by"] for one in moved] == ["side"]
    verdict = seen(offices, number, text=VERDICT)
    assert as_("second").post(f"/cards/{number}/uphold", data=verdict).status_code == 303
    _, upheld = (one for one in told(offices.here, "card.moved.v1") if one["card"] == number)
    assert upheld["by"].startswith("user:")


def test_whoever_proposed_it_takes_the_proposal_back(as_, offices):
    number = offices.give()
    page = f"/cards/{number}"
    proposer, other = as_("second"), as_("third")
    data = seen(offices, number, reason=REASON)
    assert proposer.post(f"{page}/withdraw", data=data).status_code == 303
    assert "收回撤销意见" in proposer.get(page).text
    assert "收回撤销意见" not in other.get(page).text
    back = f"{page}/withdrawal/take-back"
    assert other.post(back, data=seen(offices, number)).status_code == 409
    assert proposer.post(back, data=seen(offices, number)).status_code == 303
    assert proposer.post(back, data=seen(offices, number)).status_code == 404
    assert "提出人已收回" in proposer.get(page).text
    assert "决定是否撤销亮牌" not in as_("judge").get("/workbench").text
    assert offices.card(number).state is CardState.ISSUED
    again = seen(offices, number, reason=REASON)
    assert proposer.post(f"{page}/withdraw", data=again).status_code == 303


def test_a_withdrawn_card_shows_both_offices_and_neither_whose_nor_why(client, as_, offices):
    number = offices.give()
    page = f"/cards/{number}"
    data = seen(offices, number, reason=REASON)
    assert as_("second").post(f"{page}/withdraw", data=data).status_code == 303
    agreed = seen(offices, number, agree="yes", text="核对录像，同意撤销此牌。")
    alone = as_("third").post(f"{page}/withdrawal", data=agreed)
    assert (alone.status_code, "不能是同一单位" in alone.text) == (409, True)
    assert "决定是否撤销" not in as_("third").get(page).text
    assert "决定是否撤销亮牌" not in as_("third").get("/workbench").text
    assert "决定是否撤销亮牌" in as_("judge").get("/workbench").text
    agreed = seen(offices, number, agree="yes", text="核对录像，同意撤销此牌。")
    assert as_("judge").post(f"{page}/withdrawal", data=agreed).status_code == 303
    assert offices.card(number).state is CardState.WITHDRAWN
    cleared = client.get(page).text
    by = (offices.name_of("second"), offices.name_of("judge"))
    for words in (f"{by[0]}的人员提出撤销", f"{by[1]}的人员决定撤销", "亮牌已撤销"):
        assert words in cleared
    for words in (CAUSE, EVIDENCE, REASON, "核对录像，同意撤销此牌。", offices.name_of("owner")):
        assert words not in cleared
    assert CAUSE in as_("owner").get(page).text
    public = client.get("/cards").text
    # The number explains the gap in the list; its own page says whom it clears.
    assert f"{number}：" in public
    assert f'/cards/{number}"' in public
    assert offices.code_of("owner") not in public
    assert "已撤销 1 张" in public
    board = as_("officer").get("/supervision?state=withdrawn").text
    assert number in board


def test_an_interview_in_the_browser(as_, offices):
    number = offices.give()
    page = f"/cards/{number}"
    officer = as_("officer")
    invite = {"hour": "15", "place": "305 室", "topic": "拒收材料的原因和整改措施。"}
    soon = officer.post(
        f"{page}/interview", data=seen(offices, number, meet_on="2026-03-04", **invite)
    )
    assert soon.status_code == 409
    called = officer.post(
        f"{page}/interview", data=seen(offices, number, meet_on="2026-03-05", **invite)
    )
    assert called.status_code == 303
    assert "参加约谈" in as_("owner").get("/workbench").text
    offices.here.clock.move_to(beijing(date(2026, 3, 5), 16))
    officer = as_("officer")  # the session of the day before yesterday is over
    held = seen(offices, number, outcome="hold", record="对方说明了经过，承诺三日内整改。")
    assert officer.post(f"{page}/interview/record", data=held | {"result": ""}).status_code == 409
    held |= {"result": "三日以内补齐资料，并书面报告。"}
    assert officer.post(f"{page}/interview/record", data=held).status_code == 303
    assert "已约谈" in as_("owner").get(page).text


def test_the_board_is_narrowed_by_days_and_the_quarter_is_graded(as_, offices):
    number = offices.give()
    offices.here.clock.advance(timedelta(days=3))
    officer = as_("officer")
    assert number in officer.get("/supervision?days=3").text
    assert number not in officer.get("/supervision?days=4").text
    for nonsense in ("x", "99999", "-1"):
        assert number in officer.get(f"/supervision?days={nonsense}").text
    now = officer.get("/supervision/grades").text
    assert "良好" in now
    assert "还没有结束" in now
    before = officer.get("/supervision/grades?quarter=2025-12-31").text
    assert "良好" not in before.split("<tbody>")[1].split("</tbody>")[0]
    assert officer.get("/supervision/grades?quarter=nonsense").status_code == 200


def test_the_operator_s_grade_names_what_it_lets_lie_and_is_not_above_qualified(as_, offices):
    here = offices.here
    firm, _ = a_submitted_firm(here)

    def row():
        page = (
            as_("officer").get("/supervision/grades").text.split("<tbody>")[1].split("</tbody>")[0]
        )
        return next(one for one in page.split("<tr>") if "运营机构" in one)

    assert "优秀" in row()
    here.clock.advance(timedelta(days=12))
    assert "逾期未办 1 项" in row()
    assert "优秀" in row()
    here.clock.advance(timedelta(days=12))
    assert "合格" in row()
    assert "优秀" not in row()
    assert firm.name not in row()


def test_a_card_says_who_judges_it_to_those_who_may_not(client, as_, offices):
    number = offices.give()
    words = "由运营机构管理人员、监管部门审批人员或者监督机构人员认定"
    for reader in (client, as_("clerk"), as_("owner")):
        assert words in reader.get(f"/cards/{number}").text
    as_("owner").post(f"/cards/{number}/reply", data=seen(offices, number, text=ANSWER))
    assert offices.card(number).state is CardState.REPLIED
    assert words in as_("officer").get(f"/cards/{number}").text  # Who gave it does not judge it.
    assert words not in as_("judge").get(f"/cards/{number}").text
