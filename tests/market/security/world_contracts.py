"""What goes on after an award: objections, named people, invoices, suspensions."""

from dataclasses import replace
from io import BytesIO
from itertools import product

from sqlalchemy import select

from market import files
from market.clocks import actions as clocks
from market.clocks.actions.record import OPEN
from market.clocks.card_rules import Trigger
from market.clocks.extension import actions as extension
from market.clocks.extension.rules import ExtensionReason
from market.clocks.over import actions as over
from market.clocks.queries import by_id as clock_by_id
from market.clocks.queries import clock_of, runs_for, suspension, suspensions_of
from market.clocks.rules import ClockState, SuspensionReason
from market.contracts import actions as contracts
from market.contracts.model import Contract
from market.contracts.reports.queries import milestones
from market.contracts.reports.record import plan
from market.contracts.reports.rules import Planned
from market.contracts.rules import OVER, ContractState, ReturnReason
from market.contracts.staffing import actions as staffing
from market.contracts.staffing.queries import named
from market.contracts.staffing.rules import HOLDING
from market.db import Actor, reading_work, unit_of_work
from market.documents.actions import hand_in
from market.documents.seal import seal_key
from market.dossiers import queries as dossiers
from market.dossiers.actions import archive
from market.draws.model import Award
from market.draws.rules import AwardState
from market.firms import actions as firms
from market.firms.actions import insuring
from market.firms.identity import identity_key
from market.firms.queries import firm_by_id, staff_member
from market.firms.queries import own as own_firm
from market.firms.queries import staff as staff_of
from market.letters import jobs as letters
from market.letters.model import Letter, LetterFileDue
from market.letters.typesetting import rendered
from market.messages import jobs as messages
from market.messages import operating
from market.messages.actions import tell
from market.messages.delivering import deliver
from market.messages.gateways import RefusedError
from market.messages.kinds import Kind, declare
from market.messages.model import MessageAddress
from market.messages.rules import Channel
from market.objections import actions as objections
from market.objections import evidence
from market.objections.actions.record import say
from market.objections.model import ObjectionHearing, ObjectionStep
from market.objections.rules import Ground as ObjectionGround
from market.objections.rules import ObjectionMove
from market.payments import actions as payments
from market.rereview.actions import asking
from market.rereview.disputable import returned
from market.supervision import actions as supervision
from market.supplements import actions as supplements
from market.supplements.rules import Ground as SupplementGround
from tests.market.factories.contracts import a_pdf
from tests.market.factories.firms import a_member
from tests.market.factories.proposals import a_proposal
from tests.market.security.world_scene import Scene

STATED = "证书在报名截止日有效。"


class Contracts(Scene):
    """A part of the small market's past."""

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
            folder = self.here.config.uploads_dir
            clocks.request_suspension(
                work,
                clock,
                SuspensionReason.SITE_NOT_READY,
                "现场拆迁未完成，测点无法布设。",
                4,
                proof=files.keep(work, folder, BytesIO(a_pdf()), "照片.pdf"),
            )
        for other in running:
            self._ask_for_more_time(other)

    def _declare_causes_over(self) -> None:
        """Let owners ask for suspensions, and their firms say that the cause is over."""
        with reading_work(self.here.sessions, Actor("job:test")) as work:
            running = work.session.scalars(
                select(Contract).where(Contract.state == ContractState.RUNNING)
            ).all()
            found = [
                (contract, clock.id)
                for contract in running
                if (clock := clock_of(work, f"contract:{contract.id}")).state is ClockState.RUNNING
                and runs_for(work, clock) is clock.holder
                and all(s.state not in OPEN for s in suspensions_of(work, clock))
            ]
        for contract, clock_id in found:
            self._declare_cause_over(contract, clock_id)

    def _declare_cause_over(self, contract: Contract, clock_id: int) -> None:
        firm = self.enlistment.by_firm_id[contract.firm_id].people[0]
        owner = next(
            people.people[0]
            for people in self.owners
            if people.people[0].org_id == contract.owner_org_id
        )
        words = "单位变更需求，方案正在重新论证。"
        with unit_of_work(self.here.sessions, owner, self.clock) as work:
            clock = clock_by_id(work, clock_id)
            request = clocks.request_suspension(
                work, clock, SuspensionReason.OWNER_CHANGE, words, 2
            )
            request_id = request.id
        with unit_of_work(self.here.sessions, firm, self.clock) as work:
            clock = clock_by_id(work, clock_id)
            request = suspension(work, clock, request_id)
            clocks.answer_suspension(work, clock, request, agree=True, answer="情况属实，同意。")
            over.declare(work, clock, request, work.today, "方案论证已经完成，见论证意见。")

    def _ask_for_more_time(self, contract: Contract) -> None:
        actor = self.enlistment.by_firm_id[contract.firm_id].people[0]
        with unit_of_work(self.here.sessions, actor, self.clock) as work:
            clock = clock_of(work, f"contract:{contract.id}")
            if clock.due_at is not None and work.now < clock.due_at:
                words = "评审要求补做冬季监测，已完成初稿。"
                extension.request(work, clock, ExtensionReason.MORE_TESTS, words, 1)

    def _name_and_replace(self) -> None:
        """Let a firm of each owner name a person for its contract and ask for another."""
        with reading_work(self.here.sessions, Actor("job:test")) as work:
            held = work.session.scalars(
                select(Contract).where(Contract.state.in_(HOLDING)).order_by(Contract.id)
            ).all()
        theirs = [
            [one for one in held if one.owner_org_id == owner.people[0].org_id]
            for owner in self.owners
        ]
        # Of different firms, so that each firm has what is another's; the draw chose them.
        for contract in max(product(*theirs), key=lambda row: len({one.firm_id for one in row})):
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
                if not milestones(work, contract):
                    plan(work, contract, [Planned(name="初稿", after_working_days=5)])
                if contract.state is ContractState.RUNNING:
                    supplements.propose(
                        work,
                        contract,
                        amount_fen=10_000,
                        ground=SupplementGround.SCOPE,
                        reason="现场增加测点两个，工作量相应增加。",
                    )

    def _dispute(self) -> None:
        """Let a firm hand in again what was returned, and dispute the second return."""
        with reading_work(self.here.sessions, Actor("job:test")) as work:
            found = select(Contract).where(Contract.state == ContractState.RUNNING)
            contract = next(
                one for one in work.session.scalars(found) if returned(work, one) is not None
            )
            owner = next(o for o in self.owners if o.people[0].org_id == contract.owner_org_id)
            signers = [one.member.id for one in named(work, contract)]
        firm = self.enlistment.by_firm_id[contract.firm_id].people[0]
        folder = self.here.config.uploads_dir
        with unit_of_work(self.here.sessions, firm, self.clock) as work:
            contract = work.session.get_one(Contract, contract.id)
            stored = files.keep(work, folder, BytesIO(a_pdf()), "成果.pdf")
            signer_id = signers[0] if signers else None
            contracts.deliver(work, contract, stored, "请查收", signer_id=signer_id)
        with unit_of_work(self.here.sessions, owner.people[0], self.clock) as work:
            contract = work.session.get_one(Contract, contract.id)
            words = "第三章工程量与图纸不一致，请逐项复核。"
            reason = ReturnReason.DATA_ERROR
            contracts.return_work(work, contract, reason, words, clause="合同第5.2条")
        with unit_of_work(self.here.sessions, firm, self.clock) as work:
            asking.ask(
                work,
                self.here,
                work.session.get_one(Contract, contract.id),
                {1: "工程量已按变更后的施工图逐项复核。"},
                folder=folder,
                stream=BytesIO(a_proposal()),
                name="副本.pdf",
                blind=True,
            )

    def _archive(self) -> None:
        """Archive every service that is over and that time has not archived yet."""
        with reading_work(self.here.sessions, Actor("job:test")) as work:
            over = [
                contract
                for contract in work.session.scalars(
                    select(Contract).where(Contract.state.in_(OVER)).order_by(Contract.id)
                )
                if not dossiers.versions_of(work, contract)
            ]
        for contract in over:
            actor = self.enlistment.by_firm_id[contract.firm_id].people[0]
            with unit_of_work(self.here.sessions, actor, self.clock) as work:
                archive(work, self.here, work.session.get_one(Contract, contract.id))

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
                kept = hand_in(
                    work,
                    evidence.add(work, one, "资信平台截图"),
                    folder=self.here.config.uploads_dir,
                    stream=BytesIO(a_pdf()),
                    name="截图.pdf",
                    key=seal_key(self.here.keys),
                )
                # Somebody was heard of it, and handed in a file with its words.
                heard = ObjectionHearing(
                    objection_id=one.id,
                    org_id=work.org_id,
                    asked_at=work.now,
                    by_at=work.now,
                    said_at=work.now,
                    closed_at=work.now,
                )
                work.session.add(heard)
                work.session.flush()
                work.session.add(
                    ObjectionStep(
                        objection_id=one.id,
                        move=ObjectionMove.STATE,
                        state=one.state,
                        is_public=False,
                        text=STATED,
                        hearing_id=heard.id,
                        file_id=kept.file_id,
                        at=work.now,
                        by_id=work.user_id,
                    )
                )
                say(work, one, STATED, None, ObjectionMove.STATE)
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

    def _give_cards(self) -> None:
        """Give owners cards by hand: one to answer, one answered, one upheld, one to take back."""
        officer, clerk = self.notary.people[0], self.operator.people[0]
        numbers = [
            self._give_card(officer, self.owners[which].people[0], f"CG-2026-00000{which}{n}")
            for which in (0, 1)
            for n in range(4)
        ]
        manager = self.operator.people[1]
        for place, number in enumerate(numbers):
            if place % 4 in {1, 2}:
                self._answer_card(self.owners[place // 4].people[0], number)
            if place % 4 == 2:
                with unit_of_work(self.here.sessions, manager, self.clock) as work:
                    one = supervision.queries.by_number(work, number)
                    supervision.uphold(work, one, "核对记录，情况属实，予以维持。")
            if place % 4 == 3:
                with unit_of_work(self.here.sessions, clerk, self.clock) as work:
                    one = supervision.queries.by_number(work, number)
                    supervision.propose_withdrawal(work, one, "核对录像，此牌登记有误。")

    def _give_card(self, officer: Actor, owner: Actor, about: str) -> str:
        with unit_of_work(self.here.sessions, officer, self.clock) as work:
            facts = supervision.HandFacts(
                trigger=Trigger.REFUSED_MATERIAL,
                code=owner.org_code,
                number=about,
                happened_on=work.today,
                cause="窗口拒收符合要求的材料，群众当日投诉。",
                evidence="投诉记录和窗口录像，编号 2026-17。",
            )
            return supervision.give_by_hand(work, facts).number

    def _answer_card(self, owner: Actor, number: str) -> None:
        with unit_of_work(self.here.sessions, owner, self.clock) as work:
            one = supervision.queries.own_card(work, number)
            folder = self.here.config.uploads_dir
            stored = files.keep(work, folder, BytesIO(a_pdf()), "说明.pdf")
            supervision.reply(work, one, "材料已经补收，当日受理，见受理回执。", stored)

    def _fail_to_tell(self) -> None:
        """A notice on the pages, the files of some letters, and a message that no gateway takes."""
        actor = self.operator.people[0]
        with unit_of_work(self.here.sessions, actor, self.clock) as work:
            work.session.add(
                MessageAddress(user_id=work.user_id, phone="13800001234", changed_at=work.now)
            )
            tell(work, UNSENT, user_id=work.user_id, once="1")
            operating.publish_banner(
                work,
                words_zh="周六停机维护",
                words_en="Down on Saturday",
                audience=None,
                starts_on=work.today,
                ends_on=work.today,
            )
            due = work.session.scalars(select(LetterFileDue.letter_id)).all()
            for letter_id in due[-3:]:
                letter = work.session.get_one(Letter, letter_id)
                letters._keep(work, letter_id, rendered(letter, city="青川市", site_url=""))
        with_sms = replace(self.here, config=replace(self.here.config, sms_url="http://x"))
        messages.sweep(with_sms)
        deliver(with_sms, {Channel.SMS: _Refusing()})


UNSENT = declare(Kind(code="credit.test-unsent", subject="测试", body="测试", must=True))


class _Refusing:
    """A gateway that takes nothing."""

    def send(self, one):
        raise RefusedError("http 400")
