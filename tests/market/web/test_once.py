"""A form sent twice takes effect once, however close together the two arrive (R12)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import redirect
from sqlalchemy import func, select

from market.access import public
from market.accounts.model import Organisation
from market.app import create_app
from market.errors import ConflictError
from market.web.once import KEPT, RequestKey, fresh_key, sweep
from market.web.work import request_work
from tests.market.factories.accounts import a_person, an_organisation, sign_in

AT_ONCE = 8


@pytest.fixture
def app(here):
    """The application, on both databases, with a form that enters an organisation."""

    def enter():
        with request_work() as work:
            entered = an_organisation(work)
        return redirect(f"/entered/{entered.id}", code=303)

    def refuse():
        with request_work() as work:
            an_organisation(work)
            raise ConflictError

    app = create_app(here)
    app.add_url_rule("/enter", "enter", public(enter), methods=["POST"])
    app.add_url_rule("/enter/again", "again", public(enter), methods=["POST"])
    app.add_url_rule("/refuse", "refuse", public(refuse), methods=["POST"])
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=False)
    return app


def entered(here) -> int:
    with here.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(Organisation))


def test_the_second_is_sent_where_the_first_led(client, here):
    form = {"request_key": fresh_key()}
    first, second, third = (client.post("/enter", data=form) for _ in range(3))
    assert {a.status_code for a in (first, second, third)} == {303}
    assert first.location == second.location == third.location
    assert first.location.startswith("/entered/")
    assert entered(here) == 1
    with client.session_transaction() as session:
        told = [words for _, words in session["_flashes"]]
    assert len(told) == 2
    assert all("重复提交，没有采用" in words for words in told)


def test_forms_that_arrive_together_take_effect_once_and_lead_to_one_place(app, here):
    form = {"request_key": fresh_key()}
    together = threading.Barrier(AT_ONCE)

    def send() -> tuple[int, str]:
        browser = app.test_client()
        together.wait()
        answer = browser.post("/enter", data=form)
        return answer.status_code, answer.location

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = [sent.result() for sent in [pool.submit(send) for _ in range(AT_ONCE)]]
    assert len(set(answers)) == 1, answers
    assert answers[0][0] == 303
    assert answers[0][1].startswith("/entered/")
    assert entered(here) == 1


def test_other_keys_and_no_key_are_other_forms(client, here):
    for form in ({"request_key": fresh_key()}, {"request_key": fresh_key()}, {}, {}):
        assert client.post("/enter", data=form).status_code == 303
    assert entered(here) == 4


def test_a_refused_form_can_be_sent_again(client, here):
    form = {"request_key": fresh_key()}
    assert client.post("/refuse", data=form).status_code == 409
    assert client.post("/refuse", data=form).status_code == 409
    assert client.post("/enter", data=form).status_code == 303
    assert entered(here) == 1


def test_a_key_is_worth_nothing_for_another_form(client, here):
    form = {"request_key": fresh_key()}
    client.post("/enter", data=form)
    answer = client.post("/enter/again", data=form)
    assert answer.status_code == 409
    assert "页面已过期" in answer.text
    assert entered(here) == 1


def test_a_key_is_worth_nothing_for_another_person(client, here):
    form = {"request_key": fresh_key()}
    client.post("/enter", data=form)
    sign_in(client, a_person(here))
    before = entered(here)
    answer = client.post("/enter", data=form)
    assert answer.status_code == 409
    assert answer.location is None
    assert entered(here) == before


@pytest.mark.parametrize("key", ["x", "x" * 33, "密" * 32, "a b" + "c" * 29, "\x00" * 32])
def test_a_key_this_site_did_not_make_is_refused(client, here, key):
    assert client.post("/enter", data={"request_key": key}).status_code == 409
    assert entered(here) == 0


def test_keys_do_not_repeat():
    assert len({fresh_key() for _ in range(1000)}) == 1000


def test_keys_are_kept_for_a_day_at_least_and_not_for_ever(client, here, clock):
    assert timedelta(hours=24) <= KEPT
    form = {"request_key": fresh_key()}
    client.post("/enter", data=form)
    clock.advance(KEPT - timedelta(seconds=1))
    sweep(here)
    client.post("/enter", data=form)
    assert entered(here) == 1
    clock.advance(timedelta(seconds=2))
    assert sweep(here) == 1
    with here.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(RequestKey)) == 0
