"""What goes on after an award: objections, named people, invoices, suspensions."""

from io import BytesIO

from sqlalchemy import select

from market import files
from market.clocks import actions as clocks
from market.clocks.queries import clock_of
from market.clocks.rules import ClockState, SuspensionReason
from market.contracts.model import Contract
from market.contracts.rules import ContractState
from market.contracts.staffing import actions as staffing
from market.contracts.staffing.rules import HOLDING
from market.db import Actor, reading_work, unit_of_work
from market.documents.actions import hand_in
from market.documents.seal import seal_key
from market.draws.model import Award
from market.draws.rules import AwardState
from market.firms import actions as firms
from market.firms.actions import insuring
from market.firms.identity import identity_key
from market.firms.queries import firm_by_id, staff_member
from market.firms.queries import own as own_firm
from market.firms.queries import staff as staff_of
from market.objections import actions as objections
from market.objections import evidence
from market.objections.rules import Ground as ObjectionGround
from market.payments import actions as payments
from market.supplements import actions as supplements
from market.supplements.rules import Ground as SupplementGround
from tests.market.factories.contracts import a_pdf
from tests.market.factories.firms import a_member
from tests.market.security.world_scene import Scene


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
            clocks.request_suspension(
                work, clock, SuspensionReason.SITE_NOT_READY, "现场拆迁未完成，测点无法布设。", 4
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
