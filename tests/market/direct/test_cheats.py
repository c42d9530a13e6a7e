"""What a cheat tries with direct choices and emergencies, and why it comes to nothing."""

import pytest

from market.affiliations.rules import PartyRole
from market.clock import beijing_day, months_after
from market.direct import actions, queries
from market.direct.actions import emergency
from market.direct.emergency_rules import EmergencyState
from market.direct.errors import (
    DirectCapError,
    DisclosedFeeError,
    EmergencyBarredError,
    FeeBaseMissingError,
    FeeTableMissingError,
    FeeUncomputableError,
    FindingsBlockError,
    NotPrivateKindError,
    NotPrivateOwnerError,
    OwnerUnknownError,
    SmallEarlierError,
    SmallPublishedError,
)
from market.direct.funds_rules import Funds
from market.direct.published import Inputs
from market.direct.rules import DirectGround
from market.documents.owner_rules import OwnerNature
from market.draws import actions as draws
from market.draws.rules import AwardState
from market.firms.fees import FeeBasis, FeeKind
from market.needs import queries as need_queries
from market.needs.queries import by_id
from market.objections import actions as objections
from market.objections.errors import PublicityOverError
from market.objections.rules import Ground as ObjectionGround
from market.selfaudit.compare import compare
from tests.market.direct.test_story import as_
from tests.market.factories.affiliations import (
    a_declaration,
    a_group,
    an_organisation,
    answer_links,
)
from tests.market.factories.checks import explain_all
from tests.market.factories.direct import (
    a_named_choice,
    a_proposed_choice,
    a_small_city,
    a_small_need,
    an_emergency,
    an_owner_of_nature,
    charge,
    choice_facts,
)
from tests.market.factories.draws import a_project
from tests.market.factories.firms import a_code

OPINION = "现场会商记录与险情通报不一致，没有必须当日进场的险情。"


@pytest.fixture
def city(fast_here, clock):
    return a_small_city(fast_here, clock, firms=2)


def rejected(city):
    """Return an emergency that the supervisor did not accept."""
    chosen = an_emergency(city)
    with city.work() as work:
        emergency.expire(work, chosen.emergency())
    with city.work(city.operator) as work:
        emergency.examine(work, chosen.emergency(), emergency.Opinion.UNJUSTIFIED, OPINION)
    with city.work(city.supervisor) as work:
        emergency.decide(work, chosen.emergency(), accepts=False, reason=OPINION)
    assert chosen.emergency().state is EmergencyState.REJECTED
    return chosen


def test_who_cried_wolf_takes_the_ordinary_way_for_a_year(app, city, clock):
    first = rejected(city)
    number, decided_on = first.choice().number, beijing_day(first.emergency().decided_at)
    with pytest.raises(EmergencyBarredError, match=f"{number}.*{months_after(decided_on, 12)}"):
        an_emergency(city)
    need = a_small_need(city, **a_project(7))
    page = as_(app, city.clerk).get(f"/direct/emergency/{need.id}").text
    assert ("现在不能办理应急委托" in page, number in page) == (True, True)
    assert "立即委托" not in page
    # A small choice is no emergency: it goes its own way.
    assert a_proposed_choice(city, need=need).choice().ground is DirectGround.SMALL_AMOUNT


def test_an_emergency_is_public_at_once_and_may_be_objected_to_for_the_whole_time(
    app, city, fast_here, clock
):
    chosen = an_emergency(city)
    award = chosen.award()
    assert award.state is AwardState.OFFERED
    assert award.publicity_ends_at > clock()
    assert beijing_day(award.publicity_ends_at) > beijing_day(clock())
    page = app.test_client().get(f"/direct/{chosen.choice().number}").text
    assert ("公示期满" in page, "先行开展工作" in page) == (True, True)
    with city.work(chosen.delegate) as work:
        draws.confirm(work, chosen.award())
    assert chosen.award().state is AwardState.CONFIRMED

    def report():
        words = "没有险情：当日该路段正常通行，不符合应急委托的情形。"
        with city.work(city.firms[1][1]) as work:
            ground = ObjectionGround.PROCEDURE
            objections.object_to(work, fast_here, chosen.award(), ground, words)

    report()
    clock.move_to(chosen.award().publicity_ends_at)
    with pytest.raises(PublicityOverError):
        report()


def test_one_controller_behind_several_firms_gets_the_cap_once(city, fast_here, clock):
    a_group(fast_here, clock, *city.firms)
    a_named_choice(city, need=a_small_need(city, **a_project(1)))
    code = city.firms[1][0].code
    a_named_choice(city, need=a_small_need(city, **a_project(2)), firm_code=code)
    need = a_small_need(city, **a_project(3))
    for firm, _ in city.firms:
        with pytest.raises(DirectCapError, match="受同一控制的机构"):
            a_proposed_choice(city, need=need, firm_code=firm.code)


def test_a_controller_whom_the_firms_declare_counts_without_a_finding(city, fast_here):
    above = (an_organisation(a_code(), PartyRole.CONTROLLER),)
    for _, delegate in city.firms[:2]:
        a_declaration(fast_here, delegate, parties=above)
    answer_links(fast_here, city.firms[0][1])
    a_named_choice(city, need=a_small_need(city, **a_project(1)))
    code = city.firms[1][0].code
    a_named_choice(city, need=a_small_need(city, **a_project(2)), firm_code=code)
    need = a_small_need(city, **a_project(3))
    for firm, _ in city.firms[:2]:
        with pytest.raises(DirectCapError, match="受同一控制的机构"):
            a_proposed_choice(city, need=need, firm_code=firm.code)


def test_a_small_purchase_in_two_is_explained_before_a_firm_is_named(city):
    """Two of 9,000 for one project pass the limit of 10,000 together."""
    a_named_choice(city, need=a_small_need(city))
    second = a_small_need(city)
    with pytest.raises(FindingsBlockError, match="18,000"):
        a_proposed_choice(city, need=second)
    explained(city, second)
    other = city.firms[1][0].code
    found = a_proposed_choice(city, need=second, firm_code=other)
    assert found.choice().ground is DirectGround.SMALL_AMOUNT


def explained(city, need):
    """Let the clerk say why a need stands alone."""
    with city.work(city.clerk) as work:
        explain_all(work, need_queries.own(work, need.id))
    return need


def test_what_the_firm_charges_for_the_project_makes_a_low_price_no_small_amount(city):
    charge(city, amount_fen=3_040_000)
    facts = choice_facts(city, price_fen=800_000)
    need = a_small_need(city)
    with city.work(city.clerk) as work, pytest.raises(SmallPublishedError, match=r"30,?400"):
        actions.propose(work, by_id(work, need.id), facts)


def test_the_next_stage_of_a_project_is_counted_with_the_one_before(app, city):
    first = a_named_choice(city)
    with pytest.raises(SmallEarlierError, match=first.award().number):
        a_proposed_choice(city, need=explained(city, a_small_need(city)))
    other = a_proposed_choice(city, need=a_small_need(city, **a_project(8)))
    assert other.choice().ground is DirectGround.SMALL_AMOUNT
    page = app.test_client().get(f"/direct/{first.choice().number}").text
    assert "该机构被 1 家业主直接选取或者应急委托 1 次" in page


def test_a_fee_by_a_rate_binds_and_its_base_is_asked_for(city):
    charge(city, kind=FeeKind.RATE, amount_fen=None, rate_ppm=1_000, rate_base="项目总投资")
    first = a_small_need(city)
    with pytest.raises(FeeBaseMissingError, match="项目总投资"):
        a_proposed_choice(city, need=first)
    inputs = Inputs(bases="项目总投资：700 万元")
    with pytest.raises(DisclosedFeeError, match="7,000 元"):
        a_proposed_choice(city, need=first, inputs=inputs)
    chosen = a_proposed_choice(city, need=first, inputs=inputs, price_fen=700_000)
    assert (chosen.choice().disclosed_fen, chosen.choice().fee_bases) == (
        700_000,
        "项目总投资：700 万元",
    )
    # What the need itself states cannot be stated otherwise here.
    need = a_small_need(city, fee_bases="项目总投资：600 万元", **a_project(4))
    with pytest.raises(DisclosedFeeError, match="6,000 元"):
        a_proposed_choice(city, need=need, inputs=inputs, price_fen=700_000)
    # What it does not state is asked for beside it.
    need = a_small_need(city, fee_bases="建筑面积：900 平方米", **a_project(5))
    with pytest.raises(FeeBaseMissingError):
        a_proposed_choice(city, need=need)
    more = a_proposed_choice(city, need=need, inputs=inputs, price_fen=700_000)
    assert more.choice().fee_bases == "建筑面积：900 平方米\n项目总投资：700 万元"


def test_a_fee_by_a_table_asks_for_the_calculation(city):
    charge(
        city,
        basis=FeeBasis.STANDARD,
        standard_id="feasibility-1283",
        basis_document="计价格〔1999〕1283号",
        kind=FeeKind.DISCOUNT,
        amount_fen=None,
        discount_bp=2_000,
    )
    with pytest.raises(FeeTableMissingError):
        a_proposed_choice(city)


def test_a_fee_that_nobody_can_compute_is_no_way_round(city):
    charge(
        city,
        basis=FeeBasis.STANDARD,
        basis_document="本市尚未收录的标准",
        kind=FeeKind.DISCOUNT,
        amount_fen=None,
        discount_bp=2_000,
    )
    with pytest.raises(FeeUncomputableError, match="先公开可以计算的收费"):
        an_emergency(city)


def test_the_price_stands_beside_the_published_fee_for_everyone(app, city, fast_here):
    charge(city, kind=FeeKind.RATE, amount_fen=None, rate_ppm=1_000, rate_base="项目总投资")
    inputs = Inputs(bases="项目总投资：700 万元")
    chosen = a_named_choice(city, inputs=inputs, price_fen=690_000)
    page = app.test_client().get(f"/direct/{chosen.choice().number}").text
    assert ("7,000.00" in page, "项目总投资：700 万元" in page) == (True, True)
    assert compare(fast_here).differences == ()


@pytest.mark.parametrize(
    ("nature", "funds", "error"),
    [
        (None, Funds.PRIVATE, OwnerUnknownError),
        (OwnerNature.STATE_COMPANY, Funds.PRIVATE, NotPrivateOwnerError),
        (OwnerNature.OTHER, Funds.PRIVATE, NotPrivateOwnerError),
        (OwnerNature.SOCIAL, Funds.MIXED, NotPrivateKindError),
    ],
)
def test_words_alone_do_not_make_money_private(city, nature, funds, error):
    if nature is not None:
        an_owner_of_nature(city, nature)
    need = a_small_need(city, funding_source="自有资金100%")
    with pytest.raises(error):
        a_proposed_choice(city, need=need, ground=DirectGround.PRIVATE_FUNDS, funds=funds)


def test_work_lists_come_page_by_page(app, city):
    for number in range(21):
        need = a_small_need(city, **a_project(100 + number))
        chosen = a_proposed_choice(city, need=need)
        with city.work(city.approver) as work:
            emergency.queries.locked(work, chosen.choice_id).state = "check"
    operator = as_(app, city.operator)
    page = operator.get("/direct/checks").text
    assert page.count("/direct/check/") == 20
    assert "查看全部 21 件" in page
    second = operator.get("/direct/checks?list=waiting&page=2").text
    assert (second.count("/direct/check/"), "共 21 条" in second) == (1, True)
    assert "待审查的应急委托" not in second
    with city.reading() as work:
        assert len(queries.waiting(work, limit=5, offset=20)) == 1
