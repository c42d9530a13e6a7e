"""Whether needs that belong together add up to an amount each of them stays below. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from market.clock import months_after
from market.needs.checks.projects import same_project_of_owner
from market.needs.rules import NeedState

_TYPE_LENGTH = len("ZJ-00-000")


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What the check asks of one need. ``tender_class`` is empty if none is tendered."""

    number: str
    project_code: str
    project_name: str
    item_code: str
    tender_class: str
    ceiling_fen: int
    title: str = ""
    state: NeedState = NeedState.DRAFT
    # Code and name of each project of a bundle, which counts as one purchase for all of them.
    parts: tuple[tuple[str, str], ...] = ()

    @property
    def projects(self) -> tuple[tuple[str, str], ...]:
        """Code and name of its project, or of each that it is bundled of."""
        return self.parts or ((self.project_code, self.project_name),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Needs that together reach an amount: their numbers, sum and threshold, in fen."""

    others: tuple[str, ...]
    sum_fen: int
    threshold_fen: int


def same_class(one: Purchase, other: Purchase) -> bool:
    """Say whether two services could have been bought as one.

    Args:
        one: A need.
        other: Another.

    Returns:
        True for one item, two items of one type of the catalogue, and two of one class of
        services that are tendered.

    Source: 国家发展改革委令2018年第16号 第五条第二款 (what can be combined is summed up); the
    classes of the catalogue as the measure of it are a platform default.
    """
    if one.tender_class or other.tender_class:
        return one.tender_class == other.tender_class
    return one.item_code[:_TYPE_LENGTH] == other.item_code[:_TYPE_LENGTH]


def related_to(one: Purchase, others: Iterable[Purchase]) -> tuple[Purchase, ...]:
    """Return what belongs to a need: the same project, and services bought as one.

    Args:
        one: The need looked at.
        others: The owner's other needs of the period, of any project and item.

    Returns:
        By their number.

    Source: 国家发展改革委令2018年第16号 第五条第二款; handbook domain.md 10.1 row 2.
    """
    found = [other for other in others if same_class(one, other) and _share_a_project(one, other)]
    return tuple(sorted(found, key=lambda other: other.number))


def split_of(one: Purchase, others: Iterable[Purchase], threshold_fen: int) -> Split | None:
    """Return how a need and its owner's others reach a threshold together.

    Args:
        one: The need looked at.
        others: The owner's other needs of the period, of any project and item.
        threshold_fen: The amount in fen from which another rule would apply.

    Returns:
        None if nothing belongs to it, if they stay below, or if the need reaches the threshold
        alone: then the rule applies to it anyway.

    Source: 国家发展改革委令2018年第16号 第五条第二款; handbook domain.md 10.1 row 2.
    """
    related = related_to(one, others)
    total = one.ceiling_fen + sum(other.ceiling_fen for other in related)
    if not related or one.ceiling_fen >= threshold_fen or total < threshold_fen:
        return None
    return Split(
        others=tuple(other.number for other in related),
        sum_fen=total,
        threshold_fen=threshold_fen,
    )


def _share_a_project(one: Purchase, other: Purchase) -> bool:
    return any(
        same_project_of_owner(mine, theirs) for mine in one.projects for theirs in other.projects
    )


def months_before(at: datetime, months: int) -> datetime:
    """Return the same instant so many months earlier; a day that month lacks is its last.

    Args:
        at: An instant.
        months: How many months, at least 0.

    Source: 民法典 第二百零二条.
    """
    return datetime.combine(months_after(at.date(), -months), at.timetz())


def names_of(numbers: Sequence[str], most: int = 5) -> str:
    """Return the numbers of needs as a sentence says them.

    Args:
        numbers: Numbers of needs.
        most: How many are named before the rest is only counted.

    Source: platform default.
    """
    shown = "、".join(numbers[:most])
    return shown if len(numbers) <= most else f"{shown}等 {len(numbers)} 个"
