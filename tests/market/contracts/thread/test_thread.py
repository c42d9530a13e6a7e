"""Messages between the sides: append-only, told to the other, read by nobody else."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from market.contracts.thread import actions, queries
from market.contracts.thread.actions import NothingWrittenError
from market.errors import MissingError
from market.messages.model import Message
from tests.market.factories.contracts import a_contract, a_file
from tests.market.factories.credit import an_officer


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


def test_a_message_says_something(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    with pytest.raises(NothingWrittenError):
        send(agreed, agreed.owner, "  \n ")


def test_the_log_does_not_give_a_short_text_away(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    send(agreed, agreed.owner, "好")
    send(agreed, agreed.owner, "好")
    digests = {actions.digest_of(one.message) for one in rows(agreed, agreed.owner)}
    assert len(digests) == 2
