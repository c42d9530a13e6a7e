"""What rests on a document: one question, before it is replaced and before it ends."""

import pytest

from market.documents import actions, queries, resting
from market.documents.resting import DocumentBoundError
from market.documents.rules import DocKind, DocState, Subject
from market.firms import actions as firms
from market.firms import queries as firm_queries
from market.firms.checks import QualificationState
from market.firms.rules import FirmState
from tests.market.documents.test_actions import hand_in
from tests.market.factories.documents import a_picture
from tests.market.factories.firms import (
    a_filled_in_firm,
    a_listed_firm,
    a_qualification,
    an_operator,
)


def certificate_of(row):
    return actions.Place(subject=Subject.QUALIFICATION, subject_id=row.id, kind=DocKind.CERTIFICATE)


def whats(work, document):
    return [rest.what for rest in resting.on(work, document)]


def test_the_certificate_of_a_confirmed_qualification_is_not_exchanged(fast_here, clock, working):
    firm, delegate = a_listed_firm(fast_here, clock)
    with working(fast_here, delegate) as work:
        row = firm_queries.qualifications(work, firm.id)[0]
        assert row.state is QualificationState.CONFIRMED
        place = certificate_of(row)
        current = queries.current(work, place.subject, place.subject_id, place.kind)
        if current is None or current.state is not DocState.CLEARED:
            current = hand_in(fast_here, work, place)
    with working(fast_here, an_operator(fast_here)) as work:
        held = queries.to_decide(work, current.id)
        if held.state is DocState.HELD:
            actions.clear(work, held)
        assert whats(work, held) == ["已核对的资质"]
    with working(fast_here, delegate) as work, pytest.raises(DocumentBoundError) as refusal:
        hand_in(fast_here, work, place, a_picture(), "certificate.jpg")
    assert "请新增一项资质" in str(refusal.value)
    with working(fast_here, delegate) as work:
        slots = {(one.subject, one.subject_id): one for one in queries.firm_slots(work, firm)}
        assert slots[Subject.QUALIFICATION, row.id].fixed_by is not None
        firm_queries.own(work).state = FirmState.RETURNED
        hand_in(fast_here, work, place, a_picture(), "certificate.jpg")


def test_what_a_firm_took_back_takes_its_documents_with_it(fast_here, working):
    _, delegate = a_filled_in_firm(fast_here)
    with working(fast_here, delegate) as work:
        row = firms.add_qualification(
            work, firm_queries.own(work), a_qualification(work.today, number="ZX-77")
        )
        work.session.flush()
        document = hand_in(fast_here, work, certificate_of(row))
    with working(fast_here, an_operator(fast_here)) as work:
        actions.reject(work, queries.to_decide(work, document.id), "证书照片看不清楚")
    with working(fast_here, delegate) as work:
        mine = firm_queries.own(work)
        gone = [one for one in firm_queries.qualifications(work, mine.id) if one.id == row.id]
        firms.remove_qualification(work, mine, gone[0])
        work.session.flush()
        assert queries.to_decide(work, document.id).state is DocState.REPLACED
        assert document.id not in [one.id for one in queries.current_of(work, work.org_id).values()]
        assert whats(work, queries.to_decide(work, document.id)) == []


def test_an_idle_registration_needs_nothing_and_one_that_waits_does(fast_here, working):
    firm, delegate = a_filled_in_firm(fast_here)
    place = actions.Place(subject=Subject.FIRM, subject_id=firm.id, kind=DocKind.LICENCE)
    with working(fast_here, delegate) as work:
        document = hand_in(fast_here, work, place)
        assert whats(work, document) == []
        firm_queries.own(work).state = FirmState.SUBMITTED
        assert whats(work, document) == ["机构入驻"]
