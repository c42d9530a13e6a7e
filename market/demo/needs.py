"""How the city's needs went: each story runs the real actions up to the stage it is to show."""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Final

from pypdf import PdfWriter
from sqlalchemy import select

from market import files, log
from market.catalogue.queries import item
from market.clock import beijing_day
from market.clocks import actions as clocks
from market.clocks.queries import by_id as clock_by_id
from market.clocks.queries import clock_of, suspension
from market.clocks.rules import SuspensionReason
from market.contracts import actions as contracts
from market.contracts.model import Contract
from market.contracts.queries import award_to_sign
from market.contracts.rules import ReturnReason
from market.db import Actor, UnitOfWork, reading_work, unit_of_work
from market.demo.cast import JOBS, person
from market.demo.naming import SMALL, name_directly
from market.demo.people import Office
from market.demo.registrations import FEN, Enlistment
from market.demo.timeline import Story, later
from market.draws import actions as draws
from market.draws import jobs
from market.draws.model import Award, Draw
from market.draws.model_later import Replacement
from market.draws.queries import award_in_force
from market.errors import MarketError
from market.firms.queries import offering
from market.installation import Installation
from market.needs import actions as needs
from market.needs.queries import by_id
from market.needs.rules import Timetable

# The stages a story may stop at, in the order in which they come.
STAGES: Final = (
    "draft", "direct", "approval", "check", "returned", "withdrawn", "open", "failed", "drawn",
    "offered", "confirmed", "filed", "in-force", "running", "suspended", "delivered",
    "returned-work", "done",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """What is to become of one need."""

    stage: str
    item: str
    owner: int
    mode: str = "D2"
    enrolments: int = 5
    # Working days late (positive) or early with the deliverable.
    late: int = -2
    declines: bool = False
    # Who takes a place that became free is drawn by a value of its own.
    fresh: bool = False
    rounds: int = 1
    suspends: bool = False
    times: Timetable | None = None
    second_notice: bool = False
    pays_more: int = 0

    def reaches(self, stage: str) -> bool:
        """Whether the story comes to a stage."""
        return STAGES.index(self.stage) >= STAGES.index(stage)


class Market:
    """Everybody whom the stories of needs call upon."""

    def __init__(
        self,
        here: Installation,
        owners: tuple[Office, ...],
        operator: Office,
        enlistment: Enlistment,
    ) -> None:
        self.here = here
        self.owners = owners
        self.operator = operator
        self.enlistment = enlistment
        self._papers = 0

    def story(self, number: int, plot: Plot) -> Story:
        """Run one need from its draft as far as its plot goes."""
        owner = self.owners[plot.owner % len(self.owners)]
        need_id = self._draft(number, plot, owner)
        if plot.stage == "direct":
            yield from name_directly(self.here, owner, need_id)
        if not plot.reaches("approval"):
            return
        yield self._now() + timedelta(minutes=20)
        self._as(owner.people[0], lambda work: needs.submit(work, by_id(work, need_id)))
        if not plot.reaches("check"):
            return
        yield self._now() + timedelta(hours=2)
        self._as(owner.people[1], lambda work: needs.approve(work, by_id(work, need_id)))
        if not plot.reaches("returned"):
            return
        yield later(self._now(), 1, 9, 30)
        if plot.stage == "returned":
            reason = "服务内容未写明成果份数和提交形式，请补充。"
            self._as(
                self.operator.people[0],
                lambda work: needs.return_to_owner(work, by_id(work, need_id), reason),
            )
            return
        draw_id = self._publish(need_id, plot)
        if plot.stage == "withdrawn":
            yield later(self._now(), 1, 11)
            self._as(owner.people[0], lambda work: draws.withdraw_need(
                work, by_id(work, need_id), "项目方案调整，暂缓实施。"))  # fmt: skip
            return
        yield from self._enrol(number, plot, need_id, draw_id)
        if plot.reaches("failed"):
            yield from self._after_draw(plot, owner, need_id, draw_id)

    def _draft(self, number: int, plot: Plot, owner: Office) -> int:
        title, content, scale, yuan, days = JOBS[plot.item]
        asked = item(plot.item, beijing_day(self._now())).staff
        facts = needs.NeedFacts(
            item_code=plot.item,
            title=title.format(owner=owner.name.removeprefix("青川市")),
            content=content,
            scale=scale,
            project_code=f"2605-510822-04-01-{100000 + number * 37}",
            project_name=f"{owner.name}2026年度第{number + 1}批项目",
            funding_source="财政资金100%",
            ceiling_fen=(SMALL if plot.stage == "direct" else yuan + number * 100 + plot.pays_more)
            * FEN,
            service_working_days=days,
            staff_required=asked.count if asked else 1,
            contact_name=person(number + 5),
            contact_phone=f"0839-720{number:04d}",
            mode=plot.mode,
            alternates=2,
            fresh_alternates=plot.fresh,
            fee_bases="项目总投资：2600 万元",
        )
        with self._work(owner.people[0]) as work:
            return needs.draft(work, facts).id

    def _publish(self, need_id: int, plot: Plot) -> int:
        with self._work(self.operator.people[0]) as work:
            return draws.publish(work, self.here, by_id(work, need_id), plot.times).id

    def _enrol(self, number: int, plot: Plot, need_id: int, draw_id: int) -> Story:
        """Let firms that offer the service enrol, each at another time."""
        with self._reading() as work:
            willing = offering(work, by_id(work, need_id).item_code)
        start = number * 3
        chosen = [willing[(start + at) % len(willing)] for at in range(len(willing))]
        for at, firm in enumerate(chosen[: plot.enrolments]):
            yield self._now() + timedelta(minutes=37 + at)
            actor = self.enlistment.by_firm_id[firm.id].people[0]
            self._try_enrol(actor, draw_id)

    def _try_enrol(self, actor: Actor, draw_id: int) -> None:
        """Let a firm enrol; one that is refused (suspended, say) stays out, as in life."""
        with suppress(MarketError):
            self._as(actor, lambda work: draws.enrol(work, work.session.get_one(Draw, draw_id)))
        log.sequence(self.here)

    def _after_draw(self, plot: Plot, owner: Office, need_id: int, draw_id: int) -> Story:
        with self._reading() as work:
            draw = work.session.get_one(Draw, draw_id)
        yield draw.phi_at + timedelta(minutes=15)
        if plot.stage == "failed":
            if plot.second_notice:
                yield later(self._now(), 1, 9)
                yield from self._second_notice(plot, owner, need_id)
            return
        if plot.reaches("offered"):
            yield from self._answer(plot, owner, need_id)

    def _second_notice(self, plot: Plot, owner: Office, need_id: int) -> Story:
        self._as(owner.people[0], lambda work: needs.renotice(work, by_id(work, need_id)))
        yield self._now() + timedelta(hours=1)
        self._as(owner.people[1], lambda work: needs.approve(work, by_id(work, need_id)))
        yield later(self._now(), 1, 9, 40)
        draw_id = self._publish(need_id, plot)
        with self._reading() as work:
            item_code = by_id(work, need_id).item_code
            chosen = offering(work, item_code)[:4]
        for firm in chosen:
            yield self._now() + timedelta(minutes=25)
            self._try_enrol(self.enlistment.by_firm_id[firm.id].people[0], draw_id)
        yield from self._after_draw(
            replace(plot, stage="done", second_notice=False), owner, need_id, draw_id
        )

    def _answer(self, plot: Plot, owner: Office, need_id: int) -> Story:
        """Let the winner confirm, or give up so that the next alternate is called."""
        award = self._award(need_id)
        yield award.publicity_ends_at + timedelta(hours=9, minutes=20)
        if plot.declines:
            with self._work(self._firm_of(award)) as work:
                found = work.session.get_one(Award, award.id)
                draws.decline(work, found, "近期人员均已安排其他项目。")
            if plot.fresh:
                jobs.run_due(self.here)  # Witnesses see at once that the place is free.
                yield self._drawn_afresh_at(award.draw_id) + timedelta(minutes=15)
            award = self._award(need_id)
            yield award.publicity_ends_at + timedelta(hours=10)
        if not plot.reaches("confirmed"):
            return
        award = self._award(need_id)
        self._as(self._firm_of(award), lambda work: draws.confirm(
            work, work.session.get_one(Award, award.id)))  # fmt: skip
        if plot.reaches("filed"):
            yield from self._sign(plot, owner, award)

    def _sign(self, plot: Plot, owner: Office, award: Award) -> Story:
        yield later(self._now(), 2, 10, 5)
        with self._work(self._firm_of(award)) as work:
            found, need, firm = award_to_sign(work, award.id)
            facts = contracts.ContractFacts(
                price_fen=award.price_fen,
                signed_on=work.today,
                service_working_days=need.service_working_days,
            )
            stored = self._paper(work, f"合同 {need.title}")
            contract_id = contracts.file(work, found, need, firm, facts=facts, stored=stored).id
        if not plot.reaches("in-force"):
            return
        yield later(self._now(), 1, 9, 15)
        self._as(owner.people[0], lambda work: contracts.confirm(work, _get(work, contract_id)))
        if plot.reaches("running"):
            yield later(self._now(), 1, 14)
            self._as(owner.people[0], lambda work: contracts.hand_over(
                work, _get(work, contract_id), "立项批复、用地红线图、方案文本各一份"))  # fmt: skip
            yield from self._serve(plot, owner, award, contract_id)

    def _serve(self, plot: Plot, owner: Office, award: Award, contract_id: int) -> Story:
        firm = self._firm_of(award)
        with self._reading() as work:
            days = _get(work, contract_id).service_working_days
        if plot.suspends:
            yield from self._suspend(owner, firm, contract_id)
        if plot.stage in {"running", "suspended"}:
            return
        yield later(self._now(), max(1, days + plot.late), 15, 30)
        for round_no in range(1, plot.rounds + 1):
            self._as(firm, lambda work: contracts.deliver(
                work,
                _get(work, contract_id),
                self._paper(work, f"成果 {contract_id} 第 {round_no} 稿"),  # noqa: B023 - called now
                "成果文件，请查收。",
            ))  # fmt: skip
            if plot.stage == "delivered":
                return
            yield later(self._now(), 1, 11, 10)
            if round_no < plot.rounds or plot.stage == "returned-work":
                self._as(owner.people[0], lambda work: contracts.return_work(
                    work, _get(work, contract_id), ReturnReason.DATA_ERROR,
                    "第三章工程量与图纸不一致，请逐项复核后重新提交。"))  # fmt: skip
                if plot.stage == "returned-work":
                    return
                yield later(self._now(), 2, 16)
        self._as(owner.people[0], lambda work: contracts.accept(
            work, _get(work, contract_id), "成果符合要求。"))  # fmt: skip

    def _suspend(self, owner: Office, firm: Actor, contract_id: int) -> Story:
        yield later(self._now(), 2, 10)
        subject = f"contract:{contract_id}"
        with self._work(firm) as work:
            if (clock := clock_of(work, subject)) is None:
                raise LookupError(subject)
            request = clocks.request_suspension(
                work, clock, SuspensionReason.SITE_NOT_READY,
                "现场拆迁未完成，测点无法布设，附现场照片编号 1-6。", 4,
            )  # fmt: skip
            clock_id, request_id = clock.id, request.id
        yield self._now() + timedelta(hours=5)
        with self._work(owner.people[0]) as work:
            clock = clock_by_id(work, clock_id)
            clocks.answer_suspension(
                work, clock, suspension(work, clock, request_id), agree=True, answer="情况属实。"
            )

    def carry_round(self, number: int, signature: bytes) -> None:
        """Hand in a beacon's round for every draw that waits for it."""
        with self._work(self.operator.people[0]) as work:
            draws.submit_phi_round(work, self.here, number, signature)

    def _award(self, need_id: int) -> Award:
        with self._reading() as work:
            return award_in_force(work, need_id)

    def _drawn_afresh_at(self, draw_id: int | None) -> datetime:
        """Return when the value comes that fills the free place."""
        with self._reading() as work:
            return work.session.scalars(
                select(Replacement.phi_at).where(Replacement.draw_id == draw_id)
            ).one()

    def _firm_of(self, award: Award) -> Actor:
        return self.enlistment.by_firm_id[award.firm_id].people[0]

    def _paper(self, work: UnitOfWork, title: str) -> files.StoredFile:
        """Hand in a small real PDF; each is another, so each has another hash."""
        self._papers += 1
        writer, out = PdfWriter(), BytesIO()
        writer.add_blank_page(width=595, height=842)
        writer.add_metadata({"/Title": title, "/Subject": f"demo {self._papers}"})
        writer.write(out)
        out.seek(0)
        return files.keep(work, self.here.config.uploads_dir, out, f"{title}.pdf")

    def _now(self) -> datetime:
        return self.here.clock()

    def _work(self, actor: Actor) -> AbstractContextManager[UnitOfWork]:
        return unit_of_work(self.here.sessions, actor, self.here.clock)

    def _reading(self) -> AbstractContextManager[UnitOfWork]:
        return reading_work(self.here.sessions, Actor("job:demo"), self.here.clock)

    def _as(self, actor: Actor, deed: Callable[[UnitOfWork], object]) -> None:
        with self._work(actor) as work:
            deed(work)


def _get(work: UnitOfWork, contract_id: int) -> Contract:
    return work.session.get_one(Contract, contract_id)
