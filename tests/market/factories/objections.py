"""Objections made by the real actions."""

from market.access import OrgKind, Role
from market.draws.model import Award
from market.objections import actions, hearing, queries
from market.objections.model import AwardObjection
from market.objections.rules import Fact, Ground, Outcome
from tests.market.factories.draws import City, Drawn
from tests.market.factories.firms import Person, a_person

TEXT = "中选机构的工程咨询资信已经注销，附全国投资项目在线审批监管平台的查询截图。"
ANSWER = "经向发证平台核对，该机构的资信仍在有效期内，异议不成立。"
COMPLAINT = "答复没有回应查询截图载明的注销日期，请主管部门核实。"
CLAUSE = "《中选结果异议与投诉规则（平台默认值）》异议一章"
SAID = "我单位的资信在报名截止日仍在有效期内，附发证平台的公示页面，请予核实。"
DECISION = "经核实，注销日期在报名截止之前，按规则作出本决定。"


def basis(fact: Fact | None = Fact.RECUSAL_MISSED) -> actions.Basis:
    """Return on what a conclusion rests that is no dismissal."""
    return actions.Basis(clause=CLAUSE, fact=fact)


def another_firm(drawn: Drawn, place: int = 0) -> Person:
    """Return the delegate of a firm that took part and was not selected."""
    others = [person for firm, person in drawn.city.firms if firm.id != drawn.award.firm_id]
    return others[place]


def officers(city: City) -> tuple[Person, Person]:
    """Return an officer and a decider of one authority."""
    officer = a_person(city.here, OrgKind.REGULATOR, Role.REGULATOR_OFFICER)
    code = officer.actor.org_code or ""
    return officer, a_person(city.here, OrgKind.REGULATOR, Role.REGULATOR_DECIDER, code=code)


def raised(
    drawn: Drawn,
    person: Person | None = None,
    ground: Ground = Ground.LACKS_CONDITION,
    award: Award | None = None,
    **differences: object,
) -> AwardObjection:
    """Let a person, or a firm that took part, object to an award."""
    city = drawn.city
    with city.work(person or another_firm(drawn)) as work:
        found = queries.award_by_number(work, (award or drawn.award).number)
        return actions.object_to(work, city.here, found, ground, TEXT, **differences)  # type: ignore[arg-type]


def again(city: City, one: AwardObjection) -> AwardObjection:
    """Return an objection as it stands."""
    with city.reading() as work:
        return queries.by_number(work, one.number)


def answered(city: City, one: AwardObjection, outcome: Outcome = Outcome.DISMISS) -> AwardObjection:
    """Let the operator answer."""
    with city.work(city.operator) as work:
        found = queries.by_number(work, one.number)
        actions.answer(work, city.here, found, outcome, ANSWER, basis=basis())
    return again(city, one)


def heard(city: City, one: AwardObjection) -> AwardObjection:
    """Let everybody speak who is asked about what is proposed, and has not spoken."""
    with city.reading() as work:
        asked = [row.org_id for row in hearing.open_of(work, one) if row.said_at is None]
    people = [city.clerk, *(person for _, person in city.firms)]
    for org_id in asked:
        person = next(each for each in people if each.actor.org_id == org_id)
        with city.work(person) as work:
            actions.state(work, queries.by_number(work, one.number), SAID, is_last=True)
    return again(city, one)


def decided(city: City, one: AwardObjection, decider: Person, *, agree: bool = True):
    """Let the authority decide what was proposed; whoever would lose by it was heard."""
    if agree:
        heard(city, one)
    with city.work(decider) as work:
        actions.decide(work, queries.by_number(work, one.number), agree=agree, text=DECISION)
    return again(city, one)
