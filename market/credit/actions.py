"""What is done with the ledger: breaches are entered, each once, and never taken out."""

from collections.abc import Mapping
from datetime import date, datetime

from market import regulations, rulebook
from market.clock import beijing_day
from market.credit import catalogue, thresholds
from market.credit.cases.texts import required
from market.credit.journal import BreachEntered
from market.credit.model import Breach
from market.credit.rules import (
    REPORTED,
    SERIOUS,
    BreachKind,
    DayOutsideRulesError,
    Evidence,
    EvidenceMissingError,
    NotYetOccurredError,
    lacking,
)
from market.db import UnitOfWork
from market.errors import MissingError
from market.firms.model import Firm, FirmStaff
from market.labels import label_of
from market.regulations.regulation import NoClauseError, NoRegulationError

REPORT = "report"
# The numbers of reports.
SERIES = "JB"


def enter_breach(
    work: UnitOfWork,
    firm: Firm,
    kind: BreachKind,
    *,
    source: str,
    source_id: int,
    occurred_at: datetime,
    evidence: str,
    staff_id: int | None = None,
    key: str = "",
) -> Breach:
    """Enter a breach in the firm's ledger, under the regulation in force when it happened.

    ``key`` names the clause that says what it costs, where the kind of breach does not.
    """
    rules = rulebook.apply(work, "credit", beijing_day(occurred_at))
    points, clause = _points(rules, kind, key)
    breach = Breach(
        firm_id=firm.id,
        kind=kind,
        source=source,
        source_id=source_id,
        points=points,
        occurred_at=occurred_at,
        entered_at=work.now,
        evidence=evidence,
        staff_id=staff_id,
        regulation_id=rules.id,
        clause=clause,
    )
    work.session.add(breach)
    work.session.flush()
    work.record(
        BreachEntered(
            firm=firm.code,
            breach=kind,
            source=f"{source}:{source_id}",
            points=points,
            occurred_at=occurred_at,
            regulation=rules.id,
            clause=clause,
        )
    )
    thresholds.warn(work, firm, breach)
    return breach


def checked_report(
    work: UnitOfWork,
    firm: Firm,
    kind: BreachKind,
    occurred_on: date,
    evidence: str,
    *,
    named: Mapping[Evidence, str],
    staff_id: int | None = None,
) -> str:
    """Return the evidence of a breach that an authority reports, as the ledger will have it.

    ``named`` is what the rule of this breach asks for beside the facts: document, materials.

    Raises:
        DayOutsideRulesError: No rule says what a breach of that day costs.
        EvidenceMissingError: Something that the rule asks for is not named.
        MissingError: The person is none of the firm's.
        NotYetOccurredError: The day has not come.
        TextTooShortError: The evidence is missing.
        ValueError: The kind is one that only the system enters.
    """
    if kind not in REPORTED:
        raise ValueError(f"{kind} is entered from its own records")
    if occurred_on > work.today:
        raise NotYetOccurredError
    try:
        _points(regulations.in_force("credit", occurred_on), kind, "")
    except (NoRegulationError, NoClauseError):
        raise DayOutsideRulesError from None
    # What is named goes on with a semicolon: no full stop stands before it.
    words = required(evidence, "evidence").rstrip("。；;.") + _named(work, kind, named)
    if staff_id is not None and work.session.get_one(FirmStaff, staff_id).firm_id != firm.id:
        raise MissingError
    return words


def enter_report(
    work: UnitOfWork,
    firm: Firm,
    kind: BreachKind,
    occurred_at: datetime,
    *,
    number: str,
    evidence: str,
    staff_id: int | None = None,
) -> Breach:
    """Enter a breach that an authority reported, once its firm was heard and two people agree."""
    return enter_breach(
        work,
        firm,
        kind,
        source=REPORT,
        source_id=int(number.removeprefix(f"{SERIES}-").replace("-", "")),
        occurred_at=occurred_at,
        evidence=f"{number}：{evidence}"[:500],
        staff_id=staff_id,
    )


def _named(work: UnitOfWork, kind: BreachKind, given: Mapping[Evidence, str]) -> str:
    asked = catalogue.evidence_for(rulebook.apply(work, "credit"), kind)
    if lacks := lacking(asked, given):
        words = "、".join(label_of(one).text for one in lacks)
        raise EvidenceMissingError(lacks[0], words)
    return "".join(
        f"；{label_of(one).text}：{given[one].strip()}"
        for one in Evidence
        if given.get(one, "").strip()
    )


def _points(rules: regulations.Regulation, kind: BreachKind, key: str) -> tuple[int, str]:
    if kind in SERIOUS:
        return 0, rules.clause_of("listing.direct_breaches")
    key = key or f"points.{kind}"
    return rules.integer(key), rules.clause_of(key)
