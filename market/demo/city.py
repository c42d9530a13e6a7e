"""Builds the demonstration city: who lives there, what happened, and when."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import select

from market import jobs, log
from market.access import OrgKind, Role
from market.clock import ManualClock, beijing
from market.clocks.model import Card
from market.credit import queries as credit_queries
from market.credit.cases import actions as cases
from market.credit.cases import queries as case_queries
from market.credit.model import Breach
from market.credit.rules import BreachKind, Measure
from market.db import unit_of_work
from market.demo import cards
from market.demo.acting import Acting, Cast
from market.demo.cast import FIRMS, OPERATOR, OWNERS, REGULATORS, SUPERVISOR
from market.demo.needs import Market
from market.demo.people import Office, Registry
from market.demo.plots import PLOTS, SCORED_BACK, SCORED_ITEM, Plot
from market.demo.registrations import Enlistment
from market.demo.supervisor import Supervisor
from market.demo.timeline import Story, Timeline, later, working_day
from market.firms.queries import firm_by_id
from market.installation import Installation
from market.letters.remedies import actions as remedies
from market.letters.remedies.rules import Stated
from market.needs.methods import Method
from market.needs.rules import Timetable
from market.supervision import actions as supervision
from market.supervision import queries as cards_of

# How many working days before the present the city began.
BEGAN: Final = 112
NEWCOMERS: Final = 5
LATE_REPLY: Final = "项目负责人突发疾病住院，已安排其他人员接手，成果尚在编制，请予谅解。"
LATE_VERDICT: Final = "答复承认逾期；人员安排属机构自身的责任，没有申请挂起，亮牌予以维持。"
# drand quicknet's round 32398885 came at this instant; its signature is public data
# (see docs/adr/0012 and tests/vectors/drand-quicknet.json).
REAL_ROUND: Final = 32_398_885
REAL_ROUND_AT: Final = datetime.fromtimestamp(1_790_000_019, UTC)
REAL_SIGNATURE: Final = (
    "8f6d5ddd520329a4ce9a25db41c0552a5ac04bd56577138cbb0ec2b9326af2b8"
    "012c7dc2c5bcddc439d922c93a281d24"
)
"""Source: protocol golden vectors, fetched 2026-09-29; verified against the pinned key."""


class City:
    """A city whose past is lived through once."""

    def __init__(self, here: Installation, clock: ManualClock, present: datetime) -> None:
        self.here = here
        self.present = present
        self.day: date = present.date()
        self.registry = Registry(here)
        self.cast = self._enter_offices()
        self.supervisor = Supervisor(
            here, self.cast.supervisor.people[0], supervisor_key(here.config.data_dir)
        )
        self.supervisor.register()
        self.timeline = Timeline(here, clock, self._after_tick)
        self.enlistment = Enlistment(here, self.registry, self.cast.operator)
        self.acting = Acting(here, self.cast, self.enlistment)
        self.market = Market(self.acting)

    def live(self, report: Callable[[datetime], None]) -> None:
        """Let the city's past pass up to the present."""
        self._plan_firms()
        for number, (back, plot) in enumerate(PLOTS):
            start = beijing(working_day(self.day, back), 9, number % 45)
            self.timeline.begin(start, self.market.story(number, plot))
        self._plan_real_round(len(PLOTS))
        self._plan_session(len(PLOTS) + 1)
        founded_on = working_day(self.day, SCORED_BACK + 3)
        pool = self.market.judges.found(self.registry, SCORED_ITEM)
        self.timeline.begin(beijing(founded_on, 10), pool)
        self.timeline.begin(beijing(working_day(self.day, 18), 15), self._late_firm())
        self.timeline.begin(beijing(working_day(self.day, 9), 10), cards.story(self.acting))
        self.timeline.run(self.present, report)
        jobs.tick(self.here)
        log.sequence(self.here)

    def _after_tick(self) -> None:
        if self.supervisor.answer():
            jobs.tick(self.here)

    def _enter_offices(self) -> Cast:
        enter = self.registry.enter
        operator = enter(
            OrgKind.OPERATOR,
            OPERATOR,
            [
                ("operator", Role.OPERATOR_CLERK),
                ("manager", Role.OPERATOR_MANAGER),
                ("operator2", Role.OPERATOR_CLERK),
            ],
        )
        supervisor = enter(
            OrgKind.SUPERVISOR, SUPERVISOR, [("supervisor", Role.SUPERVISOR_OFFICER)]
        )
        regulators = tuple(
            self._authority(
                enter(
                    OrgKind.REGULATOR,
                    name,
                    [
                        (f"officer{number}", Role.REGULATOR_OFFICER),
                        (f"decider{number}", Role.REGULATOR_DECIDER),
                        (f"second{number}", Role.REGULATOR_DECIDER),
                    ],
                    scope,
                )
            )
            for number, (name, scope) in enumerate(REGULATORS, 1)
        )
        owners = tuple(
            enter(
                OrgKind.OWNER,
                name,
                [
                    (f"owner{number:02d}", Role.OWNER_CLERK),
                    (f"leader{number:02d}", Role.OWNER_APPROVER),
                ],
            )
            for number, name in enumerate(OWNERS, 1)
        )
        return Cast(operator, supervisor, regulators, owners)

    def _authority(self, office: Office) -> Office:
        """State where and until when its decisions may be contested: words of a demonstration."""
        officer, decider, _ = office.people
        stated = Stated(
            review_body="青川市人民政府（示例）",
            review_term="自收到本决定书之日起六十日内（演示文字，不是法律意见）",
            court="青川市人民法院（示例）",
            court_term="自收到本决定书之日起六个月内（演示文字，不是法律意见）",
            basis="演示依据第一条，正式使用前由作出决定的单位填写",
        )
        with unit_of_work(self.here.sessions, officer, self.here.clock) as work:
            remedies.state(work, stated)
        with unit_of_work(self.here.sessions, decider, self.here.clock) as work:
            remedies.answer(work, agree=True, reason="")
        return office

    def _plan_firms(self) -> None:
        listed = len(FIRMS) - NEWCOMERS
        for number, name in enumerate(FIRMS[:listed]):
            day = working_day(self.day, BEGAN - 1 - number // 6)
            self.timeline.begin(
                beijing(day, 9, 5 * (number % 12)), self.enlistment.story(number, name)
            )
        stops = ("submit", "check", "pass", "", "")
        for number, (name, stop) in enumerate(zip(FIRMS[listed:], stops, strict=True), listed):
            day = working_day(self.day, 3)
            self.timeline.begin(
                beijing(day, 10, number % 60), self.enlistment.story(number, name, stop)
            )

    def _plan_real_round(self, number: int) -> None:
        """One draw takes its entropy from a real drand round, its notice dated days before."""
        if not beijing(working_day(self.day, BEGAN - 30)) < REAL_ROUND_AT < self.present:
            return
        published_on = working_day(REAL_ROUND_AT.date(), 6)
        close_at = REAL_ROUND_AT - timedelta(minutes=35)
        times = Timetable(
            enrol_open_at=beijing(published_on, 9, 30),
            enrol_close_at=close_at,
            freeze_by_at=close_at + timedelta(minutes=5),
            reveal_by_at=close_at + timedelta(minutes=15),
            phi_at=REAL_ROUND_AT,
            result_by_at=REAL_ROUND_AT + timedelta(minutes=10),
        )
        plot = Plot(stage="done", item="ZJ-01-003-01", owner=3, mode="A", times=times)
        drafted_on = working_day(published_on, 1)
        self.timeline.begin(beijing(drafted_on, 9), self.market.story(number, plot))
        self.timeline.begin(REAL_ROUND_AT + timedelta(minutes=4), self._carry_round())

    def _plan_session(self, number: int) -> None:
        """Live bidding begins some minutes after the present, for the visitor to take part."""
        close_at = session_at(self.present)
        freeze_by_at = close_at + timedelta(minutes=65)
        times = Timetable(
            enrol_open_at=beijing(working_day(self.day, 6), 9, 30),
            enrol_close_at=close_at,
            freeze_by_at=freeze_by_at,
            reveal_by_at=freeze_by_at + timedelta(minutes=10),
            phi_at=freeze_by_at + timedelta(minutes=30),
            result_by_at=freeze_by_at + timedelta(minutes=40),
        )
        plot = Plot(
            stage="open",
            item="ZJ-01-003-01",
            owner=0,
            method=Method.BID_LOWEST,
            times=times,
            by_first=True,
            enrolments=4,
        )
        start = beijing(working_day(self.day, 7), 9, number % 45)
        self.timeline.begin(start, self.market.story(number, plot))

    def _carry_round(self) -> Story:
        """Let the operator type in what a courier brought: the round and its signature."""
        self.market.carry_round(REAL_ROUND, bytes.fromhex(REAL_SIGNATURE))
        yield from ()

    def _late_firm(self) -> Story:
        """Propose and decide a case against the firm that is latest of all."""
        officer, decider, second = self.cast.regulators[1].people
        with unit_of_work(self.here.sessions, officer, self.here.clock) as work:
            firm_id = work.session.scalar(
                select(Breach.firm_id).where(Breach.kind == BreachKind.LATE_REFERRED).limit(1)
            )
            if firm_id is None:
                return
        yield from self._judged_cards(firm_id)
        with unit_of_work(self.here.sessions, officer, self.here.clock) as work:
            firm = firm_by_id(work, firm_id)
            rows = credit_queries.ledger(work, firm.id).rows
            breaches = [row.breach for row in rows if not row.unjudged]
            case = cases.propose(
                work,
                firm,
                breaches,
                measure=Measure.BLACKLIST,
                months=6,
                grounds="服务逾期超过十个工作日，三张亮牌经答复均已认定维持，成果仍未提交。",
            )
            number = case.number
        with unit_of_work(self.here.sessions, decider, self.here.clock) as work:
            cases.notify(work, case_queries.case(work, number))
        yield later(self.here.clock(), 2, 16)
        actor = self.enlistment.by_firm_id[firm.id].people[0]
        with unit_of_work(self.here.sessions, actor, self.here.clock) as work:
            cases.reply(
                work,
                case_queries.own_case(work, number),
                "项目负责人突发疾病住院，我公司已安排其他人员接手，恳请从轻处理。",
                is_last=True,
            )
        yield later(self.here.clock(), 2, 10)
        with unit_of_work(self.here.sessions, decider, self.here.clock) as work:
            cases.draft(
                work,
                case_queries.case(work, number),
                uphold=True,
                text="当事人陈述不足以免除责任：另行安排人员后服务仍未完成。按告知的措施和期限作出决定。",
            )
        with unit_of_work(self.here.sessions, second, self.here.clock) as work:
            cases.confirm_decision(work, case_queries.case(work, number))

    def _judged_cards(self, firm_id: int) -> Story:
        """Let a firm reply to the cards in its ledger, and the operator judge them."""
        actor = self.enlistment.by_firm_id[firm_id].people[0]
        with unit_of_work(self.here.sessions, actor, self.here.clock) as work:
            rows = credit_queries.ledger(work, firm_id).rows
            ids = [row.breach.source_id for row in rows if row.unjudged]
            numbers = list(
                work.session.scalars(select(Card.number).where(Card.id.in_(ids)).order_by(Card.id))
            )
            for number in numbers:
                supervision.reply(work, cards_of.own_card(work, number), LATE_REPLY)
        yield later(self.here.clock(), 1, 10)
        judge = self.cast.operator.people[1]
        with unit_of_work(self.here.sessions, judge, self.here.clock) as work:
            for number in numbers:
                supervision.uphold(work, cards_of.by_number(work, number), LATE_VERDICT)


def session_at(present: datetime) -> datetime:
    """Return when the live session begins: ten to fifteen minutes from now, at a round time."""
    spare = timedelta(minutes=present.minute % 5, seconds=present.second)
    return present.replace(microsecond=0) - spare + timedelta(minutes=15)


def supervisor_key(data_dir: Path) -> Path:
    """Return where the stand-in supervisor keeps its secret: not among the platform's keys."""
    return data_dir / "supervisor.key"
