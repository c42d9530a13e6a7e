"""Which columns hold a text of which the log has the salted digest, and under what number."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, FromClause, Select, Table, select

from market.affiliations.model import AffiliationObjection, Grouping
from market.affiliations.rules import GroupState, ObjectionState
from market.clocks.model import Card
from market.contracts.ending.model import ContractEnding
from market.contracts.examining.model import Examination, ExaminationStep
from market.contracts.model import Contract
from market.contracts.reports.model import Milestone, ProgressReport
from market.contracts.signing.model import SigningCase
from market.contracts.thread.model import ContractMessage
from market.credit.cases.model import Case, CaseHearing
from market.credit.repair.model import CreditRepair
from market.credit.withdrawals.model import CaseReview
from market.db import Base
from market.firms.model import Firm
from market.firms.model_entry import FirmRemoval
from market.firms.model_past_projects import PastProjectDoubt
from market.objections.model import AwardObjection, ObjectionStep
from market.ratings.reviews.model import RatingReview
from market.selfaudit.composed import COMPOSED, Written
from market.selfaudit.told import table_of
from market.supervision.model import CardDecision, CardReply, CardWithdrawal, Interview


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text of a table's rows: its columns, line by line, and the number it was salted under."""

    table: Table
    rows: FromClause
    about: Column[Any]
    parts: tuple[Column[Any], ...]
    where: ColumnElement[bool] | None = None


def _numbered(model: type[Base], *names: str) -> Iterator[Text]:
    """Yield texts of rows that bear their number themselves."""
    table = table_of(model)
    for name in names:
        yield Text(table=table, rows=table, about=table.c.number, parts=(table.c[name],))


def _of(model: type[Base], under: type[Base], *names: str) -> Iterator[Text]:
    """Yield texts of rows that belong to another, which bears the number."""
    table, upper = table_of(model), table_of(under)
    for name in names:
        rows = table.join(upper)
        yield Text(table=table, rows=rows, about=upper.c.number, parts=(table.c[name],))


def _composed() -> Iterator[Text]:
    contract, step, report = table_of(Contract), table_of(ExaminationStep), table_of(ProgressReport)
    examination, milestone = table_of(Examination), table_of(Milestone)
    yield Text(
        table=step,
        rows=step.join(examination).join(contract, contract.c.id == examination.c.contract_id),
        about=contract.c.number,
        parts=(step.c.clause, step.c.text),
    )
    group, objection = table_of(Grouping), table_of(AffiliationObjection)
    # A group is undone for the answer to an objection, which is its reason in the log.
    yield Text(
        table=objection,
        rows=objection.join(group, group.c.id == objection.c.group_id),
        about=group.c.number,
        parts=(objection.c.answer,),
        where=(group.c.state == GroupState.UNDONE)
        & (objection.c.state == ObjectionState.UPHELD)
        & (group.c.ended_at == objection.c.answered_at),
    )
    removal, firm = table_of(FirmRemoval), table_of(Firm)
    yield Text(
        table=removal,
        rows=removal.join(firm, firm.c.id == removal.c.firm_id),
        about=firm.c.code,
        parts=(removal.c.reason,),
    )
    yield Text(
        table=report,
        rows=report.join(milestone).join(contract, contract.c.id == milestone.c.contract_id),
        about=contract.c.number,
        parts=(report.c.done, report.c.obstacles),
    )


TEXTS: Final = (
    *_of(CardReply, Card, "text"),
    *_of(CardDecision, Card, "text"),
    *_of(CardWithdrawal, Card, "reason", "decision"),
    *_of(Interview, Card, "topic", "record"),
    *_numbered(
        Case, "grounds", "reply", "extension_why", "decision", "send_back_reason", "drop_reason"
    ),
    *_of(CaseHearing, Case, "why", "record"),
    *_of(CaseReview, Case, "why", "answer"),
    *_numbered(CreditRepair, "correction", "decision", "send_back_reason"),
    *_numbered(ContractEnding, "reply", "proposal", "decision"),
    *_numbered(SigningCase, "owner_text", "firm_text", "proposal", "decision"),
    *_numbered(RatingReview, "appeal", "proposal", "decision"),
    *_numbered(AwardObjection, "text"),
    *_of(ObjectionStep, AwardObjection, "text"),
    *_numbered(Grouping, "facts", "decision"),
    *_numbered(AffiliationObjection, "text", "proposal", "answer"),
    *_numbered(PastProjectDoubt, "facts", "statement", "decision"),
    *_of(ContractMessage, Contract, "text"),
    *_composed(),
)


def written(connection: Connection) -> Iterator[Written]:
    """Yield every text of which the log has the salted digest."""
    for text in TEXTS:
        for row_id, about, *parts in connection.execute(_asked(text)):
            yield Written(
                table=text.table.name,
                key=str(row_id),
                column=text.parts[0].name,
                about=str(about),
                text="\n".join(str(part or "") for part in parts),
            )
    for composed in COMPOSED:
        yield from composed(connection)


def _asked(text: Text) -> Select[Any]:
    key = next(iter(text.table.primary_key.columns))
    asked = select(key, text.about, *text.parts).select_from(text.rows)
    return asked if text.where is None else asked.where(text.where)
