"""Which rows about firms are compared with which entries, beyond the registration itself."""

from sqlalchemy import FromClause

from market.affiliations.links.model import DeclaredLink
from market.affiliations.links.rules import LinkState
from market.affiliations.model import AffiliationObjection, Declaration, Grouping
from market.firms.model import Firm, FirmQualification
from market.firms.model_entry import (
    FirmChange,
    FirmFeedback,
    FirmRemoval,
    FirmVerification,
)
from market.firms.model_past_projects import PastProject, PastProjectDoubt
from market.selfaudit.told import Told, table_of, told


def firm_checks() -> tuple[Told, ...]:
    """Return the comparisons of what firms state, and of what is decided about them."""
    return (*_qualifications(), *_decisions(), *_past_projects(), *_affiliations())


def _of_firm(of: type[Declaration | FirmQualification | FirmChange | FirmFeedback | FirmRemoval
                       | FirmVerification]) -> FromClause:  # fmt: skip
    table, firm = table_of(of), table_of(Firm)
    return table.join(firm, firm.c.id == table.c.firm_id)


def _qualifications() -> tuple[Told, ...]:
    firm, row = table_of(Firm).c, table_of(FirmQualification)
    key = {
        "firm": firm.code,
        "qualification_kind": row.c.kind,
        "number": row.c.number,
        "valid_from_on": row.c.valid_from_on,
    }
    stated = ("name", "major", "grade", "valid_to_on")
    rows, gone = _of_firm(FirmQualification), "firm.qualification-removed.v1"
    return (
        told(
            "firm.qualification-entered.v1",
            row,
            key,
            {name: row.c[name] for name in stated},
            rows=rows,
            ended_by=gone,
        ),
        told(
            "firm.qualification-moved.v1",
            row,
            key,
            {"state": row.c.state},
            rows=rows,
            untold="pending",
            ended_by=gone,
        ),
    )


def _decisions() -> tuple[Told, ...]:
    firm = table_of(Firm).c
    change, feedback = table_of(FirmChange), table_of(FirmFeedback)
    removal, verified = table_of(FirmRemoval), table_of(FirmVerification)
    return (
        told(
            "firm.change-moved.v1",
            change,
            {"firm": firm.code, "change": change.c.id},
            {"fact": change.c.field, "state": change.c.state},
            rows=_of_firm(FirmChange),
        ),
        told(
            "firm.feedback-moved.v1",
            feedback,
            {"firm": firm.code, "feedback": feedback.c.id},
            {name: feedback.c[name] for name in ("reason", "state", "due_at")},
            rows=_of_firm(FirmFeedback),
        ),
        told(
            "firm.removal-moved.v1",
            removal,
            {"firm": firm.code, "effective_at": removal.c.effective_at},
            {"state": removal.c.state},
            rows=_of_firm(FirmRemoval),
        ),
        told(
            "firm.verification-moved.v1",
            verified,
            {"firm": firm.code, "due_at": verified.c.due_at},
            {"state": verified.c.state, "regulation": verified.c.regulation_id},
            rows=_of_firm(FirmVerification),
        ),
    )


def _past_projects() -> tuple[Told, ...]:
    firm, row, doubt = table_of(Firm), table_of(PastProject), table_of(PastProjectDoubt)
    stated = ("state", "amount_fen", "signed_on", "completed_on")
    return (
        told(
            "firm.past-project-moved.v1",
            row,
            {"firm": firm.c.code, "project": row.c.reference},
            {name: row.c[name] for name in stated} | {"item": row.c.item_code},
            rows=row.join(firm, firm.c.id == row.c.firm_id),
        ),
        told(
            "firm.past-project-doubted.v1",
            doubt,
            {"doubt": doubt.c.number},
            {"state": doubt.c.state, "state_by_at": doubt.c.state_by_at}
            | {"regulation": doubt.c.regulation_id},
        ),
    )


def _affiliations() -> tuple[Told, ...]:
    firm, declared = table_of(Firm).c, table_of(Declaration)
    group, objection = table_of(Grouping), table_of(AffiliationObjection)
    link = table_of(DeclaredLink)
    grouped = {name: group.c[name] for name in ("state", "ground", "effective_at")}
    return (
        told(
            "affiliation.declared.v1",
            declared,
            {"firm": firm.code, "version": declared.c.version_no},
            {"promise_version": declared.c.promise_version},
            rows=_of_firm(Declaration),
        ),
        told(
            "affiliation.group-moved.v1",
            group,
            {"group": group.c.number},
            grouped | {"regulation": group.c.regulation_id},
        ),
        told(
            "affiliation.objection-moved.v1",
            objection,
            {"objection": objection.c.number},
            {"state": objection.c.state, "subject": objection.c.subject},
        ),
        told(
            "affiliation.link-moved.v1",
            link,
            {"link": link.c.number},
            {"state": link.c.state},
            untold=LinkState.ASKED,
        ),
    )
