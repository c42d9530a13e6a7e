"""A published fee that gives no amount keeps its firm out, which learns what to publish."""

from collections import Counter
from datetime import timedelta

import pytest

from market.draws import actions, jobs, queries
from market.draws.diagnosis import MarketCounts, enrolled_too_few
from market.draws.eligibility import Rule
from market.draws.errors import NotEligibleError
from market.draws.model import Draw
from market.draws.rules import DrawState, EnrolmentState
from market.draws.uncomputable import Missing, failure_of
from market.firms import actions as firms
from market.firms.queries import own
from market.needs.documents import fixed_terms
from market.needs.methods import Method, Terms, rule_lines, terms_in
from market.needs.model import Notice
from market.tariffs.comparing import Hindrance
from tests.market.draws.test_disclosed_price import (
    BASES,
    RATE,
    TABLE,
    UNIT,
    finish,
    kept,
    publish_fees,
)
from tests.market.draws.test_pages import site_of
from tests.market.factories.draws import ITEM, a_checked_need, an_open_draw, enrol
from tests.market.factories.firms import a_fee
from tests.market.factories.rules import own_rules


def refusal(city, draw):
    with city.work(city.firms[0][1]) as work, pytest.raises(NotEligibleError) as refused:
        actions.enrol(work, work.session.get_one(Draw, draw.id))
    return str(refused.value)


@pytest.mark.parametrize(
    ("fee", "need", "words"),
    [
        (RATE, {}, ["工程费用", "公告列明的：无"]),
        (RATE, {"fee_bases": "总投资：3000 万元"}, ["工程费用", "总投资：3000 万元"]),
        (UNIT, {"fee_bases": "道路长度：2.3 万元"}, ["道路长度（公里）"]),
        (TABLE, {}, ["建设项目前期工作咨询收费", "没有列明按该标准的计算"]),
    ],
)
def test_a_firm_is_told_what_is_missing(city, fee, need, words):
    publish_fees(city, **fee)
    said = refusal(city, an_open_draw(city, **need))
    for part in [*words, "后再报名"]:
        assert part in said


def test_what_a_firm_publishes_before_it_enrols_mends_it_and_binds(city):
    publish_fees(city, **RATE)
    draw = an_open_draw(city)
    assert "工程费用" in refusal(city, draw)
    city.clock.move_to(city.clock() + timedelta(minutes=1))
    publish_fees(city, amount_fen=7_000_000)
    enrol(city, draw)
    city.clock.move_to(city.clock() + timedelta(minutes=1))
    publish_fees(city, **RATE)
    award = finish(city, draw)
    assert award.price_fen == kept(city, award).disclosed_fen == 7_000_000


def test_a_version_that_could_be_computed_at_the_notice_cannot_be_exchanged(city):
    publish_fees(city, amount_fen=7_000_000)
    draw = an_open_draw(city)
    city.clock.move_to(city.clock() + timedelta(minutes=1))
    publish_fees(city, **RATE)
    enrol(city, draw)
    assert finish(city, draw).price_fen == 7_000_000


def test_a_firm_kept_out_counts_before_the_notice_and_in_the_diagnosis(city):
    _, delegate = city.firms[0]
    with city.work(delegate) as work:
        firms.publish_fee(work, own(work), ITEM, a_fee(work.today, **RATE))
    need = a_checked_need(city, ceiling_fen=10_000)
    with city.reading() as work:
        found = queries.preview.supply_of(work, need, {})
        market = queries.market_counts(work, need)
        stated = a_need_with(work, need, BASES)
        told = queries.preview.supply_of(work, stated, {})
    assert (found.offering, found.able, found.computed, found.above) == (4, 3, 3, 3)
    assert [(c.failing, c.alone) for c in found.conditions] == [(1, 1)]
    assert (market.able, market.computed, market.above) == (3, 3, 3)
    assert market.failed == {Rule.COMPUTABLE: 1}
    assert (told.able, told.computed) == (4, 4)


def a_need_with(work, need, bases):
    need.fee_bases = bases
    work.session.expunge_all()
    return need


def test_the_diagnosis_says_how_many_publish_more_than_the_ceiling():
    market = MarketCounts(
        offering=4, able=3, failed=Counter({Rule.COMPUTABLE: 1}), computed=3, above=2
    )
    words = enrolled_too_few(Counter({EnrolmentState.ENROLLED: 1}), 3, market)
    assert "收费算不出金额 1 家" in words
    assert "3 家的公开收费按公告的计费参数算得出金额，其中 2 家高于服务费上限" in words


def test_a_city_may_let_them_in_and_says_so_in_its_notice(city, tmp_path):
    publish_fees(city, **RATE)
    with own_rules(tmp_path / "rules", "platform-fees-2024", must_be_computable="false"):
        draw = an_open_draw(city)
        enrol(city, draw)
        city.clock.move_to(draw.enrol_close_at)
        jobs.run_due(city.here)
        assert city.draw(draw.id).state is DrawState.FROZEN
    with city.reading() as work:
        notice = work.session.get_one(Notice, draw.notice_id)
    terms = fixed_terms(notice)
    assert (terms.capped, terms.computable) == (True, False)
    assert "中选页面写明原因，中选价为服务费上限" in notice.document.decode()


def test_a_notice_fixes_the_rule_in_words_and_for_programs():
    terms = Terms(method=Method.LOTTERY, ceiling_fen=100, capped=True, computable=True)
    told = "".join(rule_lines(terms))
    assert "算不出金额的机构不符合资格" in told
    assert "中选页面写明原因" not in told
    for method in (Method.QUOTE_LOWEST, Method.BID_LOWEST):
        quoted = Terms(method=method, ceiling_fen=100, capped=True, computable=True)
        assert "算不出金额的机构不符合资格" in "".join(rule_lines(quoted))
    assert not terms_in({"capped": True}, 100).computable


@pytest.mark.parametrize("why", Hindrance)
def test_every_hindrance_is_said_with_what_to_do(why):
    missing = Missing(why=why, base="工程费用", table="本市标准", stated=["总投资：1 万元"])
    failure = failure_of(missing)
    assert failure.rule is Rule.COMPUTABLE
    assert "后再报名" in str(failure)
    assert "%(" not in str(failure)


def test_the_page_leads_to_the_fee(city):
    publish_fees(city, **RATE)
    draw = an_open_draw(city)
    site = site_of(city)
    page = site.as_(city.firms[0][1]).get(site.path(draw, "enrol")).text
    assert "公告没有列明（公告列明的：无）" in page
    assert f'/firm/services/{ITEM}">公开本事项的收费' in page
