"""Whatever people do, in whatever order: nobody is struck unheard, alone, or without an end."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from market.calendar import default_calendar
from market.clock import beijing
from market.credit.cases import actions as cases
from market.credit.cases import queries as case_queries
from market.credit.cases.actions.hearing import Summons
from market.credit.cases.rules import CaseState
from market.credit.model import Breach
from market.credit.rules import BreachKind
from market.db import reading_work, unit_of_work
from market.errors import MarketError
from tests.market.factories.credit import (
    DECISION,
    REPLY,
    SYSTEM,
    a_decider,
    a_proposal,
    a_report,
    an_officer,
)
from tests.market.factories.firms import a_listed_firm


@pytest.fixture
def cast(fast_here, clock):
    """Return a firm, its delegate, an officer who proposes and three who decide."""
    firm, delegate = a_listed_firm(fast_here, clock)
    return firm, delegate, an_officer(fast_here), [a_decider(fast_here) for _ in range(3)]


def deeds(clock, delegate, officer, deciders):
    """Return every deed by its name: who does it, and what it is."""
    own = {
        "reply": lambda work, case: cases.reply(work, case, REPLY),
        "say all": lambda work, case: cases.reply(work, case, REPLY, is_last=True),
        "extend": lambda work, case: cases.extend(work, case, REPLY),
        "ask hearing": lambda work, case: cases.ask_hearing(work, case, REPLY),
    }
    authority = {
        "notify": cases.notify,
        "summon": lambda work, case: cases.summon(
            work,
            case,
            Summons(
                held_at=beijing(default_calendar().add_working_days(work.today, 12), 10),
                place="三楼",
                chair=_name(work, deciders),
                why="会议室另有安排",
            ),
        ),
        "record": lambda work, case: cases.record_hearing(work, case, REPLY, attended=True),
        "draft": lambda work, case: cases.draft(work, case, uphold=True, text=DECISION),
        "send back": lambda work, case: cases.send_back(work, case, DECISION),
        "sign": cases.confirm_decision,
    }
    found = [(name, delegate, deed) for name, deed in own.items()]
    for person in (officer, *deciders):
        found += [(name, person, deed) for name, deed in authority.items()]
    return found


def _name(work, deciders):
    return next((one for one in deciders if one.user.id == work.user_id), deciders[0]).user.username


steps = st.lists(
    st.tuples(st.integers(0, 27), st.sampled_from([0, 0, 1, 9, 17])), min_size=4, max_size=24
)


def test_no_sequence_of_deeds_strikes_the_unheard(fast_here, clock, cast):
    seen = []

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        derandomize=True,
    )
    @given(steps)
    def walk(taken):
        seen.append(lived(fast_here, clock, cast, taken))

    walk()
    assert CaseState.DECIDED in seen  # Else nothing was shown.


def lived(here, clock, cast, taken):
    """Live through a case and return how it ended; a decided one has kept every law."""
    firm, delegate, officer, deciders = cast
    breach_id = a_report(here, firm, officer, BreachKind.EXTRA_CHARGE)
    with reading_work(here.sessions, SYSTEM, clock) as work:
        breach = work.session.get_one(Breach, breach_id)
    case = a_proposal(here, firm, officer, breaches=[breach])
    possible = deeds(clock, delegate, officer, deciders)
    said_all_at = heard_at = None
    for chosen, days in [*taken, *endgame(possible)]:
        clock.advance(timedelta(days=days))
        name, person, deed = possible[chosen % len(possible)]
        with suppress(MarketError), unit_of_work(here.sessions, person.actor, clock) as work:
            find = case_queries.own_case if person is delegate else case_queries.case
            deed(work, find(work, case.number))
            said_all_at = clock() if name == "say all" else said_all_at
            heard_at = clock() if name == "record" else heard_at
    with reading_work(here.sessions, SYSTEM, clock) as work:
        ended = case_queries.case(work, case.number)
        hearing = case_queries.hearing_of(work, ended)
        if ended.state is CaseState.DECIDED:
            closed_at = said_all_at or heard_at or ended.reply_by_at
            assert ended.notified_at <= closed_at <= ended.drafted_at <= ended.decided_at
            assert ended.decided_at < ended.effective_at < ended.ends_at
            people = [ended.proposed_by_id, ended.drafted_by_id, ended.decided_by_id]
            chairs = [hearing.chair_id] if hearing else []
            assert len({*people, *chairs}) == 3 + len(chairs)
        return ended.state


def endgame(possible):
    """Return deeds that lead most cases on to their decision, each tried by everybody."""
    return [
        (index, days if index == tried[0] else 0)
        for wanted, days in (("notify", 1), ("draft", 30), ("sign", 0))
        if (tried := [i for i, (name, _, _) in enumerate(possible) if name == wanted])
        for index in tried
    ]
