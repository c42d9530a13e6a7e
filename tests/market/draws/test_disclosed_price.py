"""The price of an award: never above what the firm published before it could be aimed at it."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from market.app import create_app
from market.clock import beijing_day
from market.draws import actions, jobs, methods, queries
from market.draws.errors import NotEligibleError
from market.draws.methods import Priced
from market.draws.model import Draw
from market.draws.model_prices import AwardPrice
from market.firms import actions as firms
from market.firms import queries as firm_queries
from market.firms.fee_brackets import BracketShape, read_brackets
from market.firms.fees import FeeBasis, FeeKind
from market.needs.documents import fixed_terms
from market.needs.methods import terms_in
from market.needs.model import Notice
from market.selfaudit.published import published_differences
from tests.market.factories.draws import ITEM, a_drawn_draw, an_open_draw, enrol
from tests.market.factories.firms import a_fee
from tests.market.factories.rules import own_rules

CEILING = 9_800_000


def publish_fees(city, **differences):
    """Let every firm of the city publish a fee, from today on unless it says otherwise."""
    for _, delegate in city.firms:
        with city.work(delegate) as work:
            fee = a_fee(work.today, **differences)
            firms.publish_fee(work, firm_queries.own(work), ITEM, fee)


def finish(city, draw):
    """Let the draw come to its result, and return its one award."""
    city.clock.move_to(draw.enrol_close_at)
    jobs.run_due(city.here)
    city.clock.move_to(draw.phi_at)
    jobs.run_due(city.here)
    (award,) = city.awards(draw.id)
    return award


def kept(city, award):
    with city.reading() as work:
        chosen = select(AwardPrice).where(AwardPrice.award_id == award.id)
        return work.session.scalars(chosen).one()


def priced(city, **differences):
    """Return the award of a draw, and how its price came about."""
    (award,) = city.awards(a_drawn_draw(city, **differences).id)
    row = kept(city, award)
    assert award.price_fen == row.price_fen <= row.limit_fen
    return row


OWN = {"amount_fen": None}
RATE = OWN | {"kind": FeeKind.RATE, "rate_ppm": 2_000, "rate_base": "工程费用"}
TABLE = OWN | {
    "kind": FeeKind.DISCOUNT,
    "basis": FeeBasis.STANDARD,
    "standard_id": "feasibility-1283",
    "discount_bp": 1_000,
    "discount_to_bp": 3_000,
}
BRACKETS = OWN | {
    "kind": FeeKind.BRACKETS,
    "rate_base": "工程费用",
    "brackets": read_brackets(BracketShape.PROGRESSIVE, "1000：4\n以上：1"),
}
UNIT = OWN | {
    "kind": FeeKind.UNIT,
    "rate_base": "道路长度",
    "unit": "公里",
    "unit_price_fen": 2_000_000,
}
BASES = "工程费用：3000 万元\n道路长度：2.3 公里"


@pytest.mark.parametrize(
    "case",
    [
        ({"amount_fen": 7_654_321}, {}, 7_654_321, ""),
        ({"amount_fen": 20_000_000}, {}, 20_000_000, ""),
        (RATE, {"fee_bases": BASES}, 6_000_000, ""),
        (RATE | {"max_fee_fen": 5_000_000}, {"fee_bases": BASES}, 5_000_000, ""),
        (RATE, {}, None, "no-base"),
        (BRACKETS, {"fee_bases": BASES}, 6_000_000, ""),
        (UNIT, {"fee_bases": BASES}, 4_600_000, ""),
        (UNIT, {"fee_bases": "道路长度：2.3 万元"}, None, "no-base"),
        # 12 万 at 3000 万 (domain.md 5.3 e), by the least discount of the range: 10.8 万.
        (TABLE, {"fee_standard": "feasibility-1283?base=3000&variant=feasibility"}, 10_800_000, ""),
        (TABLE, {}, None, "not-computed"),
        (TABLE, {"fee_standard": "design-10?base=3000"}, None, "other-standard"),
    ],
)
def test_the_award_costs_the_lower_of_the_ceiling_and_the_published_fee(city, tmp_path, case):
    fee, need, disclosed, why = case
    publish_fees(city, **fee)
    # Where a city lets firms in whose fee gives no amount; the usual rule: test_computable.
    with own_rules(tmp_path / "rules", "platform-fees-2024", must_be_computable="false"):
        row = priced(city, **need)
    assert (row.disclosed_fen, row.hindrance) == (disclosed, why)
    assert row.price_fen == min(CEILING, disclosed or CEILING)


@pytest.mark.parametrize("later", [9_000_000, 100])
def test_what_a_firm_publishes_after_the_notice_changes_nothing(city, later):
    publish_fees(city, amount_fen=8_000_000)
    draw = an_open_draw(city)
    city.clock.move_to(city.clock() + timedelta(minutes=1))
    publish_fees(city, amount_fen=later)
    enrol(city, draw)
    city.clock.move_to(city.clock() + timedelta(minutes=1))
    publish_fees(city, amount_fen=later + 1)
    award = finish(city, draw)
    assert award.price_fen == kept(city, award).disclosed_fen == 8_000_000


def test_without_a_version_at_the_notice_that_of_the_enrolment_counts(city):
    today = beijing_day(city.clock())
    publish_fees(city, amount_fen=5_000_000, valid_to_on=today)
    city.clock.move_to(city.clock() + timedelta(days=1))
    draw = an_open_draw(city)
    with (
        city.work(city.firms[0][1]) as work,
        pytest.raises(NotEligibleError, match=f"{today}到期"),
    ):
        actions.enrol(work, work.session.get_one(Draw, draw.id))
    city.clock.move_to(city.clock() + timedelta(minutes=1))
    publish_fees(city, amount_fen=7_000_000)
    enrol(city, draw)
    city.clock.move_to(city.clock() + timedelta(minutes=1))
    publish_fees(city, amount_fen=9_000_000)
    award = finish(city, draw)
    assert award.price_fen == 7_000_000


def test_a_fee_that_ends_before_the_freeze_keeps_the_firm_off_the_list(city):
    publish_fees(city, amount_fen=5_000_000, valid_to_on=beijing_day(city.clock()))
    draw = an_open_draw(city)
    enrol(city, draw)
    city.clock.move_to(draw.enrol_close_at)
    jobs.run_due(city.here)
    with city.reading() as work:
        row = work.session.get_one(Draw, draw.id)
        found = {each.reason_code for each in queries.enrolments_of(work, row)}
    assert found == {"fee"}


def test_a_notice_from_before_the_rule_keeps_its_own_price(city):
    publish_fees(city, amount_fen=7_000_000)
    draw = a_drawn_draw(city)
    with city.reading() as work:
        notice = work.session.get_one(Notice, draw.notice_id)
        assert fixed_terms(notice).capped
        body = json.loads(notice.document)
        rules = "".join(body["method"]["rules"])
    assert "公开收费折合金额中较低者" in rules
    said = {name: value for name, value in body["method"].items() if name != "capped"}
    assert not terms_in(said, body["ceiling_fen"]).capped


def test_the_log_is_told_and_the_self_audit_finds_nothing(city):
    publish_fees(city, amount_fen=7_000_000)
    draw = a_drawn_draw(city)
    (award,) = city.awards(draw.id)
    with city.reading() as work:
        rows = work.session.scalars(text("SELECT body FROM log_submission ORDER BY id")).all()
        found = list(published_differences(work.session.connection()))
    (told,) = [json.loads(bytes(body)) for body in rows if b"award.priced.v1" in bytes(body)]
    assert (told["award"], told["price_fen"], told["disclosed_fen"]) == (
        award.number,
        7_000_000,
        7_000_000,
    )
    assert told["fee_version"] == 2
    assert found == []


def test_everybody_reads_every_step_of_the_price(city):
    publish_fees(city, **RATE)
    draw = a_drawn_draw(city, fee_bases=BASES)
    browser = create_app(city.here).test_client()
    with city.reading() as work:
        number = queries.number_of(work, work.session.get_one(Draw, draw.id))
    page = browser.get(f"/draws/{number}").text
    for words in ("中选价的计算", "¥60,000.00", "公告发布时有效的版本", "3,000 万元 × 2‰"):
        assert words in page, words
    notice = browser.get(f"/needs/{city.need(draw.id).number}").text
    assert "工程费用：3000 万元" in notice
    assert "公开收费折合金额中较低者" in notice


@given(st.integers(1, 10**13), st.one_of(st.none(), st.integers(1, 10**13)))
def test_an_award_is_never_above_its_ceiling_nor_above_the_published_fee(limit, disclosed):
    price = Priced(limit_fen=limit, disclosed_fen=disclosed).price_fen
    assert price <= limit
    assert disclosed is None or price <= disclosed
    assert price in {limit, disclosed}


def test_a_fee_that_comes_to_nothing_binds_nobody(city, tmp_path):
    publish_fees(city, **(RATE | {"rate_ppm": 1}))
    with own_rules(tmp_path / "rules", "platform-fees-2024", must_be_computable="false"):
        row = priced(city, fee_bases="工程费用：0.01 万元")
    assert (row.disclosed_fen, row.hindrance) == (None, "nothing")


def test_the_version_that_counts_is_found_again_from_records(city):
    publish_fees(city, amount_fen=8_000_000)
    draw = a_drawn_draw(city)
    (award,) = city.awards(draw.id)
    city.clock.move_to(city.clock() + timedelta(days=30))
    publish_fees(city, amount_fen=1_000)
    with city.reading() as work:
        row = work.session.get_one(Draw, draw.id)
        firm = queries.firm_of(work, award.firm_id)
        found = methods.published_fee(work, row, firm)
    assert found.fee.id == kept(city, award).fee_id
    assert found.limit_fen == 8_000_000
