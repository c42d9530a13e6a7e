"""Every message is spread to its people and sent, whatever dies in between, and once."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from market.accounts.model import User
from market.db import Actor, unit_of_work
from market.messages import jobs, spreading
from market.messages.claims import claim, masked, settle
from market.messages.delivering import deliver
from market.messages.gateways import DownError, GatewayError, RefusedError, SmsFolder
from market.messages.model import Delivery, Message, MessageAddress, MessageChoice
from market.messages.rules import LEASE, MOST_ATTEMPTS, Channel, DeliveryState, Group
from market.sweeping import PutOff
from tests.market.messages.conftest import MUST, PLAIN, a_firm_of, say

PHONE = "13800001234"


class Scripted:
    """A gateway that answers as the test says; it keeps the keys it was given."""

    def __init__(self, *answers):
        self.answers, self.keys, self.sent = list(answers), [], []

    def send(self, one):
        self.keys.append(one.key)
        answer = self.answers.pop(0) if self.answers else "ok"
        if isinstance(answer, GatewayError):
            raise answer
        self.sent.append(one)
        return answer


def _deliveries(here, channel=Channel.SMS):
    with here.sessions() as session:
        wanted = select(Delivery).where(Delivery.channel == channel).order_by(Delivery.id)
        return session.scalars(wanted).all()


def _files(here):
    return sorted(here.config.sms_dir.glob("*.json"))


def test_it_reaches_every_person_in_the_inbox_and_those_with_a_number(sms):
    org_id, people = a_firm_of(sms, 3, phone=PHONE)
    say(sms, MUST, org_id=org_id)
    assert jobs.sweep(sms) == 6
    assert jobs.sweep(sms) == 0
    assert [row.user_id for row in _deliveries(sms, Channel.INBOX)] == people
    assert {row.state for row in _deliveries(sms, Channel.INBOX)} == {DeliveryState.SENT}
    assert jobs.send(sms) == 3
    assert jobs.send(sms) == 0
    found = [json.loads(path.read_text("utf-8")) for path in _files(sms)]
    assert [one["to"] for one in found] == [PHONE] * 3
    assert found[0]["text"] == "【中介超市】案件 AJ-1 已告知。"
    assert {row.sent_to for row in _deliveries(sms)} == {"138****1234"}


def test_a_person_is_told_alone_and_an_sms_nobody_asked_for_is_not_sent(sms):
    _, people = a_firm_of(sms, 2, phone=PHONE)
    say(sms, PLAIN, user_id=people[1])
    assert jobs.sweep(sms) == 1
    assert [row.user_id for row in _deliveries(sms, Channel.INBOX)] == [people[1]]


def test_choices_decide_and_do_not_silence_what_must_arrive(sms):
    org_id, (user_id,) = a_firm_of(sms, 1, phone=PHONE)
    with unit_of_work(sms.sessions, Actor("test"), sms.clock) as work:
        for topic, is_on in ((Group.SELECTION, True), (Group.CREDIT, False)):
            work.session.add(
                MessageChoice(user_id=user_id, topic=topic, channel=Channel.SMS, is_on=is_on)
            )
    say(sms, PLAIN, org_id=org_id)
    say(sms, MUST, org_id=org_id)
    jobs.sweep(sms)
    assert len(_deliveries(sms)) == 2


def test_somebody_who_left_is_told_nothing_any_more(sms):
    org_id, people = a_firm_of(sms, 2, phone=PHONE)
    say(sms, MUST, org_id=org_id)
    jobs.sweep(sms)
    with unit_of_work(sms.sessions, Actor("test"), sms.clock) as work:
        work.session.get_one(User, people[0]).active = False
        work.session.delete(work.session.get_one(MessageAddress, people[1]))
    assert jobs.send(sms) == 0
    assert {row.state for row in _deliveries(sms)} == {DeliveryState.DROPPED}
    say(sms, MUST, once="2", org_id=org_id)
    assert jobs.sweep(sms) == 1


def _queued(here):
    org_id, _ = a_firm_of(here, 1, phone=PHONE)
    say(here, MUST, org_id=org_id)
    jobs.sweep(here)
    return _deliveries(here)[0].id


def test_what_fails_is_tried_again_later_and_given_up(sms, clock):
    _queued(sms)
    way = Scripted(*[GatewayError("smtp 451")] * MOST_ATTEMPTS)
    tries = 0
    while (row := _deliveries(sms)[0]).state is DeliveryState.QUEUED:
        clock.move_to(max(row.next_check_at, clock()))
        assert deliver(sms, {Channel.SMS: way}) == 0
        assert deliver(sms, {Channel.SMS: way}) == 0
        tries += 1
        assert len(way.keys) == tries
    assert (row.state, tries, row.result) == (DeliveryState.FAILED, MOST_ATTEMPTS, "smtp 451")
    assert row.next_check_at is None
    assert len(set(way.keys)) == 1


def test_what_is_refused_is_not_tried_again(sms):
    _queued(sms)
    assert deliver(sms, {Channel.SMS: Scripted(RefusedError("http 400"))}) == 0
    assert _deliveries(sms)[0].state is DeliveryState.FAILED


def test_a_gateway_that_is_down_is_asked_once_a_round(sms):
    org_id, _ = a_firm_of(sms, 5, phone=PHONE)
    say(sms, MUST, org_id=org_id)
    jobs.sweep(sms)
    way = Scripted(DownError("http: TimeoutError"))
    assert deliver(sms, {Channel.SMS: way}) == 0
    assert len(way.keys) == 1
    assert [row.attempts for row in _deliveries(sms)] == [1, 0, 0, 0, 0]
    assert deliver(sms, {Channel.SMS: way}) == 4


def claimed(here, delivery_id):
    """Claim one delivery; None if it is not to be had."""
    found, left = claim(here, [delivery_id])
    assert not left
    return found[0] if found else None


def test_a_claim_is_one_workers_until_its_lease_is_over(sms, clock):
    delivery_id = _queued(sms)
    first = claimed(sms, delivery_id)
    assert claimed(sms, delivery_id) is None
    clock.advance(LEASE + timedelta(seconds=1))
    second = claimed(sms, delivery_id)
    assert second.key == first.key
    # The first one was only slow: its result no longer counts.
    assert settle(sms, [(first, "late")]) == 0
    assert settle(sms, [(second, "in time")]) == 1
    row = _deliveries(sms)[0]
    assert (row.state, row.result, row.attempts) == (DeliveryState.SENT, "in time", 2)


def test_a_message_that_kills_every_worker_is_given_up(sms, clock):
    delivery_id = _queued(sms)
    for _ in range(MOST_ATTEMPTS):
        assert claimed(sms, delivery_id) is not None
        clock.advance(LEASE + timedelta(seconds=1))
    assert claimed(sms, delivery_id) is None
    assert _deliveries(sms)[0].state is DeliveryState.FAILED


def _queue(here, number):
    """Queue so many SMS for one person; return the ids of the deliveries."""
    org_id, _ = a_firm_of(here, 1, phone=PHONE)
    for count in range(number):
        say(here, MUST, once=str(count), org_id=org_id)
    jobs.sweep(here)
    return [row.id for row in _deliveries(here)]


def test_many_are_spread_claimed_and_settled_by_few_statements(sms):
    org_id, _ = a_firm_of(sms, 2, phone=PHONE)
    for count in range(60):
        say(sms, MUST, once=str(count), org_id=org_id)
    seen = []
    event.listen(sms.engine, "before_cursor_execute", lambda *facts: seen.append(facts[2]))
    assert jobs.sweep(sms) == 240
    spread = len(seen)
    assert jobs.send(sms) == 120
    assert spread < 12
    assert len(seen) - spread < 12


def test_a_message_that_cannot_be_spread_holds_up_no_other(sms, monkeypatch):
    org_id, _ = a_firm_of(sms, 1, phone=PHONE)
    for count, kind in enumerate((PLAIN, MUST, PLAIN)):
        say(sms, kind, once=str(count), org_id=org_id)
    known = spreading.kind_of

    def broken(code):
        if code == MUST.code:
            raise LookupError(code)
        return known(code)

    with monkeypatch.context() as patched:
        patched.setattr(spreading, "kind_of", broken)
        assert jobs.sweep(sms) == 2
    with sms.sessions() as session:
        assert [row.fault for row in session.scalars(select(PutOff))] == ["LookupError"]
    assert jobs.sweep(sms) == 2
    with sms.sessions() as session:
        assert session.scalars(select(PutOff)).all() == []


def test_a_message_that_cannot_be_sent_holds_up_no_other(sms, clock):
    ids = _queue(sms, 4)
    with sms.sessions.begin() as session:
        message = session.get_one(Message, session.get_one(Delivery, ids[1]).message_id)
        message.facts = "no facts"
    assert jobs.send(sms) == 3
    states = [(row.state, row.result) for row in _deliveries(sms)]
    assert states[1] == (DeliveryState.QUEUED, "JSONDecodeError")
    assert {state for state, _ in states[:1] + states[2:]} == {DeliveryState.SENT}
    assert jobs.send(sms) == 0  # it waits for its next try


def test_what_a_slow_gateway_leaves_is_given_back_before_the_lease_is_over(sms, clock):
    _queue(sms, 5)

    class Slow(Scripted):
        def send(self, one):
            clock.advance(LEASE / 2)
            return super().send(one)

    way = Slow()
    assert deliver(sms, {Channel.SMS: way}) == 1
    rows = _deliveries(sms)
    assert [row.attempts for row in rows] == [1, 0, 0, 0, 0]
    assert {row.state for row in rows[1:]} == {DeliveryState.QUEUED}
    assert deliver(sms, {Channel.SMS: Scripted()}) == 4


def test_what_was_with_a_worker_that_died_is_claimed_alone(sms, clock):
    ids = _queue(sms, 3)
    first, left = claim(sms, ids)
    assert ([one.row.row_id for one in first], left) == (ids, [])
    clock.advance(LEASE + timedelta(seconds=1))
    assert claim(sms, ids) == ([], ids)
    assert claimed(sms, ids[1]).key == first[1].key


class DyingError(BaseException):
    """The worker was killed."""


class Dying:
    """A gateway whose process dies at every seventh message, before or after it went out."""

    def __init__(self, folder):
        self.folder, self.count = SmsFolder(folder), 0

    def send(self, one):
        self.count += 1
        if self.count % 14 == 7:
            raise DyingError
        answer = self.folder.send(one)
        if self.count % 14 == 0:
            raise DyingError
        return answer


def test_two_workers_that_are_killed_again_and_again_send_everything_once(sms, clock):
    org_id, _ = a_firm_of(sms, 4, phone=PHONE)
    for number in range(50):
        say(sms, MUST, once=str(number), org_id=org_id)
    jobs.sweep(sms)
    assert len(_deliveries(sms)) == 200

    def worker(dying):
        try:
            return deliver(sms, {Channel.SMS: dying})
        except DyingError:
            return 0

    workers = [Dying(sms.config.sms_dir) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        for _ in range(60):
            list(pool.map(worker, workers))
            clock.advance(LEASE + timedelta(seconds=1))
            if all(row.state is DeliveryState.SENT for row in _deliveries(sms)):
                break
    rows = _deliveries(sms)
    assert {row.state for row in rows} == {DeliveryState.SENT}
    assert [path.stem for path in _files(sms)] == sorted(row.key for row in rows)
    assert {len(path.read_text("utf-8").splitlines()) for path in _files(sms)} == {1}
    assert any(row.result == "already there" for row in rows)


@pytest.mark.parametrize(
    ("address", "seen"),
    [("li.si@example.cn", "l****@example.cn"), ("13912345678", "139****5678")],
)
def test_the_record_hides_most_of_an_address(address, seen):
    assert masked(address) == seen
