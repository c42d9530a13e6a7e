"""Past projects: stated by the firm, compared with their proof by the operator."""

import json
from dataclasses import asdict
from typing import Final

from market import rulebook
from market.catalogue.queries import item
from market.codes import credit_code
from market.db import UnitOfWork
from market.firms import materials, queries, queries_past_projects, service_ties
from market.firms.actions.qualifications import require_changeable
from market.firms.checks import CheckOutcome
from market.firms.journal import PastProjectMoved
from market.firms.materials import Proof
from market.firms.model import Firm, FirmCheck
from market.firms.model_past_projects import PastProject
from market.firms.past_projects import (
    REASON_SHORTEST,
    ProjectDoubtedError,
    ProjectFacts,
    ProjectMove,
    ProjectReasonError,
    ProjectState,
    ProjectTwiceError,
    ProjectUnprovenError,
    ProofHeldError,
    TooManyProjectsError,
    advance,
    check_days,
)
from market.salts import salted

__all__ = [
    "check_past_project",
    "correct_past_project",
    "revoke_past_project",
    "state_past_project",
    "withdraw_past_project",
]
PROOF: Final = "past-project"
COMMENT_LONGEST: Final = 500


def state_past_project(work: UnitOfWork, firm: Firm, facts: ProjectFacts) -> PastProject:
    """Write down a past project; it shows as declared until the operator has verified it.

    Raises:
        NotEditableError: The operator is checking the registration just now.
        ProjectDaysError, CreditCodeError, UnknownItemError: What is stated cannot be.
        ProjectTwiceError: It was stated before.
        TooManyProjectsError: The firm has stated as many as are kept.
    """
    firm = queries.locked(work, firm.id)
    require_changeable(firm)
    rows = _live(work, firm)
    most = rulebook.apply(work, queries_past_projects.SUBJECT).integer("entry.most")
    if len(rows) >= most:
        raise TooManyProjectsError(most)
    row = PastProject(
        firm_id=firm.id,
        reference=queries_past_projects.next_reference(work, firm),
        state=ProjectState.DECLARED,
        entered_at=work.now,
        entered_by_id=work.user_id,
        **asdict(_checked(work, facts, rows)),
    )
    work.session.add(row)
    work.session.flush()
    _record(work, firm, row)
    return row


def correct_past_project(
    work: UnitOfWork, firm: Firm, row: PastProject, facts: ProjectFacts
) -> None:
    """Correct a past project that nobody has verified; it waits for the operator again.

    Raises:
        ProjectMovedError: It was verified, or taken back.
        MarketError: As for a new one.
    """
    firm = queries.locked(work, firm.id)
    require_changeable(firm)
    state = advance(row.state, ProjectMove.CORRECT)
    others = [one for one in _live(work, firm) if one.id != row.id]
    for name, value in asdict(_checked(work, facts, others)).items():
        setattr(row, name, value)
    row.state, row.entered_at, row.entered_by_id = state, work.now, work.user_id
    row.comment = ""
    _record(work, firm, row)


def withdraw_past_project(work: UnitOfWork, firm: Firm, row: PastProject) -> None:
    """Take a past project back; it is no longer shown.

    Raises:
        ProjectMovedError: That was done before.
        ProjectDoubtedError: It is in doubt, and that is not decided.
        ServiceHeldError: The firm is enrolled where it may count, and the list is not frozen.
    """
    if queries_past_projects.open_doubt_of(work, row) is not None:
        raise ProjectDoubtedError
    if row.state is ProjectState.VERIFIED:
        service_ties.require_free(work, queries.locked(work, firm.id), row.item_code)
    row.state = advance(row.state, ProjectMove.WITHDRAW)
    _record(work, firm, row)


def check_past_project(
    work: UnitOfWork, row: PastProject, *, verify: bool, comment: str = ""
) -> None:
    """Register what comparing a past project with its proof led to; refusals are kept.

    Raises:
        ProjectMovedError: Its state does not allow it; what was verified is put in doubt instead.
        ProjectUnprovenError: Nothing proves it.
        ProofHeldError: What proves it is in quarantine still.
        ProjectReasonError: A refusal has no reason.
    """
    state = advance(row.state, ProjectMove.VERIFY if verify else ProjectMove.REFUSE)
    # Held: nothing is handed in or exchanged between the look at the proof and the decision.
    firm = queries.locked(work, row.firm_id)
    if verify:
        _require_taken(proof_of(work, firm, row))
    words = comment.strip()
    if not verify and len(words) < REASON_SHORTEST:
        raise ProjectReasonError
    outcome = CheckOutcome.CONFIRMED if verify else CheckOutcome.REFUSED
    _decide(work, firm, row, state=state, outcome=outcome, words=words)


def revoke_past_project(work: UnitOfWork, row: PastProject, reasons: str) -> None:
    """Take back that a past project was verified, after the firm was heard.

    Raises:
        ProjectMovedError: It is not verified.
    """
    state = advance(row.state, ProjectMove.REVOKE)
    firm = queries.locked(work, row.firm_id)
    words = reasons[:COMMENT_LONGEST]
    _decide(work, firm, row, state=state, outcome=CheckOutcome.REFUSED, words=words)


def _require_taken(proof: Proof) -> None:
    match proof:
        case Proof.TAKEN:
            return
        case Proof.HELD:
            raise ProofHeldError
        case Proof.NONE:
            raise ProjectUnprovenError


def _decide(
    work: UnitOfWork,
    firm: Firm,
    row: PastProject,
    *,
    state: ProjectState,
    outcome: CheckOutcome,
    words: str,
) -> None:
    row.state, row.comment = state, words
    row.checked_at, row.checked_by_id = work.now, work.user_id
    work.session.add(
        FirmCheck(
            firm_id=firm.id,
            subject=f"业绩：{row.project_name}"[:300],
            outcome=outcome,
            reason_codes="",
            comment=words,
            checked_at=work.now,
            checked_by_id=work.user_id,
        )
    )
    _record(work, firm, row)


def proof_of(work: UnitOfWork, firm: Firm, row: PastProject) -> Proof:
    """Return how far the proof of a past project has come."""
    return materials.proofs(work, firm, PROOF).get(row.id, Proof.NONE)


def _live(work: UnitOfWork, firm: Firm) -> list[PastProject]:
    gone = ProjectState.WITHDRAWN
    return [one for one in queries_past_projects.of_firm(work, firm.id) if one.state is not gone]


def _checked(work: UnitOfWork, facts: ProjectFacts, others: list[PastProject]) -> ProjectFacts:
    check_days(facts, work.today)
    item(facts.item_code, work.today)
    found = ProjectFacts(
        **(asdict(facts) | {"client_code": _code(facts.client_code)}),
    )
    same = (found.project_name, found.client_name, found.item_code)
    if any((one.project_name, one.client_name, one.item_code) == same for one in others):
        raise ProjectTwiceError
    return found


def _code(typed: str) -> str:
    return credit_code(typed, field="client_code") if typed.strip() else ""


def facts_text(facts: ProjectFacts) -> str:
    """Return what is stated as canonical JSON: with its salt anyone can compute the digest."""
    body = asdict(facts) | {
        "signed_on": facts.signed_on.isoformat(),
        "completed_on": facts.completed_on.isoformat(),
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _record(work: UnitOfWork, firm: Firm, row: PastProject) -> None:
    work.session.flush()
    work.record(
        PastProjectMoved(
            firm=firm.code,
            project=row.reference,
            state=row.state,
            item=row.item_code,
            amount_fen=row.amount_fen,
            signed_on=row.signed_on,
            completed_on=row.completed_on,
            facts_digest=salted(work, firm.code, facts_text(row.facts)),
        )
    )
