"""A form whose session ended is shown again with what was typed; another site's is not."""

import html

import pytest

from market.app import create_app

TYPED = "第一行\n<b>第二行</b> & 其余"


@pytest.fixture
def guarded(fast_here):
    app = create_app(fast_here)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app.test_client()


def send(guarded, fields, origin="http://localhost"):
    return guarded.post("/needs/new", data=fields, headers={"Origin": origin})


def test_what_was_typed_is_in_the_page_and_can_be_sent_again(guarded):
    answer = send(guarded, {"content": TYPED, "csrf_token": "stale", "request_key": "k" * 32})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert TYPED in html.unescape(text)
    assert "<b>第二行" not in text
    assert "stale" not in text
    assert "k" * 32 not in text
    assert 'target="_blank"' in text, "a reader who is not signed in is shown where"


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "null", ""])
def test_what_another_site_sends_is_not_held(guarded, origin):
    answer = send(guarded, {"content": "forged by another"}, origin)
    assert answer.status_code == 400
    assert "forged by another" not in answer.get_data(as_text=True)


def test_a_password_is_never_held(guarded):
    answer = send(guarded, {"username": "somebody", "password": "correct horse"})
    assert "correct horse" not in answer.get_data(as_text=True)
    assert "somebody" not in answer.get_data(as_text=True)
