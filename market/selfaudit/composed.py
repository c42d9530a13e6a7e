"""Texts that no single row holds: what was put together for the log from several, or as JSON."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from itertools import groupby
from typing import Any, Final, cast

from sqlalchemy import Connection, Row, Table, select

from market.affiliations.actions.declaring import declared_text
from market.affiliations.model import Declaration, DeclaredParty, DeclaredTie
from market.contracts.model import Contract
from market.contracts.reports.model import Milestone
from market.contracts.reports.rules import written as plan_text
from market.firms.actions.past_projects import facts_text
from market.firms.model import Firm
from market.firms.model_past_projects import PastProject
from market.firms.past_projects import ProjectFacts
from market.selfaudit.told import table_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One text as it stands in the database, where it stands, and its public number."""

    table: str
    key: str
    column: str
    about: str
    text: str


def _declarations(connection: Connection) -> Iterator[Written]:
    """Yield what firms declared of who stands behind them."""
    said, firm = table_of(Declaration), table_of(Firm)
    parties = _below(connection, table_of(DeclaredParty))
    ties = _below(connection, table_of(DeclaredTie))
    asked = select(said, firm.c.code).join(firm, firm.c.id == said.c.firm_id)
    for row in connection.execute(asked):
        yield Written(
            table=said.name,
            key=str(row.id),
            column="legal_digest",
            about=row.code,
            # Rows have the columns that it puts together, as the mapped objects have.
            text=declared_text(cast("Any", row), _as_mapped(parties, row), _as_mapped(ties, row)),
        )


def _as_mapped(found: dict[int, list[Row[Any]]], row: Row[Any]) -> Any:  # noqa: ANN401
    return found[row.id]


def _below(connection: Connection, table: Table) -> dict[int, list[Row[Any]]]:
    found = defaultdict[int, list[Row[Any]]](list)
    for row in connection.execute(select(table)):
        found[row.declaration_id].append(row)
    return found


def _past_projects(connection: Connection) -> Iterator[Written]:
    """Yield what firms state of what they have done."""
    project, firm = table_of(PastProject), table_of(Firm)
    asked = select(project, firm.c.code).join(firm, firm.c.id == project.c.firm_id)
    for row in connection.execute(asked):
        facts = ProjectFacts(**{one.name: getattr(row, one.name) for one in fields(ProjectFacts)})
        yield Written(
            table=project.name,
            key=str(row.id),
            column="project_name",
            about=row.code,
            text=facts_text(facts),
        )


def _plans(connection: Connection) -> Iterator[Written]:
    """Yield the milestones that both sides of a contract agreed on."""
    one, contract = table_of(Milestone), table_of(Contract)
    asked = select(one, contract.c.number).join(contract, contract.c.id == one.c.contract_id)
    rows = connection.execute(asked.order_by(one.c.contract_id, one.c.position))
    for _, found in groupby(rows, key=lambda row: row.contract_id):
        plan = list(found)
        yield Written(
            table=one.name,
            key=str(plan[0].id),
            column="name",
            about=plan[0].number,
            text=plan_text(plan),
        )


COMPOSED: Final[tuple[Callable[[Connection], Iterator[Written]], ...]] = (
    _declarations,
    _past_projects,
    _plans,
)
