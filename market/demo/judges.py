"""The city's experts: entered, confirmed and declared, and how they score the firms' proposals."""

from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from typing import Final

from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject
from pypdf.generic import NumberObject as Number
from pypdf.generic import TextStringObject as Words

from market.codes import make_code
from market.db import Actor
from market.demo.acting import Acting
from market.demo.cast import REGION, person
from market.demo.people import Registry
from market.demo.registrations import invented_id_number
from market.demo.timeline import Story
from market.draws import methods
from market.draws.model import Draw
from market.experts import actions as experts
from market.experts.queries import expert_at, own
from market.firms.identity import identity_key
from market.needs.criteria import Criterion
from market.needs.methods import is_scored
from market.panels import queries as panels
from market.panels.actions import opening as opening  # noqa: PLC0414 - opened with a notice
from market.panels.actions import seats
from market.panels.model import Panel
from market.panels.rules import SeatState
from market.scoring import actions as scoring
from market.scoring import queries as scored
from market.scoring.judging import ScoredSelection as ScoredSelection  # noqa: PLC0414 - the judge
from market.scoring.rules import Marks

EXPERTS: Final = 12
IDENTITIES: Final = 900
EMPLOYERS: Final = ("蜀东大学", "川北设计研究院", "嘉陵职业技术学院", "广源市工程咨询协会")
TITLES: Final = ("高级工程师", "教授", "正高级工程师", "注册咨询工程师")
CRITERIA: Final = "服务方案：40\n人员配备：25\n进度与质量保证：20\n业绩与响应：15"
REASONS: Final = (
    "方案完整，重点难点分析到位，进度安排合理。",
    "措施具体，人员配备满足要求，业绩对应性一般。",
    "思路清楚，质量保证措施较细，响应时间明确。",
    "内容基本齐全，针对性不强，进度保证措施偏少。",
)
PLAN: Final = (
    "技术方案",
    "一、对项目的理解：现状、目标和重点难点",
    "二、工作内容和方法：资料收集、现场踏勘、专题论证",
    "三、进度安排：分三个阶段，每周报告一次",
    "四、质量保证：三级校审，逐条回复评审意见",
)


class Judges:
    """Keeps who signs in for each expert; hands in for firms, and sits on panels."""

    def __init__(self, act: Acting) -> None:
        self.act = act
        self._people: dict[str, Actor] = {}

    def found(self, registry: Registry, item_code: str) -> Story:
        """Bring the city's experts into the pool, for one item; each declares the ties."""
        first, *_, second = self.act.cast.operator.people
        key = identity_key(self.act.here.keys)
        codes = []
        for number in range(EXPERTS):
            facts = experts.ExpertFacts(
                name=person(IDENTITIES + number),
                title=TITLES[number % len(TITLES)],
                employer_name=EMPLOYERS[number % len(EMPLOYERS)],
                employer_code=make_code("12", REGION, f"MAE{number % len(EMPLOYERS):05d}"),
                evidence=f"青川市评审专家聘书（2026）第{number + 1}号",
                items=(item_code,),
            )
            with self.act.work(first) as work:
                identity = invented_id_number(IDENTITIES + number)
                codes.append(experts.enter(work, facts, identity, key).code)
        yield self.act.now() + timedelta(hours=3)
        for number, code in enumerate(codes, 1):
            with self.act.work(second) as work:
                expert = expert_at(work, code)
                experts.confirm(work, expert)
                seat, name = expert.organisation_id, expert.name
            self._people[code] = registry.expert(seat, name, f"expert{number:02d}")
        yield self.act.now() + timedelta(hours=2)
        for actor in self._people.values():
            self.act.do(actor, lambda work: experts.declare(work, own(work)))

    def hand_in(self, draw_id: int, firm_id: int) -> None:
        """Let an enrolled firm hand in its proposal, where a panel scores it."""
        if not self._is_scored(draw_id):
            return
        with self.act.work(self.act.firm(firm_id)) as work:
            scoring.hand_in_proposal(
                work,
                work.session.get_one(Draw, draw_id),
                folder=self.act.here.config.uploads_dir,
                stream=BytesIO(proposal(firm_id)),
                name="技术方案.pdf",
                blind=True,
            )

    def score(self, draw_id: int) -> Story:
        """Let the experts who are called take their seats, read and hand in their sheets."""
        if not self._is_scored(draw_id):
            return
        with self.act.reading() as work:
            panel = panels.panel_of(work, work.session.get_one(Draw, draw_id))
        if panel is None:
            return
        yield panel.phi_at + timedelta(minutes=25)
        for code in self._called(panel):
            with self.act.work(self._people[code]) as work:
                seats.accept(work, panel, declared=True)
            yield self.act.now() + timedelta(minutes=40)
        for place, code in enumerate(self._called(panel)):
            yield self.act.now() + timedelta(hours=2)
            with self.act.work(self._people[code]) as work:
                of = scored.scored(work, work.session.get_one(Draw, draw_id))
                found = scored.to_be_scored(work, of.draw)
                sheet = {one: _marks(of.terms.criteria, one, place) for one in found}
                scoring.hand_in_sheet(work, of.draw, sheet, sure=True)

    def _called(self, panel: Panel) -> list[str]:
        live = {SeatState.OFFERED, SeatState.ACCEPTED}
        with self.act.reading() as work:
            rows = panels.seats_of(work, panel)
            return [panels.expert_of(work, seat).code for seat in rows if seat.state in live]

    def _is_scored(self, draw_id: int) -> bool:
        with self.act.reading() as work:
            draw = work.session.get_one(Draw, draw_id)
            return is_scored(methods.terms_of(work, draw).method)


def _marks(criteria: Sequence[Criterion], sequence: int, place: int) -> Marks:
    """Return what a member gives a proposal: experts differ a little, and never by half points."""
    share = 94 - sequence * 7 % 23
    points = tuple(
        each.points_max * (share - (place * 3 + at * 2) % 8) // 100
        for at, each in enumerate(criteria)
    )
    return Marks(points=points, reason=REASONS[(sequence + place) % len(REASONS)])


def proposal(number: int) -> bytes:
    """Return a small real PDF with a plan in Chinese, and without any name."""
    writer, out = PdfWriter(), BytesIO()
    page = writer.add_blank_page(width=595, height=842)
    lines = [*PLAN, f"五、投入：专业人员 {3 + number % 3} 名，现场踏勘 {2 + number % 4} 次"]
    shown = "".join(
        f"1 0 0 1 70 {770 - 34 * at} Tm <{line.encode('utf-16-be').hex()}> Tj\n"
        for at, line in enumerate(lines)
    )
    content = DecodedStreamObject()
    content.set_data(f"BT /F1 14 Tf\n{shown}ET".encode())
    page[NameObject("/Contents")] = content
    fonts = DictionaryObject({NameObject("/F1"): _font()})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    writer.write(out)
    return out.getvalue()


def _font() -> DictionaryObject:
    """Return one of the Chinese fonts that every reader of PDF has. Source: ISO 32000-1, 9.7."""
    system = DictionaryObject(
        {
            NameObject("/Registry"): Words("Adobe"),
            NameObject("/Ordering"): Words("GB1"),
            NameObject("/Supplement"): Number(2),
        }
    )
    below = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/CIDFontType0"),
            NameObject("/BaseFont"): NameObject("/STSong-Light"),
            NameObject("/CIDSystemInfo"): system,
        }
    )
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type0"),
            NameObject("/BaseFont"): NameObject("/STSong-Light"),
            NameObject("/Encoding"): NameObject("/UniGB-UTF16-H"),
            NameObject("/DescendantFonts"): ArrayObject([below]),
        }
    )
