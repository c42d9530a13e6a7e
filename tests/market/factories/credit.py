"""Late firms, their ledgers and cases, made by the real actions under the test's clock."""

from datetime import timedelta
from itertools import count

from sqlalchemy import select

from market import regulations
from market.access import OrgKind, Role
from market.accounts.model import OrganisationScope
from market.calendar import default_calendar
from market.clock import ManualClock, beijing, beijing_day
from market.clocks import actions as clocks
from market.clocks import jobs as clock_jobs
from market.clocks.card_rules import CardState
from market.clocks.model import Card, Clock
from market.clocks.rules import Party
from market.credit import actions, jobs, queries
from market.credit.cases import actions as cases
from market.credit.cases import queries as case_queries
from market.credit.cases.model import Case
from market.credit.cases.scopes import ALL, groups_of_breaches
from market.credit.rules import BreachKind, Evidence, Measure
from market.db import Actor, unit_of_work
from market.firms import jobs as firm_jobs
from market.firms.model import Firm
from market.installation import Installation
from market.numbers import next_number
from tests.market.factories.firms import Person, a_listed_firm, a_person

SYSTEM = Actor("job:test")
GROUNDS = "该机构逾期十个工作日以上仍未提交成果，红牌、督办、移送均有记录。"
REPLY = "项目现场长期不具备条件，我单位已多次书面报告，请予从轻处理。"
DECISION = "申辩理由不成立：报告未附证据，也未申请挂起。依规则作出本决定。"
_subjects = count(900_001)


def an_officer(here: Installation, *groups: str) -> Person:
    """Return a regulator's officer, who proposes; limited to groups if any are given."""
    return _regulator(here, Role.REGULATOR_OFFICER, groups)


def a_decider(here: Installation, *groups: str) -> Person:
    """Return a regulator's decider; limited to groups if any are given."""
    return _regulator(here, Role.REGULATOR_DECIDER, groups)


def _regulator(here: Installation, role: Role, groups: tuple[str, ...]) -> Person:
    person = a_person(here, OrgKind.REGULATOR, role)
    with unit_of_work(here.sessions, SYSTEM, here.clock) as work:
        work.session.add_all(
            OrganisationScope(organisation_id=person.user.organisation_id, group_code=group)
            for group in groups
        )
    return person


def a_running_clock(here: Installation, firm: Firm, limit: int = 5) -> Clock:
    """Return a service clock of a firm that starts now."""
    owner = a_person(here, OrgKind.OWNER, Role.OWNER_CLERK)
    serial = next(_subjects)
    with unit_of_work(here.sessions, SYSTEM, here.clock) as work:
        return clocks.start(
            work,
            subject=f"contract:{serial}",
            number=f"HT-2026-{serial:06d}",
            title="环境影响报告表编制服务",
            holder=Party.FIRM,
            holder_org_id=firm.organisation_id,
            other_org_id=owner.user.organisation_id,
            limit=limit,
            complete_at=work.now,
            regulation=regulations.in_force("market-process", work.today),
        )


def working_days_later(clock: ManualClock, count: int) -> None:
    """Move the clock to the first instant after so many working days are over."""
    last = default_calendar().add_working_days(beijing_day(clock()), count)
    clock.move_to(beijing(last) + timedelta(days=1))


def let_time_act(here: Installation) -> None:
    """Run every sweep that credit depends on, in the worker's order."""
    clock_jobs.sweep(here)
    jobs.sweep(here)
    while firm_jobs.sweep(here):
        pass


def a_late_firm(
    here: Installation, clock: ManualClock, *, judged: bool = True, **differences
) -> tuple[Firm, Person]:
    """Return a firm so late that it was referred: red, supervised and referred, in its ledger.

    Its cards have been judged, unless it is said that they wait (``judged``).
    """
    firm, delegate = a_listed_firm(here, clock, **differences)
    a_running_clock(here, firm)
    working_days_later(clock, 5 + 11)
    let_time_act(here)
    if judged:
        judge_cards(here, firm)
    return firm, delegate


def judge_cards(here: Installation, firm: Firm) -> None:
    """Say that somebody upheld every card of a firm: no case rests on what nobody judged."""
    with unit_of_work(here.sessions, SYSTEM, here.clock) as work:
        mine = select(Card).where(Card.org_id == firm.organisation_id)
        for card in work.session.scalars(mine):
            if card.state is not CardState.WITHDRAWN:
                card.state, card.next_check_at = CardState.UPHELD, None


NAMED = {
    Evidence.DOCUMENT: "某某行政处罚决定书（2026）1号",
    Evidence.MATERIAL: "核查笔录、业绩证明原件",
}


def breaches_of(here: Installation, firm: Firm) -> list:
    """Return the breaches in a firm's ledger, the latest first."""
    with unit_of_work(here.sessions, SYSTEM, here.clock) as work:
        return [row.breach for row in queries.ledger(work, firm.id).rows]


def report_breach(work, firm, kind, day, evidence, *, named=NAMED, staff_id=None):
    """Enter a breach as one that was reported, heard and confirmed; ``reports`` tests the way."""
    words = actions.checked_report(work, firm, kind, day, evidence, named=named, staff_id=staff_id)
    return actions.enter_report(
        work,
        firm,
        kind,
        beijing(day),
        number=next_number(work, actions.SERIES),
        evidence=words,
        staff_id=staff_id,
    )


def a_report(
    here: Installation, firm: Firm, officer: Person, kind: BreachKind = BreachKind.FALSE_MATERIALS
) -> int:
    """Enter a serious breach of yesterday and return its id."""
    with unit_of_work(here.sessions, officer.actor, here.clock) as work:
        day = work.today - timedelta(days=1)
        evidence = "主管部门核查发现所附业绩证明系伪造，核查报告附后。"
        return report_breach(work, firm, kind, day, evidence).id


def a_case(
    here: Installation,
    firm: Firm,
    officer: Person,
    *,
    measure: Measure = Measure.BLACKLIST,
    months: int = 6,
    breaches: list | None = None,
) -> Case:
    """Return a case of which the firm has just been told, confirmed by somebody else."""
    case = a_proposal(here, firm, officer, measure=measure, months=months, breaches=breaches)
    with unit_of_work(here.sessions, a_decider(here).actor, here.clock) as work:
        found = case_queries.case(work, case.number)
        cases.notify(work, found)
        return found


def a_proposal(
    here: Installation,
    firm: Firm,
    officer: Person,
    *,
    measure: Measure = Measure.BLACKLIST,
    months: int = 6,
    breaches: list | None = None,
    groups: list[str] | None = None,
) -> Case:
    """Return a proposed measure, of which the firm has not been told; as a rule for all."""
    chosen = breaches if breaches is not None else breaches_of(here, firm)
    with unit_of_work(here.sessions, officer.actor, here.clock) as work:
        if groups is None and not groups_of_breaches(work, chosen):
            groups = [ALL]
        return cases.propose(
            work, firm, chosen, measure=measure, months=months, grounds=GROUNDS, groups=groups
        )


def a_replied_case(here: Installation, firm: Firm, delegate: Person, officer: Person) -> Case:
    """Return a case that the firm has answered."""
    case = a_case(here, firm, officer)
    with unit_of_work(here.sessions, delegate.actor, here.clock) as work:
        cases.reply(work, case_queries.own_case(work, case.number), REPLY, is_last=True)
    return case


def decide(here: Installation, case: Case, decider: Person, *, uphold: bool = True) -> Case:
    """Let a decider draft the decision and a second one sign it; return the case."""
    draft(here, case, decider, uphold=uphold)
    return sign(here, case, a_decider(here))


def draft(here: Installation, case: Case, decider: Person, *, uphold: bool = True) -> Case:
    """Draft a decision and return the case."""
    with unit_of_work(here.sessions, decider.actor, here.clock) as work:
        found = case_queries.case(work, case.number)
        cases.draft(work, found, uphold=uphold, text=DECISION)
        return found


def sign(here: Installation, case: Case, decider: Person) -> Case:
    """Sign a drafted decision as the second person and return the case."""
    with unit_of_work(here.sessions, decider.actor, here.clock) as work:
        found = case_queries.case(work, case.number)
        cases.confirm_decision(work, found)
        return found


def a_blacklisted_firm(
    here: Installation, clock: ManualClock, months: int = 6, **differences
) -> tuple[Firm, Case]:
    """Return a firm that is on the blacklist, and the case that put it there."""
    firm, _ = a_late_firm(here, clock, **differences)
    case = a_case(here, firm, an_officer(here), months=months)
    working_days_later(clock, 5)
    case = decide(here, case, a_decider(here))
    clock.move_to(case.effective_at)
    let_time_act(here)
    return firm, case
