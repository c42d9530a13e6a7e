"""Tickets by credit, and contributions of firms, where a city's rules allow them."""

import json
from collections.abc import Iterator

import pytest

from lottery.entries import WeightRule, decode
from lottery.listing import read_list
from lottery.seed import commit as commitment_of
from market.draws import actions, queries, weights
from market.draws.errors import NoContributorError, NoScoreError, WeightRuleError
from market.draws.rules import DrawState
from market.errors import ForbiddenError
from market.regulations import configure, current, extend_lock
from market.regulations.files import SHIPPED
from tests.market.draws.believing import faults, outcomes, report, run_at
from tests.market.factories.draws import a_checked_need, an_open_draw, enrol, publish

SHIPPED_FILE = SHIPPED / "platform-draw-process-2024.toml"
RULE = 'weights = { value = ["90:3", "60:2", "0:1"], clause = "第九条" }'


def a_city_file(folder, *lines, **changes):
    text = SHIPPED_FILE.read_text("utf-8")
    text = text.replace('id = "platform-draw-process-2024"', 'id = "city-draws"')
    text = text.replace(
        "effective_from = 2024-01-01",
        'effective_from = 2024-06-01\nrepeals = ["platform-draw-process-2024"]\n'
        'document_number = "示府办〔2024〕2号"',
    )
    for old, new in changes.items():
        text = text.replace(f"{old} = {{ value = false", f"{old} = {{ value = {new}")
    text = text.replace("[numbers]", "\n".join([*lines, "", "[numbers]"]))
    folder.mkdir()
    (folder / "city.toml").write_text(text, "utf-8")
    assert extend_lock(folder) == []
    return folder


@pytest.fixture
def rules(tmp_path) -> Iterator[object]:
    """Let a city's own rules of draws be in force."""

    def use(*lines, **changes):
        configure(a_city_file(tmp_path / "rules", *lines, **changes))
        return current().by_id("city-draws")

    before = list(weights._SCORERS)
    yield use
    configure()
    weights._SCORERS[:] = before


def score(firm_places):
    return lambda work, firm: firm_places.get(firm.code, 100)


def test_a_firm_has_as_many_tickets_as_its_credit_gives_and_the_list_says_why(city, rules):
    rules(RULE)
    codes = [firm.code for firm, _ in city.firms]
    scores = dict(zip(codes, (100, 89, 60, 12), strict=True))
    weights.provide(score(scores))
    draw = an_open_draw(city)
    enrol(city, draw)
    run_at(city, draw.enrol_close_at)
    with city.reading() as work:
        notice = queries.notice_entry(work, draw)
        lines = read_list(queries.file_of(work, draw, "list.ndjson"))
        snapshot = json.loads(queries.file_of(work, draw, "weights.json"))
    assert notice.weight_rule is WeightRule.LISTED
    tickets = dict(zip(codes, (3, 2, 2, 1), strict=True))
    assert {line.firm_id: line.weight for line in lines} == tickets
    assert {row["firm"]: row["score"] for row in snapshot["firms"]} == scores
    assert snapshot["rule"] == ["90:3", "60:2", "0:1"]
    run_at(city, draw.phi_at)
    found = report(city, draw)
    assert faults(found) == []
    assert outcomes(found)["V6"] == "passed"


def test_without_scores_a_weighted_list_is_not_frozen(city, rules, caplog):
    rules(RULE)
    weights._SCORERS.clear()
    draw = an_open_draw(city)
    enrol(city, draw)
    run_at(city, draw.enrol_close_at)
    assert city.draw(draw.id).state is DrawState.CLOSED
    assert NoScoreError.__name__ in caplog.text


@pytest.mark.parametrize("table", ['["90:3"]', '["x:1", "0:1"]', '["50:1001", "0:1"]', '["0"]'])
def test_a_rule_that_leaves_a_firm_without_tickets_is_refused(city, rules, table):
    rules(f'weights = {{ value = {table}, clause = "第九条" }}')
    need = a_checked_need(city)
    with pytest.raises(WeightRuleError):
        publish(city, need)


def test_by_default_all_firms_are_equal(city):
    assert weights.KEY not in current().by_id("platform-draw-process-2024")
    draw = an_open_draw(city)
    with city.reading() as work:
        assert queries.notice_entry(work, draw).weight_rule is WeightRule.EQUAL


VALUE = b"\x44" * 32


def committed(city, draw, place, enrolment):
    who = f"enrol:{enrolment.sequence}"
    made = commitment_of(bytes.fromhex(draw.draw_hash), who, VALUE)
    with city.work(city.firms[place][1]) as work:
        return actions.contributions.commit_as_firm(work, enrolment, made)


def test_firms_contribute_where_the_rules_let_them_without_being_named(city, rules):
    rules(firm_commits="true")
    draw = an_open_draw(city)
    enrolments = enrol(city, draw)
    for place in (2, 0):
        row = committed(city, draw, place, enrolments[place])
        assert row.organisation_id is None
    with pytest.raises(ForbiddenError):
        committed(city, draw, 1, enrolments[3])
    run_at(city, draw.enrol_close_at)
    with city.work(city.firms[0][1]) as work:
        actions.contributions.reveal_as_firm(work, enrolments[0], VALUE)
    with city.reading() as work:
        [entry] = queries.entries_of(work, draw, "reveal")
        assert decode(entry.body).who == "enrol:0"
        commits = [decode(row.body) for row in queries.entries_of(work, draw, "commit")]
        assert [each.signature for each in commits] == [None, None]
        assert city.firms[0][0].code.encode() not in entry.body
    run_at(city, draw.reveal_by_at)
    run_at(city, city.draw(draw.id).next_check_at)
    run_at(city, draw.phi_at)
    assert city.draw(draw.id).state is DrawState.DRAWN
    found = report(city, draw)
    assert faults(found) == []
    assert outcomes(found)["V7"] == "flagged"
    with city.reading() as work:
        assert queries.absences_of(work, draw) == []


def test_firms_do_not_contribute_where_the_notice_does_not_say_so(city):
    draw = an_open_draw(city)
    [enrolment] = enrol(city, draw, city.firms[0][1])
    with pytest.raises(NoContributorError):
        committed(city, draw, 0, enrolment)
