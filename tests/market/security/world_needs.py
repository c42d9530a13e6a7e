"""What owners post and choose: questions, changes, direct choices, experts, buyers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

from sqlalchemy import select

from market import files
from market.access import OrgKind, Role
from market.accounts import actions as accounts
from market.accounts.model import User
from market.accounts.passwords import hasher
from market.accounts.queries import actor_of, organisation, user_of
from market.catalogue.contract_texts import actions as contract_texts
from market.catalogue.report_templates import actions as report_templates
from market.db import Actor, reading_work, unit_of_work
from market.demo.people import PASSWORD
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
from market.draws.model import Draw
from market.draws.rules import ExclusionGround
from market.experts import actions as experts
from market.experts.queries import expert_at
from market.experts.queries import own as own_expert
from market.experts.rules import TieGround
from market.firms import actions as firms
from market.firms.identity import identity_key
from market.firms.model import Firm
from market.firms.queries import firm_by_code
from market.firms.queries import own as own_firm
from market.firms.rules import FirmState
from market.holidays import actions as holidays
from market.needs import actions as needs
from market.needs.bundling.actions import bundle
from market.needs.changes import actions as changes
from market.needs.model import Need
from market.needs.questions import actions as questions
from market.needs.rules import NeedState
from tests.market.factories.checks import explain_all
from tests.market.factories.contracts import a_pdf
from tests.market.factories.firms import a_fee, an_id_number
from tests.market.factories.holidays import NUMBER_2027, an_amendment, the_notice_of_2027
from tests.market.security.world_scene import ITEM, Scene


class Needs(Scene):
    """A part of the small market's past."""

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
                draw_actions.ask_withdrawal(work, mine, "资金计划有调整，本年度暂缓实施。")

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
            self._publish_small(code, usual.item_code)
            self._choose(owner.people, usual, code)

    def _publish_small(self, code: str, item_code: str) -> None:
        """Let a firm publish a fee that makes its work a small amount."""
        with reading_work(self.here.sessions, Actor("job:test")) as work:
            firm = firm_by_code(work, code)
            user = work.session.scalars(
                select(User).where(User.organisation_id == firm.organisation_id).order_by(User.id)
            ).first()
            assert user is not None
            delegate = actor_of(work, user)
        with unit_of_work(self.here.sessions, delegate, self.clock) as work:
            firms.publish_fee(work, own_firm(work), item_code, a_fee(work.today, amount_fen=90_000))

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
            for need in (one, two, three):
                explain_all(work, need)
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
        self._propose_exclusions(need.id)

    def _propose_exclusions(self, need_id: int) -> None:
        """Let a clerk propose that two firms be kept out of a draw."""
        for member in list(self.enlistment.by_firm_id.values())[:2]:
            with unit_of_work(self.here.sessions, self.operator.people[0], self.clock) as work:
                draw_actions.propose_exclusion(
                    work,
                    work.session.scalars(select(Draw).where(Draw.need_id == need_id)).one(),
                    member.people[0].org_code or "",
                    ground=ExclusionGround.FALSE_MATERIALS,
                    basis="川建罚〔2026〕12号",
                    evidence="经核查，所交业绩合同与原件不一致。",
                )

    def _enter_experts(self) -> None:
        """Let one operator enter a pool, which another confirms; its experts avoid an owner."""
        clerk, other = self.operator.people[0], self.other_operator.people[0]
        key = identity_key(self.here.keys)
        for number in range(1, 11):
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

    def _offer_a_text(self) -> None:
        """Let a clerk of the operator put a model contract and a template to a colleague."""
        facts = contract_texts.TextFacts(
            item_code="ZJ-01-003-01", model_id="cost-consulting", title="", source="发布机关网站"
        )
        with unit_of_work(self.here.sessions, self.operator.people[0], self.clock) as work:
            stored = files.keep(work, self.here.config.uploads_dir, BytesIO(a_pdf()), "文本.pdf")
            contract_texts.propose(work, facts, stored)
            report_templates.propose(
                work,
                report_templates.TemplateFacts(
                    item_code="ZJ-01-003-01", text="已完成的章节：", why="本市只要求这一项"
                ),
            )

    def _import_notices(self) -> None:
        """Let the operator put one notice of holidays to use, and another to a colleague."""
        importer, second = self.operator.people[:2]
        with unit_of_work(self.here.sessions, importer, self.clock) as work:
            row = holidays.propose(work, the_notice_of_2027())
        with unit_of_work(self.here.sessions, second, self.clock) as work:
            holidays.confirm(work, row)
        day_off = an_amendment("调整1号", NUMBER_2027, 2027, ("2027-03-12", "放假"))
        with unit_of_work(self.here.sessions, importer, self.clock) as work:
            holidays.propose(work, day_off)

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
