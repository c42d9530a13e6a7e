"""Nobody of the operator keeps a firm out of a draw alone, and the firm is heard."""

import json
import re
from itertools import product

import pytest
from sqlalchemy import select, text

from market.access import OrgKind, Role
from market.draws import actions, jobs, queries
from market.draws.errors import AlreadyExcludedError, ListFrozenError
from market.draws.exclusion_rules import (
    EXCLUSION_MOVES,
    BasisError,
    ExclusionAnswerError,
    ExclusionOverError,
    ExclusionState,
    ExclusionStep,
    ExclusionWordsError,
    advance_exclusion,
    basis_of,
    is_unanswered,
    possible,
    state_after,
    words_of,
)
from market.draws.rules import EnrolmentState
from market.errors import MissingError, SeparationOfDutiesError
from market.messages.model import Message
from tests.market.draws.test_pages import site as site  # noqa: PLC0414 - a fixture
from tests.market.factories.draws import (
    an_open_draw,
    decide_exclusion,
    enrol,
    exclude,
    propose_exclusion,
)
from tests.market.factories.firms import a_person

S, X = ExclusionState, ExclusionStep
ANSWER = "经核对原业主来函，该合同确非其签订。"
WHY = "业绩合同经原业主书面确认属实，并非伪造。"
# What was done, and where it then stands.
COURSES = {
    (): S.PROPOSED,
    (X.OBJECT,): S.PROPOSED,
    (X.CONFIRM,): S.IN_FORCE,
    (X.REFUSE,): S.REFUSED,
    (X.OBJECT, X.CONFIRM): S.IN_FORCE,
    (X.CONFIRM, X.OBJECT): S.IN_FORCE,
    (X.CONFIRM, X.OBJECT, X.KEEP): S.IN_FORCE,
    (X.CONFIRM, X.LIFT): S.LIFTED,
    (X.CONFIRM, X.OBJECT, X.LIFT): S.LIFTED,
}


@pytest.mark.parametrize(("steps", "step"), [*product(COURSES, ExclusionStep)])
def test_every_course_and_step(steps, step):
    state = COURSES[steps]
    assert state_after(steps) is state
    fits = (state, step) in EXCLUSION_MOVES and step not in steps
    if step is X.KEEP:
        fits = steps == (X.CONFIRM, X.OBJECT)
    if fits:
        assert advance_exclusion(steps, step) is EXCLUSION_MOVES[state, step]
    else:
        with pytest.raises(ExclusionOverError):
            advance_exclusion(steps, step)


def test_an_objection_is_unanswered_until_somebody_decides_after_it():
    assert [steps for steps in COURSES if is_unanswered(steps)] == [
        (X.OBJECT,),
        (X.CONFIRM, X.OBJECT),
    ]


@pytest.mark.parametrize("good", ["AJ-2026-000001", "川建罚〔2026〕12号", " TS-2026-1 "])
def test_a_number_of_a_case_decision_or_file(good):
    assert basis_of(good) == good.strip()


@pytest.mark.parametrize("bad", ["", "无", "未经核实，先行排除", "12", "见附件", "1" * 61])
def test_what_is_no_number_is_refused(bad):
    with pytest.raises(BasisError):
        basis_of(bad)


@pytest.mark.parametrize(("steps", "step"), [*product(COURSES, ExclusionStep)])
def test_a_page_offers_what_can_be_done(steps, step):
    try:
        advance_exclusion(steps, step)
        fits = step is not X.OBJECT
    except ExclusionOverError:
        fits = False
    assert (step in possible(steps)) is fits


@pytest.mark.parametrize("step", [X.CONFIRM, X.REFUSE, X.KEEP, X.LIFT])
def test_whoever_decides_after_an_objection_answers_it(step):
    with pytest.raises(ExclusionAnswerError):
        words_of(step, "  核对过 ", [X.OBJECT])
    assert words_of(step, WHY, [X.OBJECT]) == WHY
    assert words_of(X.CONFIRM, "") == ""


def object_to(city, delegate, row, words=WHY):
    with city.work(delegate) as work:
        actions.object_to_exclusion(work, row.id, words)


def in_force(city, draw, code):
    with city.reading() as work:
        return queries.exclusion_of(work, draw, code) is not None


def test_one_person_alone_keeps_nobody_out(city):
    draw = an_open_draw(city)
    firm, delegate = city.firms[0]
    row = propose_exclusion(city, draw, firm.code)
    assert not in_force(city, draw, firm.code)
    with pytest.raises(SeparationOfDutiesError), city.work(city.operator) as work:
        actions.decide_exclusion(work, row.id, X.CONFIRM)
    with pytest.raises(AlreadyExcludedError):
        propose_exclusion(city, draw, firm.code)
    enrol(city, draw)
    city.clock.move_to(draw.enrol_close_at)
    jobs.run_due(city.here)
    with city.reading() as work:
        assert queries.enrolment_of(work, draw, firm).state is EnrolmentState.ENROLLED
    with pytest.raises(ListFrozenError):
        decide_exclusion(city, row)
    with pytest.raises(ListFrozenError):
        object_to(city, delegate, row)


def test_without_a_number_nobody_is_proposed(city):
    draw = an_open_draw(city)
    with pytest.raises(BasisError):
        propose_exclusion(city, draw, city.firms[0][0].code, basis="先行排除")


def test_the_firm_is_told_at_each_step_and_the_log_does_not_name_it(city):
    draw = an_open_draw(city)
    firm, delegate = city.firms[0]
    row = propose_exclusion(city, draw, firm.code)
    object_to(city, delegate, row)
    with pytest.raises(ExclusionAnswerError):
        decide_exclusion(city, row)
    decide_exclusion(city, row, X.CONFIRM, ANSWER)
    decide_exclusion(city, row, X.LIFT, "原业主确认合同属实，登记有误。")
    with city.reading() as work:
        wanted = select(Message).where(Message.kind.startswith("draw.exclusion"))
        wanted = wanted.order_by(Message.id)
        told = work.session.scalars(wanted).all()
    assert {one.org_id for one in told} == {firm.organisation_id}
    assert [json.loads(one.facts)["state"] for one in told] == ["待复核", "已复核，排除", "已撤销"]
    assert json.loads(told[1].facts)["words"] == ANSWER.rstrip("。")
    with city.here.engine.connect() as connection:
        bodies = connection.execute(text("SELECT body FROM log_submission ORDER BY id")).scalars()
        entries = [json.loads(bytes(b)) for b in bodies if b"zjcs/draw.excluded.v1" in bytes(b)]
    assert [one["state"] for one in entries] == ["proposed", "in-force", "lifted"]
    assert {one["basis"] for one in entries} == {"川建罚〔2026〕12号"}
    assert firm.code not in json.dumps(entries)
    assert WHY not in json.dumps(entries, ensure_ascii=False)


def test_a_lifted_or_refused_exclusion_keeps_nobody_out_and_may_be_proposed_again(city):
    draw = an_open_draw(city)
    code = city.firms[0][0].code
    row = exclude(city, draw, code)
    assert in_force(city, draw, code)
    with pytest.raises(ExclusionWordsError):
        decide_exclusion(city, row, X.LIFT, "有误")
    decide_exclusion(city, row, X.LIFT, "原业主确认合同属实，登记有误。")
    assert not in_force(city, draw, code)
    row = propose_exclusion(city, draw, code)
    decide_exclusion(city, row, X.REFUSE, "没有查到该案件，编号不实。")
    assert not in_force(city, draw, code)
    exclude(city, draw, code)
    assert in_force(city, draw, code)


def test_only_the_firm_itself_objects_and_once(city):
    draw = an_open_draw(city)
    (firm, delegate), (_, stranger), *_ = city.firms
    row = exclude(city, draw, firm.code)
    with pytest.raises(MissingError):
        object_to(city, stranger, row)
    with pytest.raises(ExclusionWordsError):
        object_to(city, delegate, row, "不服")
    with pytest.raises(ExclusionOverError), city.work(city.operator) as work:
        actions.decide_exclusion(work, row.id, X.OBJECT, WHY)
    object_to(city, delegate, row)
    with pytest.raises(ExclusionOverError):
        object_to(city, delegate, row)
    decide_exclusion(city, row, X.KEEP, "原业主已书面否认，维持排除。")
    assert in_force(city, draw, firm.code)


def test_in_the_browser_it_is_proposed_objected_to_confirmed_and_listed(site):
    draw = an_open_draw(site.city)
    (firm, delegate), (_, stranger), *_ = site.city.firms
    with site.city.reading() as work:
        number = queries.number_of(work, draw)
    clerk = site.as_(site.city.operator)
    facts = {"firm_code": firm.code, "ground": "false_materials", "basis": "川建罚〔2026〕12号"}
    facts |= {"evidence": "所交业绩合同经原业主否认。"}
    assert clerk.post(site.path(draw, "exclude"), data=facts | {"basis": "先行"}).status_code == 409
    unchosen = {key: value for key, value in facts.items() if key != "ground"}
    assert clerk.post(site.path(draw, "exclude"), data=unchosen | {"ground": ""}).status_code == 422
    assert clerk.post(site.path(draw, "exclude"), data=facts).status_code == 303
    assert "复核登记的排除" not in clerk.get("/workbench").text
    assert clerk.post("/draws/exclusions/1", data={"step": "confirm"}).status_code == 409
    public = site.as_().get("/draws/exclusions").text
    assert number in public
    assert "川建罚〔2026〕12号" in public
    for secret in (firm.name, firm.code, "原业主否认"):
        assert secret not in public
    overseen = site.as_(site.city.supervisor).get("/draws/exclusions").text
    assert firm.name in overseen
    assert "原业主否认" in overseen
    theirs = site.as_(delegate)
    place = "/draws/exclusions/1/objection"
    assert place in theirs.get("/workbench").text
    assert "原业主否认" in theirs.get(place).text
    assert site.as_(stranger).get(place).status_code == 404
    assert site.as_(stranger).post(place, data={"words": WHY}).status_code == 404
    assert theirs.get("/draws/exclusions/1").status_code == 403
    assert theirs.post(place, data={"words": WHY}).status_code == 303
    assert place not in theirs.get("/workbench").text
    second = site.as_(a_person(site.city.here, OrgKind.OPERATOR, Role.OPERATOR_CLERK))
    assert "复核登记的排除" in second.get("/workbench").text
    page = second.get("/draws/exclusions/1").text
    assert WHY in page
    assert "机构已提出异议" in page
    assert second.post("/draws/exclusions/1", data={"step": "object"}).status_code == 422
    assert second.post("/draws/exclusions/1", data={"step": "refuse"}).status_code == 409
    assert "并答复机构的异议" in second.get("/workbench").text
    empty = second.post("/draws/exclusions/1", data={"step": "confirm"})
    assert empty.status_code == 409
    assert "机构已经提出异议" in empty.text
    assert "有异议，未答复" in site.as_().get("/draws/exclusions").text
    answered = {"step": "confirm", "words": ANSWER}
    assert second.post("/draws/exclusions/1", data=answered).status_code == 303
    assert 'value="confirm"' not in second.get("/draws/exclusions/1").text
    listed = site.as_().get("/draws/exclusions").text
    assert re.search("有异议，已答复", listed)
    assert ANSWER not in listed
    assert f"对异议的答复：{ANSWER}" in site.as_(site.city.supervisor).get("/draws/exclusions").text
    assert f"对异议的答复：{ANSWER}" in theirs.get(place).text
