"""What firms do and what is done about them: entry, tables, projects, groups, cases."""

from datetime import date, timedelta
from io import BytesIO

from sqlalchemy import select

from market import files
from market.access import Role
from market.accounts import actions as accounts
from market.accounts.handing_over import OPENED, ask
from market.accounts.handover_rules import HandoverPurpose
from market.accounts.model import User
from market.accounts.passwords import hasher
from market.accounts.queries import actor_of, organisation
from market.affiliations import actions as affiliations
from market.affiliations.rules import Ground, PartyKind, PartyRole
from market.clock import beijing
from market.credit.cases import actions as cases
from market.credit.cases import queries as case_queries
from market.credit.model import Breach
from market.credit.reports import actions as reports
from market.credit.reports import queries as report_queries
from market.credit.rules import BreachKind, Measure
from market.db import Actor, reading_work, unit_of_work
from market.demo.people import PASSWORD
from market.demo.registrations import invented_id_number
from market.demo.timeline import working_day
from market.documents.actions import Place, clear, hand_in
from market.documents.queries import to_decide as document_to_decide
from market.documents.rules import DocKind
from market.documents.rules import Subject as DocSubject
from market.documents.seal import seal_key
from market.firms import actions as firms
from market.firms import importing, queries_past_projects
from market.firms.actions import past_projects
from market.firms.actions.doubting import open_doubt
from market.firms.entry import Deed, FactField, FeedbackReason
from market.firms.identity import identity_key
from market.firms.model import Firm
from market.firms.past_projects import ProjectFacts
from market.firms.queries import firm_by_id
from market.firms.queries import own as own_firm
from market.firms.rules import FirmState
from market.firms.tables import Subject
from tests.market.factories.contracts import a_pdf
from tests.market.factories.credit import NAMED, report_breach
from tests.market.firms.lists import table_of
from tests.market.security.world_scene import ITEM, PRESENT, Scene


class Firms(Scene):
    """A part of the small market's past."""

    def _firm(self, back: int, at: int, number: int, stop: str = "") -> None:
        start = beijing(working_day(PRESENT.date(), back), 9, at)
        self.timeline.begin(start, self.enlistment.story(number, f"第{number}中介机构", stop))

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
            self._doubt_a_project(actor)

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

    def _doubt_a_project(self, actor: Actor) -> None:
        """Let a firm prove its project, one operator verify it, and another put it in doubt."""
        clerk, other = self.operator.people[0], self.other_operator.people[0]
        with unit_of_work(self.here.sessions, actor, self.clock) as work:
            (row,) = queries_past_projects.of_firm(work, own_firm(work).id)
            place = Place(
                subject=DocSubject.PAST_PROJECT, subject_id=row.id, kind=DocKind.PERFORMANCE
            )
            proof = hand_in(
                work,
                place,
                folder=self.here.config.uploads_dir,
                stream=BytesIO(a_pdf()),
                name="合同和验收单.pdf",
                key=seal_key(self.here.keys),
            )
        with unit_of_work(self.here.sessions, clerk, self.clock) as work:
            clear(work, document_to_decide(work, proof.id))
            held = queries_past_projects.to_decide(work, row.id)
            past_projects.check_past_project(work, held, verify=True)
        with unit_of_work(self.here.sessions, other, self.clock) as work:
            held = queries_past_projects.to_decide(work, row.id)
            open_doubt(work, held, "委托单位来函称合同金额与其档案不符，附函件。")

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

    def _first_delegate(self) -> Actor:
        with reading_work(self.here.sessions, Actor("job:test")) as work:
            user = work.session.scalars(select(User).where(User.username == "firm00")).one()
            return actor_of(work, user)

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
            seen = work.session.scalars(select(User).where(User.username == "firm12")).one()
            own = next(firm for firm in found if firm.organisation_id == seen.organisation_id)
        for firm in found[:2]:
            actor = self.enlistment.by_firm_id[firm.id].people[0]
            with unit_of_work(self.here.sessions, actor, self.clock) as work:
                affiliations.state(work, group, own_firm(work), facts)
        with unit_of_work(self.here.sessions, decider, self.clock) as work:
            affiliations.decide(work, group, confirm=True, text=facts)
        with unit_of_work(self.here.sessions, actor, self.clock) as work:
            affiliations.object_to(work, own_firm(work), facts, group=group)
        self._name_others(found[2], own, found[3])

    def _name_others(self, firm: Firm, *others: Firm) -> None:
        """Let a firm declare alone that others control it."""
        above = tuple(
            affiliations.PartyFacts(
                role=PartyRole.CONTROLLER, kind=PartyKind.ORGANISATION, number=other.code
            )
            for other in others
        )
        facts = affiliations.DeclarationFacts(
            signer_name="陈立",
            phone="0755-86001234",
            legal_id=invented_id_number(990),
            account="6222000000000990",
            parties=above,
        )
        actor = self.enlistment.by_firm_id[firm.id].people[0]
        with unit_of_work(self.here.sessions, actor, self.clock) as work:
            affiliations.declare(work, own_firm(work), facts, identity_key(self.here.keys))

    def _open_cases(self) -> None:
        """Open two cases against two firms that answer them, and report a breach of each."""
        officer = self.regulators[0].people[0]
        with reading_work(self.here.sessions, Actor("job:test")) as work:
            firms = work.session.scalars(
                select(Firm).where(Firm.state == FirmState.LISTED).order_by(Firm.id).limit(2)
            ).all()
        for seen in firms:
            with unit_of_work(self.here.sessions, officer, self.clock) as work:
                firm = firm_by_id(work, seen.id)
                day = work.today - timedelta(days=1)
                evidence = "主管部门核查发现所附业绩证明系伪造，核查报告附后。"
                breach = report_breach(work, firm, BreachKind.FALSE_MATERIALS, day, evidence)
                case = cases.propose(
                    work, firm, [work.session.get_one(Breach, breach.id)],
                    measure=Measure.BLACKLIST, months=6, groups=["all"],
                    grounds="该机构提交虚假业绩材料，核查报告已送达，事实清楚。",
                )  # fmt: skip
                number = case.number
            with unit_of_work(self.here.sessions, self.regulators[0].people[1], self.clock) as work:
                cases.notify(work, case_queries.case(work, number))
            actor = self.enlistment.by_firm_id[seen.id].people[0]
            with unit_of_work(self.here.sessions, actor, self.clock) as work:
                folder = self.here.config.uploads_dir
                cases.reply(
                    work,
                    case_queries.own_case(work, number),
                    "材料系前任经办人误传，我单位已更换并提交说明。",
                    files.keep(work, folder, BytesIO(a_pdf()), "说明.pdf"),
                )

            self._report_a_breach(seen, officer)

    def _report_a_breach(self, firm: Firm, officer: Actor) -> None:
        """Report a breach of a firm, which says something to it."""
        folder = self.here.config.uploads_dir
        with unit_of_work(self.here.sessions, officer, self.clock) as work:
            found = reports.Reported(
                kind=BreachKind.LENT_NAME,
                occurred_on=work.today - timedelta(days=1),
                evidence="群众举报并经核查，该机构允许他人以其名义承接业务，核查笔录附后。",
                named=NAMED,
            )
            stored = files.keep(work, folder, BytesIO(a_pdf()), "核查笔录.pdf")
            number = reports.report(work, firm_by_id(work, firm.id), found, stored).number
        actor = self.enlistment.by_firm_id[firm.id].people[0]
        with unit_of_work(self.here.sessions, actor, self.clock) as work:
            stored = files.keep(work, folder, BytesIO(a_pdf()), "劳动合同.pdf")
            said = "签名的人是我单位在职人员，劳动合同和社保记录一并提交，请核对。"
            reports.state(work, report_queries.own(work, number), said, stored)

    def _ask_for_a_password(self) -> None:
        """Let the operator's manager ask that somebody's password be reset."""
        with unit_of_work(self.here.sessions, self.operator.people[1], self.clock) as work:
            user = work.session.scalars(select(User).where(User.username == "approver3")).one()
            ask(work, user, HandoverPurpose.RESET, "本人来电遗忘密码，已回拨登记的电话核实。")
            theirs = self.regulators[0].people[0].user_id
            user = work.session.get_one(User, theirs)
            ask(work, user, HandoverPurpose.CLOSE, "来函称此人已调离，待核实。")
            user = work.session.scalars(select(User).where(User.username == "clerk1")).one()
            ask(work, user, HandoverPurpose.OPEN, OPENED)
