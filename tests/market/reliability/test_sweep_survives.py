"""The worker is killed, doubled, or away for days: each due card comes once, in order (R15)."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text

from market.calendar import end_of
from market.clock import ManualClock, beijing
from market.clocks import jobs
from market.clocks.model import Card
from market.clocks.rules import CardStage
from market.installation import Installation
from market.messages import jobs as messages
from market.messages.model import Delivery, Message
from market.messages.rules import Channel, DeliveryState
from tests.lengths import length
from tests.market.factories.many_clocks import dealt, many_clocks
from tests.market.messages.conftest import MUST, a_firm_of, say, with_sms
from tests.market.reliability.clerk import FEW, LONG_AFTER, installation
from tests.market.reliability.office import Clerks

LADDER = list(CardStage)
DUE = length(120, 100_000)
KILLED_AT = (1, 4, 8)  # the commit that the worker never finished
KILLED_WITH = (1, 12, 25)  # the message that the worker had in hand


def check_each_once(here: Installation, number: int) -> None:
    """Check that every clock has each card once, and its party one message for each."""
    found = dealt(here)
    assert len(found) == number
    assert set(map(tuple, found.values())) == {tuple(LADDER)}
    with here.sessions() as session:
        cards = session.scalar(select(func.count(Card.id)))
        told = session.scalar(select(func.count(Message.id)).where(Message.kind == "card.given"))
    assert cards == told == 4 * number


def test_a_worker_killed_between_claim_and_commit_loses_and_doubles_nothing(folder, clerks):
    here = installation(folder)
    many_clocks(here, 24)
    for patience in KILLED_AT:
        before = sum(map(len, dealt(here).values()))
        clerks.start("sweep", patience)
        assert clerks.heard() == "claimed"
        clerks.kill()
        # What was claimed when the worker died was not dealt: the next one finds it again.
        assert sum(map(len, dealt(here).values())) == before + 4 * FEW * (patience - 1)
    clerks.start("sweep")
    assert clerks.until("finished") == []
    check_each_once(here, 24)
    with here.engine.connect() as connection:
        assert connection.scalar(text("PRAGMA quick_check")) == "ok"
    here.engine.dispose()


def test_two_workers_at_once_deal_each_card_once(folder, clerks):
    here = installation(folder)
    many_clocks(here, 20)
    other = Clerks(folder)
    for office in (clerks, other):
        office.start("sweep")
    readers = [threading.Thread(target=one.until, args=("finished",)) for one in (clerks, other)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    other.go()
    jobs.sweep(Installation.open(here.config, ManualClock(LONG_AFTER)))
    check_each_once(here, 20)
    here.engine.dispose()


def test_a_worker_killed_between_claim_and_send_sends_each_message_once(folder, clerks):
    here = with_sms(installation(folder), folder / "sms")
    org_id, _ = a_firm_of(here, 2, phone="13800001234")
    for number in range(30):
        say(here, MUST, once=str(number), org_id=org_id)
    assert messages.sweep(here) == 120
    for patience in KILLED_WITH:
        clerks.start("send", patience)
        assert clerks.heard() == "claimed"
        clerks.kill()
    clerks.start("send", KILLED_WITH[-1] + 1000)
    assert clerks.until("finished") == []
    with here.sessions() as session:
        rows = session.scalars(select(Delivery).where(Delivery.channel == Channel.SMS)).all()
    assert {row.state for row in rows} == {DeliveryState.SENT}
    files = sorted((folder / "sms").glob("*.json"))
    assert [path.stem for path in files] == sorted(row.key for row in rows)
    assert len(rows) == 60
    # The first claimed all; from then on each was claimed alone.
    assert max(row.attempts for row in rows) <= 1 + len(KILLED_WITH)
    assert min(row.attempts for row in rows) == 2
    here.engine.dispose()


@pytest.mark.long
def test_after_days_of_downtime_everything_due_is_caught_up_in_order(fast_here, clock):
    many_clocks(fast_here, DUE)
    clock.move_to(beijing(date(2026, 3, 16), 12))
    assert jobs.sweep(fast_here) == DUE  # the warnings
    clock.advance(timedelta(days=3))  # the worker is away
    assert jobs.sweep(fast_here) == DUE
    assert jobs.sweep(fast_here) == 0
    with fast_here.sessions() as session:
        rows = session.execute(
            select(Card.reached_at, Card.issued_at, Card.id).where(Card.stage == CardStage.RED)
        ).all()
    assert len(rows) == DUE
    assert {row.reached_at for row in rows} == {end_of(date(2026, 3, 16))}
    assert {row.issued_at for row in rows} == {clock()}
