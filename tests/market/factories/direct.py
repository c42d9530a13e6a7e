"""Direct choices and emergencies made by the real actions."""

from dataclasses import dataclass, replace
from datetime import timedelta

from market.access import OrgKind, Role
from market.accounts.queries import user_of
from market.db import unit_of_work
from market.direct import actions, queries
from market.direct.actions import ChoiceFacts, EmergencyFacts
from market.direct.emergency_rules import EmergencyGround
from market.direct.funds_rules import Funds
from market.direct.model import DirectChoice, Emergency
from market.direct.rules import DirectGround
from market.documents.actions import buyers
from market.documents.model import OwnerRegistration
from market.documents.owner_rules import BuyerDeed, OwnerNature, OwnerState
from market.draws.model import Award
from market.firms import actions as firms
from market.firms.fees import FeeKind
from market.firms.model import Firm
from market.firms.queries import current_fee
from market.firms.queries import own as own_firm
from market.needs import actions as needs
from market.needs.model import Need
from market.needs.queries import by_id
from tests.market.factories.draws import ITEM, City, a_city, need_facts
from tests.market.factories.firms import Person, a_fee, a_person

SMALL_FEN = 900_000
REASON = "零星补充报告，金额很小，该机构承担了前期勘察，熟悉现场情况。"
WHY = "堤岸正在渗漏，须当日进场探测，等候摇号将错过抢险时间。"
FILED = "凌晨巡查发现管涌，三时现场会商决定委托探测，当日进场完成。"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A direct choice with everybody it takes."""

    city: City
    choice_id: int
    firm: Firm
    delegate: Person

    def choice(self) -> DirectChoice:
        """Return the choice as it stands."""
        with self.city.reading() as work:
            return work.session.get_one(DirectChoice, self.choice_id)

    def need(self) -> Need:
        """Return its need as it stands."""
        with self.city.reading() as work:
            return by_id(work, work.session.get_one(DirectChoice, self.choice_id).need_id)

    def award(self) -> Award:
        """Return its award as it stands."""
        with self.city.reading() as work:
            choice = work.session.get_one(DirectChoice, self.choice_id)
            return work.session.get_one(Award, choice.award_id)

    def emergency(self) -> Emergency:
        """Return its emergency as it stands."""
        with self.city.reading() as work:
            found = queries.emergency_of(work, work.session.get_one(DirectChoice, self.choice_id))
        assert found is not None
        return found


def a_small_city(here, clock, *, firms: int = 1, fee_fen: int = 100_000_000) -> City:
    """Return a city with few firms: nobody draws here."""
    return a_city(here, clock, firms=firms, fee_fen=fee_fen)


def a_small_need(city: City, **differences) -> Need:
    """Return a draft whose price is within the limit of small amounts."""
    facts = need_facts(**({"ceiling_fen": 900_000} | differences))
    with city.work(city.clerk) as work:
        return needs.draft(work, facts)


def choice_facts(city: City, **differences) -> ChoiceFacts:
    """Return what an owner says of a choice that nothing is wrong with."""
    usual = ChoiceFacts(
        firm_code=city.firms[0][0].code,
        ground=DirectGround.SMALL_AMOUNT,
        price_fen=800_000,
        reason=REASON,
        funds=Funds.FISCAL,
    )
    return replace(usual, **differences)


def an_owner_of_nature(city: City, nature: OwnerNature) -> None:
    """Let the operator have checked what kind of body the city's owner is."""
    with city.work() as work:
        row = OwnerRegistration(
            organisation_id=city.clerk.actor.org_id,
            nature=nature,
            address="示范市滨河路 1 号",
            contact_name="周敏",
            contact_phone="0755-82001234",
            state=OwnerState.CHECKED,
            state_since=work.now,
            regulation_id="platform-documents-2024",
            created_at=work.now,
        )
        work.session.add(row)
    for person, deed in ((city.clerk, BuyerDeed.POST), (city.approver, BuyerDeed.APPROVE)):
        with city.work(city.approver) as work:
            grant = buyers.Grant(
                deeds=[deed],
                items=(),
                ceiling_fen=10**10,
                valid_from_on=work.today,
                valid_to_on=work.today + timedelta(days=300),
            )
            buyers.authorise(work, user_of(work, work.org_id, person.user.id), grant)


def a_small_fee(city: City, firm_code: str) -> None:
    """Let a firm publish what makes its work small: else no price of it is."""
    firm, delegate = next(pair for pair in city.firms if pair[0].code == firm_code)
    with city.work(delegate) as work:
        fee = current_fee(work, firm.id, ITEM)
        if fee is not None and fee.kind is FeeKind.FIXED and (fee.amount_fen or 0) > SMALL_FEN:
            firms.publish_fee(work, own_firm(work), ITEM, a_fee(work.today, amount_fen=SMALL_FEN))


def charge(city: City, **differences) -> None:
    """Publish another fee of the first firm, in force from today."""
    with city.work(city.firms[0][1]) as work:
        firms.publish_fee(work, own_firm(work), ITEM, a_fee(work.today, **differences))


def a_proposed_choice(city: City, *, need: Need | None = None, **differences) -> Chosen:
    """Return a choice that waits for its owner's second person."""
    need = need or a_small_need(city)
    facts = choice_facts(city, **differences)
    if facts.ground is DirectGround.SMALL_AMOUNT:
        a_small_fee(city, facts.firm_code)
    with city.work(city.clerk) as work:
        found = actions.propose(work, by_id(work, need.id), facts)
        choice_id = found.id
    firm, delegate = next(pair for pair in city.firms if pair[0].id == found.firm_id)
    return Chosen(city, choice_id, firm, delegate)


def an_approved_choice(city: City, **differences) -> Chosen:
    """Return a choice that waits for the operator."""
    chosen = a_proposed_choice(city, **differences)
    with city.work(city.approver) as work:
        actions.approve(work, chosen.choice())
    return chosen


def a_named_choice(city: City, **differences) -> Chosen:
    """Return a choice in its publicity."""
    chosen = an_approved_choice(city, **differences)
    with city.work(city.operator) as work:
        actions.name(work, chosen.choice())
    return chosen


def emergency_facts(city: City, **differences) -> EmergencyFacts:
    """Return what an owner says in an emergency."""
    usual = EmergencyFacts(
        firm_code=city.firms[0][0].code,
        ground=EmergencyGround.NATURAL_DISASTER,
        price_fen=2_000_000,
        reason="强降雨引发堤岸管涌，须立即探测险情范围并提出处置方案。",
        why_no_draw=WHY,
    )
    return replace(usual, **differences)


def an_emergency(city: City, *, need: Need | None = None, **differences) -> Chosen:
    """Return a commission that still has to be filed."""
    need = need or a_small_need(city, ceiling_fen=2_500_000)
    with city.work(city.clerk) as work:
        facts = emergency_facts(city, **differences)
        choice_id = actions.commission(work, by_id(work, need.id), facts).id
    return Chosen(city, choice_id, *city.firms[0])


def another_operator(city: City) -> Person:
    """Return a second clerk of the city's operator."""
    code = city.operator.actor.org_code or ""
    return a_person(city.here, OrgKind.OPERATOR, Role.OPERATOR_CLERK, code=code)


def work_of(city: City, person: Person):
    """Open a unit of work of a person on a connection of its own."""
    return unit_of_work(city.here.sessions, person.actor, city.here.clock)
