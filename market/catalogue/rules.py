"""The rules of the catalogue: what an item is and what a firm lacks to offer it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from market.errors import msgid

PLATFORM_DEFAULT: Final = "platform default"


class QualificationKind(StrEnum):
    """How the State lets a firm in: the reforms since 2017 left four ways."""

    LICENCE = "licence"
    FILING = "filing"
    CREDIT_PLATFORM = "credit_platform"
    PROMISE = "promise"


class Match(StrEnum):
    """Whether one of an item's qualifications is enough or all are needed."""

    ANY = "any"
    ALL = "all"


class FeeKind(StrEnum):
    """Where a fee comes from: a former State standard as a reference, or the market alone."""

    REFERENCE = "reference"
    MARKET = "market"


# Within a scale the higher grade covers the lower; between scales nothing is comparable.
GRADE_SCALES: Final = (
    ("甲级", "乙级", "丙级", "丁级"),
    ("一类", "二类"),
    ("一级", "二级", "三级"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """A provision on which an item rests. ``confirm``: nobody checked it at the source yet."""

    document: str
    number: str = ""
    article: str = ""
    confirm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QualificationNeed:
    """A qualification that entitles to an item; no majors listed means any major."""

    kind: QualificationKind
    name: str
    minimum_grade: str = ""
    majors: tuple[str, ...] = ()
    confirm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffNeed:
    """How many people with which certificate an item needs."""

    count: int
    certificate: str
    confirm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """What a fee is measured by. Since 2015 no national standard binds: it is a reference."""

    kind: FeeKind
    document: str = ""
    number: str = ""
    note: str = ""
    confirm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityReview:
    """Who reviews the work after its owner, and within how many working days."""

    by: str
    working_days: int
    source: str
    confirm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One of the top groups of the catalogue."""

    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A service item as it stood on a day."""

    code: str
    group: Group
    name_zh: str
    name_en: str
    scope: str
    result_zh: str
    result_en: str
    time_limit_working_days: int
    time_limit_source: str
    fee: Fee
    basis: tuple[Basis, ...]
    match: Match
    qualifications: tuple[QualificationNeed, ...]
    effective_from: date
    staff: StaffNeed | None = None
    scarce: bool = False
    incompatible_with: tuple[str, ...] = ()
    tender_class: str = ""
    # Whether authorities commission it for their own review, and so pay for it themselves.
    commissioned_by_authority: bool = False
    # The authority that reviews what the owner accepted; None where the owner has the last word.
    review: AuthorityReview | None = None

    @property
    def time_limit_is_default(self) -> bool:
        """Whether no law fixes the time limit."""
        return self.time_limit_source == PLATFORM_DEFAULT

    @property
    def needs_confirmation(self) -> bool:
        """Whether part of the entry still has to be checked at its source."""
        staffed = self.staff is not None and self.staff.confirm
        return (
            staffed
            or (self.review is not None and self.review.confirm)
            or self.fee.confirm
            or any(basis.confirm for basis in self.basis)
            or any(need.confirm for need in self.qualifications)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualification:
    """A qualification a firm holds. Both days count; no last day means it does not expire."""

    kind: QualificationKind
    name: str
    grade: str = ""
    major: str = ""
    valid_from_on: date
    valid_to_on: date | None = None


class Shortfall(StrEnum):
    """How far a firm got towards a requirement, from nothing to almost."""

    ABSENT = "absent"
    MAJOR = "major"
    GRADE = "grade"
    NOT_YET_VALID = "not-yet-valid"
    EXPIRED = "expired"
    STAFF = "staff"


_SENTENCES: Final[Mapping[Shortfall, str]] = {
    Shortfall.ABSENT: msgid("缺少资质：%(needed)s"),
    Shortfall.MAJOR: msgid("资质的专业不符，要求：%(needed)s"),
    Shortfall.GRADE: msgid("资质的等级不够，要求：%(needed)s"),
    Shortfall.NOT_YET_VALID: msgid("资质尚未生效，要求：%(needed)s"),
    Shortfall.EXPIRED: msgid("资质已过有效期，要求：%(needed)s"),
    Shortfall.STAFF: msgid("执业人员不足：要求%(certificate)s %(count)s人，现有%(held)s人"),
}
_PROGRESS: Final = tuple(Shortfall)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A requirement of an item that a firm does not meet, and how it fails."""

    shortfall: Shortfall
    alternatives: tuple[QualificationNeed, ...] = ()
    staff: StaffNeed | None = None
    staff_held: int = 0

    @property
    def sentence(self) -> str:
        """The msgid that says what is missing; ``facts`` fill its places."""
        return _SENTENCES[self.shortfall]

    @property
    def facts(self) -> Mapping[str, object]:
        """What fills the places of ``sentence``."""
        if self.staff:
            return {
                "certificate": self.staff.certificate,
                "count": self.staff.count,
                "held": self.staff_held,
            }
        return {"needed": "，或".join(map(describe, self.alternatives))}

    def __str__(self) -> str:
        return self.sentence % self.facts


def describe(need: QualificationNeed) -> str:
    """Return a needed qualification in words.

    Args:
        need: The qualification an item asks for.

    Returns:
        Its name with majors and lowest grade, in Chinese.

    Source: platform default.
    """
    majors = f"（{'、'.join(need.majors)}）" if need.majors else ""
    grade = f"{need.minimum_grade}及以上" if need.minimum_grade else ""
    return f"{need.name}{majors}{grade}"


def grade_covers(held: str, needed: str) -> bool:
    """Say whether a grade is at least another: 甲 > 乙 > 丙 > 丁.

    Args:
        held: The grade on the certificate; 甲 and 甲级 are the same.
        needed: The lowest grade that will do; empty means any.

    Returns:
        False for a grade of another scale or of none: what cannot be compared does not do.

    Source: platform default.
    """
    if not needed:
        return True
    for scale in GRADE_SCALES:
        if (low := _rank(needed, scale)) is not None and (high := _rank(held, scale)) is not None:
            return high <= low
    return False


def missing_requirements(
    item: Item, qualifications: Iterable[Qualification], staff_count: int, day: date
) -> list[Requirement]:
    """List what a firm lacks to offer an item on a day. An empty list means it may.

    Args:
        item: The item, as the catalogue has it on that day.
        qualifications: Everything the firm holds. A signed promise counts as one of the kind
            ``promise``, whatever its name.
        staff_count: How many of the firm's people hold the certificate ``item.staff`` names.
        day: The Beijing day; the last day of validity still counts.

    Returns:
        One requirement for each thing that is missing, with how the firm fails it.

    Source: platform default (handbook of the domain, 4.5 and 5.1: fail closed).
    """
    held = tuple(qualifications)
    found = [(need, _shortfall(need, held, day)) for need in item.qualifications]
    missing: list[Requirement] = []
    if item.match is Match.ALL:
        missing += [Requirement(shortfall=s, alternatives=(n,)) for n, s in found if s]
    elif found and all(shortfall for _, shortfall in found):
        nearest = max((s for _, s in found if s), key=_PROGRESS.index)
        missing.append(Requirement(shortfall=nearest, alternatives=item.qualifications))
    if item.staff and staff_count < item.staff.count:
        missing.append(
            Requirement(shortfall=Shortfall.STAFF, staff=item.staff, staff_held=staff_count)
        )
    return missing


def _shortfall(
    need: QualificationNeed, held: tuple[Qualification, ...], day: date
) -> Shortfall | None:
    """Return how the firm fails a need, judged by the qualification that comes nearest."""
    failures = [_failure(need, qualification, day) for qualification in held]
    if None in failures:
        return None
    return max((f for f in failures if f), key=_PROGRESS.index, default=Shortfall.ABSENT)


def _failure(need: QualificationNeed, held: Qualification, day: date) -> Shortfall | None:
    promised = need.kind is QualificationKind.PROMISE
    if held.kind is not need.kind or (held.name != need.name and not promised):
        return Shortfall.ABSENT
    if need.majors and held.major not in need.majors:
        return Shortfall.MAJOR
    if not grade_covers(held.grade, need.minimum_grade):
        return Shortfall.GRADE
    if day < held.valid_from_on:
        return Shortfall.NOT_YET_VALID
    if held.valid_to_on is not None and day > held.valid_to_on:
        return Shortfall.EXPIRED
    return None


def _rank(grade: str, scale: tuple[str, ...]) -> int | None:
    # Certificates print 甲级 and spreadsheets 甲; both mean the same.
    for rank, name in enumerate(scale):
        if grade in {name, name.removesuffix("级")} and grade:
            return rank
    return None
