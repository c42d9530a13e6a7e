"""Raising an objection to a result; from then on, as a rule, the award's terms stand still."""

from market import rulebook
from market.db import UnitOfWork
from market.draws.model import Award
from market.draws.queries import award_at
from market.draws.queries.freezes import freeze_of
from market.draws.rules import AwardState
from market.firms.actions import require_authority
from market.firms.entry import Deed
from market.installation import Installation
from market.needs.queries import by_id as need_by_id
from market.numbers import next_number
from market.objections import queries, timing
from market.objections.actions.holding import hold
from market.objections.actions.record import SUBJECT, require, say, set_term, verify
from market.objections.errors import (
    GroundNotYoursError,
    NotShownError,
    OncePerAwardError,
    PublicityOverError,
    SameObjectionError,
    WinnerError,
)
from market.objections.messages import tell_raised
from market.objections.model import AwardObjection, ObjectionStep
from market.objections.rules import Ground, ObjectionState, Party, freezes, grounds_of

REPORT, REPEATED = "report", "repeated"
_OWNERS_STATES = frozenset(
    {AwardState.PUBLICITY, AwardState.OFFERED, AwardState.CONFIRMED, AwardState.FROZEN}
)

# While the publicity runs; an award of a draw is still in it then, one of an emergency is not.
_SHOWN = _OWNERS_STATES | {AwardState.UNSIGNED, AwardState.SIGNED}


def object_to(
    work: UnitOfWork, here: Installation, award: Award, ground: Ground, text: str
) -> AwardObjection:
    """Take an objection, an owner's application or a report against an award.

    Raises:
        WinnerError: The actor's firm is the one that was awarded.
        PublicityOverError, NotShownError: It comes too late.
        GroundNotYoursError: The party may not say this.
        SameObjectionError, OncePerAwardError: It was said before.
        TooShortError: There are no facts.
    """
    award = award_at(work, award.id)
    party = queries.party_of(work, award)
    _may_now(work, award, party)
    if ground not in grounds_of(party):
        raise GroundNotYoursError
    _not_again(work, award, party, ground)
    words = require(text, "text")
    one = _written(work, award, party, ground, words)
    verify(work, here, one, award)
    if one.freezes:
        hold(work, award, one)
    say(work, one, words, None)
    tell_raised(work, one, award)
    return one


def may_object(work: UnitOfWork, award: Award) -> Party:
    """Return as what the actor may object to an award now.

    Raises:
        WinnerError, PublicityOverError, NotShownError: It may not.
    """
    party = queries.party_of(work, award)
    _may_now(work, award, party)
    return party


def _may_now(work: UnitOfWork, award: Award, party: Party) -> None:
    if queries.is_winner(work, award):
        raise WinnerError
    if party is Party.FIRM:
        require_authority(work, Deed.ENROL, need_by_id(work, award.need_id).item_code)
    if party is Party.OWNER:
        if award.state not in _OWNERS_STATES:
            raise NotShownError
        return
    frozen = freeze_of(work, award.id)
    if frozen is not None and frozen.was is AwardState.PUBLICITY:
        return
    # An emergency goes on at once; its publicity runs its whole time all the same (adr/0042).
    if award.state in _SHOWN and work.now < award.publicity_ends_at:
        return
    if work.now >= award.publicity_ends_at:
        raise PublicityOverError(award.publicity_ends_at)
    raise NotShownError


def _not_again(work: UnitOfWork, award: Award, party: Party, ground: Ground) -> None:
    for earlier in queries.raised_by(work, award.id, work.org_id):
        if party is Party.OWNER:
            raise OncePerAwardError(earlier.number)
        if earlier.ground is ground:
            raise SameObjectionError(earlier.number)


def _written(
    work: UnitOfWork, award: Award, party: Party, ground: Ground, words: str
) -> AwardObjection:
    rules = rulebook.apply(work, SUBJECT)
    dismissed = queries.dismissed_of(work, work.org_id, rules.integer("repeat.months"))
    stops = freezes(party=party, dismissed=dismissed, most=rules.integer("repeat.dismissed_most"))
    why_not = REPORT if party is Party.REPORTER else REPEATED
    one = AwardObjection(
        number=next_number(work, "YY"),
        award_id=award.id,
        need_id=award.need_id,
        party=party,
        org_id=work.org_id,
        raised_by_id=work.user_id,
        raised_at=work.now,
        ground=ground,
        text=words,
        freezes=stops,
        no_freeze_reason="" if stops else why_not,
        state=ObjectionState.OPEN,
        regulation_id=rules.id,
    )
    set_term(work, one, "objection.reply_working_days")
    work.session.add(one)
    work.session.flush()
    timing.begin(work, one, rules)
    work.session.add(
        ObjectionStep(
            objection_id=one.id,
            move="raise",
            state=one.state,
            is_public=False,
            text=words,
            at=work.now,
            by_id=work.user_id,
        )
    )
    return one
