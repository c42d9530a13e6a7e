"""The rules of an objection to a result: who may raise which, and what becomes of it. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.errors import MarketError, msgid


class Party(StrEnum):
    """As what somebody objects."""

    FIRM = "firm"
    OWNER = "owner"
    REPORTER = "reporter"


class Ground(StrEnum):
    """Why a result should not stand. Platform default, a closed list; handbook domain.md 2.4."""

    LACKS_CONDITION = "lacks_condition"
    FALSE_MATERIALS = "false_materials"
    AFFILIATION = "affiliation"
    COLLUSION = "collusion"
    PROCEDURE = "procedure"
    LOTTERY = "lottery"
    FORCE_MAJEURE = "force_majeure"


# The only grounds on which an owner may ask that its winner be taken away: domain.md 2.4.
OWNERS_GROUNDS: Final = frozenset(
    {Ground.LACKS_CONDITION, Ground.FALSE_MATERIALS, Ground.COLLUSION, Ground.FORCE_MAJEURE}
)
OTHERS_GROUNDS: Final = frozenset(Ground) - {Ground.FORCE_MAJEURE}
# What concerns the result itself, and not only the firm that has the place.
OF_THE_RESULT: Final = frozenset({Ground.PROCEDURE, Ground.LOTTERY})
# Where the owner may be at fault as well.
OF_THE_OWNER: Final = frozenset({Ground.PROCEDURE, Ground.AFFILIATION})


class Outcome(StrEnum):
    """What is proposed or decided."""

    DISMISS = "dismiss"
    ANNUL = "annul"
    ANNUL_RESULT = "annul_result"
    # It is right, but the service is done: there is nothing left to take away.
    STAND = "stand"


class Fact(StrEnum):
    """What was wrong in the procedure. Platform default, a closed list; handbook domain.md 2.4."""

    NOT_AS_NOTICED = "not_as_noticed"
    NOTICE_TOO_SHORT = "notice_too_short"
    UNLAWFUL_CONDITION = "unlawful_condition"
    WRONGLY_KEPT_OUT = "wrongly_kept_out"
    WRONGLY_LISTED = "wrongly_listed"
    RECUSAL_MISSED = "recusal_missed"


# What the published verifier recomputes: where it finds nothing wrong, nothing of this was.
RECOMPUTED: Final = frozenset({Fact.NOT_AS_NOTICED})


class NoFreeze(StrEnum):
    """Why an objection stops nothing when it is raised: shown to everybody."""

    NONE = ""
    REPORT = "report"
    REPEATED = "repeated"
    AGAIN = "again"


class ObjectionState(StrEnum):
    """Where an objection stands."""

    OPEN = "open"
    ANSWERED = "answered"
    COMPLAINED = "complained"
    EXAMINING = "examining"
    PROPOSED = "proposed"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"
    DISMISSED = "dismissed"
    UPHELD = "upheld"
    MOOT = "moot"


class ObjectionMove(StrEnum):
    """What can be done to an objection."""

    ANSWER = "answer"
    FIND_RIGHT = "find-right"
    ACCEPT = "accept"
    COMPLAIN = "complain"
    TAKE_UP = "take-up"
    REFUSE = "refuse"
    PROPOSE = "propose"
    STATE = "state"
    TAKE_BACK = "take-back"
    RETRACT = "retract"
    SEND_BACK = "send-back"
    DISMISS = "dismiss"
    UPHOLD = "uphold"
    WITHDRAW = "withdraw"
    OVERTAKE = "overtake"
    ESCALATE = "escalate"


S, M = ObjectionState, ObjectionMove
NOT_OVER: Final = (S.OPEN, S.ANSWERED, S.COMPLAINED, S.EXAMINING, S.PROPOSED)
OBJECTION_MOVES: Mapping[tuple[ObjectionState, ObjectionMove], ObjectionState] = MappingProxyType(
    {
        (S.OPEN, M.ANSWER): S.ANSWERED,
        # The operator finds it right: an authority has to say so too.
        (S.OPEN, M.FIND_RIGHT): S.PROPOSED,
        (S.OPEN, M.WITHDRAW): S.WITHDRAWN,
        # No answer in time: the objector need not wait for one, and some days later nobody does.
        (S.OPEN, M.COMPLAIN): S.COMPLAINED,
        (S.OPEN, M.ESCALATE): S.COMPLAINED,
        (S.ANSWERED, M.ACCEPT): S.SETTLED,
        (S.ANSWERED, M.COMPLAIN): S.COMPLAINED,
        (S.COMPLAINED, M.TAKE_UP): S.EXAMINING,
        (S.COMPLAINED, M.REFUSE): S.DISMISSED,
        (S.COMPLAINED, M.WITHDRAW): S.WITHDRAWN,
        (S.EXAMINING, M.PROPOSE): S.PROPOSED,
        (S.EXAMINING, M.WITHDRAW): S.WITHDRAWN,
        # Who would lose by it says what it has to say, before anybody decides.
        (S.PROPOSED, M.STATE): S.PROPOSED,
        # Whoever proposed found an error of its own: the authority's officer, or the operator.
        (S.PROPOSED, M.TAKE_BACK): S.EXAMINING,
        (S.PROPOSED, M.RETRACT): S.OPEN,
        (S.PROPOSED, M.SEND_BACK): S.EXAMINING,
        (S.PROPOSED, M.DISMISS): S.DISMISSED,
        (S.PROPOSED, M.UPHOLD): S.UPHELD,
        # Another objection, or the firm itself, ended the award: there is nothing left to decide.
        **{(state, M.OVERTAKE): S.MOOT for state in NOT_OVER},
    }
)


# What the operator and the authority do: the log tells their people apart within one objection.
OFFICIAL: Final = (
    M.ANSWER,
    M.FIND_RIGHT,
    M.RETRACT,
    M.TAKE_UP,
    M.REFUSE,
    M.PROPOSE,
    M.TAKE_BACK,
    M.SEND_BACK,
    M.DISMISS,
    M.UPHOLD,
)


class IllegalObjectionMoveError(MarketError):
    """The objection's state does not allow the move."""

    sentence = msgid("该异议的当前状态不能办理此操作，可能他人已经办理。请刷新页面查看最新状态。")


def advance(state: ObjectionState, move: ObjectionMove) -> ObjectionState:
    """Return the state a move leads an objection to.

    Args:
        state: Where the objection stands.
        move: What is done to it.

    Returns:
        The next state.

    Raises:
        IllegalObjectionMoveError: The state does not allow the move.

    Source: handbook domain.md 2.4; a platform default (docs/adr/0043).
    """
    try:
        return OBJECTION_MOVES[state, move]
    except KeyError:
        raise IllegalObjectionMoveError from None


def grounds_of(party: Party) -> frozenset[Ground]:
    """Return the grounds on which a party may object.

    Args:
        party: As what somebody objects.

    Returns:
        The listed grounds; an owner has fewer, and force majeure is its alone.

    Source: handbook domain.md 2.4, "Owner refuses winner".
    """
    match party:
        case Party.OWNER:
            return OWNERS_GROUNDS
        case Party.FIRM | Party.REPORTER:
            return OTHERS_GROUNDS


def outcomes_of(
    ground: Ground, *, is_ordered: bool, verifies: bool | None, is_over: bool = False
) -> tuple[Outcome, ...]:
    """Return what may be proposed or decided about an objection.

    Args:
        ground: What it says.
        is_ordered: Whether the result has an order in which alternates are called.
        verifies: What the published verifier found of the draw; None if it was not run.
        is_over: Whether the contract that followed has been performed, or was ended.

    Returns:
        Dismissal always. A draw that verifies is never annulled on the ground that it was not
        drawn rightly, and a result as a whole only on a ground that concerns it. Nothing is
        taken from a firm whose contract is over: it is found to be right, and that is public.

    Source: docs/spec/lottery-v1.md V11 and V12: no VOID follows a RESULT; docs/adr/0043.
    """
    if ground is Ground.LOTTERY and verifies is not False:
        return (Outcome.DISMISS,)
    if is_over:
        return (Outcome.DISMISS, Outcome.STAND)
    if ground in OF_THE_RESULT and is_ordered:
        return (Outcome.DISMISS, Outcome.ANNUL_RESULT)
    return (Outcome.DISMISS, Outcome.ANNUL)


def facts_of(*, verifies: bool | None) -> tuple[Fact, ...]:
    """Return what may be found wrong in a procedure.

    Args:
        verifies: What the published verifier found of the draw; None if it was not run.

    Returns:
        The closed list; without what the verifier recomputes where it found nothing wrong.

    Source: platform default; handbook domain.md 2.4, "Redraw"; docs/adr/0043.
    """
    return tuple(fact for fact in Fact if not (verifies and fact in RECOMPUTED))


def owner_is_heard(ground: Ground, party: Party) -> bool:
    """Return whether the owner is heard beside the firm before an objection is found right.

    Args:
        ground: What it says.
        party: As what somebody objects.

    Returns:
        True where the owner's own conduct is in question, and it did not object itself.

    Source: platform default: nobody is judged unheard (docs/adr/0100).
    """
    return party is not Party.OWNER and ground in OF_THE_OWNER


def is_heard(*, has_ended: bool, is_due: bool) -> bool:
    """Return whether somebody who was asked was heard.

    Args:
        has_ended: Whether it said in words that it adds nothing. That it spoke is not that.
        is_due: Whether its term is over.

    Source: platform default: nobody is judged unheard (docs/adr/0100, docs/adr/0113).
    """
    return has_ended or is_due


def may_complain(state: ObjectionState, *, is_due: bool) -> bool:
    """Return whether the objector may take it to the authority now.

    Args:
        state: Where the objection stands.
        is_due: Whether the term of whoever's turn it is has passed.

    Returns:
        After an answer while there is time; without one as soon as the answer is late.

    Source: handbook domain.md 2.4; platform default.
    """
    return (state is S.ANSWERED and not is_due) or (state is S.OPEN and is_due)


def why_no_freeze(*, party: Party, dismissed: int, most: int, is_again: bool) -> NoFreeze:
    """Return why an objection stops nothing when it is raised; NONE where it stops the award.

    Args:
        party: As what somebody objects.
        dismissed: How many objections of the organisation were dismissed in the period.
        most: From how many on another one stops nothing.
        is_again: Whether the organisation objected to the same award before.

    Returns:
        The first reason that applies. All of these are handled in public all the same.

    Source: platform default, ``repeat.dismissed_most``; handbook domain.md 2.4; docs/adr/0100.
    """
    reasons = (
        (NoFreeze.REPORT, party is Party.REPORTER),
        (NoFreeze.REPEATED, dismissed >= most),
        (NoFreeze.AGAIN, is_again),
    )
    return next((why for why, applies in reasons if applies), NoFreeze.NONE)
