"""Raising an objection to a result; from then on, as a rule, the award's terms stand still."""

from collections.abc import Collection

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
from market.objections.actions.record import SUBJECT, require, rules_of, say, set_term, verify
from market.objections.errors import (
    GroundNotYoursError,
    NewFactsError,
    NotShownError,
    OncePerAwardError,
    PublicityOverError,
    SameObjectionError,
    WinnerError,
)
from market.objections.messages import tell_raised
from market.objections.model import AwardObjection, ObjectionStep
from market.objections.rules import (
    Ground,
    NoFreeze,
    ObjectionState,
    Party,
    grounds_of,
    why_no_freeze,
)

_OWNERS_STATES = frozenset(
    {AwardState.PUBLICITY, AwardState.OFFERED, AwardState.CONFIRMED, AwardState.FROZEN}
)

# While the publicity runs; an award of a draw is still in it then, one of an emergency is not.
_SHOWN = _OWNERS_STATES | {AwardState.UNSIGNED, AwardState.SIGNED}


def object_to(
    work: UnitOfWork,
    here: Installation,
    award: Award,
    ground: Ground,
    text: str,
    *,
    more: Collection[Ground] = (),
    has_file: bool = False,
) -> AwardObjection:
    """Take an objection, an owner's application or a report against an award.

    An organisation says everything at once. What it finds out later it raises with a file that
    shows it (``has_file``: the caller hands it in in the same work); that pauses nothing again.

    Raises:
        WinnerError: The actor's firm is the one that was awarded.
        PublicityOverError, NotShownError: It comes too late.
        GroundNotYoursError: The party may not say this.
        SameObjectionError, OncePerAwardError: It was said before.
        NewFactsError: Something was said before, and no file shows what is new.
        TooShortError: There are no facts.
    """
    award = award_at(work, award.id)
    party = queries.party_of(work, award)
    _may_now(work, award, party)
    grounds = {ground, *more}
    if not grounds <= grounds_of(party):
        raise GroundNotYoursError
    is_again = _is_again(work, award, party, grounds, has_file=has_file)
    words = require(text, "text")
    one = _written(work, award, party, words, is_again=is_again)
    one.name_grounds(ground, grounds)
    _add(work, one)
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


def _is_again(
    work: UnitOfWork, award: Award, party: Party, grounds: Collection[Ground], *, has_file: bool
) -> bool:
    """Whether the organisation objected to the award before; refuse what is not new."""
    earlier = queries.raised_by(work, award.id, work.org_id)
    for one in earlier:
        if party is Party.OWNER:
            raise OncePerAwardError(one.number)
        if not set(grounds).isdisjoint(one.grounds):
            raise SameObjectionError(one.number)
    if earlier and not has_file:
        raise NewFactsError(earlier[-1].number)
    return bool(earlier)


def _written(
    work: UnitOfWork, award: Award, party: Party, words: str, *, is_again: bool
) -> AwardObjection:
    rules = rulebook.apply(work, SUBJECT)
    dismissed = queries.dismissed_of(work, work.org_id, rules.integer("repeat.months"))
    why_not = why_no_freeze(
        party=party,
        dismissed=dismissed,
        most=rules.integer("repeat.dismissed_most"),
        is_again=is_again,
    )
    return AwardObjection(
        number=next_number(work, "YY"),
        award_id=award.id,
        need_id=award.need_id,
        party=party,
        org_id=work.org_id,
        raised_by_id=work.user_id,
        raised_at=work.now,
        text=words,
        freezes=why_not is NoFreeze.NONE,
        no_freeze_reason=why_not,
        state=ObjectionState.OPEN,
        regulation_id=rules.id,
    )


def _add(work: UnitOfWork, one: AwardObjection) -> None:
    """Keep an objection, and begin the operator's term to answer it."""
    set_term(work, one, "objection.reply_working_days")
    work.session.add(one)
    work.session.flush()
    timing.begin(work, one, rules_of(one))
    work.session.add(
        ObjectionStep(
            objection_id=one.id,
            move="raise",
            state=one.state,
            is_public=False,
            text=one.text,
            at=work.now,
            by_id=work.user_id,
        )
    )
