"""The rules of complaints: what becomes of one, and what it stops. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.errors import MarketError, msgid
from market.objections.rules import Ground


class Channel(StrEnum):
    """Through what a complaint came."""

    SITE = "site"
    PHONE = "phone"
    HOTLINE = "hotline"


class Tier(StrEnum):
    """How far it is known who complains. handbook domain.md section 10, no. 23."""

    ANONYMOUS = "anonymous"
    NAMED = "named"
    VERIFIED = "verified"


class Target(StrEnum):
    """What a complaint is about."""

    AWARD = "award"
    CONTRACT = "contract"
    CLOCK = "clock"
    FIRM = "firm"
    OWNER = "owner"
    AUTHORITY = "authority"
    OTHER = "other"


class Against(StrEnum):
    """Whom a complaint accuses."""

    FIRM = "firm"
    OWNER = "owner"
    OPERATOR = "operator"
    AUTHORITY = "authority"
    NOBODY = "nobody"


# Nobody assigns or handles a complaint about itself: these go to whoever is above, or beside.
OFFICES: Final = frozenset({Against.OPERATOR, Against.AUTHORITY})


class Matter(StrEnum):
    """What a complaint says. Platform default, a closed list; handbook domain.md 2.4 and 10."""

    LACKS_CONDITION = "lacks_condition"
    FALSE_MATERIALS = "false_materials"
    AFFILIATION = "affiliation"
    COLLUSION = "collusion"
    PROCEDURE = "procedure"
    LOTTERY = "lottery"
    DESIGNATION = "designation"
    FEES = "fees"
    DELAY = "delay"
    QUALITY = "quality"
    PAYMENT = "payment"
    CONDUCT = "conduct"
    OTHER = "other"


# What would be a ground of an objection as well: only on these is an award taken from a firm.
GROUNDS: Final[Mapping[Matter, Ground]] = MappingProxyType(
    {
        Matter.LACKS_CONDITION: Ground.LACKS_CONDITION,
        Matter.FALSE_MATERIALS: Ground.FALSE_MATERIALS,
        Matter.AFFILIATION: Ground.AFFILIATION,
        Matter.COLLUSION: Ground.COLLUSION,
        Matter.PROCEDURE: Ground.PROCEDURE,
        Matter.LOTTERY: Ground.LOTTERY,
    }
)


# What only the firm can answer: its award is not taken on these without hearing it.
OF_THE_FIRM: Final = frozenset(
    {Matter.LACKS_CONDITION, Matter.FALSE_MATERIALS, Matter.AFFILIATION, Matter.COLLUSION}
)
# Here somebody else may be at fault: the firm is heard before it loses the award for it.
WITHOUT_FAULT: Final = frozenset(GROUNDS) - OF_THE_FIRM


class Refusal(StrEnum):
    """Why a complaint is not accepted. Platform default, a closed list."""

    NOT_THIS_MARKET = "not_this_market"
    IN_COURT = "in_court"
    DECIDED_BEFORE = "decided_before"
    NO_FACTS = "no_facts"
    OTHER_ROUTE = "other_route"


class Outcome(StrEnum):
    """What is proposed or decided."""

    UPHELD = "upheld"
    PARTLY = "partly"
    REJECTED = "rejected"


class Remedy(StrEnum):
    """What becomes of the award."""

    NONE = "none"
    ANNUL = "annul"


class NoFreeze(StrEnum):
    """Why a complaint about an award stops nothing when accepted: not shown to the accused."""

    NONE = ""
    ANONYMOUS = "anonymous"
    UNVERIFIED = "unverified"
    ABUSED = "abused"
    AGAIN = "again"
    SIGNED = "signed"
    OVER = "over"
    NO_AWARD = "no_award"


class ComplaintState(StrEnum):
    """Where a complaint stands."""

    RECEIVED = "received"
    REFUSING = "refusing"
    ACCEPTED = "accepted"
    PROPOSED = "proposed"
    UPHELD = "upheld"
    PARTLY = "partly"
    REJECTED = "rejected"
    NOT_ACCEPTED = "not-accepted"
    WITHDRAWN = "withdrawn"


class ComplaintMove(StrEnum):
    """What can be done to a complaint."""

    ASSIGN = "assign"
    TRANSFER = "transfer"
    VERIFY = "verify"
    ACCEPT = "accept"
    PROPOSE_REFUSAL = "propose-refusal"
    REFUSE = "refuse"
    ASK = "ask"
    REPLY = "reply"
    HEAR = "hear"
    STATE = "state"
    PROPOSE = "propose"
    TAKE_BACK = "take-back"
    SEND_BACK = "send-back"
    UPHOLD = "uphold"
    UPHOLD_PARTLY = "uphold-partly"
    REJECT = "reject"
    WITHDRAW = "withdraw"


S, M = ComplaintState, ComplaintMove
NOT_OVER: Final = (S.RECEIVED, S.REFUSING, S.ACCEPTED, S.PROPOSED)
DECIDED: Final = (S.UPHELD, S.PARTLY, S.REJECTED)
COMPLAINT_MOVES: Mapping[tuple[ComplaintState, ComplaintMove], ComplaintState] = MappingProxyType(
    {
        (S.RECEIVED, M.ASSIGN): S.RECEIVED,
        (S.RECEIVED, M.TRANSFER): S.RECEIVED,
        (S.RECEIVED, M.VERIFY): S.RECEIVED,
        (S.RECEIVED, M.ACCEPT): S.ACCEPTED,
        # To turn somebody away takes two, as to decide does; to take up takes one.
        (S.RECEIVED, M.PROPOSE_REFUSAL): S.REFUSING,
        (S.RECEIVED, M.WITHDRAW): S.WITHDRAWN,
        (S.REFUSING, M.TAKE_BACK): S.RECEIVED,
        (S.REFUSING, M.SEND_BACK): S.RECEIVED,
        (S.REFUSING, M.REFUSE): S.NOT_ACCEPTED,
        (S.REFUSING, M.WITHDRAW): S.WITHDRAWN,
        (S.ACCEPTED, M.VERIFY): S.ACCEPTED,
        (S.ACCEPTED, M.ASK): S.ACCEPTED,
        (S.ACCEPTED, M.REPLY): S.ACCEPTED,
        # The firm of the award is no accused, and may say what it loses by the complaint.
        (S.ACCEPTED, M.HEAR): S.ACCEPTED,
        (S.ACCEPTED, M.STATE): S.ACCEPTED,
        (S.ACCEPTED, M.PROPOSE): S.PROPOSED,
        (S.ACCEPTED, M.WITHDRAW): S.WITHDRAWN,
        # Whoever proposed found an error of its own; the other person sends back.
        (S.PROPOSED, M.TAKE_BACK): S.ACCEPTED,
        (S.PROPOSED, M.SEND_BACK): S.ACCEPTED,
        (S.PROPOSED, M.UPHOLD): S.UPHELD,
        (S.PROPOSED, M.UPHOLD_PARTLY): S.PARTLY,
        (S.PROPOSED, M.REJECT): S.REJECTED,
    }
)
# What people of the authority do of which one alone does not decide: the log tells them apart.
# Not what says how far it is known who complains: the log would tell that.
OFFICIAL: Final = (
    M.ACCEPT,
    M.PROPOSE_REFUSAL,
    M.REFUSE,
    M.PROPOSE,
    M.TAKE_BACK,
    M.SEND_BACK,
    M.UPHOLD,
    M.UPHOLD_PARTLY,
    M.REJECT,
)
DECIDING: Final[Mapping[Outcome, ComplaintMove]] = MappingProxyType(
    {
        Outcome.UPHELD: M.UPHOLD,
        Outcome.PARTLY: M.UPHOLD_PARTLY,
        Outcome.REJECTED: M.REJECT,
    }
)


class AbuseReason(StrEnum):
    """What makes a complaint a malicious one: never merely that it was unfounded."""

    FABRICATED = "fabricated"
    FORGED = "forged"
    BOUGHT = "bought"
    IMPERSONATED = "impersonated"


class AbuseState(StrEnum):
    """Where a finding of a malicious complaint stands."""

    PROPOSED = "proposed"
    REPLIED = "replied"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"
    TAKEN_BACK = "taken_back"
    WITHDRAWN = "withdrawn"


class AbuseMove(StrEnum):
    """What can be done about such a finding."""

    REPLY = "reply"
    CONFIRM = "confirm"
    DROP = "drop"
    TAKE_BACK = "take-back"
    WITHDRAW = "withdraw"


A, D = AbuseState, AbuseMove
ABUSE_MOVES: Mapping[tuple[AbuseState, AbuseMove], AbuseState] = MappingProxyType(
    {
        (A.PROPOSED, D.REPLY): A.REPLIED,
        (A.PROPOSED, D.CONFIRM): A.CONFIRMED,
        (A.REPLIED, D.CONFIRM): A.CONFIRMED,
        (A.PROPOSED, D.DROP): A.DROPPED,
        (A.REPLIED, D.DROP): A.DROPPED,
        # Whoever proposed found an error of its own: nobody is accused of the same twice.
        (A.PROPOSED, D.TAKE_BACK): A.TAKEN_BACK,
        (A.REPLIED, D.TAKE_BACK): A.TAKEN_BACK,
        (A.CONFIRMED, D.WITHDRAW): A.WITHDRAWN,
    }
)


class IllegalComplaintMoveError(MarketError):
    """The complaint's state does not allow the move."""

    sentence = msgid("该投诉的当前状态不能办理此操作，可能他人已经办理。请刷新页面查看最新状态。")


def advance(state: ComplaintState, move: ComplaintMove) -> ComplaintState:
    """Return the state a move leads a complaint to.

    Raises:
        IllegalComplaintMoveError: The state does not allow the move.

    Source: handbook domain.md 2.4; a platform default (docs/adr/0072).
    """
    try:
        return COMPLAINT_MOVES[state, move]
    except KeyError:
        raise IllegalComplaintMoveError from None


def advance_abuse(state: AbuseState, move: AbuseMove) -> AbuseState:
    """Return the state a move leads a finding to.

    Raises:
        IllegalComplaintMoveError: The state does not allow the move.

    Source: platform default (docs/adr/0073).
    """
    try:
        return ABUSE_MOVES[state, move]
    except KeyError:
        raise IllegalComplaintMoveError from None


def may_confirm(state: AbuseState, *, is_due: bool) -> bool:
    """Return whether a finding may be confirmed now: after the reply, or when its term is over.

    Source: platform default: nobody is judged unheard.
    """
    return state is A.REPLIED or (state is A.PROPOSED and is_due)


def why_no_freeze(
    *,
    has_award: bool,
    is_over: bool,
    is_signed: bool,
    tier: Tier,
    was_malicious: bool,
    held_before: bool,
) -> NoFreeze:
    """Return why a complaint stops no award when it is accepted; NONE where it stops one.

    Args:
        has_award: Whether it is about an award.
        is_over: Whether the award has ended or its contract is over.
        is_signed: Whether the contract was signed.
        tier: How far it is known who complains.
        was_malicious: Whether the organisation has a malicious complaint on record.
        held_before: Whether the same complainant stopped it before, saying the same.

    Returns:
        The first reason that applies. All of these are handled all the same, and what is proposed
        to be upheld with the award annulled holds it then, signed or not.

    Source: handbook domain.md 2.4 and section 10 no. 23; a platform default (docs/adr/0072).
    """
    reasons = (
        (NoFreeze.NO_AWARD, not has_award),
        (NoFreeze.OVER, is_over),
        (NoFreeze.SIGNED, is_signed),
        (NoFreeze.ANONYMOUS, tier is Tier.ANONYMOUS),
        # Only who was reached is known again: nobody tries out whose number complained before.
        (NoFreeze.UNVERIFIED, tier is Tier.NAMED),
        (NoFreeze.ABUSED, was_malicious),
        (NoFreeze.AGAIN, held_before),
    )
    return next((why for why, applies in reasons if applies), NoFreeze.NONE)


def accused_in(matter: Matter, against: Against, *, has_award: bool) -> Against:
    """Return whom a complaint accuses: an award's firm, where nobody is named that could answer.

    Source: platform default: nobody is judged unheard.
    """
    is_the_firms = has_award and matter in OF_THE_FIRM and against is Against.NOBODY
    return Against.FIRM if is_the_firms else against


def remedies_of(
    matter: Matter,
    outcome: Outcome,
    *,
    against: Against,
    has_award: bool,
    is_over: bool,
    verifies: bool | None,
    is_heard: bool,
) -> tuple[Remedy, ...]:
    """Return what may become of the award.

    Args:
        matter: What the complaint says.
        outcome: What is proposed.
        against: Whom it accuses.
        has_award: Whether it is about an award.
        is_over: Whether the award has ended or its contract is over.
        verifies: What the published verifier found of the draw; None if it was not run.
        is_heard: Whether the award's firm was heard, as the accused or as who would lose by it.

    Returns:
        Nothing always; that it is annulled only where an objection could have that effect, and the
        firm was heard. A draw that verifies is never annulled as one that was not drawn rightly.

    Source: docs/adr/0043 and docs/adr/0072.
    """
    ground = GROUNDS.get(matter)
    if outcome is Outcome.REJECTED or not has_award or is_over or ground is None:
        return (Remedy.NONE,)
    if not is_heard or (matter in OF_THE_FIRM and against is not Against.FIRM):
        return (Remedy.NONE,)
    if ground is Ground.LOTTERY and verifies is not False:
        return (Remedy.NONE,)
    return (Remedy.NONE, Remedy.ANNUL)
