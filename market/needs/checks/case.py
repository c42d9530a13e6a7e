"""A need with all that the checks look at, and how a finding of it is made."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from market.catalogue.queries import UnknownItemError
from market.catalogue.queries import item as item_of
from market.catalogue.rules import Item
from market.db import UnitOfWork
from market.needs.checks.rules import Finding, Ground
from market.needs.checks.vocabulary import severity_of, source_of
from market.needs.model import Need
from market.regulations import Regulation


@dataclass(frozen=True, slots=True)
class Case:
    """A need with all that the checks look at."""

    work: UnitOfWork
    need: Need
    recusals: Mapping[str, str]
    item: Item | None
    rules: Regulation
    law: Regulation

    def finding(
        self, ground: Ground, key: str, where: str = "", about: str = "", **facts: object
    ) -> Finding:
        """Return a finding whose severity the rules say under a key."""
        return Finding(
            ground=ground,
            severity=severity_of(self.rules, key),
            where=where,
            about=about,
            facts=MappingProxyType(facts),
            source=source_of(self.law, ground),
        )


def item_today(work: UnitOfWork, need: Need) -> Item | None:
    """Return a need's item as it is today, None if the catalogue has it no more."""
    try:
        return item_of(need.item_code, work.today)
    except UnknownItemError:
        return None
