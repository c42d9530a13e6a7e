"""Questions about notices: asked without a name, answered to all, in time before the close."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from audit import store
from market.access import OrgKind, Role
from market.calendar import default_calendar
from market.clock import beijing
from market.db import Actor, reading_work, unit_of_work
from market.errors import MissingError
from market.installation import Installation
from market.needs import actions as needs
from market.needs.queries import locked
from market.needs.questions import actions, queries
from market.needs.questions.actions import (
    AnsweredError,
    AskingOverError,
    NoticeEndedError,
    OwnNoticeError,
    QuestionTextError,
    TooManyQuestionsError,
)
from market.needs.questions.rules import answer_due, ask_until, is_ended
from market.needs.rules import NeedState
from market.web.once import fresh_key
from tests.market.factories.accounts import a_person, actor_for
from tests.market.factories.needs import a_published_need, an_approved_need, an_operator, an_owner

ASKED = "评审会由哪一方组织，费用是否包含在服务费内？"
SAID = "评审会由业主组织，费用不包含在服务费内。"


def a_firm_person(here: Installation):
    return a_person(here, Role.FIRM_DELEGATE, kind=OrgKind.FIRM)


def a_firm_actor(here: Installation) -> Actor:
    return actor_for(here, a_firm_person(here))


def ask(here: Installation, need, actor: Actor | None = None, words: str = ASKED):
    with unit_of_work(here.sessions, actor or a_firm_actor(here), here.clock) as work:
        return actions.ask(work, need.number, words)


def answer(here: Installation, owner, need, question, words: str = SAID):
    with unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work:
        return actions.answer(work, need.id, question.id, words)


def entries(here: Installation, kind: str) -> list[dict]:
    with reading_work(here.sessions, Actor("test"), here.clock) as work:
        bodies = work.session.scalars(
            select(store.submissions.c.body).order_by(store.submissions.c.id)
        )
        found = [json.loads(bytes(body)) for body in bodies if bytes(body).startswith(b"{")]
    return [entry for entry in found if entry.get("t") == f"zjcs/{kind}"]


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        # The day of the question is not counted: the end of the next working day.
        (beijing(date(2026, 3, 2), 9), beijing(date(2026, 3, 4), 0)),
        # In time before the close, whatever the days say.
        (beijing(date(2026, 3, 5), 9), beijing(date(2026, 3, 6), 8)),
    ],
)
def test_an_answer_is_due_the_next_working_day_and_before_the_close(asked, due):
    close = beijing(date(2026, 3, 6), 10)
    calendar = default_calendar()
    assert answer_due(asked, close, working_days=1, hours_before=2, calendar=calendar) == due
    assert ask_until(close, 24) == beijing(date(2026, 3, 5), 10)


def test_the_answer_goes_to_everybody_and_its_bytes_into_the_log(here, clock):
    owner = an_owner(here)
    need, notice = a_published_need(here, clock, owner=owner)
    asker = a_firm_actor(here)
    question = ask(here, need, asker)
    (told,) = entries(here, "question.asked.v1")
    assert told["question_digest"] == hashlib.sha256(ASKED.encode()).hexdigest()
    assert told["by"] == "asker"
    assert asker.name not in json.dumps(told)
    row = answer(here, owner, need, question)
    (said,) = entries(here, "question.answered.v1")
    assert said["document_digest"] == row.digest == hashlib.sha256(row.document).hexdigest()
    assert (said["notice"], said["question"]) == (notice.number, 1)
    body = json.loads(row.document)
    assert (body["question_text"], body["answer_text"]) == (ASKED, SAID)
    assert "org" not in json.dumps(body)


def test_neither_question_nor_answer_is_taken_back(here, clock):
    owner = an_owner(here)
    need, _ = a_published_need(here, clock, owner=owner)
    question = ask(here, need)
    answer(here, owner, need, question)
    with pytest.raises(AnsweredError):
        answer(here, owner, need, question, "另一个答复，意思相反。")
    for table in ("notice_question", "notice_answer"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET text = 'x'"):
            with (
                pytest.raises(DatabaseError),
                unit_of_work(here.sessions, Actor("test"), here.clock) as work,
            ):
                work.session.execute(text(statement))


def test_questions_end_before_the_close(here, clock):
    need, notice = a_published_need(here, clock)
    clock.move_to(notice.enrol_close_at - timedelta(hours=24, seconds=1))
    assert ask(here, need).answer_due_at == notice.enrol_close_at - timedelta(hours=2)
    clock.move_to(notice.enrol_close_at - timedelta(hours=24))
    with pytest.raises(AskingOverError):
        ask(here, need)


def test_who_may_ask_what(here, clock):
    owner = an_owner(here)
    need, _ = a_published_need(here, clock, owner=owner)
    with pytest.raises(OwnNoticeError):
        ask(here, need, owner.clerk_actor)
    ask(here, need, an_owner(here).clerk_actor)
    ask(here, need, an_operator(here)[1])
    for words in ("四个字吧", "长" * 1001, "   \n  "):
        with pytest.raises(QuestionTextError):
            ask(here, need, words=words)
    unpublished = an_approved_need(here, clock)
    with pytest.raises(MissingError):
        ask(here, unpublished)


def test_one_organisation_asks_five_times_at_most(here, clock):
    need, _ = a_published_need(here, clock)
    asker = a_firm_actor(here)
    assert [ask(here, need, asker).number for _ in range(5)] == [1, 2, 3, 4, 5]
    with pytest.raises(TooManyQuestionsError, match="5"):
        ask(here, need, asker)
    assert ask(here, need).number == 6


def test_duties_to_answer_end_with_the_notice(browser, fast_here, clock):
    here = fast_here
    owner = an_owner(here)
    need, _ = a_published_need(here, clock, owner=owner)
    question = ask(here, need)
    with unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work:
        needs.withdraw(work, locked(work, need.id), "项目方案调整，暂缓实施")
    with pytest.raises(AskingOverError):
        ask(here, need)
    with pytest.raises(NoticeEndedError):
        answer(here, owner, need, question)
    assert waiting(here) == []
    clerk = browser(owner.clerk)
    assert "答复对公告的提问" not in clerk.get("/workbench").text
    for page in (f"/needs/{need.id}/questions/{question.id}", f"/needs/{need.id}/questions"):
        shown = clerk.get(page).text
        assert "不再答复" in shown
        assert "公开答复</button>" not in shown
    assert "另有 1 个问题没有答复" in clerk.get(f"/needs/{need.number}").text


@pytest.mark.parametrize("state", list(NeedState))
def test_a_notice_has_ended_when_its_need_has_or_another_took_its_place(state):
    done = {"withdrawn", "failed", "completed", "terminated"}
    assert is_ended(state, notice=1, need=1) is (state in done)
    assert is_ended(state, notice=1, need=2)


def test_another_owner_does_not_answer(here, clock):
    need, _ = a_published_need(here, clock)
    question = ask(here, need)
    with pytest.raises(MissingError):
        answer(here, an_owner(here), need, question)


def test_ten_who_ask_at_once_get_ten_numbers(here, clock):
    need, notice = a_published_need(here, clock)
    askers = [a_firm_actor(here) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(lambda asker: ask(here, need, asker).number, askers))
    assert sorted(numbers) == [1, 2, 3, 4]
    with reading_work(here.sessions, Actor("test"), here.clock) as work:
        assert [one.question.number for one in queries.of_notice(work, notice)] == [1, 2, 3, 4]


def test_the_pages_show_the_answer_and_never_the_asker(browser, client, fast_here, owner):
    need, notice = a_published_need(fast_here, fast_here.clock, owner=owner)
    clerk = browser(owner.clerk)
    person = a_firm_person(fast_here)
    firm = browser(person)
    url = f"/needs/{need.number}/ask"
    assert client.get(url).status_code == 303
    data = {"text": ASKED, "request_key": fresh_key()}
    assert firm.post(url, data=data).status_code == 303
    assert firm.post(url, data={"text": "短", "request_key": fresh_key()}).status_code == 409
    assert ASKED in firm.get(url).text
    public = client.get(f"/needs/{need.number}").text
    assert ASKED not in public
    assert "另有 1 个问题待业主答复" in public
    assert "答复对公告的提问" in clerk.get("/workbench").text
    (question,) = waiting(fast_here)
    page = f"/needs/{need.id}/questions/{question.id}"
    for address in (page, f"/needs/{need.id}/questions"):
        shown = clerk.get(address).text
        assert ASKED in shown
        assert person.name not in shown
    sent = {"text": SAID, "request_key": fresh_key()}
    assert clerk.post(page, data=sent).status_code == 303
    public = client.get(f"/needs/{need.number}").text
    assert ASKED in public
    assert SAID in public
    file = client.get(f"/needs/{need.number}/answer-1-1.json")
    assert hashlib.sha256(file.data).hexdigest() in public
    assert client.get(f"/needs/{need.number}/answer-1-2.json").status_code == 404
    assert clerk.get(url).status_code == 200
    assert notice.number in clerk.get(url).text


def waiting(here: Installation):
    with reading_work(here.sessions, Actor("test"), here.clock) as work:
        return [one.question for one in queries.waiting(work)]


def test_what_is_late_is_shown_to_operator_manager_and_supervisor(
    browser, fast_here, clock, operator
):
    need, _ = a_published_need(fast_here, clock)
    ask(fast_here, need)
    waiting_check = an_approved_need(fast_here, clock)
    assert "业主尚未答复提问，请催办" in operator.get("/workbench").text
    people = [
        a_person(fast_here, role, kind=kind)
        for role, kind in (
            (Role.OPERATOR_MANAGER, OrgKind.OPERATOR),
            (Role.SUPERVISOR_OFFICER, OrgKind.SUPERVISOR),
        )
    ]
    for person in people:
        assert "需求审核或答疑超期" not in browser(person).get("/workbench").text
    clock.move_to(beijing(date(2026, 3, 5), 9))
    for person in people:
        watcher = browser(person)
        assert "需求审核或答疑超期" in watcher.get("/workbench").text
        page = watcher.get("/needs/terms").text
        assert waiting_check.number in page
        assert "已逾期" in page
        assert ASKED not in page
