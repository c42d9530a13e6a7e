"""Whoever is decided about has a numbered letter: what, why, on which clause, and what to do."""

import pytest

from market.letters import queries as letters
from market.objections import actions, queries
from market.objections.rules import Ground, Outcome
from tests.market.draws.test_pages import site_of
from tests.market.factories.draws import a_drawn_need
from tests.market.factories.objections import (
    ANSWER,
    CLAUSE,
    COMPLAINT,
    DECISION,
    another_firm,
    answered,
    decided,
    heard,
    officers,
    raised,
)


def letters_of(city, one):
    with city.reading() as work:
        return {each.org_id: each for each in letters.of_subject(work, f"objection:{one.id}")}


def test_both_sides_read_what_was_decided_and_where_to_turn(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    objector, winner = another_firm(drawn), drawn.delegate
    one = answered(city, raised(drawn), Outcome.ANNUL)
    _, decider = officers(city)
    decided(city, one, decider)
    found = letters_of(city, one)
    assert set(found) == {objector.actor.org_id, winner.actor.org_id}
    for letter in found.values():
        words = "".join(letter.paragraphs)
        assert letter.number.startswith("WYJ-")
        assert (DECISION in words, CLAUSE in words) == (True, True)
        assert "成立，取消中选" in words
        for remedy in ("六十日", "行政复议", "六个月", "行政诉讼"):
            assert remedy in letter.remedies
    with city.reading() as work:
        name = queries.organisation_name(work, one)
    to_winner = found[winner.actor.org_id]
    assert name not in "".join((to_winner.title, *to_winner.paragraphs, to_winner.recipient))
    assert "提交的陈述" in "".join(to_winner.paragraphs)
    site = site_of(city)
    page = site.as_(winner).get(f"/draws/award/{drawn.award.number}").text
    assert "异议处理决定书" in page
    assert "行政复议" in page
    public = site.as_().get(f"/awards/{drawn.award.number}").text
    assert "异议成立，取消中选" in public
    assert "行政复议" in public
    assert to_winner.number in site.as_(winner).get("/letters").text
    shown = site.as_(winner).get(f"/objections/{one.number}").text
    assert to_winner.number in shown
    assert found[objector.actor.org_id].number not in shown
    assert to_winner.number not in site.as_().get(f"/objections/{one.number}").text


def test_what_is_dismissed_or_not_taken_up_has_a_letter_too(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, decider = officers(city)
    people = [another_firm(drawn), another_firm(drawn, 1)]
    first, second = (answered(city, raised(drawn, person)) for person in people)
    for person, one in zip(people, (first, second), strict=True):
        with city.work(person) as work:
            actions.complain(work, queries.own(work, one.number), COMPLAINT)
    with city.work(officer) as work:
        actions.refuse(work, queries.by_number(work, first.number), ANSWER)
    with city.work(officer) as work:
        actions.take_up(work, queries.by_number(work, second.number))
    with city.work(officer) as work:
        found = queries.by_number(work, second.number)
        actions.propose(work, city.here, found, Outcome.DISMISS, ANSWER)
    decided(city, second, decider)
    for person, one, series in zip(people, (first, second), ("WYB-", "WYJ-"), strict=True):
        found = letters_of(city, one)
        assert set(found) == {person.actor.org_id, drawn.delegate.actor.org_id}
        assert all(letter.number.startswith(series) for letter in found.values())
        assert all("继续有效" in "".join(letter.paragraphs) for letter in found.values())


@pytest.mark.parametrize("has_spoken", [False, True])
def test_nobody_is_told_that_it_let_a_term_pass_which_was_cut_short(city, clock, has_spoken):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, decider = officers(city)
    one = answered(city, raised(drawn), Outcome.ANNUL)
    if has_spoken:
        heard(city, one)
    decided(city, one, decider, agree=False)
    with city.work(officer) as work:
        found = queries.by_number(work, one.number)
        actions.propose(work, city.here, found, Outcome.DISMISS, ANSWER)
    decided(city, one, decider)
    words = "".join(letters_of(city, one)[drawn.delegate.actor.org_id].paragraphs)
    assert "没有陈述" not in words
    assert ("陈述随之终止" in words, "提交的陈述" in words) == (not has_spoken, has_spoken)


def test_an_owner_that_was_heard_has_its_letter(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    one = answered(city, raised(drawn, ground=Ground.PROCEDURE), Outcome.ANNUL_RESULT)
    _, decider = officers(city)
    decided(city, one, decider)
    assert city.clerk.actor.org_id in letters_of(city, one)
