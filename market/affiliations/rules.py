"""The rules of affiliations: who controls whom, one ticket a group, who stands aside. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.affiliations.errors import IllegalGroupMoveError


class PartyRole(StrEnum):
    """What a declared party is to a firm."""

    CONTROLLER = "controller"
    SHAREHOLDER = "shareholder"


class PartyKind(StrEnum):
    """What a declared party is."""

    PERSON = "person"
    ORGANISATION = "organisation"


class TieKind(StrEnum):
    """How a firm is tied to an authority or an owner."""

    SUBORDINATE = "subordinate"
    FUNDED = "funded"
    SECONDED = "seconded"
    FORMER_OFFICIAL = "former-official"
    FAMILY = "family"
    OTHER = "other"


class Ground(StrEnum):
    """Why two firms may stand under one controller. The values are keys of the regulation."""

    CONTROLLER = "controller"
    LEGAL_REPRESENTATIVE = "legal-representative"
    SHAREHOLDER = "shareholder"
    ACCOUNT = "account"
    PHONE = "phone"
    STAFF = "staff"
    ADDRESS = "address"
    SIGN_IN = "sign-in"
    REPRESENTATIVE_NAME = "representative-name"


class Interest(StrEnum):
    """Why a firm must stand aside from what an owner procures."""

    CONTROLLED = "controlled"
    HELD = "held"
    SAME_CONTROLLER = "same-controller"
    TIED = "tied"


class TicketRule(StrEnum):
    """What a notice does with firms of one controller. The values are those of the regulation.

    ``merge``: a group has one place, and the firm that takes it first keeps the others from
    enrolling. ``exclude``: each may enrol and learns nothing of the others; at the freeze the
    earliest stays and the others are taken off the list.
    """

    MERGE = "merge"
    EXCLUDE = "exclude"


class GroupState(StrEnum):
    """Where a grouping case stands between its opening and its end."""

    HEARING = "hearing"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    UNDONE = "undone"


class GroupMove(StrEnum):
    """What can be done to a grouping case."""

    STATE = "state"
    CONFIRM = "confirm"
    REJECT = "reject"
    OBJECT = "object"
    UNDO = "undo"


class ObjectionState(StrEnum):
    """Where a firm's objection stands."""

    OPEN = "open"
    # Somebody finds it right; a sanction reaches by what it is about, so another must say so too.
    PROPOSED = "proposed"
    UPHELD = "upheld"
    REJECTED = "rejected"


UNANSWERED: Final = (ObjectionState.OPEN, ObjectionState.PROPOSED)


GROUP_MOVES: Final[Mapping[tuple[GroupState, GroupMove], GroupState]] = MappingProxyType(
    {
        (GroupState.HEARING, GroupMove.STATE): GroupState.HEARING,
        (GroupState.HEARING, GroupMove.CONFIRM): GroupState.CONFIRMED,
        (GroupState.HEARING, GroupMove.REJECT): GroupState.REJECTED,
        (GroupState.CONFIRMED, GroupMove.OBJECT): GroupState.CONFIRMED,
        (GroupState.CONFIRMED, GroupMove.UNDO): GroupState.UNDONE,
    }
)


def advance(state: GroupState, move: GroupMove) -> GroupState:
    """Return the state a move leads a grouping case to.

    Args:
        state: Where the case stands.
        move: What is to be done.

    Raises:
        IllegalGroupMoveError: The state does not allow the move.

    Source: handbook domain.md 10.1 row 11 and section 12; a platform default.
    """
    try:
        return GROUP_MOVES[state, move]
    except KeyError:
        raise IllegalGroupMoveError from None


# Codes of state organs begin so (GB 32100-2015: 机构编制, 机关). Companies are not affiliated for
# the mere reason that the state controls them both: 公司法 第二百六十五条第（四）项 (confirm).
STATE_ORGAN: Final = "11"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who stands behind a firm.

    Attributes:
        role: Controller, or shareholder.
        key: ``person:`` and a keyed digest, or ``code:`` and a credit code.
        share_bp: The share in basis points; 0 where it is not known.
    """

    role: PartyRole
    key: str
    share_bp: int = 0


def person_key(digest: str) -> str:
    """Return the key of a person."""
    return f"person:{digest}"


def code_key(code: str) -> str:
    """Return the key of an organisation."""
    return f"code:{code}"


def is_state_organ(key: str) -> bool:
    """Return whether a key is that of a state organ."""
    return key.startswith(f"code:{STATE_ORGAN}")


def controllers(
    code: str, declared: Mapping[str, Iterable[Party]], control_over_bp: int
) -> frozenset[str]:
    """Return everybody who controls an organisation, itself included.

    Args:
        code: The organisation's credit code.
        declared: By credit code, what each firm declared.
        control_over_bp: A shareholder with more than this controls, in basis points.

    Returns:
        Keys of persons and organisations, up the whole chain; circles end.

    Source: 公司法 第二百六十五条第（二）项、第（三）项 (confirm); handbook domain.md 4.1.
    """
    found = {code_key(code)}
    waiting = [code]
    while waiting:
        for party in declared.get(waiting.pop(), ()):
            rules = party.role is PartyRole.CONTROLLER or party.share_bp > control_over_bp
            if not rules or party.key in found:
                continue
            found.add(party.key)
            if party.key.startswith("code:"):
                waiting.append(party.key.removeprefix("code:"))
    return frozenset(found)


def common(first: Iterable[str], second: Iterable[str]) -> frozenset[str]:
    """Return whoever controls both of two organisations, state organs left out."""
    return frozenset(key for key in set(first) & set(second) if not is_state_organ(key))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What of a firm's affiliations matters to one owner.

    Attributes:
        parties: Who stands behind the firm itself.
        controlled_by: ``controllers`` of the firm.
        tied_to: Credit codes of the authorities the firm declared ties with.
    """

    parties: tuple[Party, ...]
    controlled_by: frozenset[str]
    tied_to: frozenset[str]


def interests(
    owner_code: str,
    owner_controlled_by: Collection[str],
    firm: Standing,
    *,
    shareholder_bp: int,
    authority_ties: bool,
) -> tuple[Interest, ...]:
    """Return why a firm must stand aside from what an owner procures; nothing if it need not.

    Args:
        owner_code: The owner's credit code.
        owner_controlled_by: ``controllers`` of the owner.
        firm: What the firm declared.
        shareholder_bp: From this share on an owner that holds the firm is an interest.
        authority_ties: Whether declared ties with the owner are one.

    Returns:
        In the order of ``Interest``.

    Source: handbook domain.md 2.4 (回避), 10.1 row 5; 政府采购法实施条例（国务院令第658号）
    第十八条第一款 as a model (confirm); a platform default.
    """
    owner = code_key(owner_code)
    held = any(p.key == owner and p.share_bp >= shareholder_bp > 0 for p in firm.parties)
    others = common(owner_controlled_by, firm.controlled_by) - {owner}
    holds = {
        Interest.CONTROLLED: owner in firm.controlled_by,
        Interest.HELD: held,
        Interest.SAME_CONTROLLER: bool(others),
        Interest.TIED: authority_ties and owner_code in firm.tied_to,
    }
    return tuple(interest for interest in Interest if holds[interest])


# The number of a group that no case confirmed: its firms declared one controller themselves.
DECLARED: Final = "declared"
# The same where only some of its firms said so: it binds those alone.
CLAIMED: Final = "claimed"
BY_WORD: Final = frozenset({DECLARED, CLAIMED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A confirmed or declared group: one ticket between its firms in a draw.

    Attributes:
        number: Of the case; ``DECLARED`` or ``CLAIMED`` where no case confirmed it.
        firms: Whoever is in it.
        bound: Whom it binds; None for everybody. A firm that another merely claims is not bound.
        silent: Of those who are not bound, who declared the same and let the term to deny pass.
    """

    number: str
    firms: frozenset[int]
    bound: frozenset[int] | None = None
    silent: frozenset[int] = frozenset()

    def binding(self, *, silent: bool = False) -> frozenset[int]:
        """Return whom it binds; with ``silent`` also who declared the same and denied nothing."""
        bound = self.firms if self.bound is None else self.bound
        return bound | self.silent if silent else bound


def connected(firm: int, groups: Iterable[Group]) -> frozenset[int]:
    """Return every firm that stands under one controller with a firm, itself included.

    A group says that one controller stands behind its firms, so groups that share a firm have
    one controller between them, whoever else is in them, and whomever they bind.

    Args:
        firm: The firm that is asked about.
        groups: The groups in force, in any order.

    Source: handbook domain.md 10.1 row 11; docs/adr/0051-affiliates-told-at-the-freeze.md.
    """
    found, waiting = {firm}, list(groups)
    while joined := [each for each in waiting if each.firms & found]:
        found.update(*(each.firms for each in joined))
        waiting = [each for each in waiting if each not in joined]
    return frozenset(found)


def mates(firm: int, groups: Iterable[Group], *, silent: bool = False) -> frozenset[int]:
    """Return whom groups that bind all their firms connect with a firm, itself included."""
    whole = [each for each in groups if each.binding(silent=silent) >= each.firms]
    return connected(firm, whole)


def bound_to(firm: int, groups: Iterable[Group], *, silent: bool = False) -> frozenset[int]:
    """Return every firm that a firm answers for as one with it, itself included.

    Those are its mates, and whomever it claims alone, with their mates. What it claims alone binds
    neither them nor its own mates: so nothing that one firm says takes anything from another.
    With ``silent`` who declared the same and denied nothing in time is bound as well.

    Source: docs/adr/0101-one-firm-alone-binds-itself.md; a platform default.
    """
    known = list(groups)
    found = mates(firm, known, silent=silent)
    for each in known:
        if firm in each.binding(silent=silent):
            found |= each.firms.union(*(mates(one, known, silent=silent) for one in each.firms))
    return found


def taken_by(
    firm: int, groups: Iterable[Group], enrolled: Mapping[int, int], *, final: bool = True
) -> tuple[str, int] | None:
    """Return by which of its groups another firm holds the only ticket, and that firm.

    Among mates whoever enrolled first, by the order of the log; who has not enrolled comes last.
    Whom a firm claims alone holds it in any order, and that is told only at the freeze: else
    whoever claims a firm would learn that it is in.

    Args:
        firm: The firm that is judged.
        groups: The groups in force, in any order.
        enrolled: By firm, its place among the live enrolments of the draw.
        final: Whether the list is being fixed.

    Returns:
        None if the firm may have a ticket. Otherwise a group of the firm's own, one that holds
        the other firm where there is one.

    Source: handbook domain.md 10.1 row 11 and line 163 (merged into one ticket); the
    regulation's ``tickets.rule``; a platform default.
    """
    known = sorted(groups, key=lambda each: each.number)
    own = enrolled.get(firm)
    beside = mates(firm, known)
    before = [
        (place, other)
        for other in (bound_to(firm, known) if final else beside) - {firm}
        if (place := enrolled.get(other)) is not None
        and (own is None or place < own or other not in beside)
    ]
    if not before:
        return None
    _, holder = min(before)
    whole = [each for each in known if each.binding() >= each.firms]
    mine = [each for each in (whole if holder in beside else known) if firm in each.binding()]
    named = [each for each in mine if holder in each.firms]
    # Claimed alone through a mate of whom it claims: what it claims itself is named.
    return (named or [each for each in mine if each.number == CLAIMED] or mine)[0].number, holder


def ticket_rule(said: str) -> TicketRule | None:
    """Return the rule of tickets that a word names; None where it names none."""
    return TicketRule(said) if said in set(TicketRule) else None


NEVER: Final = "never"


def is_required(required_from: str, day: date) -> bool:
    """Return whether a firm without a declaration is kept out of what was published on a day.

    Args:
        required_from: The regulation's day, or ``never``. Anything else asks at once.
        day: The Beijing day of the notice.

    Source: the regulation's ``declaration.required_from``; a platform default.
    """
    if required_from == NEVER:
        return False
    try:
        return day >= date.fromisoformat(required_from)
    except ValueError:
        return True  # What cannot be read is no permission.


def may_be_decided(*, stated: Iterable[bool], state_by_at: datetime, now: datetime) -> bool:
    """Return whether every firm of a case was heard, or could have been.

    Args:
        stated: Of each firm, whether it has stated its view.
        state_by_at: When the term ends.
        now: The instant.

    Source: the regulation's ``hearing.working_days``; a platform default.
    """
    return now >= state_by_at or all(stated)
