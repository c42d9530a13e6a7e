"""How the city's needs went: each story runs the real actions up to the stage it is to show."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from market import log
from market.clocks import actions as clocks
from market.clocks.extension import actions as extension
from market.clocks.extension import queries as extensions
from market.clocks.extension.rules import ExtensionReason
from market.clocks.queries import by_id as clock_by_id
from market.clocks.queries import clock_of, suspension
from market.clocks.rules import SuspensionReason
from market.contracts import actions as contracts
from market.contracts.errors import FirmBarredError
from market.contracts.model import Contract
from market.contracts.queries import award_to_sign
from market.contracts.rules import ModelUse, ReturnReason
from market.db import Actor, UnitOfWork
from market.demo.acting import Acting
from market.demo.complaints import complain
from market.demo.disputes import leave_unsigned, object_to
from market.demo.ending import end_early
from market.demo.judges import Judges
from market.demo.money import add_on, settle
from market.demo.naming import commission_at_once, name_directly
from market.demo.notices import ask_and_answer, draft
from market.demo.people import Office
from market.demo.plots import Plot, Twist
from market.demo.prices import Prices
from market.demo.ratings import rate_each_other
from market.demo.serving import planned, report_and_answer
from market.demo.timeline import Story, later
from market.draws import actions as draws
from market.draws import jobs
from market.draws.model import Award, Draw
from market.draws.model_later import Replacement
from market.errors import MarketError
from market.firms.queries import offering
from market.needs import actions as needs
from market.needs.queries import by_id

OBJECTIONS = frozenset({Twist.OBJECTION_OPEN, Twist.OBJECTION_UPHELD, Twist.OBJECTION_DISMISSED})


class Market:
    """Everybody whom the stories of needs call upon."""

    def __init__(self, act: Acting) -> None:
        self.act = act
        self.here = act.here
        self.operator = act.cast.operator
        self.prices = Prices(act)
        self.judges = Judges(act)

    def story(self, number: int, plot: Plot) -> Story:
        """Run one need from its draft as far as its plot goes."""
        owners = self.act.cast.owners
        owner = owners[plot.owner % len(owners)]
        need_id = draft(self.act, number, plot, owner)
        if not plot.reaches("approval"):
            yield from self._without_draw(plot, owner, need_id)
            return
        yield self.act.now() + timedelta(minutes=20)
        self.act.do(owner.people[0], lambda work: needs.submit(work, by_id(work, need_id)))
        if not plot.reaches("check"):
            return
        yield self.act.now() + timedelta(hours=2)
        self.act.do(owner.people[1], lambda work: needs.approve(work, by_id(work, need_id)))
        if plot.reaches("returned"):
            yield later(self.act.now(), 1, 9, 30)
            yield from self._announce(number, plot, owner, need_id)

    def _without_draw(self, plot: Plot, owner: Office, need_id: int) -> Story:
        """Let an owner name a firm, where the plot says so; its contract follows."""
        if plot.stage == "urgent":
            yield from commission_at_once(self.act, owner, need_id)
        elif plot.stage in {"direct", "named"}:
            yield from name_directly(self.act, owner, need_id, published=plot.stage == "named")
        if plot.stage in {"urgent", "named"}:
            yield from self._sign(replace(plot, stage="done"), owner, self.act.award(need_id))

    def _announce(self, number: int, plot: Plot, owner: Office, need_id: int) -> Story:
        """Let the operator check a need; return it, or publish it and let firms enrol."""
        if plot.stage == "returned":
            reason = "服务内容未写明成果份数和提交形式，请补充。"
            self.act.do(
                self.operator.people[0],
                lambda work: needs.return_to_owner(work, by_id(work, need_id), reason),
            )
            return
        draw_id = self._publish(need_id, plot)
        if plot.stage == "withdrawn":
            yield from self._withdraw(owner, need_id)
            return
        if plot.twist is Twist.QUESTION:
            asker = self._willing(number, need_id)[0]
            yield from ask_and_answer(self.act, owner, need_id, asker)
        yield from self._enrol(number, plot, need_id, draw_id)
        yield from self.prices.state(draw_id)
        yield from self.judges.score(draw_id)
        if plot.reaches("failed"):
            yield from self._after_draw(plot, owner, need_id, draw_id)

    def _withdraw(self, owner: Office, need_id: int) -> Story:
        """Let one person of an owner ask that a notice be withdrawn, and another confirm it."""
        yield later(self.act.now(), 1, 11)
        with self.act.work(owner.people[0]) as work:
            need = by_id(work, need_id)
            asked = draws.ask_withdrawal(work, need, "项目方案调整，暂缓实施。").id
        yield self.act.now() + timedelta(hours=2)
        self.act.do(
            owner.people[1],
            lambda work: draws.withdraw_need(work, by_id(work, need_id), asked),
        )

    def _publish(self, need_id: int, plot: Plot) -> int:
        with self.act.work(self.operator.people[0]) as work:
            return draws.publish(work, self.here, by_id(work, need_id), plot.times).id

    def _willing(self, number: int, need_id: int) -> list[int]:
        """Return the firms that offer the service, beginning with another one each time."""
        with self.act.reading() as work:
            found = [firm.id for firm in offering(work, by_id(work, need_id).item_code)]
        start = number * 3
        return [found[(start + at) % len(found)] for at in range(len(found))]

    def _enrol(self, number: int, plot: Plot, need_id: int, draw_id: int) -> Story:
        """Let firms that offer the service enrol, each at another time, and seal their quotes."""
        willing = self._willing(0 if plot.by_first else number, need_id)
        for at, firm_id in enumerate(willing[: plot.enrolments]):
            yield self.act.now() + timedelta(minutes=37 + at)
            self._try_enrol(firm_id, draw_id)

    def _try_enrol(self, firm_id: int, draw_id: int) -> None:
        """Let a firm enrol; one that is refused (suspended, say) stays out, as in life."""
        with suppress(MarketError):
            self.act.do(
                self.act.firm(firm_id),
                lambda work: draws.enrol(work, work.session.get_one(Draw, draw_id)),
            )
            self.prices.seal(draw_id, firm_id)
            self.judges.hand_in(draw_id, firm_id)
        log.sequence(self.here)

    def _after_draw(self, plot: Plot, owner: Office, need_id: int, draw_id: int) -> Story:
        with self.act.reading() as work:
            draw = work.session.get_one(Draw, draw_id)
        yield draw.phi_at + timedelta(minutes=15)
        if plot.stage == "failed":
            if plot.second_notice:
                yield later(self.act.now(), 1, 9)
                yield from self._second_notice(plot, owner, need_id)
            return
        if plot.twist in OBJECTIONS:
            yield from object_to(self.act, self.act.award(need_id), plot.twist)
        if plot.twist is Twist.COMPLAINTS:
            yield from complain(self.act, self.act.award(need_id))
        if plot.reaches("offered"):
            yield from self._answer(plot, owner, need_id)

    def _second_notice(self, plot: Plot, owner: Office, need_id: int) -> Story:
        self.act.do(owner.people[0], lambda work: needs.renotice(work, by_id(work, need_id)))
        yield self.act.now() + timedelta(hours=1)
        self.act.do(owner.people[1], lambda work: needs.approve(work, by_id(work, need_id)))
        yield later(self.act.now(), 1, 9, 40)
        draw_id = self._publish(need_id, plot)
        for firm_id in self._willing(0, need_id)[:4]:
            yield self.act.now() + timedelta(minutes=25)
            self._try_enrol(firm_id, draw_id)
        yield from self._after_draw(
            replace(plot, stage="done", second_notice=False), owner, need_id, draw_id
        )

    def _answer(self, plot: Plot, owner: Office, need_id: int) -> Story:
        """Let the winner confirm, or give up so that the next alternate is called."""
        award = self.act.award(need_id)
        yield award.publicity_ends_at + timedelta(hours=9, minutes=20)
        if plot.declines:
            with self.act.work(self.act.firm_of(award)) as work:
                found = work.session.get_one(Award, award.id)
                draws.decline(work, found, "近期人员均已安排其他项目。")
            if plot.fresh:
                jobs.run_due(self.here)  # Witnesses see at once that the place is free.
                yield self._drawn_afresh_at(award.draw_id) + timedelta(minutes=15)
            award = self.act.award(need_id)
            yield award.publicity_ends_at + timedelta(hours=10)
        if not plot.reaches("confirmed"):
            return
        award = self.act.award(need_id)
        self.act.do(self.act.firm_of(award), lambda work: draws.confirm(
            work, work.session.get_one(Award, award.id)))  # fmt: skip
        if plot.twist is Twist.UNSIGNED:
            yield from leave_unsigned(self.act, owner, self.act.award(need_id))
        if plot.reaches("filed"):
            yield from self._sign(plot, owner, award)

    def _sign(self, plot: Plot, owner: Office, award: Award) -> Story:
        yield later(self.act.now(), 2, 10, 5)
        try:
            contract_id = self._filed(award)
        except FirmBarredError:
            return  # It was blacklisted after it had been selected: nothing is signed.
        if not plot.reaches("in-force"):
            return
        yield later(self.act.now(), 1, 9, 15)
        self.act.do(owner.people[0], lambda work: contracts.confirm(work, _get(work, contract_id)))
        if plot.reaches("running"):
            yield later(self.act.now(), 1, 14)
            self.act.do(owner.people[0], lambda work: contracts.hand_over(
                work, _get(work, contract_id), "立项批复、用地红线图、方案文本各一份"))  # fmt: skip
            yield from self._serve(plot, owner, self.act.firm_of(award), contract_id)

    def _filed(self, award: Award) -> int:
        """Let the selected firm file its contract; return the contract's id."""
        with self.act.work(self.act.firm_of(award)) as work:
            found, need, firm = award_to_sign(work, award.id)
            facts = contracts.ContractFacts(
                price_fen=award.price_fen,
                signed_on=work.today,
                service_working_days=need.service_working_days,
                model_use=ModelUse.FOLLOWED,
                milestones=planned(need.service_working_days),
            )
            stored = self.act.paper(work, f"合同 {need.title}")
            return contracts.file(work, found, need, firm, facts=facts, stored=stored).id

    def _serve(self, plot: Plot, owner: Office, firm: Actor, contract_id: int) -> Story:
        with self.act.reading() as work:
            days = _get(work, contract_id).service_working_days
        yield from report_and_answer(self.act, owner, firm, contract_id)
        if plot.suspends or plot.stage == "suspended":
            self._extend(owner, firm, contract_id, days)
        if plot.suspends:
            yield from self._suspend(owner, firm, contract_id)
        if plot.twist is Twist.ADD_ON:
            yield from add_on(self.act, owner, firm, contract_id)
        if plot.twist is Twist.ENDED:
            yield from end_early(self.act, owner, firm, contract_id)
        if plot.stage in {"running", "suspended"}:
            return
        yield later(self.act.now(), max(1, days + plot.late), 15, 30)
        yield from self._deliver(plot, owner, firm, contract_id)
        if plot.twist in {Twist.PAID, Twist.UNPAID}:
            pays = plot.twist is Twist.PAID
            yield from settle(self.act, owner, firm, contract_id, pays=pays)

    def _deliver(self, plot: Plot, owner: Office, firm: Actor, contract_id: int) -> Story:
        """Let the firm deliver, once or after returns, and the owner accept it in the end."""
        for round_no in range(1, plot.rounds + 1):
            self.act.do(firm, lambda work: contracts.deliver(
                work,
                _get(work, contract_id),
                self.act.paper(work, f"成果 {contract_id} 第 {round_no} 稿"),  # noqa: B023 - called now
                "成果文件，请查收。",
            ))  # fmt: skip
            if plot.stage == "delivered":
                return
            yield later(self.act.now(), 1, 11, 10)
            if round_no < plot.rounds or plot.stage == "returned-work":
                self.act.do(owner.people[0], lambda work: contracts.return_work(
                    work, _get(work, contract_id), ReturnReason.DATA_ERROR,
                    "第三章工程量与图纸不一致，请逐项复核后重新提交。",
                    clause="合同第五条第二款"))  # fmt: skip
                if plot.stage == "returned-work":
                    return
                yield later(self.act.now(), 2, 16)
        self.act.do(owner.people[0], lambda work: contracts.accept(
            work, _get(work, contract_id), "成果符合要求。"))  # fmt: skip
        if plot.twist is not Twist.UNRATED:
            returned = plot.rounds > 1
            rate_each_other(self.act, owner, firm, contract_id, returned=returned)

    def _extend(self, owner: Office, firm: Actor, contract_id: int, days: int) -> None:
        """Let the firm ask for more time at once, and the owner consent."""
        with self.act.work(firm) as work:
            if (clock := clock_of(work, f"contract:{contract_id}")) is None:
                raise LookupError(contract_id)
            asked = extension.request(
                work, clock, ExtensionReason.MORE_TESTS,
                "环评技术导则要求补做枯水期监测，已完成现场踏勘。", max(1, days // 5),
            )  # fmt: skip
            clock_id, extension_id = clock.id, asked.id
        with self.act.work(owner.people[0]) as work:
            clock = clock_by_id(work, clock_id)
            one = extensions.one_of(work, clock, extension_id)
            extension.answer(work, clock, one, agree=True, words="情况属实，同意。")

    def _suspend(self, owner: Office, firm: Actor, contract_id: int) -> Story:
        yield later(self.act.now(), 2, 10)
        subject = f"contract:{contract_id}"
        with self.act.work(firm) as work:
            if (clock := clock_of(work, subject)) is None:
                raise LookupError(subject)
            request = clocks.request_suspension(
                work, clock, SuspensionReason.SITE_NOT_READY,
                "现场拆迁未完成，测点无法布设，附现场照片编号 1-6。", 4,
                proof=self.act.paper(work, "现场照片"),
            )  # fmt: skip
            clock_id, request_id = clock.id, request.id
        yield self.act.now() + timedelta(hours=5)
        with self.act.work(owner.people[0]) as work:
            clock = clock_by_id(work, clock_id)
            clocks.answer_suspension(
                work, clock, suspension(work, clock, request_id), agree=True, answer="情况属实。"
            )

    def carry_round(self, number: int, signature: bytes) -> None:
        """Hand in a beacon's round for every draw that waits for it."""
        with self.act.work(self.operator.people[0]) as work:
            draws.submit_phi_round(work, self.here, number, signature)

    def _drawn_afresh_at(self, draw_id: int | None) -> datetime:
        """Return when the value comes that fills the free place."""
        with self.act.reading() as work:
            return work.session.scalars(
                select(Replacement.phi_at).where(Replacement.draw_id == draw_id)
            ).one()


def _get(work: UnitOfWork, contract_id: int) -> Contract:
    return work.session.get_one(Contract, contract_id)
