"""Messages between the sides: append-only, told to the other, read by nobody else."""

import hashlib
import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from audit.store import submissions
from market import salts
from market.contracts.thread import actions, queries
from market.contracts.thread.actions import NothingWrittenError, WroteOftenError
from market.errors import MissingError
from market.messages.model import Message
from tests.market.factories.accounts import sign_in
from tests.market.factories.contracts import a_contract, a_file
from tests.market.factories.credit import an_officer
from tests.market.factories.firms import PASSWORD


def send(agreed, person, words="请补充红线图。", *, file=False):
    def deed(work, contract):
        stored = a_file(agreed.here, work) if file else None
        actions.send(work, contract, words, stored)

    agreed.do(person, deed)


def rows(agreed, person=None):
    with agreed.work(person) as work:
        contract = queries.for_correspondent(work, agreed.contract_id)
        return queries.rows_of(work, contract)


def test_both_write_and_both_read_in_order(here, clock):
    agreed = a_contract(here, clock)
    send(agreed, agreed.owner, file=True)
    send(agreed, agreed.firm, "收到，三日内补充。")
    found = rows(agreed, agreed.firm)
    assert [(one.message.sequence, one.message.text) for one in found] == [
        (1, "请补充红线图。"),
        (2, "收到，三日内补充。"),
    ]
    contract = agreed.contract()
    with agreed.work(agreed.firm) as work:
        assert queries.has_file(work, contract, found[0].file.id)
        told = work.session.scalars(
            text("SELECT org_id FROM message WHERE kind = :k ORDER BY id"),
            {"k": "contract.message"},
        ).all()
    assert told == [agreed.firm.actor.org_id, agreed.owner.actor.org_id]
    assert Message.__tablename__ == "message"


def test_what_was_written_stays(here, clock):
    agreed = a_contract(here, clock)
    send(agreed, agreed.owner)
    for change in ("UPDATE contract_message SET text = 'x'", "DELETE FROM contract_message"):
        with pytest.raises(DBAPIError), here.sessions.begin() as session:
            session.execute(text(change))


def test_who_oversees_the_item_reads_and_nobody_else(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    send(agreed, agreed.owner, file=True)
    mine, other = an_officer(fast_here), an_officer(fast_here, "99")
    (one,) = rows(agreed, mine)
    with pytest.raises(MissingError):
        rows(agreed, other)
    contract = agreed.contract()
    with agreed.work(other) as work:
        assert not queries.has_file(work, contract, one.file.id)
    with agreed.work(mine) as work, pytest.raises(MissingError):
        actions.send(work, contract, "请说明情况。")


def notices(agreed):
    with agreed.work() as work:
        return work.session.scalar(
            text("SELECT count(*) FROM message WHERE kind = 'contract.message'")
        )


def test_many_messages_of_one_hour_are_one_notice_to_the_other_side(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    for _ in range(5):
        send(agreed, agreed.firm, "催一下")
    assert notices(agreed) == 1
    send(agreed, agreed.owner, "正在准备")
    assert notices(agreed) == 2
    clock.move_to(clock() + timedelta(hours=1))
    send(agreed, agreed.firm, "再催一下")
    assert notices(agreed) == 3


def test_a_side_writes_only_so_often_a_day(here, clock):
    agreed = a_contract(here, clock)
    for _ in range(30):
        send(agreed, agreed.firm, "催一下")
    with pytest.raises(WroteOftenError):
        send(agreed, agreed.firm, "催一下")
    send(agreed, agreed.owner, "对方仍然可以答复")
    clock.move_to(clock() + timedelta(days=1))
    send(agreed, agreed.firm, "第二天又可以写")
    assert len(rows(agreed, agreed.owner)) == 32


def test_a_message_says_something(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    with pytest.raises(NothingWrittenError):
        send(agreed, agreed.owner, "  \n ")


def test_the_log_does_not_give_a_short_text_away(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    send(agreed, agreed.owner, "好")
    send(agreed, agreed.owner, "好")
    number = agreed.contract().number
    with agreed.work(agreed.owner) as work:
        openings = salts.openings_of(work.session, number)
        found = work.session.scalars(select(submissions.c.body).order_by(submissions.c.id)).all()
    told = [json.loads(body) for body in found if b"contract.message-sent" in body]
    digests = {one["text_digest"] for one in told}
    assert len(digests) == 2
    assert hashlib.sha256("好".encode()).hexdigest() not in digests
    assert digests <= {one.digest for one in openings}
    assert salts.opening_of(openings, "好").digest in digests
    assert salts.opening_of(openings, "不好") is None


def test_who_reads_a_message_gets_its_salt(app, fast_here, clock):
    agreed = a_contract(fast_here, clock)
    send(agreed, agreed.firm, "好")
    with agreed.work(agreed.owner) as work:
        [one] = [
            found
            for found in salts.openings_of(work.session, agreed.contract().number)
            if salts.opening_of([found], "好")
        ]
    client = app.test_client()
    sign_in(client, agreed.owner.user, PASSWORD)
    page = client.get(f"/contracts/mine/{agreed.contract_id}/messages").text
    assert one.salt in page
    assert one.digest in page
