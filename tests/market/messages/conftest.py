"""People who are told things, and an installation whose SMS lie in a folder."""

from dataclasses import replace

import pytest

from market.access import OrgKind
from market.db import Actor, unit_of_work
from market.messages.actions import tell
from market.messages.kinds import Kind, declare
from market.messages.model import MessageAddress
from tests.market.factories.accounts import a_user, an_organisation

PLAIN = declare(
    Kind(code="award.test-plain", subject="中选 %(number)s", body="%(number)s 已公告。")
)
MUST = declare(
    Kind(
        code="credit.test-must",
        subject="案件 %(number)s",
        body="案件 %(number)s 已告知。",
        must=True,
    )
)


def with_sms(here, folder):
    """Return the same installation with SMS that go into a folder."""
    return replace(here, config=replace(here.config, sms_dir=folder))


def a_firm_of(here, people, **address):
    """Return the id of an organisation and those of its people, who are reached at an address."""
    with unit_of_work(here.sessions, Actor("test"), here.clock) as work:
        organisation = an_organisation(work, OrgKind.FIRM)
        users = [a_user(work, organisation) for _ in range(people)]
        for user in users if address else ():
            work.session.add(MessageAddress(user_id=user.id, changed_at=work.now, **address))
        return organisation.id, [user.id for user in users]


def say(here, kind, once="1", **recipient):
    """Tell somebody something, committed."""
    with unit_of_work(here.sessions, Actor("test"), here.clock) as work:
        return tell(work, kind, once=once, path="/credit/cases/1", number=f"AJ-{once}", **recipient)


@pytest.fixture
def sms(here, tmp_path):
    """An installation on both databases whose SMS lie in a folder."""
    return with_sms(here, tmp_path / "sms")
