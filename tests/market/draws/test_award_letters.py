"""A firm that confirmed gets its letter; it is withdrawn when the award is gone; sides are told."""

import json

from sqlalchemy import select

from market.draws import actions, queries
from market.draws.letters import subject_of
from market.letters.queries import of_subject, standing
from market.messages.model import Message
from tests.market.factories.draws import a_confirmed_award, a_drawn_need, an_offered_award


def _letters(city, award):
    with city.reading() as work:
        return [standing(work, one) for one in of_subject(work, subject_of(award))]


def _told(city):
    with city.reading() as work:
        rows = work.session.scalars(select(Message).order_by(Message.id))
        return [(row.kind, row.org_id, json.loads(row.facts)["at"]) for row in rows]


def test_a_letter_comes_with_the_confirmation_and_goes_with_the_award(city, clock):
    offered = an_offered_award(city.here, clock, city=city)
    assert _letters(city, offered.award) == []
    with city.work(offered.delegate) as work:
        actions.confirm(work, queries.own_award(work, offered.award.number))
    [one] = _letters(city, offered.award)
    assert (one.letter.title, one.withdrawal) == ("中选通知书", None)
    assert one.letter.org_id == offered.delegate.actor.org_id
    assert one.letter.issuer != one.letter.recipient
    words = "".join(one.letter.paragraphs)
    assert offered.need.title in words
    assert "2026年4月3日24时前" in words
    with city.work() as work:
        actions.lapse(work, queries.award_at(work, offered.award.id), "not_signed")
    [gone] = _letters(city, offered.award)
    assert gone.withdrawal is not None
    assert gone.letter.number == one.letter.number


def test_the_sides_are_told_once_of_each_step(city, clock):
    drawn = a_confirmed_award(city.here, clock, city=city)
    firm, owner = drawn.delegate.actor.org_id, drawn.need.owner_org_id
    assert _told(city) == [
        ("award.published", firm, "2026-03-19 24:00"),
        ("award.published-to-owner", owner, "2026-03-19 24:00"),
        ("award.offered", firm, "2026-03-23 24:00"),
        ("award.confirmed", owner, "2026-04-03 24:00"),
    ]


def test_who_gave_its_place_up_knows_and_the_next_one_is_told(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    with city.work(city.delegate_of(drawn.award)) as work:
        actions.decline(work, queries.own_award(work, drawn.award.number), "人员无法保证")
    firm = city.delegate_of(drawn.award).actor.org_id
    assert ("award.gone", firm) not in [(kind, org_id) for kind, org_id, _ in _told(city)]
    assert [kind for kind, _, _ in _told(city)].count("award.published") == 2
