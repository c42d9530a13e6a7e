"""Nothing that goes on beside a dispute tells strangers which contract the experts have."""

import json
import re
from datetime import timedelta

import pytest

from market import log
from market.clocks import actions as clocks
from market.clocks import queries as clock_queries
from market.clocks.extension import actions as extensions
from market.clocks.extension.model import Extension
from market.clocks.extension.rules import ExtensionReason
from market.clocks.rules import SuspensionReason, SuspensionState
from market.contracts.model import Contract
from market.needs.queries import by_id as need_by_id
from market.rereview.rules import Finding
from tests.market.draws.test_pages import site_of
from tests.market.factories.rereview import a_pool, ask, drawn, hand_in, judged, members
from tests.market.rereview.test_copies import a_returned_contract

FACTS = "现场拆迁未完成，测点无法布设，见照片。"
CHANGING = re.compile(r'nonce="[^"]*"|name="csrf_token"[^>]*|name="once"[^>]*')


@pytest.fixture
def agreed(fast_here, clock):
    found = a_returned_contract(fast_here, clock)
    clock.advance(timedelta(hours=1))
    return found


def service(agreed, work):
    return clock_queries.clock_of(work, f"contract:{agreed.contract_id}")


def number_of(agreed):
    with agreed.work() as work:
        return work.session.get_one(Contract, agreed.contract_id).number


def entries(agreed, before=0):
    log.sequence(agreed.here)
    with agreed.work() as work:
        return [json.loads(body) for _, body in log.entries_between(work, before, None)]


def suspension_asked(agreed):
    with agreed.work(agreed.firm) as work:
        reason = SuspensionReason.SITE_NOT_READY
        return clocks.request_suspension(work, service(agreed, work), reason, FACTS, 2).id


def test_a_request_to_suspend_is_closed_neither_by_the_dispute_nor_by_its_end(agreed, clock):
    pool = a_pool(agreed)
    asked = suspension_asked(agreed)
    clock.advance(timedelta(minutes=37))
    before = len(entries(agreed))
    row = ask(agreed, checked=True)
    number = number_of(agreed)
    assert [one for one in entries(agreed, before) if number in json.dumps(one)] == []
    panel = drawn(agreed, row)
    for person in members(agreed, panel, pool):
        hand_in(agreed, row, person, Finding.FOUNDED, Finding.FOUNDED)
    judged(agreed, row, [])
    with agreed.work() as work:
        request = clock_queries.suspension(work, service(agreed, work), asked)
    assert request.state is SuspensionState.REQUESTED
    told = [one for one in entries(agreed, before) if number in json.dumps(one)]
    assert [one["t"] for one in told if "suspension" in one["t"]] == []
    assert [one["move"] for one in told if "move" in one][:2] == ["ask", "hand"]


@pytest.mark.parametrize("agree", [True, False])
def test_an_answered_extension_says_the_day_that_strangers_know(agreed, clock, agree):
    a_pool(agreed)
    with agreed.work(agreed.firm) as work:
        words = "按评审意见需要补充一组监测数据。"
        reason = ExtensionReason.REVIEW_COMMENTS
        asked = extensions.request(work, service(agreed, work), reason, words, 2).id
        known = service(agreed, work).due_at
    clock.advance(timedelta(minutes=37))
    ask(agreed, checked=False)
    before = len(entries(agreed))
    with agreed.work(agreed.owner) as work:
        assert service(agreed, work).due_at is None  # it is the reviewers' time, in truth
        one = work.session.get_one(Extension, asked)
        words = "" if agree else "不同意，请按期完成。"
        extensions.answer(work, service(agreed, work), one, agree=agree, words=words)
        said = one.due_after_at
    [answered] = [one for one in entries(agreed, before) if "extension.answered" in one["t"]]
    assert answered["due_at"] is not None
    assert (said is not None and said > known) if agree else said is None


def pages(agreed, client):
    with agreed.work() as work:
        contract = work.session.get_one(Contract, agreed.contract_id)
        need = need_by_id(work, contract.need_id).number
        clock_id = service(agreed, work).id
    paths = (
        f"/contracts/{contract.number}",
        "/contracts",
        f"/clocks/{clock_id}",
        "/clocks",
        f"/needs/{need}",
        f"/timelines/{need}",
    )
    found = {path: client.get(path) for path in paths}
    assert {path for path, answer in found.items() if answer.status_code != 200} == set()
    return {path: CHANGING.sub("", answer.text) for path, answer in found.items()}


def test_every_page_is_the_same_to_strangers_before_and_after(agreed, clock):
    a_pool(agreed)
    stranger = site_of(agreed.city).as_()
    before = pages(agreed, stranger)
    row = ask(agreed, checked=False)
    after = pages(agreed, stranger)
    assert [path for path in before if before[path] != after[path]] == []
    own = pages(agreed, site_of(agreed.city).as_(agreed.firm))
    assert row.number in own[f"/contracts/{number_of(agreed)}"]
