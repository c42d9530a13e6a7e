"""Complaints in the small market: one held an award, one was refused, one is open; a list waits."""

from io import BytesIO

from sqlalchemy import select

from market import files
from market.clock import ManualClock
from market.complaints import actions, importing, opening, queries
from market.complaints.actions import Facts
from market.complaints.model import ComplaintStep
from market.complaints.opening_rules import Purpose
from market.complaints.rules import Against, ComplaintMove, Matter, Refusal, Target
from market.db import Actor, UnitOfWork, reading_work, unit_of_work
from market.demo.people import Office
from market.demo.registrations import Enlistment
from market.draws.model import Award
from market.draws.rules import AwardState
from market.installation import Installation
from tests.market.factories.documents import a_pdf

TEXT = "中选机构的人员证书已经注销，有发证平台的查询截图，请核实处理。"
ELSEWHERE = "该事项属于劳动争议，请向劳动人事争议仲裁委员会申请仲裁。"
ASKED = "有人反映贵机构报名时所附的资格证明已经失效，请说明并附相关证明。"
REPLIED = "资格证明在报名截止日有效，附发证平台的公示页面，请予核实。"
LIST = (
    "工单编号,受理日期,投诉事项,编号或者代码,投诉谁,反映的问题,姓名,联系电话,诉求内容\r\n"
    "HL-1,{day},其他事项,,不针对具体单位,其他,,,反映窗口公示的投诉电话长期无人接听，请核实处理。\r\n"
)


class Complaints:
    """What citizens complain about."""

    here: Installation
    clock: ManualClock
    operator: Office
    regulators: list[Office]
    enlistment: Enlistment

    def _complain(self) -> None:
        """Let citizens complain: about an award that stands still for a while, and otherwise."""
        with reading_work(self.here.sessions, Actor("job:test")) as work:
            award = work.session.scalars(
                select(Award)
                .where(Award.state == AwardState.PUBLICITY, Award.draw_id.is_not(None))
                .order_by(Award.id.desc())
            ).first()
        if award is None:
            raise LookupError("no award is in its publicity")
        held = self._file(Target.AWARD, award.number, Matter.FALSE_MATERIALS)
        refused = self._file(Target.OTHER, "", Matter.OTHER)
        self._file(Target.OTHER, "", Matter.CONDUCT)
        keys = self.here.keys
        with reading_work(self.here.sessions, Actor("job:test")) as work:
            authority_id = queries.by_number(work, held).authority_org_id
        office = next(each for each in self.regulators if each.people[0].org_id == authority_id)
        with unit_of_work(self.here.sessions, office.people[0], self.clock) as work:
            self._read(work, held)
            actions.accept(work, keys, queries.handled(work, held))
        with unit_of_work(self.here.sessions, office.people[0], self.clock) as work:
            one = queries.handled(work, held)
            opening.open_identity(work, keys, one, Purpose.INVESTIGATE, "调查投诉的事实")
            actions.ask(work, keys, one, ASKED)
        accused = self.enlistment.by_firm_id[award.firm_id].people[0]
        with unit_of_work(self.here.sessions, accused, self.clock) as work:
            folder = self.here.config.uploads_dir
            stored = files.keep(work, folder, BytesIO(a_pdf()), "证书.pdf")
            actions.reply(work, queries.against_own(work, held), REPLIED, stored)
            file_id = stored.id
        with unit_of_work(self.here.sessions, Actor("public"), self.clock) as work:
            actions.withdraw(work, keys, queries.by_number(work, held))
        with unit_of_work(self.here.sessions, self.operator.people[0], self.clock) as work:
            one = queries.unassigned(work, refused)
            actions.assign(work, one, office.people[0].org_id or 0)
        with unit_of_work(self.here.sessions, office.people[0], self.clock) as work:
            self._read(work, refused)
            one = queries.handled(work, refused)
            opening.open_identity(work, keys, one, Purpose.ACCEPT, "决定是否受理")
            actions.propose_refusal(work, keys, one, Refusal.OTHER_ROUTE, ELSEWHERE)
        with unit_of_work(self.here.sessions, office.people[1], self.clock) as work:
            one = queries.handled(work, refused)
            actions.decide_refusal(work, keys, one, agree=True, text=ELSEWHERE)
            # A statement of somebody who is none of the firms and owners that look for it.
            work.session.add(
                ComplaintStep(
                    complaint_id=one.id,
                    move=ComplaintMove.REPLY,
                    state=one.state,
                    text=REPLIED,
                    file_id=file_id,
                    at=work.now,
                    by_id=work.user_id,
                    by_org_id=work.org_id,
                )
            )
        with unit_of_work(self.here.sessions, self.operator.people[0], self.clock) as work:
            importing.preview(work, keys, LIST.format(day=work.today).encode("utf-8-sig"))

    def _read(self, work: UnitOfWork, number: str) -> None:
        """Let the office read what a complainant wrote."""
        one = queries.handled(work, number)
        opening.open_identity(work, self.here.keys, one, Purpose.ACCEPT, "核实投诉的事实")

    def _file(self, target: Target, ref: str, matter: Matter) -> str:
        against = Against.FIRM if target is Target.AWARD else Against.NOBODY
        said = Facts(
            matter=matter,
            target=target,
            against=against,
            ref=ref,
            text=TEXT,
            name="钱某某",
            contact="13900002222",
        )
        with unit_of_work(self.here.sessions, Actor("public"), self.clock) as work:
            return actions.file_by_site(work, self.here.keys, said).one.number
