"""Letters are made beside everything else: nobody waits for a page to be set."""

from sqlalchemy import select

from market.access import OrgKind, Role
from market.db import Actor, unit_of_work
from market.letters import jobs
from market.letters.actions import issue
from market.letters.kinds import LetterKind, declare
from market.letters.model import LetterFile
from market.sweeping import PutOff
from tests.market.factories.accounts import a_person

KIND = declare(LetterKind(code="test.job", name="告知书", series="WXJ"))


def test_others_write_while_a_page_is_set(here, monkeypatch):
    person = a_person(here, Role.FIRM_DELEGATE, kind=OrgKind.FIRM)
    with unit_of_work(here.sessions, Actor("test"), here.clock) as work:
        letter = issue(
            work,
            KIND,
            org_id=person.organisation_id,
            subject="credit_case:1",
            title="告知书",
            paragraphs=["一、事实。"],
        )
    met = []

    def meanwhile(of_letter, **_where):
        with unit_of_work(here.sessions, Actor("test"), here.clock) as work:
            work.session.add(
                PutOff(
                    task="test",
                    key="1",
                    tries=1,
                    fault="none",
                    failed_at=work.now,
                    again_at=work.now,
                )
            )
        met.append(of_letter.id)
        return b"%PDF-"

    monkeypatch.setattr(jobs, "rendered", meanwhile)
    assert (jobs.sweep(here), jobs.sweep(here), met) == (1, 0, [letter.id])
    with unit_of_work(here.sessions, Actor("test"), here.clock) as work:
        assert work.session.scalars(select(LetterFile.content)).all() == [b"%PDF-"]
        assert work.session.get(PutOff, ("test", "1")) is not None
