"""A small market with everything in it, for tests that go through every page as everybody.

Two owners, eight firms, two regulators, the operator and the supervisor; a need at every stage;
contracts, clocks, cards, breaches and cases. It is lived through once by the stories of the
demonstration city, by the real actions only, and copied for each test.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from sqlalchemy import event, select

from market import files, jobs, log, migrations, prepare
from market.access import OrgKind, Role
from market.accounts import actions as accounts
from market.accounts.model import User
from market.accounts.passwords import hasher
from market.accounts.queries import actor_of, organisation, user_of
from market.affiliations import actions as affiliations
from market.affiliations.rules import Ground
from market.clock import ManualClock, beijing
from market.clocks import actions as clocks
from market.clocks.queries import clock_of
from market.clocks.rules import ClockState, SuspensionReason
from market.config import Config
from market.contracts.model import Contract
from market.contracts.rules import ContractState
from market.contracts.staffing import actions as staffing
from market.contracts.staffing.rules import HOLDING
from market.credit import actions as credit
from market.credit.model import Breach
from market.credit.rules import BreachKind, Measure
from market.db import Actor, reading_work, unit_of_work
from market.demo.acting import Acting, Cast
from market.demo.needs import Market
from market.demo.people import PASSWORD, Registry
from market.demo.plots import Plot
from market.demo.registrations import Enlistment
from market.demo.supervisor import Supervisor
from market.demo.timeline import Timeline, working_day
from market.direct import actions as direct
from market.direct.emergency_rules import EmergencyGround
from market.direct.funds_rules import Funds
from market.direct.model import DirectChoice
from market.direct.published import Inputs
from market.direct.queries import emergency_of
from market.direct.rules import DirectGround
from market.documents.actions import Place, buyers, hand_in
from market.documents.actions import owners as owner_actions
from market.documents.owner_rules import BuyerDeed, OwnerNature
from market.documents.queries import owner_slots
from market.documents.seal import seal_key
from market.draws import actions as draw_actions
from market.draws import queries as draws
from market.draws.model import Award
from market.draws.rules import AwardState
from market.experts import actions as experts
from market.experts.queries import expert_at
from market.experts.queries import own as own_expert
from market.experts.rules import TieGround
from market.firms import actions as firms
from market.firms import importing
from market.firms.actions import insuring, past_projects
from market.firms.entry import Deed, FactField, FeedbackReason
from market.firms.identity import identity_key
from market.firms.model import Firm
from market.firms.past_projects import ProjectFacts
from market.firms.queries import firm_by_id, staff_member
from market.firms.queries import own as own_firm
from market.firms.queries import staff as staff_of
from market.firms.rules import FirmState
from market.firms.tables import Subject
from market.installation import Installation
from market.keys import Keys
from market.needs import actions as needs
from market.needs.bundling.actions import bundle
from market.needs.changes import actions as changes
from market.needs.model import Need
from market.needs.questions import actions as questions
from market.needs.rules import NeedState, Timetable
from market.objections import actions as objections
from market.objections import evidence
from market.objections.rules import Ground as ObjectionGround
from market.panels.actions import opening as opening  # noqa: PLC0414 - opened with a notice
from market.payments import actions as payments
from market.supplements import actions as supplements
from market.supplements.rules import Ground as SupplementGround
from tests.market.factories.checks import explain_all
from tests.market.factories.contracts import a_pdf
from tests.market.factories.firms import a_member, an_id_number
from tests.market.firms.lists import table_of

PRESENT: Final = beijing(date(2026, 6, 10), 10)
BEGAN: Final = 52  # working days before the present
ITEM: Final = "ZJ-01-001-02"
# Firms whose numbers differ by twelve offer the same services.
LISTED: Final = (0, 12, 24, 36)
ARRIVING: Final = ((48, "submit"), (60, "check"), (72, "pass"), (84, ""))
# Closed and frozen at the present, not drawn.
FROZEN: Final = Timetable(
    enrol_open_at=beijing(working_day(PRESENT.date(), 6), 10),
    enrol_close_at=PRESENT - timedelta(minutes=30),
    freeze_by_at=PRESENT - timedelta(minutes=20),
    reveal_by_at=PRESENT + timedelta(minutes=10),
    phi_at=PRESENT + timedelta(minutes=20),
    result_by_at=PRESENT + timedelta(minutes=50),
)
# One person for each role, by user name.
PEOPLE: Final[dict[str, str | None]] = {
    "anonymous": None,
    Role.OWNER_CLERK: "clerk1",
    Role.OWNER_APPROVER: "approver1",
    Role.FIRM_DELEGATE: "firm00",
    Role.FIRM_AGENT: "agent00",
    Role.OPERATOR_CLERK: "operator1",
    Role.OPERATOR_MANAGER: "manager1",
    Role.REGULATOR_OFFICER: "officer1",
    Role.REGULATOR_DECIDER: "decider1",
    Role.SUPERVISOR_OFFICER: "supervisor1",
    Role.EXPERT: "expert1",
}
PLOTS: Final = (
    (40, "done", {"late": 12}),
    (37, "done", {"rounds": 2, "owner": 1}),
    (34, "running", {"suspends": True}),
    (33, "running", {"suspends": True, "owner": 1}),
    (18, "suspended", {"suspends": True}),
    (17, "suspended", {"suspends": True, "owner": 1}),
    (17, "returned-work", {"late": -13}),
    (16, "delivered", {"late": -13}),
    (16, "in-force", {}),
    (15, "filed", {}),
    (14, "filed", {"owner": 1}),
    (13, "confirmed", {}),
    (12, "confirmed", {"owner": 1}),
    (11, "drawn", {}),
    (9, "drawn", {"owner": 1}),
    (7, "drawn", {"times": FROZEN}),
    (20, "failed", {"enrolments": 1}),
    (5, "withdrawn", {}),
    (4, "open", {}),
    (3, "open", {"owner": 1, "mode": "A"}),
    (2, "returned", {}),
    (1, "check", {}),
    (1, "approval", {}),
    (1, "approval", {"owner": 1}),
    (1, "draft", {}),
    (0, "draft", {"owner": 1}),
    (4, "open", {"enrolments": 3}),
)


@dataclass(frozen=True, slots=True)
class World:
    """A folder with the database, the keys and the files of the whole market."""

    folder: Path

    def open(self, folder: Path | None = None) -> Installation:
        """Open it, or a copy of it in a fresh folder, at its present."""
        if folder is not None:
            shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Installation.open(_config(folder or self.folder), ManualClock(PRESENT))


def _config(folder: Path) -> Config:
    return Config(
        database_url=f"sqlite:///{folder}/market.db",
        data_dir=folder,
        city="青川市",
        password_memory_kib=64,
    )


@cache
def the_world(base: Path) -> World:
    """Return the small market of this test process: one is enough, whoever asks first."""
    folder = base / "world"
    folder.mkdir()
    return build(folder)


def build(folder: Path) -> World:
    """Let the small market live through its past."""
    config = _config(folder)
    Keys.make(config.keys_dir)
    clock = ManualClock(beijing(working_day(PRESENT.date(), BEGAN), 8))
    here = Installation.open(config, clock)
    # Building needs no protection from power cuts.
    event.listen(here.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous = OFF"))
    here.engine.dispose()
    migrations.upgrade(here.engine)
    prepare.begin_log(here)
    _Past(here, clock).live()
    with here.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    here.engine.dispose()
    return World(folder)


class _Past:
    """What happened before the present."""

    def __init__(self, here: Installation, clock: ManualClock) -> None:
        self.here, self.clock = here, clock
        self.registry = registry = Registry(here)
        enter = registry.enter
        self.operator = enter(
            OrgKind.OPERATOR,
            "青川市政务服务局",
            [("operator1", Role.OPERATOR_CLERK), ("manager1", Role.OPERATOR_MANAGER)],
        )
        self.other_operator = enter(
            OrgKind.OPERATOR, "第二运营机构", [("operator2", Role.OPERATOR_CLERK)]
        )
        self.notary = enter(
            OrgKind.SUPERVISOR, "青川市公证处", [("supervisor1", Role.SUPERVISOR_OFFICER)]
        )
        self.regulators = [
            enter(
                OrgKind.REGULATOR,
                f"第{number}监管局",
                [
                    (f"officer{number}", Role.REGULATOR_OFFICER),
                    (f"decider{number}", Role.REGULATOR_DECIDER),
                ],
                scope,
            )
            for number, scope in ((1, ("01", "02", "04", "05", "06", "08")), (2, ("03",)))
        ]
        self.owners = tuple(
            enter(
                OrgKind.OWNER,
                f"第{number}业主",
                [
                    (f"clerk{number}", Role.OWNER_CLERK),
                    (f"approver{number}", Role.OWNER_APPROVER),
                ],
            )
            for number in (1, 2)
        )
        self.supervisor = Supervisor(
            here, self.notary.people[0], here.config.data_dir / "supervisor.key"
        )
        self.supervisor.register()
        self.timeline = Timeline(here, clock, self._after_tick)
        self.enlistment = Enlistment(here, registry, self.operator)
        cast = Cast(self.operator, self.notary, tuple(self.regulators), self.owners)
        self.market = Market(Acting(here, cast, self.enlistment))

    def live(self) -> None:
        """Let it pass."""
        for at, number in enumerate(LISTED):
            self._firm(BEGAN - 1, at, number)
        for at, (number, stop) in enumerate(ARRIVING):
            self._firm(3, at, number, stop)
        for at, (back, stage, more) in enumerate(PLOTS):
            plot = Plot(**({"stage": stage, "item": ITEM, "owner": 0, "enrolments": 4} | more))
            start = beijing(working_day(PRESENT.date(), back), 9, at)
            self.timeline.begin(start, self.market.story(at, plot))
        self.timeline.run(PRESENT - timedelta(minutes=5), lambda _at: None)
        self._ask_for_a_suspension()
        self._open_cases()
        self._group_firms()
        self._keep_up()
        self._ask_and_change()
        self._choose_directly()
        self._object_and_insure()
        self._name_and_replace()
        self._invoice_and_add()
        self._let_buy()
        self._enter_experts()
        self._ask_for_scores()
        self.clock.move_to(PRESENT)
        jobs.tick(self.here)
        log.sequence(self.here)

    def _after_tick(self) -> None:
        if self.supervisor.answer():
            jobs.tick(self.here)

    def _firm(self, back: int, at: int, number: int, stop: str = "") -> None:
        start = beijing(working_day(PRESENT.date(), back), 9, at)
        self.timeline.begin(start, self.enlistment.story(number, f"第{number}中介机构", stop))

    def _ask_for_a_suspension(self) -> None:
        with reading_work(self.here.sessions, Actor("job:test")) as work:
            running = [
                contract
                for contract in work.session.scalars(
                    select(Contract).where(Contract.state == ContractState.RUNNING)
                )
                if clock_of(work, f"contract:{contract.id}").state is ClockState.RUNNING
            ]
        contract = running[-1]
        actor = self.enlistment.by_firm_id[contract.firm_id].people[0]
        with unit_of_work(self.here.sessions, actor, self.clock) as work:
            clock = clock_of(work, f"contract:{contract.id}")
            clocks.request_suspension(
                work, clock, SuspensionReason.SITE_NOT_READY, "现场拆迁未完成，测点无法布设。", 4
            )

    def _keep_up(self) -> None:
        """Let two firms change a fact and authorise somebody, and a stranger speak of another."""
        with unit_of_work(self.here.sessions, Actor("public"), self.clock) as work:
            shown = work.session.scalars(
                select(Firm).where(Firm.state == FirmState.PUBLICITY).order_by(Firm.id).limit(1)
            ).one()
            firms.hand_in_feedback(work, shown, FeedbackReason.FACTS, "办公地址查无此公司。")
            first = work.session.scalars(select(User).where(User.username == "firm00")).one()
            others = work.session.scalars(
                select(Firm.id)
                .where(
                    Firm.state == FirmState.LISTED, Firm.organisation_id != first.organisation_id
                )
                .order_by(Firm.id)
            ).all()
            actors = [actor_of(work, first), self.enlistment.by_firm_id[others[-1]].people[0]]
        for number, actor in enumerate(actors):
            self._authorise(actor, f"agent0{number}")
            self._bring_in(actor)
            self._state_project(actor, number)

    def _bring_in(self, actor: Actor) -> None:
        """Let a firm upload a table, which then waits for its confirmation."""
        certificate = {
            "kind": "备案或登记",
            "name": "工程咨询单位备案",
            "number": "ZX-1",
            "issuer": "发展改革委",
            "valid_from_on": "2024-01-01",
        }
        table = table_of(Subject.QUALIFICATIONS, certificate)
        key = identity_key(self.here.keys)
        with unit_of_work(self.here.sessions, actor, self.clock) as work:
            importing.preview(work, Subject.QUALIFICATIONS, table, key)

    def _state_project(self, actor: Actor, number: int) -> None:
        """Let a firm state a past project, which then waits for the operator."""
        with unit_of_work(self.here.sessions, actor, self.clock) as work:
            facts = ProjectFacts(
                project_name=f"青川新区第{number + 1}污水处理厂",
                client_name="青川市城投公司",
                client_code="",
                item_code=ITEM,
                amount_fen=12_000_000,
                signed_on=date(2024, 3, 1),
                completed_on=date(2024, 9, 1),
            )
            past_projects.state_past_project(work, own_firm(work), facts)

    def _authorise(self, actor: Actor, username: str) -> None:
        with unit_of_work(self.here.sessions, actor, self.clock) as work:
            firm = own_firm(work)
            proposed = {FactField.ADDRESS: "青川市新城路 1 号"}
            firms.request_changes(work, firm, proposed, "办公地址已搬迁。")
            agent = accounts.add_user(
                work,
                organisation(work, firm.organisation_id),
                username=username,
                name="钱一一",
                roles=(Role.FIRM_AGENT,),
                password=hasher(64).choose(PASSWORD, "everybody"),
            )
            authority = firms.Authority(
                deeds=tuple(Deed),
                items=(),
                letter="授权〔2026〕1号",
                valid_from_on=work.today,
                valid_to_on=work.today + timedelta(days=300),
            )
            firms.authorise(work, firm, agent, authority)

    def _object_and_insure(self) -> None:
        """Let somebody report an award, and a firm hand in evidence of a person's insurance."""
        actor = self.notary.people[0]
        with unit_of_work(self.here.sessions, actor, self.clock) as work:
            award = work.session.scalars(
                select(Award).where(Award.state == AwardState.PUBLICITY).order_by(Award.id)
            ).first()
            if award is not None:
                words = "中选机构的资信证书已经注销，附发证平台的查询截图。"
                ground = ObjectionGround.FALSE_MATERIALS
                one = objections.object_to(work, self.here, award, ground, words)
                hand_in(
                    work,
                    evidence.add(work, one, "资信平台截图"),
                    folder=self.here.config.uploads_dir,
                    stream=BytesIO(a_pdf()),
                    name="截图.pdf",
                    key=seal_key(self.here.keys),
                )
        with unit_of_work(self.here.sessions, self._first_delegate(), self.clock) as work:
            firm = own_firm(work)
            insuring.insure(
                work,
                firm,
                staff_of(work, firm.id)[0],
                insuring.InsuranceFacts(
                    from_on=work.today.replace(month=1, day=1),
                    to_on=work.today.replace(month=3, day=1),
                    agency="青川市社会保险中心",
                    account="510822199001011234",
                    code="SB-2026-77",
                ),
            )

    def _name_and_replace(self) -> None:
        """Let a firm of each owner name a person for its contract and ask for another."""
        with reading_work(self.here.sessions, Actor("job:test")) as work:
            held = work.session.scalars(
                select(Contract).where(Contract.state.in_(HOLDING)).order_by(Contract.id)
            ).all()
        seen: set[int] = set()
        for owner in self.owners:
            org_id = owner.people[0].org_id
            own = (one for one in held if one.owner_org_id == org_id)
            contract = next(one for one in own if one.firm_id not in seen)
            seen.add(contract.firm_id)
            actor = self.enlistment.by_firm_id[contract.firm_id].people[0]
            with unit_of_work(self.here.sessions, actor, self.clock) as work:
                firm = own_firm(work)
                key = identity_key(self.here.keys)
                ids = [firms.add_staff(work, firm, a_member(), key).id for _ in range(2)]
            with unit_of_work(self.here.sessions, self.operator.people[0], self.clock) as work:
                firm = firm_by_id(work, contract.firm_id)
                for one in ids:
                    firms.confirm_staff(work, firm, staff_member(work, firm, one))
            with unit_of_work(self.here.sessions, actor, self.clock) as work:
                staffing.name(work, contract, ids[:1])
                leaving, coming = ids
                staffing.ask_to_replace(
                    work, contract, leaving=leaving, coming=coming, reason="人员已经调离。"
                )

    def _enter_experts(self) -> None:
        """Let one operator enter a pool, which another confirms; its experts avoid an owner."""
        clerk, other = self.operator.people[0], self.other_operator.people[0]
        key = identity_key(self.here.keys)
        for number in range(1, 8):
            facts = experts.ExpertFacts(
                name=f"周评审{number}",
                title="高级工程师",
                employer_name="青川大学",
                employer_code=self.notary.code,
                evidence="青川市评审专家聘书（2026）第1号",
                items=(ITEM,),
            )
            with unit_of_work(self.here.sessions, clerk, self.clock) as work:
                expert = experts.enter(work, facts, an_id_number(), key)
                user = accounts.add_user(
                    work,
                    organisation(work, expert.organisation_id),
                    username=f"expert{number}",
                    name=expert.name,
                    roles=(Role.EXPERT,),
                    password=hasher(64).choose(PASSWORD, "everybody"),
                )
                actor = actor_of(work, user)
            with unit_of_work(self.here.sessions, other, self.clock) as work:
                experts.confirm(work, expert_at(work, expert.code))
            self._avoid(actor)

    def _avoid(self, actor: Actor) -> None:
        with unit_of_work(self.here.sessions, actor, self.clock) as work:
            experts.add_tie(
                work,
                own_expert(work),
                org_code=self.owners[0].code,
                org_name=self.owners[0].name,
                ground=TieGround.ADVISER,
                note="",
            )
            experts.declare(work, own_expert(work))

    def _ask_for_scores(self) -> None:
        """Let an owner publish a need whose proposals a panel of the pool will score."""
        clerk, approver = self.owners[1].people
        with unit_of_work(self.here.sessions, clerk, self.clock) as work:
            model = work.session.scalars(
                select(Need)
                .where(Need.state == NeedState.DRAFT, Need.owner_org_id == clerk.org_id)
                .order_by(Need.id)
            ).first()
            facts = replace(
                needs.facts_of(work, model),
                title="综合评分的可行性研究报告编制",
                project_code="2603-440100-04-01-100777",
                project_name="城西片区道路工程",
                method="scored",
                criteria="服务方案：60\n人员配备：40",
            )
            need = needs.draft(work, facts)
            explain_all(work, need)
            needs.submit(work, need)
        with unit_of_work(self.here.sessions, approver, self.clock) as work:
            needs.approve(work, work.session.get_one(Need, need.id))
        with unit_of_work(self.here.sessions, self.operator.people[0], self.clock) as work:
            draw_actions.publish(work, self.here, work.session.get_one(Need, need.id))

    def _let_buy(self) -> None:
        """Let each owner authorise its clerk, and a third owner register itself."""
        for owner in self.owners:
            clerk, manager = owner.people
            with unit_of_work(self.here.sessions, manager, self.clock) as work:
                grant = buyers.Grant(
                    deeds=[BuyerDeed.POST],
                    items=(),
                    ceiling_fen=10**13,
                    valid_from_on=work.today,
                    valid_to_on=work.today + timedelta(days=300),
                )
                buyers.authorise(work, user_of(work, work.org_id, clerk.user_id), grant)
        new = self.registry.enter(OrgKind.OWNER, "第三业主", [("approver3", Role.OWNER_APPROVER)])
        with unit_of_work(self.here.sessions, new.people[0], self.clock) as work:
            facts = owner_actions.OwnerFacts(
                nature=OwnerNature.INSTITUTION,
                address="青川市江北路 9 号",
                contact_name="钱一一",
                contact_phone="0839-8801234",
            )
            row = owner_actions.begin(work, organisation(work, work.org_id), facts)
            for slot in owner_slots(work, work.org_id):
                place = Place(subject=slot.subject, subject_id=slot.subject_id, kind=slot.kind)
                hand_in(
                    work,
                    place,
                    folder=self.here.config.uploads_dir,
                    stream=BytesIO(a_pdf()),
                    name="材料.pdf",
                    key=seal_key(self.here.keys),
                )
            owner_actions.submit(work, row)

    def _first_delegate(self) -> Actor:
        with reading_work(self.here.sessions, Actor("job:test")) as work:
            user = work.session.scalars(select(User).where(User.username == "firm00")).one()
            return actor_of(work, user)

    def _ask_and_change(self) -> None:
        """Let a firm ask about an open need of each owner, whose clerk proposes to change it."""
        with reading_work(self.here.sessions, Actor("job:test")) as work:
            open_needs = work.session.scalars(
                select(Need).where(Need.state == NeedState.OPEN).order_by(Need.id)
            ).all()
        asker = next(iter(self.enlistment.by_firm_id.values())).people[0]
        for owner in self.owners:
            clerk = owner.people[0]
            need = next(one for one in open_needs if one.owner_org_id == clerk.org_id)
            with unit_of_work(self.here.sessions, asker, self.clock) as work:
                questions.ask(work, need.number, "项目地点是否提供现场踏勘的便利？")
            with unit_of_work(self.here.sessions, clerk, self.clock) as work:
                mine = work.session.get_one(Need, need.id)
                facts = replace(needs.facts_of(work, mine), scale="规模已按批复调整。")
                changes.propose(work, mine, facts, "初步设计批复后规模有调整。")

    def _invoice_and_add(self) -> None:
        """Let every firm invoice its contract in force, and ask for more where it is at work."""
        with reading_work(self.here.sessions, Actor("job:test")) as work:
            agreed = work.session.scalars(
                select(Contract).where(Contract.confirmed_at.is_not(None)).order_by(Contract.id)
            ).all()
        for contract in agreed:
            actor = self.enlistment.by_firm_id[contract.firm_id].people[0]
            with unit_of_work(self.here.sessions, actor, self.clock) as work:
                folder = self.here.config.uploads_dir
                stored = files.keep(work, folder, BytesIO(a_pdf()), "发票.pdf")
                facts = payments.VoucherFacts(
                    reference=f"2551200000{contract.id:010d}",
                    dated_on=work.today,
                    amount_fen=contract.price_fen // 2,
                )
                payments.invoice(work, contract, facts, stored)
                if contract.state is ContractState.RUNNING:
                    supplements.propose(
                        work,
                        contract,
                        amount_fen=10_000,
                        ground=SupplementGround.SCOPE,
                        reason="现场增加测点两个，工作量相应增加。",
                    )

    def _choose_directly(self) -> None:
        """Let each owner name a firm: one is public, one an emergency, one still to approve."""
        with reading_work(self.here.sessions, Actor("job:test")) as work:
            drafts = work.session.scalars(
                select(Need).where(Need.state == NeedState.DRAFT).order_by(Need.id)
            ).all()
            listed = work.session.scalars(
                select(Firm).where(Firm.state == FirmState.LISTED).order_by(Firm.id)
            ).all()
            model, able = next(
                (draft, codes)
                for draft in drafts
                if (
                    codes := [f.code for f in listed if not draws.failures_of(work, draft, f, None)]
                )
            )
            usual = replace(needs.facts_of(work, model), ceiling_fen=90_000)
        for owner, code in zip(self.owners, (able[0], able[-1]), strict=True):
            self._choose(owner.people, usual, code)

    def _choose(self, people: Sequence[Actor], usual: needs.NeedFacts, code: str) -> None:
        clerk, approver = people
        reason = "零星补充报告，金额很小，该机构承担了前期工作，熟悉现场情况。"
        said = {
            "firm_code": code,
            "price_fen": 70_000,
            "reason": reason,
            "inputs": Inputs(
                bases="项目总投资：3000 万元",
                standard="feasibility-1283?base=3000&variant=feasibility",
            ),
        }
        facts = direct.ChoiceFacts(ground=DirectGround.SMALL_AMOUNT, funds=Funds.FISCAL, **said)
        urgent = direct.EmergencyFacts(
            ground=EmergencyGround.NATURAL_DISASTER, why_no_draw=reason, **said
        )
        with unit_of_work(self.here.sessions, clerk, self.clock) as work:
            one, two, three = (
                needs.draft(work, replace(usual, title=f"零星补充{name}")) for name in "甲乙丙"
            )
            choice = direct.propose(work, one, facts)
            direct.propose(work, two, facts)
            case = direct.commission(work, three, urgent)
            small = [needs.draft(work, replace(usual, title=f"零星{name}")) for name in "丁戊"]
            bundle(work, [need.id for need in small], "零星项目打包")
        with unit_of_work(self.here.sessions, approver, self.clock) as work:
            direct.approve(work, work.session.get_one(DirectChoice, choice.id))
            folder = self.here.config.uploads_dir
            stored = files.keep(work, folder, BytesIO(a_pdf()), "会商.pdf")
            found = emergency_of(work, work.session.get_one(DirectChoice, case.id))
            direct.file(work, found, reason, stored)
        with unit_of_work(self.here.sessions, self.operator.people[0], self.clock) as work:
            direct.name(work, work.session.get_one(DirectChoice, choice.id))

    def _group_firms(self) -> None:
        """Confirm a group of two firms, to which one objects, and put another one to two more."""
        facts = "工商登记显示两家机构的控股股东为同一人，办公地址和电话也相同。"
        clerk, decider = self.operator.people[0], self.other_operator.people[0]
        with unit_of_work(self.here.sessions, clerk, self.clock) as work:
            found = work.session.scalars(
                select(Firm).where(Firm.state == FirmState.LISTED).order_by(Firm.id)
            ).all()
            group = affiliations.open_case(work, found[:2], Ground.PHONE, facts)
            affiliations.open_case(work, found[2:4], Ground.ADDRESS, facts)
        for firm in found[:2]:
            actor = self.enlistment.by_firm_id[firm.id].people[0]
            with unit_of_work(self.here.sessions, actor, self.clock) as work:
                affiliations.state(work, group, own_firm(work), facts)
        with unit_of_work(self.here.sessions, decider, self.clock) as work:
            affiliations.decide(work, group, confirm=True, text=facts)
        with unit_of_work(self.here.sessions, actor, self.clock) as work:
            affiliations.object_to(work, own_firm(work), facts, group=group)

    def _open_cases(self) -> None:
        """Open two cases against two firms; the first has answered."""
        officer = self.regulators[0].people[0]
        with reading_work(self.here.sessions, Actor("job:test")) as work:
            firms = work.session.scalars(
                select(Firm).where(Firm.state == FirmState.LISTED).order_by(Firm.id).limit(2)
            ).all()
        for answered, seen in zip((True, False), firms, strict=True):
            with unit_of_work(self.here.sessions, officer, self.clock) as work:
                firm = firm_by_id(work, seen.id)
                day = work.today - timedelta(days=1)
                evidence = "主管部门核查发现所附业绩证明系伪造，核查报告附后。"
                breach = credit.report_breach(work, firm, BreachKind.FALSE_MATERIALS, day, evidence)
                case = credit.propose(
                    work, firm, [work.session.get_one(Breach, breach.id)],
                    measure=Measure.BLACKLIST, months=6,
                    grounds="该机构提交虚假业绩材料，核查报告已送达，事实清楚。",
                )  # fmt: skip
                number = case.number
            if answered:
                actor = self.enlistment.by_firm_id[seen.id].people[0]
                with unit_of_work(self.here.sessions, actor, self.clock) as work:
                    credit.reply(
                        work,
                        credit.queries.own_case(work, number),
                        "材料系前任经办人误传，我单位已更换并提交说明。",
                    )


def users(here: Installation) -> dict[str, User]:
    """Return everybody by user name."""
    with here.sessions() as session:
        return {user.username: user for user in session.scalars(select(User))}


__all__ = ["PASSWORD", "PRESENT", "World", "build", "users"]
