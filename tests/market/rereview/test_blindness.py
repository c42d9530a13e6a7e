"""No page, file or entry that an expert gets before the end tells whose work it is."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market import log
from market.accounts.queries import organisation
from market.clock import BEIJING
from market.contracts import actions
from market.contracts.model import Contract
from market.contracts.reports import timing
from market.contracts.reports.rules import Planned
from market.contracts.rules import ReturnReason
from market.firms.model import Firm
from market.needs.queries import by_id as need_by_id
from market.rereview import queries
from market.rereview.blinding import HIDDEN, SENTENCE, WHOLE, masked, telling
from market.rereview.rules import Finding
from market.selfaudit.compare import compare
from tests.market.draws.test_pages import site_of
from tests.market.factories.contracts import CLAUSE, file_it
from tests.market.factories.draws import a_confirmed_award
from tests.market.factories.rereview import (
    WORDS,
    a_pool,
    ask,
    drawn,
    hand_in,
    judged,
    members,
)

MOVED = "zjcs/clock.moved.v1"


@pytest.fixture
def agreed(fast_here, clock):
    """A contract whose work was returned with words that name everybody; a report is awaited."""
    plan = (Planned(name="后续服务", after_working_days=25),)
    award = a_confirmed_award(fast_here, clock)
    made = file_it(award, award.delegate, milestones=plan)
    made.confirm()
    made.hand_over()
    made.deliver()
    return made


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
    assert f"联系人电话{HIDDEN}，请联系后修改。" in page  # of the line only the number is hidden
    assert WHOLE not in page
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
        ("示范市 水务局的意见：工程量不符。", f"{HIDDEN}的意见：工程量不符。"),
        ("工程量不符，请联系 13800001234。", f"工程量不符，请联系 {HIDDEN}。"),
        ("表三有误（联系人A@b.example.cn）。", f"表三有误（{HIDDEN}）。"),
        ("证号11010519491231002X，表三有误。", f"证号{HIDDEN}，表三有误。"),
        ("编号110105194912310021不变。", "编号110105194912310021不变。"),
        ("天正咨询的表三有误，图纸齐全。", f"{SENTENCE}，图纸齐全。"),
        ("按天正方向复核表三。", "按天正方向复核表三。"),
        ("宏图达测算的表三有误。", f"{HIDDEN}测算的表三有误。"),
        ("电话１３８００００１２３４，表三有误。", f"{SENTENCE}，表三有误。"),
        ("道路，桥梁工程可研，表三有误。", f"{HIDDEN}，表三有误。"),
        ("示·范·市·水·务·局认为有误。", f"{HIDDEN}认为有误。"),
        ("示-范_市.水 务/局认为有误。", f"{HIDDEN}认为有误。"),
        ("Ｈ．Ｔ．２０２６有误。", f"{SENTENCE}。"),
        ("ＨＴ，２０２６有误。", WHOLE),
        ("工程量不符。", "工程量不符。"),
    ],
)
def test_what_tells_is_hidden_word_for_word_then_clause_for_clause(text, wanted):
    names = (
        "示范市水务局",
        "示范市天正工程咨询有限公司",
        "宏图达工程造价有限公司",
        "道路,桥梁工程可研",
        "HT2026",
    )
    assert masked(text, names) == wanted


@pytest.mark.parametrize(
    "word", ["示范市水务局", "13800001234", "a@b.cn", "天正咨询", "HT-2026-01"]
)
@given(
    before=st.text("工程量，。；不符 \n", max_size=12),
    after=st.text("，。表三有误 \n", max_size=12),
)
def test_nothing_that_tells_is_left_wherever_it_stands(word, before, after):
    names = ("示范市水务局", "示范市天正工程咨询有限公司", "HT-2026-01")
    shown = masked(before + word + after, names)
    assert word not in shown
    assert telling(shown, names) == ()
    assert masked(before, names) == before


def test_the_firm_is_told_when_there_is_nothing_to_dispute(agreed):
    client = site_of(agreed.city).as_(agreed.firm)
    path = f"/rereviews/of/{agreed.contract_id}/ask"
    page = client.get(path)
    assert page.status_code == 200
    assert "现在没有可以申请复评的退回" in page.text


def public_clock(agreed, person=None):
    """Return what a clock's page and the contract's tell a person, or anybody."""
    client = site_of(agreed.city).as_(person) if person else site_of(agreed.city).as_()
    with agreed.work() as work:
        [report] = timing.all_of(work, agreed.contract())
    paths = (
        f"/clocks/{agreed.clock().id}",
        f"/clocks/{report.id}",
        f"/contracts/{agreed.contract().number}",
    )
    pages = [client.get(path) for path in paths]
    assert [page.status_code for page in pages] == [200, 200, 200]
    return "\n".join(page.text for page in pages)


def told_of(agreed, before):
    """Return what the log was told of the contract, in its order."""
    with agreed.work() as work:
        bodies = [body for _, body in log.entries_between(work, before, None)]
    number = agreed.contract().number.encode()
    return [json.loads(body) for body in bodies if number in body]


def contract_page(agreed):
    with agreed.work() as work:
        return f"/contracts/{work.session.get_one(Contract, agreed.contract_id).number}"


def public_pages(agreed):
    """Return every page about the contract that a stranger reads."""
    with agreed.work() as work:
        contract = work.session.get_one(Contract, agreed.contract_id)
        need = need_by_id(work, contract.need_id).number
    return (contract_page(agreed), f"/timelines/{need}", f"/needs/{need}")


def about_it(page):
    """Return what a page says of its subject, without the frame that every page has."""
    return page.split("<main", 1)[1].split("</main>", 1)[0]


def test_no_public_clock_and_no_entry_tells_that_experts_have_a_contract(agreed, asked):
    before, row, _, people = asked
    log.sequence(agreed.here)
    # The last that the log is told of the contract is that its time is the firm's again.
    last = told_of(agreed, before)[-1]
    assert (last["t"], last["party"]) == (MOVED, "firm")
    for person in (None, people[0]):
        page = public_clock(agreed, person)
        assert "专家复评" not in page
        assert "现在计评审审批的时间" not in page
        client = site_of(agreed.city).as_(person)
        for path in public_pages(agreed):
            answer = client.get(path)
            assert answer.status_code == 200, path
            for word in (row.number, "复评", "rereview"):
                assert word not in about_it(answer.text), path
    assert row.number in site_of(agreed.city).as_(agreed.firm).get(contract_page(agreed)).text
    assert "专家复评中" in public_clock(agreed, agreed.firm)
    show = site_of(agreed.city).as_().get(f"/rereviews/{row.number}").text
    asked_at = row.asked_at.astimezone(BEIJING)
    assert asked_at.strftime("%Y-%m-%d %H:%M") not in show
    for person in people:
        hand_in(agreed, row, person, Finding.UNFOUNDED, Finding.UNFOUNDED)
    judged(agreed, row, [])
    log.sequence(agreed.here)
    moved = [one for one in told_of(agreed, before) if one["t"] == MOVED]
    handed = [one for one in moved if (one["move"], one["party"]) == ("hand", "reviewer")]
    corrected = [one for one in moved if one["move"] == "correct"]
    assert len(handed) == len(corrected) == 2  # the service's clock, and that of its report
    assert moved.index(handed[-1]) < moved.index(corrected[0])
    assert all(one["happened_at"] < one["at"] for one in handed)
    assert "专家复评中" in public_clock(agreed)
    assert compare(agreed.here).differences == ()
