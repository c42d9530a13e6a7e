"""Every kind of clock says whose time it is, what ends it, and which column has the same instant.

A new kind, or a new thing that is timed by an old one, is written here with its feature: a clock
that outlives its subject puts days on an account that are nobody's, and two ends of one term
contradict each other before whoever is to be on time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pytest
from sqlalchemy import select

from market import jobs
from market.clocks import kinds, queries
from market.clocks.card_rules import CardState
from market.clocks.model import Card, Clock
from market.clocks.rules import ClockState, Party
from market.complaints.model import Complaint
from market.contracts.ending.model import ContractEnding
from market.contracts.model import Contract
from market.contracts.reports.model import Milestone
from market.contracts.reports.rules import AWAITED
from market.contracts.rules import ContractState
from market.credit.cases.model import Case
from market.credit.repair.model import CreditRepair
from market.db import Actor, reading_work
from market.documents.model import OwnerRegistration
from market.firms.model import Firm
from market.needs.model import Need
from market.needs.rules import NeedState
from market.objections.model import AwardObjection, ObjectionHearing
from market.payments.model import Voucher
from market.supervision.queries import TO_JUDGE
from tests.market.security import world as worlds

FIRM: Final = frozenset({Party.FIRM})
OWNER: Final = frozenset({Party.OWNER})
REVIEWER: Final = frozenset({Party.REVIEWER})
ANYBODY: Final = frozenset({Party.FIRM, Party.OWNER, Party.REVIEWER, Party.THIRD_PARTY})
SERVED: Final = frozenset({ContractState.RUNNING, ContractState.DELIVERED})
IN_CHECK: Final = frozenset({NeedState.CHECK, NeedState.RETURNED})
A_TERM = Callable[[Any], datetime | None]


@dataclass(frozen=True, kw_only=True)
class Timed:
    """What is timed under one name.

    ``kinds`` and ``holders``: whose time may pass on it. ``key``: the column by which the row is
    found. ``is_open``: whether anything is left to be timed. ``term``: the instant that the row
    itself keeps; None where the clock is the only place that has it.
    """

    kinds: tuple[kinds.ClockKind, ...]
    holders: frozenset[Party]
    key: Any
    is_open: Callable[[Any], bool]
    term: A_TERM | None = None


TIMED: Final = {
    "contract": Timed(
        kinds=(kinds.SERVICE,),
        holders=FIRM,
        key=Contract.id,
        is_open=lambda one: one.state in SERVED,
    ),
    "owner-review": Timed(
        kinds=(kinds.OWNER_REVIEW,),
        holders=OWNER,
        key=Contract.id,
        is_open=lambda one: one.state is ContractState.DELIVERED,
        term=lambda one: one.act_by_at,
    ),
    "authority-review": Timed(
        kinds=(kinds.AUTHORITY_REVIEW,),
        holders=REVIEWER,
        key=Contract.id,
        is_open=lambda one: one.state is ContractState.DELIVERED,
        term=lambda one: one.act_by_at,
    ),
    "report": Timed(
        kinds=(kinds.PROGRESS_REPORT, kinds.REPORT_BY_DAY),
        holders=FIRM,
        key=Milestone.id,
        is_open=lambda one: one.state in AWAITED,
        term=lambda one: one.due_at,
    ),
    "invoice": Timed(
        kinds=(kinds.PAYMENT,),
        holders=OWNER,
        key=Voucher.id,
        is_open=lambda _: True,  # the ledger says it, in ``payments.timing``
    ),
    "objection": Timed(
        kinds=(kinds.OBJECTION_REPLY,),
        holders=REVIEWER,
        key=AwardObjection.id,
        is_open=lambda one: one.due_at is not None,
        term=lambda one: one.due_at,
    ),
    "objection-hearing": Timed(
        kinds=(kinds.PARTY_REPLY,),
        holders=FIRM | OWNER,
        key=ObjectionHearing.id,
        is_open=lambda one: one.closed_at is None,
        term=lambda one: one.by_at,
    ),
    "complaint:accept": Timed(
        kinds=(kinds.COMPLAINT_ACCEPT,),
        holders=REVIEWER,
        key=Complaint.id,
        is_open=lambda one: one.accepted_at is None and one.closed_at is None,
        term=lambda one: one.due_at,
    ),
    "complaint:decide": Timed(
        kinds=(kinds.COMPLAINT,),
        holders=REVIEWER,
        key=Complaint.id,
        is_open=lambda one: one.closed_at is None,
        term=lambda one: one.due_at,
    ),
    "complaint:reply": Timed(
        kinds=(kinds.PARTY_REPLY,),
        holders=ANYBODY,
        key=Complaint.id,
        is_open=lambda one: one.closed_at is None,
        term=lambda one: one.reply_by_at,
    ),
    "complaint:hear": Timed(
        kinds=(kinds.PARTY_REPLY,),
        holders=FIRM,
        key=Complaint.id,
        is_open=lambda one: one.closed_at is None,
        term=lambda one: one.party_by_at,
    ),
    "firm-check": Timed(
        kinds=(kinds.OPERATOR_CHECK,),
        holders=REVIEWER,
        key=Firm.id,
        is_open=lambda one: one.check_due_at is not None or one.state.value == "returned",
        term=lambda one: one.check_due_at,
    ),
    "owner-check": Timed(
        kinds=(kinds.OPERATOR_CHECK,),
        holders=REVIEWER,
        key=OwnerRegistration.organisation_id,
        is_open=lambda one: one.check_due_at is not None or one.state.value == "returned",
        term=lambda one: one.check_due_at,
    ),
    "need-check": Timed(
        kinds=(kinds.OPERATOR_CHECK,),
        holders=REVIEWER,
        key=Need.id,
        is_open=lambda one: one.state in IN_CHECK,
    ),
    "case-reply": Timed(
        kinds=(kinds.PARTY_REPLY,),
        holders=FIRM,
        key=Case.id,
        is_open=lambda one: one.reply_by_at is not None,
        term=lambda one: one.reply_by_at,
    ),
    "repair": Timed(
        kinds=(kinds.AUTHORITY_DECISION,),
        holders=REVIEWER,
        key=CreditRepair.id,
        is_open=lambda one: one.next_check_at is not None,
        term=lambda one: one.decide_by_at,
    ),
    "card-reply": Timed(
        kinds=(kinds.CARD_REPLY,),
        holders=FIRM | OWNER | REVIEWER,
        key=Card.number,
        is_open=lambda one: one.state is CardState.ISSUED,
        term=lambda one: one.reply_by_at,
    ),
    "card-judging": Timed(
        kinds=(kinds.CARD_JUDGING,),
        holders=REVIEWER,
        key=Card.number,
        is_open=lambda one: one.state in TO_JUDGE,
    ),
    "ending-answer": Timed(
        kinds=(kinds.PARTY_REPLY,),
        holders=FIRM | OWNER,
        key=ContractEnding.number,
        is_open=lambda one: one.due_at is not None,
        term=lambda one: one.due_at,
    ),
    "ending-decision": Timed(
        kinds=(kinds.AUTHORITY_DECISION,),
        holders=REVIEWER,
        key=ContractEnding.number,
        is_open=lambda one: one.due_at is not None,
        term=lambda one: one.due_at,
    ),
}


def named(clock: Clock) -> tuple[str, str]:
    """Return under which name a clock times something, and the number of what it is."""
    name, ref, *rest = clock.subject.split(":")
    steps = [each for each in rest if not each.isdecimal()]
    return ":".join([name, *steps]), ref


@pytest.fixture
def city(tmp_path_factory, tmp_path):
    """A copy of the small market, in which almost everything waits for somebody."""
    here = worlds.the_world(tmp_path_factory).open(tmp_path / "copy")
    yield here
    here.engine.dispose()


def test_every_kind_times_something_that_is_written_here():
    jobs.sweeps()  # loads every feature
    declared = {kind.code for kind in kinds.every() if not kind.code.startswith("test-")}
    assert declared == {kind.code for one in TIMED.values() for kind in one.kinds}


def row_of(work, one, ref):
    column = one.key
    value = ref if column.type.python_type is str else int(ref)
    return work.session.scalars(select(column.class_).where(column == value)).one()


def test_no_clock_outlives_what_it_times_and_both_say_one_instant(city):
    seen, compared = set(), set()
    with reading_work(city.sessions, Actor("test"), city.clock) as work:
        for clock in work.session.scalars(select(Clock).order_by(Clock.id)).all():
            name, ref = named(clock)
            one = TIMED[name]
            seen.add(name)
            assert clock.kind in {kind.code for kind in one.kinds}, clock.subject
            assert clock.holder in one.holders, clock.subject
            if clock.state is ClockState.STOPPED:
                continue
            row = row_of(work, one, ref)
            assert one.is_open(row), f"{clock.subject} runs, though nothing is left to be timed"
            runs = queries.runs_for(work, clock) is clock.holder
            if one.term is not None and runs and clock.due_at is not None:
                assert one.term(row) == clock.due_at, f"{clock.subject} has two ends"
                compared.add(name)
    assert len(seen) >= MOST_SEEN
    assert len(compared) >= MOST_COMPARED


MOST_SEEN: Final = 12
MOST_COMPARED: Final = 5
