"""Taking a complaint: sealed at once, and given to the authority that looks after the matter."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from market import rulebook
from market.accounts.model import Organisation
from market.calendar import provisional_calendar
from market.clock import beijing
from market.complaints import messages, queries, sealing, timing
from market.complaints.actions.record import SUBJECT, require, say, set_term, write
from market.complaints.errors import (
    ContactMissingError,
    ContactWrongError,
    OftenAboutAwardError,
    OftenTodayError,
    OwnComplaintError,
    SameComplaintError,
    WrongDayError,
)
from market.complaints.model import Complaint
from market.complaints.rules import (
    NOT_OVER,
    Against,
    Channel,
    ComplaintState,
    Matter,
    Target,
    Tier,
    accused_in,
)
from market.complaints.sealing import Identity
from market.complaints.subjects import About, find, handlers_for
from market.complaints.terms import Step, days_for
from market.db import UnitOfWork
from market.keys import Keys
from market.letters.rules import CODE_LENGTH, code_from
from market.numbers import next_number
from market.regulations import Regulation

SERIES = "TS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What somebody complains about, in which words, and how they can be reached."""

    matter: Matter
    target: Target
    against: Against = Against.NOBODY
    ref: str = ""
    text: str
    name: str = ""
    contact: str = ""
    ticket: str = ""
    received_on: date | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A complaint and the code by which its complainant follows it; nobody sees it again."""

    one: Complaint
    code: str


def file_by_site(work: UnitOfWork, keys: Keys, facts: Facts) -> Receipt:
    """Take a complaint from the site: from an organisation signed in, or from anybody.

    Raises:
        TooShortError: There are no facts.
        NoSuchSubjectError, NoAwardError: It is about nothing that can be found.
        ContactMissingError: Only one of name and contact is given.
        OwnComplaintError: It is about the organisation itself.
        OftenTodayError, OftenAboutAwardError, SameComplaintError: It complains too often.
    """
    return _filed(work, keys, facts, Channel.SITE, work.actor.org_id)


def enter(work: UnitOfWork, keys: Keys, facts: Facts, channel: Channel = Channel.PHONE) -> Receipt:
    """Let the operator enter a complaint that came by telephone, or from the hotline.

    Raises:
        WrongDayError: It cannot have come on that day.
        TooShortError, NoSuchSubjectError, NoAwardError, ContactMissingError: As from the site.
    """
    return _filed(work, keys, facts, channel, None)


def _filed(
    work: UnitOfWork, keys: Keys, facts: Facts, channel: Channel, org_id: int | None
) -> Receipt:
    rules = rulebook.apply(work, SUBJECT)
    words = require(facts.text, "text")
    if org_id is None:
        _require_contact(facts)
    about = find(work, facts.target, facts.ref, facts.against)
    accused = accused_in(facts.matter, facts.against, has_award=about.award_id is not None)
    if accused is not facts.against:
        about = find(work, facts.target, facts.ref, accused)
    if org_id is not None and about.respondent_org_id == org_id:
        raise OwnComplaintError
    mark = sealing.org_mark(keys, org_id) if org_id is not None else None
    if org_id is not None and mark is not None:
        work.session.get(Organisation, org_id, with_for_update=True)
        _not_too_often(work, mark, facts.matter, about, rules)
    number, code = next_number(work, SERIES), code_from(secrets.token_bytes(CODE_LENGTH))
    received_at = _received_at(work, facts.received_on, rules)
    one = Complaint(
        number=number,
        channel=channel,
        tier=_tier(facts, org_id),
        matter=facts.matter,
        target=facts.target,
        sealed=sealing.seal(
            keys,
            number,
            Identity(
                text=words,
                name=facts.name.strip(),
                contact=facts.contact.strip(),
                org_id=org_id,
                ticket=facts.ticket,
            ),
        ),
        org_mark=mark,
        contact_mark=_contact_mark(keys, facts, org_id),
        code_mark=sealing.code_mark(keys, number, code),
        ticket_mark=sealing.ticket_mark(keys, facts.ticket) if facts.ticket else None,
        received_at=received_at,
        entered_at=work.now,
        state=ComplaintState.RECEIVED,
        was_late=False,
        transfers=0,
        freezes=False,
        regulation_id=rules.id,
    )
    _give(work, one, about)
    set_term(work, one, Step.ACCEPT, received_at)
    if received_at != work.now:
        _check_later(work, one, rules)
    work.session.add(one)
    work.session.flush()
    write(work, one, None, "", by_complainant=channel is Channel.SITE)
    timing.begin_acceptance(work, one, rules, None if received_at == work.now else received_at)
    messages.tell_org(work, messages.TO_HANDLE, one, one.authority_org_id, "given:0")
    say(work, one)
    return Receipt(one, code)


def _require_contact(facts: Facts) -> None:
    if bool(facts.name.strip()) != bool(facts.contact.strip()):
        raise ContactMissingError
    if facts.contact.strip() and not sealing.is_contact(facts.contact):
        raise ContactWrongError


def _not_too_often(
    work: UnitOfWork, mark: str, matter: Matter, about: About, rules: Regulation
) -> None:
    most = rules.integer("filing.most_per_day")
    if queries.count_today(work, mark) >= most:
        raise OftenTodayError(most)
    if about.award_id is None:
        return
    earlier = queries.of_complainant(work, mark, about.award_id)
    for one in earlier:
        if one.matter is matter and one.state in NOT_OVER:
            raise SameComplaintError(one.number)
    most = rules.integer("filing.most_per_award")
    if len(earlier) >= most:
        raise OftenAboutAwardError(most)


def _check_later(work: UnitOfWork, one: Complaint, rules: Regulation) -> None:
    """Tell nobody that it is late before there was time to act; late it is all the same."""
    days = days_for(one, Step.ACCEPT, rules)
    one.next_check_at = provisional_calendar().due_at(work.today, days)


def _contact_mark(keys: Keys, facts: Facts, org_id: int | None) -> str | None:
    """Return by what a citizen is known again who left a contact.

    It refuses nothing: whoever tries out numbers learns nothing of who complained.
    """
    if org_id is not None or not facts.contact.strip():
        return None
    return sealing.contact_mark(keys, facts.contact)


def _tier(facts: Facts, org_id: int | None) -> Tier:
    if org_id is not None:
        return Tier.VERIFIED
    return Tier.NAMED if facts.name.strip() else Tier.ANONYMOUS


def _give(work: UnitOfWork, one: Complaint, about: About) -> None:
    """Say what it is about, and give it to the authority that looks after that."""
    one.against, one.ref, one.title = about.against, about.ref, about.title
    one.item_code, one.award_id = about.item_code, about.award_id
    one.respondent_org_id = about.respondent_org_id
    found = handlers_for(work, about.against, about.item_code, about.respondent_org_id)
    one.authority_org_id = found[0].id if found else None


def _received_at(work: UnitOfWork, on: date | None, rules: Regulation) -> datetime:
    """Return when it came: at noon of an earlier day, as nobody knows the hour."""
    if on is None or on == work.today:
        return work.now
    most = rules.integer("complaint.enter_back_days")
    if not timedelta(0) < work.today - on <= timedelta(days=most):
        raise WrongDayError(most)
    return beijing(on, 12)
