"""Firms made by the real actions: registered, checked, shown to the public, listed."""

from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache
from itertools import count

from market.access import OrgKind, Role
from market.accounts import queries as accounts
from market.accounts.actions import add_user, register_organisation
from market.accounts.model import Organisation, User
from market.accounts.passwords import HashedPassword, hasher
from market.catalogue.queries import item
from market.catalogue.rules import QualificationKind
from market.clock import ManualClock
from market.codes import make_code
from market.db import Actor, UnitOfWork, unit_of_work
from market.firms import actions, jobs, queries
from market.firms.fees import Fee, FeeBasis, FeeKind
from market.firms.identity import identity_key
from market.firms.model import Firm
from market.firms.rules import FirmNature
from market.installation import Installation
from market.letters.remedies.model import RemedyClause
from market.letters.remedies.rules import Stated
from tests.market.factories.documents import hand_in_materials

ITEM = "ZJ-03-001-02"  # 环境影响报告表编制: credit platform and one engineer
PASSWORD = "correct-horse-battery"
REMEDIES = Stated(
    review_body="示例市人民政府",
    review_term="自收到本决定书之日起六十日内",
    court="示例区人民法院",
    court_term="自收到本决定书之日起六个月内",
    basis="示例依据第一条",
)
SYSTEM = Actor("job:test")
_numbers = count(1)


def next_number() -> int:
    """Return a number that no other thing in this test run has."""
    return next(_numbers)


def a_code(prefix: str = "91") -> str:
    """Return a valid 统一社会信用代码 of its own."""
    return make_code(prefix, "440300", f"MA5{next_number():05d}")


def an_id_number(number: int | None = None) -> str:
    """Return a valid identity number of its own, of nobody in particular."""
    serial = next_number() if number is None else number
    born = date.fromordinal(date(1970, 1, 1).toordinal() + serial // 900)
    first = f"440300{born:%Y%m%d}{100 + serial % 900}"
    total = sum(int(c) * pow(2, 17 - place, 11) for place, c in enumerate(first))
    return first + "0123456789X"[(1 - total) % 11]


@cache
def hashed() -> HashedPassword:
    """Return one cheap hash of ``PASSWORD``, shared by every test account."""
    return hasher(64).choose(PASSWORD, "nobody")


@dataclass(frozen=True, slots=True)
class Person:
    """A person and the actor that person is."""

    user: User
    actor: Actor


def a_person(here: Installation, kind: OrgKind, *roles: Role, code: str = "", **more) -> Person:
    """Return a person of a new organisation, or of the one with ``code``."""
    with unit_of_work(here.sessions, SYSTEM, here.clock) as work:
        if code:
            organisation = accounts.organisation_by_code(work, code)
        else:
            name = more.get("organisation_name", f"示范单位{next_number()}")
            organisation = register_organisation(work, kind=kind, code=a_code(), name=name)
        user = add_user(
            work,
            organisation,
            username=more.get("username", f"person{next_number()}"),
            name=more.get("name", "王小明"),
            roles=roles,
            password=hashed(),
        )
        work.session.flush()
        if kind in {OrgKind.REGULATOR, OrgKind.SUPERVISOR} and not code:
            state_remedies(work, user)
        return Person(user, accounts.actor_of(work, user))


def state_remedies(work: UnitOfWork, person: User) -> None:
    """Let a person's authority have confirmed what its decisions say of review and suit."""
    work.session.add(
        RemedyClause(
            org_id=person.organisation_id,
            confirmed=True,
            proposed_by_id=person.id,
            proposed_at=work.now,
            decided_at=work.now,
            **asdict(REMEDIES),
        )
    )


def an_operator(here: Installation, code: str = "") -> Person:
    """Return an operator's clerk."""
    return a_person(here, OrgKind.OPERATOR, Role.OPERATOR_CLERK, code=code)


def a_delegate(here: Installation, **more) -> Person:
    """Return the delegate of a firm whose registration has not begun."""
    return a_person(here, OrgKind.FIRM, Role.FIRM_DELEGATE, **more)


def facts(**differences) -> actions.RegistrationFacts:
    """Return what a firm says about itself."""
    usual = actions.RegistrationFacts(
        nature=FirmNature.ENTERPRISE,
        legal_representative="陈立",
        registered_on=date(2015, 6, 1),
        address="示范市滨河路 8 号",
        business_scope="环境影响评价；工程咨询",
        contact_name="李丽",
        contact_phone="0755-86001234",
        email="office@firm.example",
        physically_present=False,
    )
    return replace(usual, **differences)


def a_qualification(today: date, **differences) -> actions.QualificationFacts:
    """Return the credit-platform registration that ``ITEM`` asks for."""
    usual = actions.QualificationFacts(
        kind=QualificationKind.CREDIT_PLATFORM,
        name="环境影响评价信用平台",
        grade="不分级",
        number=f"HP{next_number():06d}",
        issuer="生态环境部",
        valid_from_on=date(2020, 1, 1),
        valid_to_on=date(today.year + 3, 12, 31),
    )
    return replace(usual, **differences)


def a_member(**differences) -> actions.StaffFacts:
    """Return the engineer whom ``ITEM`` asks for."""
    usual = actions.StaffFacts(
        name="赵工程师",
        id_number=an_id_number(),
        certificate="环境影响评价工程师",
        certificate_number=f"EIA{next_number():06d}",
        valid_to_on=None,
    )
    return replace(usual, **differences)


def a_fee(today: date, **differences) -> Fee:
    """Return a fixed fee of one's own, from today on."""
    usual = Fee(
        basis=FeeBasis.OWN,
        basis_document="",
        kind=FeeKind.FIXED,
        amount_fen=3_000_000,
        valid_from_on=today,
    )
    return replace(usual, **differences)


def a_filled_in_firm(
    here: Installation,
    *,
    item_codes: tuple[str, ...] = (ITEM,),
    delegate: Person | None = None,
    name: str | None = None,
    fee_fen: int = 3_000_000,
    **differences,
) -> tuple[Firm, Person]:
    """Return a firm whose delegate has filled in every step and not submitted.

    Whatever its items ask for, qualifications and people, it has. ``differences`` change
    ``facts()``.
    """
    delegate = delegate or a_delegate(here, **({"organisation_name": name} if name else {}))
    with unit_of_work(here.sessions, delegate.actor, here.clock) as work:
        organisation = work.session.get_one(Organisation, work.org_id)
        firm = actions.save_facts(work, organisation, facts(**differences))
        for code in item_codes:
            meet_requirements(work, firm, code, identity_key(here.keys))
            limit = item(code, work.today).time_limit_working_days
            fee = a_fee(work.today, amount_fen=fee_fen)
            actions.offer(work, firm, code, max(1, limit - 2), fee)
        actions.sign_promise(work, firm, "陈立")
    return firm, delegate


def meet_requirements(work, firm: Firm, item_code: str, key: bytes) -> None:
    """Give a firm the qualifications and people that an item asks for and it lacks."""
    wanted = item(item_code, work.today)
    for missing in queries.shortfalls(work, firm, wanted, work.today, will_promise=True):
        if missing.staff:
            for _ in range(missing.staff.count - missing.staff_held):
                person = a_member(certificate=missing.staff.certificate)
                actions.add_staff(work, firm, person, key)
            continue
        need = missing.alternatives[0]
        actions.add_qualification(
            work,
            firm,
            a_qualification(
                work.today,
                kind=need.kind,
                name=need.name,
                grade=need.minimum_grade or "不分级",
                major=need.majors[0] if need.majors else "",
            ),
        )


def a_submitted_firm(here: Installation, **differences) -> tuple[Firm, Person]:
    """Return a firm that waits for the operator's check."""
    firm, delegate = a_filled_in_firm(here, **differences)
    with unit_of_work(here.sessions, delegate.actor, here.clock) as work:
        firm = queries.own(work)
        submit(work, firm)
    return firm, delegate


def submit(work: UnitOfWork, firm: Firm) -> None:
    """Hand a registration to the operator, with the documents that its check needs."""
    hand_in_materials(work, firm)
    actions.submit(work, firm)


def a_public_firm(here: Installation, **differences) -> tuple[Firm, Person]:
    """Return a firm in its publicity."""
    firm, delegate = a_submitted_firm(here, **differences)
    operator = an_operator(here)
    with unit_of_work(here.sessions, operator.actor, here.clock) as work:
        firm = queries.for_check(work, firm.id)
        actions.check_pass(work, firm)
    return firm, delegate


def some_firms(
    here: Installation, clock: ManualClock, number: int, **differences
) -> list[tuple[Firm, Person]]:
    """Return listed firms with their delegates; the clock moves once, by five working days."""
    made = [a_public_firm(here, **differences) for _ in range(number)]
    clock.move_to(max(firm.publicity_ends_at for firm, _ in made))
    while jobs.sweep(here):
        pass
    with unit_of_work(here.sessions, SYSTEM, here.clock) as work:
        return [(queries.firm_by_id(work, firm.id), delegate) for firm, delegate in made]


def a_listed_firm(here: Installation, clock: ManualClock, **differences) -> tuple[Firm, Person]:
    """Return a listed firm and its delegate; the clock moves by five working days."""
    return some_firms(here, clock, 1, **differences)[0]


def a_firm(here: Installation, clock: ManualClock, **differences) -> Firm:
    """Return a listed firm with one service, its qualification, its people and its fee.

    ``item_codes`` names other services, ``name`` the firm; the rest change ``facts()``.
    """
    return a_listed_firm(here, clock, **differences)[0]
