"""A condition of past projects: only where the rules allow it, only what is verified counts."""

from datetime import date

import pytest

from market.documents.actions import Place, clear, enter
from market.documents.queries import to_decide
from market.documents.rules import DocKind, Subject
from market.draws import queries
from market.draws.eligibility import Rule
from market.firms import queries_past_projects
from market.firms.actions import past_projects as actions
from market.firms.model import Firm
from market.firms.past_projects import ProjectFacts, ProjectsRequiredError
from market.needs import actions as needs
from tests.market.factories.documents import KEY, a_stored_file
from tests.market.factories.draws import ITEM, an_open_draw, need_facts
from tests.market.factories.rules import own_rules

RULES = "platform-past-projects-2024"


def test_by_default_no_notice_asks_for_a_record(city):
    with city.work(city.clerk) as work:
        with pytest.raises(ProjectsRequiredError):
            needs.draft(work, need_facts(projects_required=1))
        assert needs.draft(work, need_facts()).projects_required == 0


def test_where_it_is_allowed_there_is_a_most(city, tmp_path):
    with (
        own_rules(tmp_path / "rules", RULES, allowed="true"),
        city.work(city.clerk) as work,
    ):
        assert needs.draft(work, need_facts(projects_required=3)).projects_required == 3
        with pytest.raises(ProjectsRequiredError):
            needs.draft(work, need_facts(projects_required=4))


def failed(city, draw, place):
    with city.reading() as work:
        held = work.session.get_one(type(draw), draw.id)
        firm = work.session.get_one(Firm, city.firms[place][0].id)
        return [each.rule for each in queries.failures_of(work, city.need(draw.id), firm, held)]


def declared(city, place, completed_on, **differences):
    firm, delegate = city.firms[place]
    facts = {
        "project_name": "外地某项目",
        "client_name": "外地某单位",
        "client_code": "",
        "item_code": ITEM,
        "amount_fen": 1_000_000,
        "signed_on": date(2015, 1, 1),
        "completed_on": completed_on,
    }
    with city.work(delegate) as work:
        firm = work.session.get_one(Firm, firm.id)
        return actions.state_past_project(work, firm, ProjectFacts(**(facts | differences))).id


def verify(city, place, project_id):
    with city.work(city.firms[place][1]) as work:
        where = Place(subject=Subject.PAST_PROJECT, subject_id=project_id, kind=DocKind.PERFORMANCE)
        proof = enter(work, where, a_stored_file(work), (), KEY)
    with city.work(city.operator) as work:
        clear(work, to_decide(work, proof.id))
        row = queries_past_projects.to_decide(work, project_id)
        actions.check_past_project(work, row, verify=True)


def test_only_a_verified_recent_project_of_the_item_counts(city, tmp_path):
    recent, old = date(2025, 6, 1), date(2020, 1, 1)
    with own_rules(tmp_path / "rules", RULES, allowed="true"):
        draw = an_open_draw(city, projects_required=1)
        declared(city, 0, recent)
        assert failed(city, draw, 0) == [Rule.RECORD]
        verify(city, 1, declared(city, 1, old))
        assert failed(city, draw, 1) == [Rule.RECORD]
        verify(city, 2, declared(city, 2, recent))
        assert failed(city, draw, 2) == []
