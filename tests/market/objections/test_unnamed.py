"""The log names nobody who objects or complains: neither an account, nor an organisation."""

import json
from datetime import timedelta
from io import BytesIO

from sqlalchemy import select

from audit.store import submissions
from market.accounts.model import Organisation
from market.complaints import actions as complaints
from market.complaints import queries as complaint_queries
from market.documents import actions as documents
from market.documents.actions import Place, erasing
from market.documents.queries import to_decide
from market.documents.rules import DocKind, Subject
from market.documents.seal import seal_key
from market.objections import actions, evidence, queries
from market.selfaudit import checks_handed_in
from tests.market.factories.complaints import accepted, filed
from tests.market.factories.documents import a_pdf
from tests.market.factories.draws import a_drawn_need
from tests.market.factories.objections import COMPLAINT, another_firm, answered, officers, raised

YEARS = timedelta(days=4000)


def log_of(city):
    with city.reading() as work:
        return [
            bytes(body).decode()
            for body in work.session.scalars(select(submissions.c.body).order_by(submissions.c.id))
        ]


def named_in(city, person, bodies):
    """Return the entries in which a person's account or organisation stands."""
    with city.reading() as work:
        organisation = work.session.get_one(Organisation, person.actor.org_id)
        marks = (organisation.code, organisation.name, f'"{person.actor.name}"')
    return [body for body in bodies if any(mark in body for mark in marks)]


def hand_in(city, person, one, place=None):
    """Let somebody hand in a piece of evidence, or a newer version of one."""
    with city.work(person) as work:
        found = queries.own(work, one.number)
        document = documents.hand_in(
            work,
            place or evidence.add(work, found, "资信平台的注销公告截图"),
            folder=city.here.config.uploads_dir,
            stream=BytesIO(a_pdf()),
            name="截图.pdf",
            key=seal_key(city.here.keys),
        )
        return document.id, Place(
            subject=Subject.OBJECTION, subject_id=document.subject_id, kind=DocKind.EVIDENCE
        )


def test_the_log_of_a_city_says_nowhere_who_objected_or_complained(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    objector, complainant = another_firm(drawn), another_firm(drawn, 1)
    officer, _ = officers(city)
    start = len(log_of(city))
    one = raised(drawn, objector)
    document_id, place = hand_in(city, objector, one)
    with city.work(city.operator) as work:
        documents.reject(work, to_decide(work, document_id), "截图看不清日期")
    clock.advance(timedelta(minutes=1))
    hand_in(city, objector, one)
    complaint = accepted(city, filed(drawn, complainant, name="", contact="").one, officer)
    with city.work(complainant) as work:
        found = complaint_queries.by_number(work, complaint.number)
        complaints.withdraw(work, city.here.keys, found)
    one = answered(city, one)
    with city.work(objector) as work:
        actions.complain(work, queries.own(work, one.number), COMPLAINT)
    with city.work(objector) as work:
        actions.withdraw(work, queries.own(work, one.number))
    clock.advance(YEARS)
    assert erasing.sweep(city.here) > 0
    said = log_of(city)[start:]
    kinds = {json.loads(body)["t"] for body in said}
    assert {
        "zjcs/award.objection-moved.v1",
        "zjcs/complaint.moved.v1",
        "zjcs/document.handed-in.v1",
        "zjcs/document.moved.v1",
        "zjcs/document.erased.v1",
    } <= kinds
    assert place.subject is Subject.OBJECTION
    for person in (objector, complainant):
        assert named_in(city, person, said) == []


def test_the_same_file_has_no_seal_in_common_with_what_its_organisation_is_named_for(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    one, other = raised(drawn), raised(drawn, another_firm(drawn, 1))
    seals = set()
    for person, objection in ((another_firm(drawn), one), (another_firm(drawn, 1), other)):
        hand_in(city, person, objection)
        seals |= {
            entry["seal"]
            for entry in map(json.loads, log_of(city))
            if entry.get("subject") == Subject.OBJECTION
        }
    assert len(seals) == 2


def test_the_self_audit_compares_what_is_told_of_a_side(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    hand_in(city, another_firm(drawn), raised(drawn))
    [told] = [
        each for each in checks_handed_in.handed_in_checks() if each.kind == "document.handed-in.v1"
    ]
    with city.reading() as work:
        whose = [row[-1] for row in work.session.execute(told.statement())]
    assert whose.count("") == 1
