"""Complaints made by the real actions."""

from market.complaints import actions, opening, queries
from market.complaints.actions import Facts, Proposal, Receipt
from market.complaints.model import Complaint
from market.complaints.opening_rules import Purpose
from market.complaints.rules import Against, Matter, Outcome, Remedy, Target, Tier
from market.db import Actor, unit_of_work
from tests.market.factories.draws import City, Drawn
from tests.market.factories.firms import Person

NAME = "蒋某某"
CONTACT = "13900001234"
TEXT = "中选机构的工程咨询资信早已注销，我在其原单位工作，见过注销通知，请查实处理。"
STATEMENT = "有投诉反映贵机构的工程咨询资信在报名截止前已经注销，请说明并提供证明。"
REPLY = "本机构的工程咨询资信在有效期内，附发证平台出具的查询结果和证书编号。"
REASONS = "经向发证平台核实，该机构的资信在报名截止之前已经注销，投诉反映的事实成立。"
GROUNDLESS = "经向发证平台核实，该机构的资信在整个报名期间均在有效期内，投诉不成立。"
DECISION = "处理意见所列事实清楚、依据充分，同意按该意见作出决定。"
CLAUSE = "《投诉办理规则（平台默认值）》投诉一章"
ANYONE = Actor("public")


def facts(drawn: Drawn, **differences: object) -> Facts:
    """Return what somebody says about the award of a draw."""
    said: dict[str, object] = {
        "matter": Matter.LACKS_CONDITION,
        "target": Target.AWARD,
        "against": Against.FIRM,
        "ref": drawn.award.number,
        "text": TEXT,
        "name": NAME,
        "contact": CONTACT,
    }
    return Facts(**(said | differences))  # type: ignore[arg-type]


def filed(drawn: Drawn, person: Person | None = None, **differences: object) -> Receipt:
    """Let a citizen, or an organisation, complain about an award."""
    city = drawn.city
    said = facts(drawn, **differences)
    if person is None:
        with unit_of_work(city.here.sessions, ANYONE, city.here.clock) as work:
            return actions.file_by_site(work, city.here.keys, said)
    with city.work(person) as work:
        return actions.file_by_site(work, city.here.keys, said)


def again(city: City, one: Complaint) -> Complaint:
    """Return a complaint as it stands."""
    with city.reading() as work:
        return queries.by_number(work, one.number)


def do(
    city: City, person: Person, deed, one: Complaint, *more: object, is_last: bool = True
) -> Complaint:
    """Let a person do something with a complaint, and return it as it stands then.

    Who speaks adds nothing, unless it is said that it may (``is_last``).
    """
    speaks = {"is_last": is_last} if deed in (actions.reply, actions.state) else {}
    retells = deed in (actions.ask, actions.hear)
    if retells:
        read(city, one, person)
    with city.work(person) as work:
        keys = (city.here.keys,) if retells else ()
        deed(work, *keys, queries.by_number(work, one.number), *more, **speaks)
    return again(city, one)


def accepted(city: City, one: Complaint, officer: Person) -> Complaint:
    """Let an officer accept it, once whoever gave a name was reached."""
    if one.tier is Tier.NAMED:
        read(city, one, officer)
        with city.work(officer) as work:
            row = queries.handled(work, one.number)
            actions.verify_contact(work, city.here.keys, row, "按所留电话联系到本人。")
    with city.work(officer) as work:
        actions.accept(work, city.here.keys, queries.handled(work, one.number))
    return again(city, one)


def heard(city: City, one: Complaint, officer: Person, accused: Person) -> Complaint:
    """Let the other side be asked, and reply."""
    do(city, officer, actions.ask, one, STATEMENT)
    return do(city, accused, actions.reply, one, REPLY)


def read(city: City, one: Complaint, officer: Person) -> None:
    """Let an officer read what the complainant wrote, if nobody has."""
    with city.work(officer) as work:
        row = queries.handled(work, one.number)
        if not opening.reads_of(work, row):
            words = "调查投诉反映的事实"
            opening.open_identity(work, city.here.keys, row, Purpose.INVESTIGATE, words)


def accused_of(city: City, one: Complaint) -> Person | None:
    """Return somebody of the organisation that is accused; None where nobody is."""
    people = [*(person for _, person in city.firms), city.clerk, city.operator]
    found = [each for each in people if each.actor.org_id == one.respondent_org_id]
    return found[0] if found else None


def proposed(
    city: City,
    one: Complaint,
    officer: Person,
    outcome: Outcome = Outcome.UPHELD,
    remedy: Remedy = Remedy.NONE,
    **differences: object,
) -> Complaint:
    """Let an officer propose what to decide, who has read it, and heard whom it rejects it for."""
    read(city, one, officer)
    accused = accused_of(city, one)
    if outcome is Outcome.REJECTED and one.reply_by_at is None and accused is not None:
        heard(city, one, officer, accused)
    said = Proposal(
        **(  # type: ignore[arg-type]
            {
                "outcome": outcome,
                "remedy": remedy,
                "reasons": GROUNDLESS if outcome is Outcome.REJECTED else REASONS,
                "clause": "" if outcome is Outcome.REJECTED else CLAUSE,
            }
            | differences
        )
    )
    with city.work(officer) as work:
        actions.propose(work, city.here, queries.handled(work, one.number), said)
    return again(city, one)


def decided(city: City, one: Complaint, decider: Person, *, agree: bool = True) -> Complaint:
    """Let another person decide."""
    with city.work(decider) as work:
        found = queries.handled(work, one.number)
        actions.decide(work, city.here, found, agree=agree, text=DECISION)
    return again(city, one)


def refusal_decided(city: City, one: Complaint, person: Person, *, agree: bool = True) -> Complaint:
    """Let another person decide whether it is refused as proposed."""
    with city.work(person) as work:
        row, keys = queries.handled(work, one.number), city.here.keys
        actions.decide_refusal(work, keys, row, agree=agree, text=GROUNDLESS)
    return again(city, one)
