"""No page, file or entry that an expert gets before the end tells whose work it is."""

import pytest

from market import log
from market.accounts.queries import organisation
from market.contracts import actions
from market.contracts.model import Contract
from market.contracts.rules import ReturnReason
from market.firms.model import Firm
from market.needs.queries import by_id as need_by_id
from market.rereview import queries
from market.rereview.blinding import HIDDEN, WHOLE, masked
from market.rereview.rules import Finding
from tests.market.draws.test_pages import site_of
from tests.market.factories.contracts import CLAUSE, a_delivered_contract
from tests.market.factories.rereview import (
    WORDS,
    a_pool,
    ask,
    drawn,
    hand_in,
    judged,
    members,
)


@pytest.fixture
def agreed(fast_here, clock):
    """A contract whose work was returned with words that name everybody."""
    return a_delivered_contract(fast_here, clock)


@pytest.fixture
def names(agreed):
    """What would tell whose work it is."""
    with agreed.work() as work:
        contract = work.session.get_one(Contract, agreed.contract_id)
        need = need_by_id(work, contract.need_id)
        owner = organisation(work, contract.owner_org_id)
        firm = work.session.get_one(Firm, contract.firm_id)
        return {
            owner.name,
            owner.code,
            firm.name,
            firm.code,
            contract.number,
            need.number,
            need.title,
        }


@pytest.fixture
def asked(agreed, names):
    """A dispute of a return that names the owner, and everybody who is called to it."""
    pool = a_pool(agreed)
    with agreed.work() as work:
        contract = work.session.get_one(Contract, agreed.contract_id)
        owner = organisation(work, contract.owner_org_id).name
    words = f"{owner}认为第三章工程量与图纸不一致。\n联系人电话13800001234，请联系后修改。"
    agreed.do(
        agreed.owner,
        lambda work, c: actions.return_work(work, c, ReturnReason.DATA_ERROR, words, clause=CLAUSE),
    )
    with agreed.work() as work:
        before = sum(1 for _ in log.entries_between(work, 0, None))
    row = ask(agreed, {1: WORDS, 2: WORDS})
    panel = drawn(agreed, row)
    return before, row, panel, members(agreed, panel, pool)


def pages_of(row, panel):
    """Return every address that an expert can open about a re-review."""
    return (
        "/workbench",
        "/panels",
        "/panels/mine",
        f"/panels/{panel.number}",
        f"/panels/{panel.number}/seat",
        f"/panels/{panel.number}/phi",
        f"/panels/{panel.number}/bundle.zip",
        *(
            f"/panels/{panel.number}/file/{name}"
            for name in ("panel.json", "rules.json", "list.ndjson", "order.txt")
        ),
        "/rereviews",
        f"/rereviews/{row.number}",
        f"/rereviews/{row.number}/sheet",
        f"/rereviews/{row.number}/copy",
    )


def test_no_page_and_no_file_names_anybody(agreed, names, asked):
    _, row, panel, people = asked
    hand_in(agreed, row, people[0], Finding.UNFOUNDED, Finding.UNFOUNDED)
    for person in people[:2]:  # one has handed in, one has not
        client = site_of(agreed.city).as_(person)
        for path in pages_of(row, panel):
            answer = client.get(path)
            assert answer.status_code == 200, path
            text = answer.data.decode("utf-8", "replace") + str(answer.headers)
            assert [name for name in names if name in text] == [], path
            assert "13800001234" not in text


def test_what_the_experts_read_is_there_without_the_names(agreed, asked):
    _, row, _, people = asked
    client = site_of(agreed.city).as_(people[0])
    page = client.get(f"/rereviews/{row.number}/sheet").text
    assert f"{HIDDEN}认为第三章工程量与图纸不一致" in page
    assert WHOLE in page  # the line with a telephone number is hidden whole
    assert WORDS in page
    copy = client.get(f"/rereviews/{row.number}/copy")
    assert copy.data[:5] == b"%PDF-"
    assert f"{row.number}.pdf" in copy.headers["Content-Disposition"]


def test_no_entry_of_the_log_ties_it_to_a_contract_before_the_end(agreed, names, asked):
    before, row, panel, people = asked
    log.sequence(agreed.here)
    with agreed.work() as work:
        bodies = [body for _, body in log.entries_between(work, before, None)]
    signs = (row.number.encode(), panel.number.encode(), panel.draw_hash.encode())
    about = [body for body in bodies if any(sign in body for sign in signs)]
    assert len(about) > 10
    for body in about:
        assert [name for name in names if name.encode() in body] == []
    for person in people:
        hand_in(agreed, row, person, Finding.UNFOUNDED, Finding.UNFOUNDED)
    judged(agreed, row, [])
    with agreed.work() as work:
        result = queries.result_of(work, row).body
        number = work.session.get_one(Contract, agreed.contract_id).number
    assert number.encode() in result


def test_others_experts_get_nothing_at_all(agreed, asked):
    _, row, _, _ = asked
    [stranger] = a_pool(agreed, 1).values()
    client = site_of(agreed.city).as_(stranger)
    assert client.get(f"/rereviews/{row.number}/sheet").status_code == 404
    assert client.get(f"/rereviews/{row.number}/copy").status_code == 404
    firm_id = agreed.firm.actor.org_id
    rival = next(one for _, one in agreed.city.firms if one.actor.org_id != firm_id)
    other = site_of(agreed.city).as_(rival)
    for path in ("copy", "withdraw", "refer"):
        method = other.get if path == "copy" else other.post
        assert method(f"/rereviews/{row.number}/{path}").status_code in {303, 404}
    with agreed.work() as work:
        assert queries.by_number(work, row.number).state == "reviewing"


def test_both_sides_see_it_and_its_points_on_the_contract(agreed, names, asked):
    _, row, _, _ = asked
    for person in (agreed.firm, agreed.owner):
        client = site_of(agreed.city).as_(person)
        assert row.number in client.get(f"/contracts/mine/{agreed.contract_id}").text
        assert WORDS in client.get(f"/rereviews/{row.number}").text
    assert WORDS not in site_of(agreed.city).as_().get(f"/rereviews/{row.number}").text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("示范市水务局的意见：工程量不符。", f"{HIDDEN}的意见：工程量不符。"),
        ("示范市 水务局的意见：工程量不符。", WHOLE),
        ("请联系 13800001234。", WHOLE),
        ("工程量不符。", "工程量不符。"),
    ],
)
def test_names_are_masked_and_what_still_tells_is_hidden_whole(text, wanted):
    assert masked(text, ("示范市水务局",)) == wanted


def test_the_firm_is_told_when_there_is_nothing_to_dispute(agreed):
    client = site_of(agreed.city).as_(agreed.firm)
    path = f"/rereviews/of/{agreed.contract_id}/ask"
    page = client.get(path)
    assert page.status_code == 200
    assert "现在没有可以申请复评的退回" in page.text
