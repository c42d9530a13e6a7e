"""Draws made by the real actions: a need published, firms enrolled, the list frozen and drawn."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from lottery.beacon import ed25519, vrf
from market import prepare
from market.access import OrgKind, Role
from market.accounts.queries import organisation
from market.clock import ManualClock
from market.db import Actor, UnitOfWork, reading_work, unit_of_work
from market.draws import actions, jobs, policy, queries
from market.draws.actions.keys import possession_alpha
from market.draws.exclusion_rules import ExclusionStep
from market.draws.model import Award, Draw, Enrolment
from market.draws.model_exclusion import Exclusion
from market.draws.rules import ExclusionGround
from market.firms.model import Firm
from market.firms.queries import firm_by_id
from market.installation import Installation
from market.needs import actions as needs
from market.needs.model import Need
from market.needs.queries import by_id as need_by_id
from market.needs.rules import Timetable
from tests.market.factories.checks import explain_all
from tests.market.factories.firms import Person, a_person, some_firms
from tests.market.factories.snapshots import made_in, made_once

ITEM = "ZJ-01-001-02"  # 可行性研究报告编制: not scarce, so that a draw needs three firms
SUPERVISOR_SECRET = bytes(range(32))
JOB = Actor("job:test")
# A fee above every ceiling of the tests: it binds no award unless a test asks for it.
OF_FIRMS = {"item_codes": (ITEM,), "fee_fen": 100_000_000}


@dataclass(frozen=True, slots=True)
class City:
    """An installation with everybody a draw needs."""

    here: Installation
    clock: ManualClock
    clerk: Person
    approver: Person
    operator: Person
    supervisor: Person
    firms: tuple[tuple[Firm, Person], ...]

    def work(self, person: Person | None = None) -> AbstractContextManager[UnitOfWork]:
        """Open a unit of work of a person, or of nobody."""
        actor = person.actor if person else JOB
        return unit_of_work(self.here.sessions, actor, self.here.clock)

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """Open a unit of work that only reads."""
        return reading_work(self.here.sessions, JOB, self.here.clock)

    def draw(self, draw_id: int) -> Draw:
        """Return a draw as it stands."""
        with self.reading() as work:
            return work.session.get_one(Draw, draw_id)

    def need(self, draw_id: int) -> Need:
        """Return a draw's need as it stands."""
        with self.reading() as work:
            return need_by_id(work, work.session.get_one(Draw, draw_id).need_id)

    def awards(self, draw_id: int) -> list[Award]:
        """Return a draw's awards as they stand."""
        with self.reading() as work:
            return list(queries.awards_of(work, work.session.get_one(Draw, draw_id)))

    def policy(self) -> str:
        """Return the policy file a verifier would be given."""
        with self.reading() as work:
            return policy.current_policy(work, self.here)

    def delegate_of(self, award: Award) -> Person:
        """Return the delegate of the firm that was awarded."""
        return next(person for firm, person in self.firms if firm.id == award.firm_id)


def a_city(here: Installation, clock: ManualClock, *, firms: int = 4, **differences) -> City:
    """Return a city whose log has begun, with listed firms and one of every other role."""
    what = ("city", firms, repr(sorted(differences.items())))
    made = made_once(here, clock, what, lambda: _people(here, clock, firms, differences))
    return city_of(here, clock, *made)


def city_of(
    here: Installation,
    clock: ManualClock,
    people: dict[str, Person],
    delegates: list[tuple[int, Person]],
) -> City:
    """Return a city of people and firms that are in the database."""
    with reading_work(here.sessions, JOB, clock) as work:
        firms = tuple((firm_by_id(work, key), delegate) for key, delegate in delegates)
    return City(here=here, clock=clock, **people, firms=firms)


def _people(
    here: Installation, clock: ManualClock, firms: int, differences: dict
) -> tuple[dict[str, Person], list[tuple[int, Person]]]:
    """Make everybody of a city; return who they are, and the firms by their rows."""
    prepare.begin_log(here)
    clerk = a_person(here, OrgKind.OWNER, Role.OWNER_CLERK)
    code = clerk.actor.org_code or ""
    people = {
        "clerk": clerk,
        "approver": a_person(here, OrgKind.OWNER, Role.OWNER_APPROVER, code=code),
        "operator": a_person(here, OrgKind.OPERATOR, Role.OPERATOR_CLERK),
        "supervisor": a_person(here, OrgKind.SUPERVISOR, Role.SUPERVISOR_OFFICER),
    }
    made = some_firms(here, clock, firms, **(OF_FIRMS | differences))
    return people, [(firm.id, delegate) for firm, delegate in made]


def need_facts(**differences) -> needs.NeedFacts:
    """Return what an owner says of a need."""
    usual = needs.NeedFacts(
        item_code=ITEM,
        title="城东片区道路工程可行性研究报告编制",
        content="编制可行性研究报告，配合评估与报批。",
        scale="道路全长 2.3 公里",
        project_code="2603-440100-04-01-100001",
        project_name="城东片区道路工程",
        funding_source="财政资金",
        ceiling_fen=9_800_000,
        service_working_days=15,
        staff_required=0,
        contact_name="周敏",
        contact_phone="0755-82001234",
        mode="D1",
        alternates=2,
    )
    return replace(usual, **differences)


def a_project(number: int) -> dict[str, str]:
    """Return a project of its own: needs of one project would be parts of one purchase."""
    code = f"2603-440100-04-02-{number:06d}"
    return {"project_code": code, "project_name": f"第{number}片区道路"}


def a_checked_need(city: City, **differences) -> Need:
    """Return a need that waits for the operator's check."""
    with city.work(city.clerk) as work:
        need = needs.draft(work, need_facts(**differences))
        explain_all(work, need)
        needs.submit(work, need)
    with city.work(city.approver) as work:
        need = need_by_id(work, need.id)
        needs.approve(work, need)
    return need


def a_supervisor_key(city: City, secret: bytes = SUPERVISOR_SECRET) -> None:
    """Let the supervisor register the key it holds."""
    with city.work(city.supervisor) as work:
        code = organisation(work, work.org_id).code
        proof = vrf.prove(secret, possession_alpha(code))
        actions.register_trustee_key(work, vrf.public_key(secret), proof)


def a_trustee(city: City, secret: bytes) -> Person:
    """Return an officer of another supervising organisation, whose key is registered."""
    officer = a_person(city.here, OrgKind.SUPERVISOR, Role.SUPERVISOR_OFFICER)
    with city.work(officer) as work:
        proof = vrf.prove(secret, possession_alpha(officer.actor.org_code or ""))
        actions.register_trustee_key(work, vrf.public_key(secret), proof)
    return officer


def a_contributor(city: City, person: Person, secret: bytes) -> str:
    """Register a key with which a person's organisation signs; return its name in notices."""
    with city.work(person) as work:
        who = queries.who_of(organisation(work, work.org_id))
        proof = ed25519.sign(secret, actions.contributions.possession_message(who))
        actions.contributions.register_key(work, who, ed25519.public_key(secret), proof)
    return who


def an_open_draw(
    city: City, *, times: Timetable | None = None, issue: str | None = None, **differences
) -> Draw:
    """Return a draw whose notice was published just now."""

    def make() -> Draw:
        return publish(city, a_checked_need(city, **differences), times, issue=issue)

    return _in(city, ("open", times, issue, differences), make)


def publish(
    city: City, need: Need, times: Timetable | None = None, *, issue: str | None = None
) -> Draw:
    """Let the operator publish a need."""
    with city.work(city.operator) as work:
        need = need_by_id(work, need.id)
        return actions.publish(work, city.here, need, times, issue=issue)


def withdraw_notice(city: City, draw: Draw, why: str = "项目资金计划调整，暂缓实施") -> None:
    """Let one person of the owner ask that a notice be withdrawn, and another confirm it."""
    with city.work(city.clerk) as work:
        asked = actions.ask_withdrawal(work, need_by_id(work, draw.need_id), why).id
    with city.work(city.approver) as work:
        actions.withdraw_need(work, need_by_id(work, draw.need_id), asked)


def enrol(city: City, draw: Draw, *delegates: Person) -> list[Enrolment]:
    """Let firms enrol: those named, or all of the city."""
    enrolled = []
    for delegate in delegates or [person for _, person in city.firms]:
        with city.work(delegate) as work:
            enrolled.append(actions.enrol(work, work.session.get_one(Draw, draw.id)))
    return enrolled


def propose_exclusion(
    city: City,
    draw: Draw,
    code: str,
    *,
    ground: ExclusionGround = ExclusionGround.FALSE_MATERIALS,
    evidence: str = "经核查，所交业绩合同系伪造。",
    basis: str = "川建罚〔2026〕12号",
) -> Exclusion:
    """Let one person of the operator propose that a firm be excluded."""
    with city.work(city.operator) as work:
        found = work.session.get_one(Draw, draw.id)
        return actions.propose_exclusion(
            work, found, code, ground=ground, basis=basis, evidence=evidence
        )


def decide_exclusion(
    city: City, row: Exclusion, step: ExclusionStep = ExclusionStep.CONFIRM, words: str = ""
) -> None:
    """Let another person of the operator decide it."""
    second = a_person(city.here, OrgKind.OPERATOR, Role.OPERATOR_CLERK)
    with city.work(second) as work:
        actions.decide_exclusion(work, row.id, step, words)


def exclude(city: City, draw: Draw, code: str, **of_one: object) -> Exclusion:
    """Let two people of the operator exclude a firm."""
    row = propose_exclusion(city, draw, code, **of_one)
    decide_exclusion(city, row)
    return row


def a_frozen_draw(city: City, **differences) -> Draw:
    """Return a draw in which every firm of the city enrolled and whose list is frozen."""

    def make() -> Draw:
        draw = an_open_draw(city, **differences)
        enrol(city, draw)
        city.clock.move_to(draw.enrol_close_at)
        jobs.run_due(city.here)
        return draw

    return _in(city, ("frozen", differences), make)


def a_drawn_draw(city: City, **differences) -> Draw:
    """Return a draw with its result, in mode D1 unless the differences say otherwise."""

    def make() -> Draw:
        draw = a_frozen_draw(city, **differences)
        city.clock.move_to(draw.phi_at)
        jobs.run_due(city.here)
        return draw

    return _in(city, ("drawn", differences), make)


def _in(city: City, what: tuple[object, ...], make: Callable[[], Draw]) -> Draw:
    """Return a draw that is the first thing made in a city, from a copy if it can."""
    draw_id = made_in(city.here, city.clock, (repr(what),), lambda: make().id)
    return city.draw(draw_id)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A need with the result of its draw and the award of its first place."""

    city: City
    need: Need
    draw: Draw
    award: Award

    @property
    def delegate(self) -> Person:
        """The delegate of the firm that was awarded."""
        return self.city.delegate_of(self.award)


def a_drawn_need(
    here: Installation, clock: ManualClock, *, city: City | None = None, **differences
) -> Drawn:
    """Return a need whose first place is in its publicity."""

    def make(city: City) -> Draw:
        return a_drawn_draw(city, **differences)

    return _drawn(here, clock, city, ("drawn", differences), make)


def an_offered_award(
    here: Installation, clock: ManualClock, *, city: City | None = None, **differences
) -> Drawn:
    """Return a need whose winner is asked to confirm."""

    def make(city: City) -> Draw:
        drawn = a_drawn_need(here, clock, city=city, **differences)
        clock.move_to(drawn.award.publicity_ends_at)
        jobs.run_due(here)
        return drawn.draw

    return _drawn(here, clock, city, ("offered", differences), make)


def a_confirmed_award(
    here: Installation, clock: ManualClock, *, city: City | None = None, **differences
) -> Drawn:
    """Return a need whose winner has confirmed and must now sign."""

    def make(city: City) -> Draw:
        drawn = an_offered_award(here, clock, city=city, **differences)
        with city.work(drawn.delegate) as work:
            actions.confirm(work, queries.own_award(work, drawn.award.number))
        return drawn.draw

    return _drawn(here, clock, city, ("confirmed", differences), make)


def _drawn(
    here: Installation,
    clock: ManualClock,
    city: City | None,
    what: tuple[str, dict],
    make: Callable[[City], Draw],
) -> Drawn:
    """Return a need as it stands after ``make``, in a city of its own unless one is given."""
    name, differences = what
    if city is not None:
        return _again(city, _in(city, (name, "award", differences), lambda: make(city)).id)

    def made() -> tuple[tuple, int]:
        new = a_city(here, clock)
        people = {who: getattr(new, who) for who in ("clerk", "approver", "operator", "supervisor")}
        delegates = [(firm.id, delegate) for firm, delegate in new.firms]
        return (people, delegates), make(new).id

    everybody, draw_id = made_once(here, clock, (name, repr(sorted(differences.items()))), made)
    return _again(city_of(here, clock, *everybody), draw_id)


def _again(city: City, draw_id: int) -> Drawn:
    return Drawn(city, city.need(draw_id), city.draw(draw_id), city.awards(draw_id)[0])
