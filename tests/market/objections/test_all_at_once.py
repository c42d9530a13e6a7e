"""An organisation says everything against an award at once: what comes later pauses nothing."""

from io import BytesIO

import pytest

from market.draws.rules import AwardState
from market.objections import actions, evidence, queries
from market.objections.errors import (
    GroundMissingError,
    GroundNotYoursError,
    NewFactsError,
    OutcomeNotOpenError,
    SameObjectionError,
)
from market.objections.rules import Fact, Ground, ObjectionState, Outcome
from tests.market.draws.test_pages import site_of
from tests.market.factories.documents import a_pdf
from tests.market.factories.draws import a_drawn_need
from tests.market.factories.objections import (
    ANSWER,
    CLAUSE,
    TEXT,
    again,
    another_firm,
    answered,
    decided,
    officers,
    raised,
)


def found_right(city, one, outcome, **rests):
    with city.work(city.operator) as work:
        found = queries.by_number(work, one.number)
        basis = actions.Basis(clause=CLAUSE, **rests)
        actions.answer(work, city.here, found, outcome, ANSWER, basis=basis)
    return again(city, one)


def test_a_second_one_needs_new_facts_and_pauses_nothing(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    more = [Ground.COLLUSION, Ground.FALSE_MATERIALS]
    one = raised(drawn, ground=Ground.AFFILIATION, more=more)
    assert one.grounds == (Ground.AFFILIATION, Ground.FALSE_MATERIALS, Ground.COLLUSION)
    for ground in one.grounds:
        with pytest.raises(SameObjectionError):
            raised(drawn, ground=ground, has_file=True)
    with pytest.raises(NewFactsError):
        raised(drawn, ground=Ground.LACKS_CONDITION)
    with city.work(another_firm(drawn)) as work:
        actions.withdraw(work, queries.own(work, one.number))
    with pytest.raises(NewFactsError):
        raised(drawn, ground=Ground.LACKS_CONDITION)
    two = raised(drawn, ground=Ground.LACKS_CONDITION, has_file=True)
    assert (two.freezes, two.no_freeze_reason) == (False, "again")
    assert city.awards(drawn.draw.id)[0].state is AwardState.PUBLICITY
    # It is handled like every other: what is found right holds the award.
    found_right(city, two, Outcome.ANNUL)
    assert city.awards(drawn.draw.id)[0].state is AwardState.FROZEN


def test_others_still_pause_it(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    raised(drawn)
    assert raised(drawn, another_firm(drawn, 1)).freezes


def test_a_party_s_closed_list_holds_for_every_ground(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    with pytest.raises(GroundNotYoursError):
        raised(drawn, city.clerk, Ground.COLLUSION, more=[Ground.PROCEDURE])


def test_it_is_found_right_on_one_of_its_grounds(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    one = raised(drawn, ground=Ground.LOTTERY, more=[Ground.COLLUSION, Ground.PROCEDURE])
    with pytest.raises(GroundMissingError):
        found_right(city, one, Outcome.ANNUL)
    with pytest.raises(GroundMissingError):
        found_right(city, one, Outcome.ANNUL, ground=Ground.AFFILIATION)
    with pytest.raises(OutcomeNotOpenError):
        found_right(city, one, Outcome.ANNUL_RESULT, ground=Ground.COLLUSION)
    fact = Fact.RECUSAL_MISSED
    one = found_right(city, one, Outcome.ANNUL_RESULT, ground=Ground.PROCEDURE, fact=fact)
    assert one.grounds == (Ground.PROCEDURE, Ground.COLLUSION, Ground.LOTTERY)
    _, decider = officers(city)
    assert decided(city, one, decider).state is ObjectionState.UPHELD
    assert city.awards(drawn.draw.id)[0].reason == "objection_procedure"


def test_a_dismissal_needs_no_ground(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    one = raised(drawn, ground=Ground.LOTTERY, more=[Ground.COLLUSION])
    assert answered(city, one).state is ObjectionState.ANSWERED


def test_the_pages_take_several_grounds_and_a_file_with_what_is_new(city, clock):
    site = site_of(city)
    drawn = a_drawn_need(city.here, clock, city=city)
    new = f"/objections/new/{drawn.award.number}"
    objector = site.as_(another_firm(drawn))
    given = {"ground": "affiliation", "more": ["collusion", "procedure"], "text": TEXT}
    done = objector.post(new, data=given)
    assert done.status_code == 303
    public = site.as_().get(done.location).text
    for words in ("中选机构与业主或其他报名机构存在关联", "串通报名或报价", "程序不合规定"):
        assert words in public
    answer = site.as_(city.operator).get(done.location).text
    assert "成立的理由" in answer
    assert "不再暂停中选结果" in objector.get(new).text
    again_ = {"ground": "lacks_condition", "text": TEXT}
    refused = objector.post(new, data=again_).text
    assert "应当一次提出全部理由" in refused
    named = again_ | {"title": "资信平台的注销公告截图", "file": (BytesIO(a_pdf()), "截图.pdf")}
    done = objector.post(new, data=named, content_type="multipart/form-data")
    assert done.status_code == 303
    assert "再次提出的照常办理，不再暂停" in site.as_().get(done.location).text
    number = done.location.rpartition("/")[2]
    with city.reading() as work:
        assert len(evidence.pieces_of(work, queries.by_number(work, number))) == 1
