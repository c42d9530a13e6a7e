"""What the authority does with a complaint until somebody proposes what to decide."""

from market.accounts.model import Organisation
from market.calendar import provisional_calendar
from market.complaints import messages, queries, sealing, timing, words
from market.complaints.actions.record import (
    BRIEF,
    close_clocks,
    locked,
    move,
    require,
    rules_of,
    set_term,
)
from market.complaints.errors import (
    AskedError,
    NoAuthorityError,
    NobodyToAskError,
    NobodyToHearError,
    TransferredOftenError,
    UnreadError,
)
from market.complaints.model import Complaint
from market.complaints.opening import reads_of
from market.complaints.rules import (
    OFFICES,
    WITHOUT_FAULT,
    ComplaintMove,
    ComplaintState,
    NoFreeze,
    Tier,
    advance,
    why_no_freeze,
)
from market.complaints.subjects import every_authority, handlers_for, supervisors
from market.complaints.terms import Step, days_for
from market.db import UnitOfWork
from market.draws.model import Award
from market.draws.rules import AwardState
from market.keys import Keys
from market.objections.actions.holding import go_on, hold_for


def assign(work: UnitOfWork, one: Complaint, authority_id: int) -> None:
    """Let the operator give a complaint to an authority that nobody was found for.

    Raises:
        NoAuthorityError: It may not decide it.
    """
    _, one = locked(work, one)
    move(work, one, ComplaintMove.ASSIGN, "")
    _give(work, one, _authority(work, one, authority_id))


def transfer(work: UnitOfWork, one: Complaint, authority_id: int, text: str) -> None:
    """Pass a complaint on to another authority; its time to accept begins anew.

    Raises:
        TransferredOftenError: It was passed on as often as may be.
        NoAuthorityError: The other one may not decide it, or is the same.
        TooShortError: It does not say why.
    """
    _, one = locked(work, one)
    most = rules_of(one).integer("complaint.transfers_most")
    if queries.transfers_of(work, one) >= most:
        raise TransferredOftenError(most)
    other = _authority(work, one, authority_id)
    move(work, one, ComplaintMove.TRANSFER, require(text, "why_passed", BRIEF))
    _give(work, one, other)


def _give(work: UnitOfWork, one: Complaint, authority: Organisation) -> None:
    timing.end_acceptance(work, one)
    one.authority_org_id = authority.id
    one.transfers += 1
    set_term(work, one, Step.ACCEPT)
    timing.begin_acceptance(work, one, rules_of(one))
    messages.tell_org(work, messages.TO_HANDLE, one, authority.id, f"given:{one.transfers}")


def others_for(work: UnitOfWork, one: Complaint) -> list[Organisation]:
    """Return the authorities to which a complaint may be given or passed on."""
    every = [*every_authority(work, one.respondent_org_id)]
    if one.against in OFFICES:
        every += supervisors(work)
    fitting = handlers_for(work, one.against, one.item_code, one.respondent_org_id)
    may = [*fitting, *(each for each in every if each not in fitting)]
    return [each for each in may if each.id != one.authority_org_id]


def _authority(work: UnitOfWork, one: Complaint, authority_id: int) -> Organisation:
    for each in others_for(work, one):
        if each.id == authority_id:
            return each
    raise NoAuthorityError


def require_read(work: UnitOfWork, one: Complaint) -> None:
    """Refuse to go on with what nobody of the authority has read.

    Raises:
        UnreadError: Nobody has.
    """
    if not reads_of(work, one):
        raise UnreadError


def verify_contact(work: UnitOfWork, keys: Keys, one: Complaint, text: str) -> None:
    """Say that the complainant was reached as stated: it is one of real name from now on.

    Raises:
        UnreadError: Nobody of the authority has seen how to reach anybody.
        TooShortError: It does not say how.
    """
    _, one = locked(work, one)
    advance(one.state, ComplaintMove.VERIFY)
    require_read(work, one)
    move(work, one, ComplaintMove.VERIFY, require(text, "how", BRIEF))
    if one.tier is Tier.NAMED:
        one.tier = Tier.VERIFIED
    messages.tell_complainant(work, keys, one, "verified")


def accept(work: UnitOfWork, keys: Keys, one: Complaint) -> None:
    """Accept a complaint; the award that it is about stands still where the rules say so."""
    award, one = locked(work, one)
    advance(one.state, ComplaintMove.ACCEPT)
    timing.end_acceptance(work, one)
    one.no_freeze = _why_not(work, keys, one, award)
    if award is not None and one.no_freeze is NoFreeze.NONE:
        one.freezes = hold_for(work, award, one.number)
    move(work, one, ComplaintMove.ACCEPT, "")
    one.accepted_at = work.now
    set_term(work, one, Step.DECIDE)
    timing.begin_decision(work, one, rules_of(one))
    messages.tell_complainant(work, keys, one, "accepted")
    if one.freezes and award is not None:
        tell_held(work, one, award)


def _why_not(work: UnitOfWork, keys: Keys, one: Complaint, award: Award | None) -> NoFreeze:
    who = sealing.open_sealed(keys, one.number, one.sealed)
    months = rules_of(one).integer("malicious.months")
    return why_no_freeze(
        has_award=award is not None,
        is_over=award is not None and queries.award_is_over(work, award),
        is_signed=award is not None and award.state is AwardState.SIGNED,
        tier=one.tier,
        was_malicious=queries.was_malicious(work, who.org_id, months),
        held_before=queries.held_before(work, one),
    )


def tell_held(work: UnitOfWork, one: Complaint, award: Award) -> None:
    """Tell the firm whose award stands still; who complains is not said."""
    messages.tell_org(work, messages.HELD, one, queries.firm_org_id(work, award), "held")


def ask(work: UnitOfWork, keys: Keys, one: Complaint, statement: str) -> None:
    """Ask the other side what it says to a statement in which nobody can be recognised.

    Raises:
        NobodyToAskError: Nobody in particular is complained about.
        AskedError: It was asked before.
        UnreadError: Nobody of the authority has read what the complainant wrote.
        TooShortError: The statement says nothing.
        TellingWordsError, CopiedWordsError: It tells the other side who complained.
    """
    _, one = locked(work, one)
    advance(one.state, ComplaintMove.ASK)
    if one.respondent_org_id is None:
        raise NobodyToAskError
    if one.reply_by_at is not None:
        raise AskedError
    require_read(work, one)
    one.statement = words.told(work, keys, one, statement, "statement")
    days = days_for(one, Step.REPLY, rules_of(one))
    one.reply_by_at = provisional_calendar().due_at(work.today, days)
    move(work, one, ComplaintMove.ASK, one.statement)
    timing.begin_reply(work, one, rules_of(one))
    messages.tell_org(work, messages.ASKED, one, one.respondent_org_id, "asked")


def may_hear(work: UnitOfWork, one: Complaint) -> bool:
    """Whether the award's firm can be asked now: no accused, but it would lose the award."""
    if one.award_id is None or one.state is not ComplaintState.ACCEPTED or one.party_by_at:
        return False
    award = work.session.get_one(Award, one.award_id)
    is_apart = queries.firm_org_id(work, award) != one.respondent_org_id
    return one.matter in WITHOUT_FAULT and is_apart and not queries.award_is_over(work, award)


def hear(work: UnitOfWork, keys: Keys, one: Complaint, told: str) -> None:
    """Tell the award's firm what may cost it the award, and ask what it says to that.

    Raises:
        NobodyToHearError: No firm beside the accused would lose an award by it.
        AskedError: It was asked before.
        UnreadError: Nobody of the authority has read what the complainant wrote.
        TooShortError: It is told nothing.
        TellingWordsError, CopiedWordsError: It tells the firm who complained.
    """
    award, one = locked(work, one)
    advance(one.state, ComplaintMove.HEAR)
    if one.party_by_at is not None:
        raise AskedError
    if award is None or not may_hear(work, one):
        raise NobodyToHearError
    require_read(work, one)
    one.party_told = words.told(work, keys, one, told, "told")
    one.party_org_id = queries.firm_org_id(work, award)
    days = days_for(one, Step.REPLY, rules_of(one))
    one.party_by_at = provisional_calendar().due_at(work.today, days)
    move(work, one, ComplaintMove.HEAR, one.party_told)
    timing.begin_hearing(work, one, rules_of(one))
    messages.tell_org(work, messages.HEARD, one, one.party_org_id, "heard")


def withdraw(work: UnitOfWork, keys: Keys, one: Complaint) -> None:
    """Let the complainant take it back, until somebody proposes what to decide."""
    award, one = locked(work, one)
    one.refusal, one.reasons = None, ""  # What was only proposed is no finding.
    move(work, one, ComplaintMove.WITHDRAW, "", by_complainant=True)
    close_clocks(work, one)
    messages.tell_complainant(work, keys, one, "withdrawn")
    messages.tell_sides(work, messages.WITHDRAWN, one)
    if one.freezes and award is not None:
        go_on(work, award)
