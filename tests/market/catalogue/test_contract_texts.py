"""The text of a model contract: one uploads it, another publishes it, everybody can have it."""

from io import BytesIO
from itertools import product

import pytest

from market.access import OrgKind, Role
from market.accounts.queries import organisation
from market.catalogue.contract_texts import actions, queries
from market.catalogue.contract_texts.actions import TextFacts
from market.catalogue.contract_texts.errors import (
    IllegalTextMoveError,
    NoTextWordsError,
    TextWaitsError,
    UnknownModelError,
)
from market.catalogue.contract_texts.rules import MOVES, TextMove, TextState, advance
from market.db import unit_of_work
from market.errors import MissingError, SeparationOfDutiesError
from tests.market.factories.accounts import sign_in
from tests.market.factories.contracts import a_file, a_pdf
from tests.market.factories.firms import PASSWORD, a_person, an_operator

ITEM, MODEL = "ZJ-07-001-01", "supervision"


@pytest.fixture
def pair(fast_here):
    """Two clerks of the operator."""
    first = an_operator(fast_here)
    with unit_of_work(fast_here.sessions, first.actor, fast_here.clock) as work:
        code = organisation(work, work.org_id).code
    return first, a_person(fast_here, OrgKind.OPERATOR, Role.OPERATOR_CLERK, code=code)


def do(here, person, deed):
    with unit_of_work(here.sessions, person.actor, here.clock) as work:
        return deed(work)


def a_text(here, person, *, model_id=MODEL, item_code=ITEM, title=""):
    facts = TextFacts(
        item_code=item_code, model_id=model_id, title=title, source="住房和城乡建设部网站"
    )
    return do(
        here, person, lambda work: actions.propose(work, facts, a_file(here, work, "文本.pdf")).id
    )


def decide(here, person, text_id, deed, *words):
    do(here, person, lambda work: deed(work, queries.by_id(work, text_id), *words))


def state_of(here, person, text_id):
    return do(here, person, lambda work: queries.by_id(work, text_id).state)


@pytest.mark.parametrize(("state", "move"), list(product(TextState, TextMove)))
def test_states_and_moves(state, move):
    if (state, move) in MOVES:
        assert advance(state, move) is MOVES[state, move]
    else:
        with pytest.raises(IllegalTextMoveError):
            advance(state, move)


def test_two_people_publish_and_a_new_version_replaces(fast_here, pair):
    first, second = pair
    one = a_text(fast_here, first)
    with pytest.raises(SeparationOfDutiesError):
        decide(fast_here, first, one, actions.confirm)
    with pytest.raises(TextWaitsError):
        a_text(fast_here, second)
    with pytest.raises(MissingError):
        do(fast_here, second, lambda work: queries.published(work, one))
    decide(fast_here, second, one, actions.confirm)
    two = a_text(fast_here, second)
    assert state_of(fast_here, first, one) is TextState.IN_FORCE
    decide(fast_here, first, two, actions.confirm)
    assert state_of(fast_here, first, one) is TextState.REPLACED
    (shown,) = do(fast_here, first, lambda work: queries.shown(work, ITEM))
    assert (shown.text.id, shown.text.version_no) == (two, 2)
    assert shown.text.title.endswith("（GF-2012-0202）")
    do(fast_here, first, lambda work: queries.published(work, one))  # contracts cite it


def test_a_refusal_and_an_end_say_why(fast_here, pair):
    first, second = pair
    one = a_text(fast_here, first, model_id="", title="监理合同参考文本")
    with pytest.raises(NoTextWordsError):
        decide(fast_here, second, one, actions.refuse, "不")
    decide(fast_here, second, one, actions.refuse, "与原文第三条不符")
    assert state_of(fast_here, first, one) is TextState.REFUSED
    two = a_text(fast_here, first, model_id="", title="监理合同参考文本")
    decide(fast_here, second, two, actions.confirm)
    with pytest.raises(NoTextWordsError):
        decide(fast_here, first, two, actions.end, "")
    decide(fast_here, first, two, actions.end, "文件已经废止")
    shown = do(fast_here, first, lambda work: queries.shown(work, ITEM))
    assert [one.text for one in shown] == [None]
    with pytest.raises(UnknownModelError):
        a_text(fast_here, first, model_id="cost-consulting")


def test_in_the_browser(app, fast_here, pair):
    first, second, anybody = (app.test_client() for _ in range(3))
    sign_in(first, pair[0].user, PASSWORD)
    sign_in(second, pair[1].user, PASSWORD)
    assert "GF-2012-0202" in first.get("/contract-texts/desk").text
    data = {"item_code": ITEM, "model_id": MODEL, "source": "发布机关网站 2026-03-01"}
    refused = first.post("/contract-texts/new", data=data)
    assert refused.status_code == 422
    data["file"] = (BytesIO(a_pdf()), "监理合同.pdf")
    assert first.post("/contract-texts/new", data=data).status_code == 303
    assert "复核合同示范文本" in second.get("/workbench").text
    assert "复核合同示范文本" not in first.get("/workbench").text
    page = "/contract-texts/1/decision"
    assert "由同事复核" in first.get(page).text
    assert anybody.get("/contract-texts/1").status_code == 404
    assert second.get("/contract-texts/1/file").data == a_pdf()
    decision = {"move": "confirm", "version": "1"}
    assert first.post(page, data=decision).status_code in {403, 409}
    assert second.post(page, data=decision).status_code == 303
    shown = anybody.get(f"/items/{ITEM}").text
    assert "/contract-texts/1" in shown
    assert anybody.get("/contract-texts/1").data == a_pdf()
