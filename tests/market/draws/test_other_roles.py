"""A firm that holds the other role in a project: by its code, by its name, and under contract."""

import pytest

from market.draws import queries
from market.draws.eligibility import Rule
from market.needs.model import Need
from tests.market.factories.contracts import file_it
from tests.market.factories.draws import a_city, a_confirmed_award, an_open_draw, enrol

MAKING, JUDGING = "ZJ-01-001-02", "ZJ-01-002-01"
OTHER = {"item_code": JUDGING, "service_working_days": 10}


def rules_failed(city, draw, firm) -> set[Rule]:
    with city.reading() as work:
        need = work.session.get_one(Need, draw.need_id)
        return {failure.rule for failure in queries.failures_of(work, need, firm, draw)}


@pytest.mark.parametrize(
    ("project", "caught"),
    [
        ({}, True),
        ({"project_code": "", "project_name": "城东片区道路建设项目"}, True),
        ({"project_code": "2603-440100-04-01-999999"}, True),
        ({"project_code": "2603 440100 04 01 100001", "project_name": "别的名字"}, True),
        ({"project_code": "", "project_name": "城西片区道路工程"}, False),
        ({"project_code": "2603-440100-04-01-999999", "project_name": "城西小学"}, False),
    ],
    ids=["both", "name alone", "name, second code", "code, other name", "neither", "two codes"],
)
def test_the_project_is_known_by_its_code_or_its_name(fast_here, clock, project, caught):
    city = a_city(fast_here, clock, firms=1, item_codes=(MAKING, JUDGING))
    firm, delegate = city.firms[0]
    enrol(city, an_open_draw(city, item_code=MAKING), delegate)
    other = an_open_draw(city, **OTHER, **project)
    assert (Rule.CONFLICT in rules_failed(city, other, firm)) is caught


def test_who_is_under_contract_for_the_making_does_not_judge(here, clock):
    drawn = a_confirmed_award(here, clock)
    file_it(drawn, drawn.delegate).confirm()
    city = drawn.city
    winner = next(firm for firm, _ in city.firms if firm.id == drawn.award.firm_id)
    draw = an_open_draw(city, **OTHER, project_code="", project_name="城东片区道路")
    assert Rule.CONFLICT in rules_failed(city, draw, winner)
    others = [firm for firm, _ in city.firms if firm.id != winner.id]
    assert all(Rule.CONFLICT not in rules_failed(city, draw, firm) for firm in others)
