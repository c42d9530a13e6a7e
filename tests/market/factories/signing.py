"""Awards that nobody signed, made by the real actions."""

from market.contracts import jobs
from market.contracts.signing import actions, queries
from market.contracts.signing.model import SigningCase
from market.contracts.signing.rules import Fault
from tests.market.factories.draws import City, Drawn
from tests.market.factories.firms import Person

FIRM_SAYS = "三月二十日和二十五日两次把盖章的合同送到业主单位，业主一直没有安排签订。"
OWNER_SAYS = "多次电话和书面联系该机构，该机构一直没有派人前来签订合同。"
REASONS = "查阅送达记录和双方往来函件，认定如上，依据规则作出本意见。"


def case_of(city: City, award_id: int) -> SigningCase:
    """Return the last case of an award as it stands."""
    with city.reading() as work:
        return queries.cases_of(work, award_id)[0]


def an_unsigned_award(drawn: Drawn) -> SigningCase:
    """Let the time to sign of a confirmed award end."""
    award = drawn.city.awards(drawn.draw.id)[-1]
    drawn.city.clock.move_to(award.sign_by_at)
    jobs.sweep(drawn.city.here)
    return case_of(drawn.city, award.id)


def say(city: City, case: SigningCase, person: Person, blames: Fault, text: str) -> SigningCase:
    """Let a side state its reasons."""
    with city.work(person) as work:
        actions.state(work, work.session.get_one(SigningCase, case.id), blames, text)
    return case_of(city, case.award_id)


def found(city: City, case: SigningCase, decider: Person, fault: Fault) -> SigningCase:
    """Let the operator propose and an authority find a fault."""
    with city.work(city.operator) as work:
        actions.propose(work, work.session.get_one(SigningCase, case.id), fault, REASONS)
    with city.work(decider) as work:
        actions.find(work, work.session.get_one(SigningCase, case.id), agree=True, text=REASONS)
    return case_of(city, case.award_id)
