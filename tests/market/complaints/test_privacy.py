"""Who complains is found by nobody, in the database or on a page of another."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from audit.store import submissions
from market.calendar import default_calendar
from market.complaints import actions, queries, sealing
from market.complaints.errors import (
    OwnComplaintError,
)
from market.complaints.model import ComplaintStep
from market.complaints.rules import (
    Remedy,
    Tier,
)
from market.errors import MissingError
from market.messages.model import Message
from tests.market.factories.complaints import (
    CONTACT,
    NAME,
    TEXT,
    accepted,
    decided,
    facts,
    filed,
    heard,
    proposed,
)
from tests.market.factories.draws import a_drawn_need
from tests.market.factories.objections import another_firm, officers

CALENDAR = default_calendar()


def everything_stored(city):
    """Every value of every table, as whoever has the database alone reads it."""
    with city.reading() as work:
        tables = work.session.scalars(
            text("SELECT name FROM sqlite_master WHERE type = 'table'")
        ).all()
        found = []
        for table in tables:
            found += [
                str(value)
                for row in work.session.execute(text(f'SELECT * FROM "{table}"'))
                for value in row
            ]
    return found


def test_nobody_reads_from_the_database_who_complains(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, decider = officers(city)
    filed(drawn)
    person = another_firm(drawn)
    before = everything_stored(city)
    one = filed(drawn, person, name="", contact="").one
    one = accepted(city, one, officer)
    one = heard(city, one, officer, drawn.delegate)
    clock.advance(timedelta(minutes=7))
    one = decided(city, proposed(city, one, officer, remedy=Remedy.ANNUL), decider)
    after = everything_stored(city)
    for secret in (NAME, CONTACT, TEXT):
        assert not any(secret in value for value in before + after)
    with city.reading() as work:
        bodies = [
            b.decode()
            for b in work.session.scalars(select(submissions.c.body).order_by(submissions.c.id))
        ]
        mine = [body for body in bodies if one.number in body]
        assert mine
        assert not any(person.actor.org_code in body or person.actor.name in body for body in mine)
        opened = sealing.open_sealed(city.here.keys, one.number, one.sealed)
        assert (opened.org_id, opened.text) == (person.actor.org_id, TEXT)
        told = work.session.query(Message).filter_by(org_id=person.actor.org_id).all()
        # Where it stood next in the order it is called like any other: that tells nothing.
        told = [row for row in told if row.kind.startswith("complaint.")]
        assert told
        times = {step.at for step in work.session.query(ComplaintStep)}
        assert not {row.written_at for row in told} & times
        assert not {row.next_check_at for row in told} & times
        for table in ("complaint", "complaint_step", "clock", "clock_event"):
            rows = work.session.execute(text(f"SELECT * FROM {table}")).mappings().all()
            named = [
                row
                for row in rows
                if str(row.get("number", "")) == one.number or row.get("complaint_id") == one.id
            ]
            for row in named:
                ids = [row[k] for k in row if k.endswith("org_id")]
                assert person.actor.org_id not in ids


def test_a_complaint_is_its_own_complainants(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    person = another_firm(drawn)
    one = filed(drawn, person).one
    keys = city.here.keys
    with city.work(person) as work:
        assert queries.own(work, keys, one.number).tier is Tier.VERIFIED
        assert [each.id for each in queries.own_list(work, keys)] == [one.id]
    with city.work(another_firm(drawn, 1)) as work:
        assert queries.own_list(work, keys) == []
        with pytest.raises(MissingError):
            queries.own(work, keys, one.number)
    with city.work(drawn.delegate) as work, pytest.raises(OwnComplaintError):
        actions.file_by_site(work, keys, facts(drawn))
