"""The rules of the pool: states, renewal, and who stands aside from a panel. Pure functions."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.affiliations.rules import code_key, common, person_key
from market.clock import months_after
from market.experts.errors import IllegalExpertMoveError


class ExpertState(StrEnum):
    """Where an expert stands in the pool."""

    PENDING = "pending"
    ACTIVE = "active"
    PAUSED = "paused"
    REFUSED = "refused"
    REMOVED = "removed"


SERVING: Final = frozenset({ExpertState.PENDING, ExpertState.ACTIVE, ExpertState.PAUSED})


class ExpertMove(StrEnum):
    """What is done to an expert of the pool."""

    ENTER = "enter"
    CHANGE = "change"
    CONFIRM = "confirm"
    REFUSE = "refuse"
    PAUSE = "pause"
    RESUME = "resume"
    RENEW = "renew"
    REMOVE = "remove"


class ExpertReason(StrEnum):
    """Why an expert is refused, changed, paused or removed: what the public log is told."""

    EVIDENCE = "evidence"
    UNQUALIFIED = "unqualified"
    OWN_WISH = "own-wish"
    UNDER_REVIEW = "under-review"
    CONDUCT = "conduct"
    ABSENT = "absent"
    LEFT_FIELD = "left-field"
    WRITING_ERROR = "writing-error"
    NEW_EMPLOYER = "new-employer"
    NEW_TITLE = "new-title"
    OTHER_ITEMS = "other-items"
    SENT_BACK = "sent-back"


class SittingOutcome(StrEnum):
    """How an expert's part in one panel ended."""

    SAT = "sat"
    DECLINED = "declined"
    SILENT = "silent"
    UNSCORED = "unscored"


class TieGround(StrEnum):
    """Why an expert avoids an organisation."""

    FAMILY = "family"
    PART_TIME = "part-time"
    ADVISER = "adviser"
    SHARES = "shares"
    FORMER = "former"
    DISPUTE = "dispute"
    OTHER = "other"


class RecusalGround(StrEnum):
    """Why an expert must not sit on a panel."""

    EMPLOYER_UNKNOWN = "employer-unknown"
    DECLARATION_LAPSED = "declaration-lapsed"
    EMPLOYED_BY_OWNER = "employed-by-owner"
    EMPLOYED_BY_FIRM = "employed-by-firm"
    EMPLOYED_BY_OPERATOR = "employed-by-operator"
    EMPLOYED_BY_REVIEWER = "employed-by-reviewer"
    EMPLOYED_IN_GROUP = "employed-in-group"
    BEHIND_FIRM = "behind-firm"
    STAFF_OF_FIRM = "staff-of-firm"
    LATELY_STAFF = "lately-staff"
    DECLARED_TIE = "declared-tie"
    SAT_TOO_OFTEN = "sat-too-often"


_S, _M = ExpertState, ExpertMove
MOVES: Final[Mapping[tuple[ExpertState, ExpertMove], ExpertState]] = MappingProxyType(
    {
        (_S.PENDING, _M.CHANGE): _S.PENDING,
        (_S.PENDING, _M.CONFIRM): _S.ACTIVE,
        (_S.PENDING, _M.REFUSE): _S.REFUSED,
        (_S.PENDING, _M.REMOVE): _S.REMOVED,
        (_S.ACTIVE, _M.CHANGE): _S.PENDING,
        (_S.ACTIVE, _M.PAUSE): _S.PAUSED,
        (_S.ACTIVE, _M.RENEW): _S.ACTIVE,
        (_S.ACTIVE, _M.REMOVE): _S.REMOVED,
        (_S.PAUSED, _M.CHANGE): _S.PENDING,
        (_S.PAUSED, _M.RESUME): _S.ACTIVE,
        (_S.PAUSED, _M.RENEW): _S.PAUSED,
        (_S.PAUSED, _M.REMOVE): _S.REMOVED,
        (_S.REFUSED, _M.CHANGE): _S.PENDING,
        (_S.REFUSED, _M.REMOVE): _S.REMOVED,
    }
)

REASONED: Final[Mapping[ExpertMove, tuple[ExpertReason, ...]]] = MappingProxyType(
    {
        _M.CHANGE: (
            ExpertReason.NEW_EMPLOYER,
            ExpertReason.NEW_TITLE,
            ExpertReason.OTHER_ITEMS,
            ExpertReason.WRITING_ERROR,
            ExpertReason.SENT_BACK,
        ),
        _M.REFUSE: (ExpertReason.EVIDENCE, ExpertReason.UNQUALIFIED),
        _M.PAUSE: (
            ExpertReason.OWN_WISH,
            ExpertReason.UNDER_REVIEW,
            ExpertReason.ABSENT,
            ExpertReason.EVIDENCE,
        ),
        _M.REMOVE: (
            ExpertReason.OWN_WISH,
            ExpertReason.UNQUALIFIED,
            ExpertReason.CONDUCT,
            ExpertReason.ABSENT,
            ExpertReason.LEFT_FIELD,
        ),
    }
)
"""The moves that need a reason, and the closed list for each."""


def advance(state: ExpertState, move: ExpertMove) -> ExpertState:
    """Return the state a move leads an expert to.

    Args:
        state: Where the expert stands.
        move: What is to be done.

    Returns:
        The next state. Whatever changes an expert's facts leads out of the pool until a second
        person has confirmed it.

    Raises:
        IllegalExpertMoveError: The state does not allow the move.

    Source: a platform default; docs/adr/0053.
    """
    try:
        return MOVES[state, move]
    except KeyError:
        raise IllegalExpertMoveError from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The numbers of the regulation that recusal uses.

    Attributes:
        staff_months: How long a former registration with a firm counts.
        tie_months: How long a tie counts after the expert ended it.
        declaration_months: How long a declaration of ties counts.
        sittings: So many panels of one owner and no more ...
        sittings_months: ... within so many months.
    """

    staff_months: int
    tie_months: int
    declaration_months: int
    sittings: int
    sittings_months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """An organisation that an expert avoids; ``ended_on`` is None while the tie lasts."""

    org_code: str
    ended_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What the rules must know of an expert.

    Attributes:
        digest: The keyed digest of the identity number, as for the staff of firms.
        employer_code: The employer's credit code; empty if nobody has said it.
        employer_controlled_by: ``controllers`` of the employer, itself included.
        declared_on: When the expert declared the ties last.
        ties: What was declared.
        sat_on: When the expert sat on panels of this owner.
    """

    digest: str
    employer_code: str
    employer_controlled_by: frozenset[str]
    declared_on: date | None
    ties: tuple[Tie, ...] = ()
    sat_on: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """The owner, the operator, a reviewer or a firm, as far as an expert can be tied to it.

    Attributes:
        code: Its credit code.
        is_owner: Whether it is the owner.
        is_operator: Whether it runs the market: who draws the experts does not judge by its own.
        is_reviewer: Whether it is the authority whose opinion is judged.
        controlled_by: ``controllers`` of it, itself included.
        behind: Digests of the persons behind it: representative, controllers, shareholders.
        group: The credit codes of the confirmed groups that it is in.
        staff: By digest, when the person left it; None for who has not.
    """

    code: str
    is_owner: bool
    is_operator: bool = False
    is_reviewer: bool = False
    controlled_by: frozenset[str] = frozenset()
    behind: frozenset[str] = frozenset()
    group: frozenset[str] = frozenset()
    staff: Mapping[str, date | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recusal:
    """Why an expert must not sit; ``said`` is for the expert and the operator, never public.

    Attributes:
        ground: The rule.
        said: The rule's words with the credit code of whom the expert is tied to.
    """

    ground: RecusalGround
    said: str


_SAID: Final[Mapping[RecusalGround, str]] = MappingProxyType(
    {
        RecusalGround.EMPLOYER_UNKNOWN: "没有登记工作单位",
        RecusalGround.DECLARATION_LAPSED: "回避申报已经过期或者没有申报",
        RecusalGround.EMPLOYED_BY_OWNER: "工作单位是项目业主",
        RecusalGround.EMPLOYED_BY_FIRM: "工作单位是报名机构",
        RecusalGround.EMPLOYED_BY_OPERATOR: "工作单位是运营机构",
        RecusalGround.EMPLOYED_BY_REVIEWER: "工作单位是作出评审结论的部门",
        RecusalGround.EMPLOYED_IN_GROUP: "工作单位与其受同一控制人控制或在同一关联组",
        RecusalGround.BEHIND_FIRM: "是其法定代表人、实际控制人或股东",
        RecusalGround.STAFF_OF_FIRM: "是其登记的执业人员",
        RecusalGround.LATELY_STAFF: "近年曾是其登记的执业人员",
        RecusalGround.DECLARED_TIE: "本人申报应当回避",
        RecusalGround.SAT_TOO_OFTEN: "近期参加该业主评审的次数已到上限",
    }
)


def recusals(
    person: Person, parties: Iterable[Party], limits: Limits, today: date
) -> tuple[Recusal, ...]:
    """Return why an expert must not sit on a panel; nothing if the expert may.

    Args:
        person: The expert.
        parties: The owner, the operator and every enrolled firm.
        limits: The numbers of the regulation.
        today: The Beijing day on which it is judged.

    Returns:
        Every ground that holds, those of the expert first, then by party in the order given.
        What is not known counts against sitting.

    Source: 政府采购法实施条例（国务院令第658号）第九条、政府采购评审专家管理办法
    （财库〔2016〕198号）第十六条 as models (confirm); a platform default.
    """
    found = []
    if not person.employer_code:
        found.append(_recusal(RecusalGround.EMPLOYER_UNKNOWN))
    if not declaration_holds(person.declared_on, limits, today):
        found.append(_recusal(RecusalGround.DECLARATION_LAPSED))
    first = months_after(today, -limits.sittings_months)
    if sum(day > first for day in person.sat_on) >= limits.sittings:
        found.append(_recusal(RecusalGround.SAT_TOO_OFTEN))
    for party in parties:
        held = [ground for ground, holds in _TESTS if holds(person, party, limits, today)]
        found += [_recusal(ground, party.code) for ground in held]
    return tuple(found)


def declaration_holds(declared_on: date | None, limits: Limits, today: date) -> bool:
    """Return whether a declaration of ties still counts.

    Args:
        declared_on: The day of the last one, if there was one.
        limits: The numbers of the regulation.
        today: The Beijing day on which it is judged.

    Returns:
        False where there is none, or it is too old.

    Source: the regulation's ``declaration.months``; a platform default.
    """
    return declared_on is not None and declared_on > months_after(today, -limits.declaration_months)


def _recusal(ground: RecusalGround, code: str = "") -> Recusal:
    said = _SAID[ground]
    return Recusal(ground=ground, said=f"{said}（{code}）" if code else said)


def _by_owner(person: Person, party: Party, _limits: Limits, _today: date) -> bool:
    return party.is_owner and person.employer_code == party.code


def _by_firm(person: Person, party: Party, _limits: Limits, _today: date) -> bool:
    is_firm = not (party.is_owner or party.is_operator or party.is_reviewer)
    return is_firm and person.employer_code == party.code


def _by_operator(person: Person, party: Party, _limits: Limits, _today: date) -> bool:
    return party.is_operator and person.employer_code == party.code


def _by_reviewer(person: Person, party: Party, _limits: Limits, _today: date) -> bool:
    return party.is_reviewer and person.employer_code == party.code


def _in_group(person: Person, party: Party, _limits: Limits, _today: date) -> bool:
    if not person.employer_code or person.employer_code == party.code:
        return False
    # A state organ that is itself the employer or the owner counts; a common one above does not.
    above = code_key(person.employer_code) in party.controlled_by
    below = code_key(party.code) in person.employer_controlled_by
    shared = common(person.employer_controlled_by, party.controlled_by)
    return above or below or bool(shared) or person.employer_code in party.group


def _behind(person: Person, party: Party, _limits: Limits, _today: date) -> bool:
    return person.digest in party.behind or person_key(person.digest) in party.controlled_by


def _is_staff(person: Person, party: Party, _limits: Limits, _today: date) -> bool:
    return person.digest in party.staff and party.staff[person.digest] is None


def _was_staff(person: Person, party: Party, limits: Limits, today: date) -> bool:
    left_on = party.staff.get(person.digest)
    return left_on is not None and left_on > months_after(today, -limits.staff_months)


def _tied(person: Person, party: Party, limits: Limits, today: date) -> bool:
    first = months_after(today, -limits.tie_months)
    return any(
        tie.org_code == party.code and (tie.ended_on is None or tie.ended_on > first)
        for tie in person.ties
    )


_TESTS: Final[tuple[tuple[RecusalGround, Callable[[Person, Party, Limits, date], bool]], ...]] = (
    (RecusalGround.EMPLOYED_BY_OWNER, _by_owner),
    (RecusalGround.EMPLOYED_BY_FIRM, _by_firm),
    (RecusalGround.EMPLOYED_BY_OPERATOR, _by_operator),
    (RecusalGround.EMPLOYED_BY_REVIEWER, _by_reviewer),
    (RecusalGround.EMPLOYED_IN_GROUP, _in_group),
    (RecusalGround.BEHIND_FIRM, _behind),
    (RecusalGround.STAFF_OF_FIRM, _is_staff),
    (RecusalGround.LATELY_STAFF, _was_staff),
    (RecusalGround.DECLARED_TIE, _tied),
)


def is_at_fault(outcome: SittingOutcome) -> bool:
    """Return whether an outcome counts against the expert.

    Args:
        outcome: How the expert's part in a panel ended.

    Returns:
        True for silence and for not scoring; to decline in time is everybody's right.

    Source: a platform default.
    """
    return outcome in {SittingOutcome.SILENT, SittingOutcome.UNSCORED}
