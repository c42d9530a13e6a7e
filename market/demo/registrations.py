"""How the city's firms came to be listed."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from io import BytesIO
from types import MappingProxyType
from typing import Final

from pypdf import PdfWriter

from market.access import OrgKind, Role
from market.accounts.model import Organisation
from market.affiliations import actions as affiliations
from market.affiliations.rules import PartyKind, PartyRole
from market.calendar import provisional_calendar
from market.catalogue.queries import item
from market.codes import id_number
from market.db import UnitOfWork, unit_of_work
from market.demo.cast import ITEMS, JOBS, person
from market.demo.people import Office, Registry
from market.demo.timeline import Story, later
from market.documents import queries as documents
from market.documents.actions import Place, hand_in
from market.documents.seal import seal_key
from market.firms import actions, queries
from market.firms.checks import ReturnReason
from market.firms.fee_brackets import BracketShape, read_brackets
from market.firms.fee_charges import Charge, ExtraCharge
from market.firms.fees import Fee, FeeBasis, FeeKind
from market.firms.identity import identity_key
from market.firms.model import Firm
from market.firms.rules import FirmNature
from market.installation import Installation

FEN: Final = 100
# Of the last firms some are still on their way into the market.
DRAFTS, WAITING, RETURNED = 2, 2, 1
# Where the invented numbers of those who stand behind firms begin.
CONTROLLERS, REPRESENTATIVES = 600, 700
SHARES_CONTROLLER = 8
# What the needs of the city say of their projects: yuan and square metres.
INVESTED, AREA, PPM = 30_000_000, 15_000, 1_000_000
BY_AREA: Final = frozenset({"ZJ-04-001-01", "ZJ-04-002-01", "ZJ-05-002-02"})
# The fee tables of the State by which firms grant discounts, and the column of each.
TABLES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {"ZJ-01-001-02": ("feasibility-1283", "feasibility")}
)


class Enlistment:
    """Registers firms and remembers who acts for them."""

    def __init__(self, here: Installation, registry: Registry, operator: Office) -> None:
        self.here = here
        self.registry = registry
        self.operator = operator
        self.by_firm_id: dict[int, Office] = {}
        self._people = 0

    def story(self, number: int, name: str, stop_before: str = "") -> Story:
        """Register the nth firm: filled in, submitted, checked, published, listed."""
        office = self.registry.enter(
            OrgKind.FIRM, name, [(f"firm{number:02d}", Role.FIRM_DELEGATE)]
        )
        with unit_of_work(self.here.sessions, office.people[0], self.here.clock) as work:
            firm = self._fill_in(work, number, complete=stop_before != "submit")
            self.by_firm_id[firm.id] = office
        if stop_before == "submit":
            return
        now = self.here.clock()
        yield now + timedelta(hours=3)
        with unit_of_work(self.here.sessions, office.people[0], self.here.clock) as work:
            self._hand_in(work, queries.own(work))
            actions.submit(work, queries.own(work))
        if stop_before == "check":
            return
        yield later(self.here.clock(), 1, 10, number % 60)
        with unit_of_work(self.here.sessions, self.operator.people[0], self.here.clock) as work:
            firm = queries.for_check(work, firm.id)
            if stop_before == "pass":
                actions.check_return(
                    work,
                    firm,
                    [ReturnReason.QUALIFICATION_UNPROVEN],
                    "资质证书编号与发证机关公示的不一致，请核对后重新提交。",
                )
            else:
                actions.check_pass(work, firm)

    def _fill_in(self, work: UnitOfWork, number: int, *, complete: bool) -> Firm:
        organisation = work.session.get_one(Organisation, work.org_id)
        firm = actions.save_facts(work, organisation, self._facts(number))
        if not complete:
            return firm
        for _ in range(2):
            self._add_staff(work, firm, "高级工程师")
        for at in range(2 + number % 2):
            self._offer(work, firm, ITEMS[(number + at * 5) % len(ITEMS)], number)
        actions.sign_promise(work, firm, person(number))
        self._declare(work, firm, number)
        return firm

    def _hand_in(self, work: UnitOfWork, firm: Firm) -> None:
        """Upload what the check asks for; each paper is a small real file of one empty page."""
        for slot in documents.firm_slots(work, firm):
            if slot.is_missing:
                place = Place(subject=slot.subject, subject_id=slot.subject_id, kind=slot.kind)
                hand_in(
                    work,
                    place,
                    folder=self.here.config.uploads_dir,
                    stream=BytesIO(_empty_page()),
                    name=f"{slot.name[:60]}.pdf",
                    key=seal_key(self.here.keys),
                )

    def _declare(self, work: UnitOfWork, firm: Firm, number: int) -> None:
        """Say who stands behind the firm; the eighth of twenty has its neighbour's controller."""
        shared = number % 20 == SHARES_CONTROLLER
        controller = affiliations.PartyFacts(
            role=PartyRole.CONTROLLER,
            kind=PartyKind.PERSON,
            number=invented_id_number(CONTROLLERS + number - shared),
            share_bp=6_000,
        )
        facts = affiliations.DeclarationFacts(
            signer_name=person(number),
            phone=firm.contact_phone,
            legal_id=invented_id_number(REPRESENTATIVES + number),
            account=f"6222{number:012d}",
            parties=(controller,),
        )
        affiliations.declare(work, firm, facts, identity_key(self.here.keys))

    def _offer(self, work: UnitOfWork, firm: Firm, code: str, number: int) -> None:
        wanted = item(code, work.today)
        for missing in queries.shortfalls(work, firm, wanted, work.today, will_promise=True):
            if missing.staff:
                for _ in range(missing.staff.count - missing.staff_held):
                    self._add_staff(work, firm, missing.staff.certificate)
                continue
            need = missing.alternatives[0]
            facts = actions.QualificationFacts(
                kind=need.kind,
                name=need.name,
                major=need.majors[0] if need.majors else "",
                grade=need.minimum_grade or "不分级",
                number=f"YS{number:03d}{code[3:5]}{code[-2:]}",
                issuer="演示发证机关",
                valid_from_on=date(2023, 1, 1),
                valid_to_on=self._valid_to(work, number),
            )
            actions.add_qualification(work, firm, facts)
        days = max(1, wanted.time_limit_working_days - 1 - number % 3)
        actions.offer(work, firm, code, days, _fee(work, code, number))

    def _valid_to(self, work: UnitOfWork, number: int) -> date:
        """Let a few certificates run out soon, so that reminders and freezes can be seen."""
        if number % 17 == 5:  # noqa: PLR2004 - every 17th firm
            return provisional_calendar().add_working_days(work.today, 60)
        return date(2028, 12, 31)

    def _add_staff(self, work: UnitOfWork, firm: Firm, certificate: str) -> None:
        self._people += 1
        facts = actions.StaffFacts(
            name=person(self._people + 7),
            id_number=invented_id_number(self._people),
            certificate=certificate,
            certificate_number=f"YS{self._people:06d}",
            valid_to_on=None,
        )
        actions.add_staff(work, firm, facts, identity_key(self.here.keys))

    @staticmethod
    def _facts(number: int) -> actions.RegistrationFacts:
        return actions.RegistrationFacts(
            nature=FirmNature.ENTERPRISE,
            legal_representative=person(number),
            registered_on=date(2008 + number % 14, 1 + number % 12, 1 + number % 28),
            address=f"青川市江北路 {10 + number} 号",
            business_scope="工程咨询、评估、检测、测绘等中介服务（演示）",
            contact_name=person(number + 31),
            contact_phone=f"0839-880{number:04d}",
            email=f"firm{number:02d}@example.cn",
            physically_present=number % 4 == 0,
        )


@cache
def _empty_page() -> bytes:
    """Return a PDF of one empty page."""
    writer, out = PdfWriter(), BytesIO()
    writer.add_blank_page(width=595, height=842)
    writer.write(out)
    return out.getvalue()


def _fee(work: UnitOfWork, code: str, number: int) -> Fee:
    """Publish a fee a little below what the city usually pays, by one of all formulas."""
    today, usual_fen = work.today, JOBS[code][3] * FEN
    if number % 7 == 2:  # noqa: PLR2004 - every 7th firm
        return Fee(
            basis=FeeBasis.OWN,
            kind=FeeKind.RATE,
            rate_base="项目总投资",
            rate_ppm=usual_fen * 80 // 100 * PPM // (INVESTED * FEN),
            valid_from_on=today,
        )
    if code in BY_AREA and number % 2 == 0:
        return Fee(
            basis=FeeBasis.OWN,
            kind=FeeKind.UNIT,
            rate_base="建筑面积",
            unit="平方米",
            unit_price_fen=usual_fen * 85 // 100 // AREA,
            valid_from_on=today,
        )
    if number % 3 == 0 and code in TABLES:
        return Fee(
            basis=FeeBasis.STANDARD,
            standard_id=TABLES[code][0],
            kind=FeeKind.DISCOUNT,
            discount_bp=1000 + number * 20,
            valid_from_on=today,
        )
    if number % 5 == 1:
        return Fee(
            basis=FeeBasis.OWN,
            kind=FeeKind.BRACKETS,
            rate_base="项目总投资",
            brackets=read_brackets(BracketShape.PROGRESSIVE, "100：15\n1000：8\n以上：3"),
            min_fee_fen=usual_fen // 2,
            charges=(Charge(ExtraCharge.EXPERTS, None),),
            valid_from_on=today,
        )
    return Fee(
        basis=FeeBasis.OWN,
        kind=FeeKind.FIXED,
        amount_fen=usual_fen * (75 + number % 20) // 100,
        charges=(Charge(ExtraCharge.TRAVEL, None),) if number % 5 == 0 else (),
        valid_from_on=today,
    )


def invented_id_number(serial: int) -> str:
    """Return a well-formed identity number in a county that never existed for anybody."""
    born = date.fromordinal(date(1975, 1, 1).toordinal() + serial * 11)
    first = f"510822{born:%Y%m%d}{serial % 1000:03d}"
    total = sum(int(c) * pow(2, 17 - place, 11) for place, c in enumerate(first))
    number = first + "0123456789X"[(1 - total) % 11]
    id_number(number)
    return number
