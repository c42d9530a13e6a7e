"""The digest of a rule is in the log from its first use, and a changed file is refused."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from audit import store
from market import regulations, rulebook
from market.db import Actor, unit_of_work
from market.rulebook import RegulationChangedError

SUBJECT = "market-process"


def first_uses(here) -> list[dict]:
    with unit_of_work(here.sessions, Actor("job:test"), here.clock) as work:
        bodies = [
            json.loads(b)
            for b in work.session.scalars(
                select(store.submissions.c.body).order_by(store.submissions.c.id)
            )
        ]
    return [body for body in bodies if body["t"] == "zjcs/regulation.first-used.v1"]


def test_the_first_use_is_logged_once(here):
    for _ in range(3):
        with unit_of_work(here.sessions, Actor("job:test"), here.clock) as work:
            rules = rulebook.apply(work, SUBJECT)
            assert rulebook.apply(work, SUBJECT) == rules
    (entry,) = first_uses(here)
    assert (entry["regulation"], entry["digest"]) == (rules.id, rules.digest)


def test_a_use_that_was_rolled_back_was_none(here):
    with (
        pytest.raises(ZeroDivisionError),
        unit_of_work(here.sessions, Actor("job:test"), here.clock) as work,
    ):
        rulebook.apply(work, SUBJECT)
        raise ZeroDivisionError
    assert first_uses(here) == []


def test_a_file_that_was_changed_after_its_use_is_refused(here, monkeypatch):
    with unit_of_work(here.sessions, Actor("job:test"), here.clock) as work:
        rules = rulebook.apply(work, SUBJECT)
    changed = replace(rules, digest="0" * 64)
    monkeypatch.setattr(regulations, "in_force", lambda subject, day: changed)
    with (
        pytest.raises(RegulationChangedError),
        unit_of_work(here.sessions, Actor("job:test"), here.clock) as work,
    ):
        rulebook.apply(work, SUBJECT)
