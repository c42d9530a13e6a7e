"""The rules of the checks in force on a day: words, severities, amounts, each with its source."""

from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Final

from market import regulations
from market.needs.checks.rules import Ground, Severity
from market.needs.checks.wording import Vocabulary
from market.regulations import Regulation
from market.regulations.regulation import PLATFORM_DEFAULT

SUBJECT: Final = "posting-checks"
LAW: Final = "fair-competition"
SETS: Final = (
    "local", "firm", "have", "only", "use", "brand_name", "us", "prefer", "branch", "least",
    "refuse", "demand", "negation", "waiver", "counter", "consequence",
)  # fmt: skip
WORDED: Final = (
    Ground.PLACE,
    Ground.BRANCH,
    Ground.LOCAL_RECORD,
    Ground.OWNERSHIP,
    Ground.CAPITAL,
    Ground.NAME_LIST,
    Ground.BRAND,
    Ground.SCALE,
)


def rules_on(day: date) -> Regulation:
    """Return the rules of the checks in force on a day.

    Raises:
        NoRegulationError: Not exactly one instrument is: nothing is published unchecked.
    """
    return regulations.in_force(SUBJECT, day)


def law_on(day: date) -> Regulation:
    """Return the law on fair competition in force on a day.

    Raises:
        NoRegulationError: Not exactly one instrument is.
    """
    return regulations.in_force(LAW, day)


@cache
def _vocabulary(digest: str, rules_id: str) -> Vocabulary:
    rules = regulations.current().by_id(rules_id)
    del digest  # part of the key: another file under the same id is another vocabulary
    return Vocabulary(
        gap=rules.integer("sets.gap"),
        sets=MappingProxyType({name: rules.texts(f"sets.{name}") for name in SETS}),
        phrases=MappingProxyType(
            {ground.value: rules.texts(f"{ground}.phrases") for ground in WORDED}
        ),
        unless=MappingProxyType(
            {
                ground.value: rules.texts(f"{ground}.unless")
                for ground in WORDED
                if f"{ground}.unless" in rules
            }
        ),
    )


def vocabulary_of(rules: Regulation) -> Vocabulary:
    """Return the words that an instrument lists."""
    return _vocabulary(rules.digest, rules.id)


def severity_of(rules: Regulation, key: str) -> Severity:
    """Return how serious a finding is; an unknown word in the rules counts as the worst."""
    said = rules.text(key)
    return Severity(said) if said in set(Severity) else Severity.BLOCK


def source_of(law: Regulation, ground: Ground) -> str:
    """Return the document and clause that a finding rests on; a default says so."""
    key = f"forbids.{ground}"
    if key not in law:
        return PLATFORM_DEFAULT
    return f"{law.title}（{law.document_number}）{law.clause_of(key)}"


def to_confirm(law: Regulation, ground: Ground) -> bool:
    """Whether nobody has checked the clause against the official text yet."""
    key = f"forbids.{ground}"
    return key in law and law.clauses[key].confirm
