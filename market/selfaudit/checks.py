"""Which rows are compared with which entries: one comparison for each kind that tells of a row."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, String, Table, cast

from market.accounts.model import Organisation
from market.clocks.model import Card, Clock
from market.contracts.model import Contract, Deliverable, Review
from market.credit.model import Breach, Case
from market.db import Base
from market.draws.model import Award, Draw
from market.firms.model import Firm, FirmFee, FirmService
from market.needs.model import Need, NeedFailure, Notice
from market.rulebook import RegulationUse
from market.selfaudit.told import Told

Keys = Mapping[str, ColumnElement[Any]]
Columns = Mapping[str, Column[Any]]


@cache
def told_checks() -> tuple[Told, ...]:
    """Return every comparison of rows with the entries that tell of them."""
    return (
        *_organisations_and_rules(),
        *_firms(),
        *_services_and_fees(),
        *_needs(),
        *_notices(),
        _awards(),
        *_contracts(),
        *_deliverables(),
        _cards(),
        *_credit(),
    )


def _table(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]


def _told(
    kind: str,
    table: Table,
    key: Keys,
    columns: Columns,
    *,
    rows: FromClause | None = None,
    untold: str | None = None,
) -> Told:
    return Told(
        kind=kind,
        table=table.name,
        rows=table if rows is None else rows,
        row_id=next(iter(table.primary_key.columns)),
        key=key,
        columns=columns,
        untold=untold,
    )


def _organisations_and_rules() -> tuple[Told, ...]:
    organisation, rule = _table(Organisation).c, _table(RegulationUse).c
    return (
        _told(
            "organisation.registered.v1",
            _table(Organisation),
            {"code": organisation.code},
            {"organisation_kind": organisation.kind},
        ),
        _told(
            "regulation.first-used.v1",
            _table(RegulationUse),
            {"regulation": rule.regulation_id},
            {"digest": rule.digest},
        ),
    )


def _firms() -> tuple[Told, ...]:
    firm = _table(Firm).c
    return (
        _told(
            "firm.moved.v1",
            _table(Firm),
            {"firm": firm.code},
            {"state": firm.state},
            untold="draft",
        ),
        _told(
            "firm.standing-moved.v1",
            _table(Firm),
            {"firm": firm.code},
            {"standing": firm.standing, "until": firm.standing_until_at},
            untold="active",
        ),
    )


def _services_and_fees() -> tuple[Told, ...]:
    firm, service, fee = _table(Firm), _table(FirmService), _table(FirmFee)
    same = ("basis", "basis_document", "amount_fen", "rate_ppm", "rate_base", "discount_bp")
    more = ("min_fee_fen", "extra_charges", "valid_from_on")
    return (
        _told(
            "firm.service-moved.v1",
            service,
            {"firm": firm.c.code, "item": service.c.item_code},
            {"state": service.c.state, "promised_working_days": service.c.promised_working_days},
            rows=service.join(firm, firm.c.id == service.c.firm_id),
        ),
        _told(
            "firm.fee-published.v1",
            fee,
            {"firm": firm.c.code, "item": fee.c.item_code, "version": fee.c.version_no},
            {"fee_kind": fee.c.kind} | {name: fee.c[name] for name in same + more},
            rows=fee.join(firm, firm.c.id == fee.c.firm_id),
        ),
    )


def _needs() -> tuple[Told, ...]:
    need, failure = _table(Need), _table(NeedFailure)
    return (
        _told(
            "need.moved.v1",
            need,
            {"need": need.c.number},
            {"state": need.c.state},
            untold="draft",
        ),
        _told(
            "need.failed.v1",
            failure,
            {"need": need.c.number, "attempt": failure.c.attempt},
            {"reason": failure.c.reason},
            rows=failure.join(need, need.c.id == failure.c.need_id),
        ),
    )


def _notices() -> tuple[Told, ...]:
    need, notice = _table(Need), _table(Notice)
    columns = {
        "document_digest": notice.c.digest,
        "need": need.c.number,
        "attempt": notice.c.attempt,
    }
    rows = notice.join(need, need.c.id == notice.c.need_id)
    key = {"notice": notice.c.number}
    return (_told("notice.published.v1", notice, key, columns, rows=rows),)


def _awards() -> Told:
    award, draw, firm, need = _table(Award), _table(Draw), _table(Firm), _table(Need)
    columns = {
        "state": award.c.state,
        "rank": award.c.rank,
        "firm": firm.c.code,
        "draw": draw.c.draw_hash,
        "need": need.c.number,
    }
    rows = (
        award.join(draw, draw.c.id == award.c.draw_id)
        .join(firm, firm.c.id == award.c.firm_id)
        .join(need, need.c.id == award.c.need_id)
    )
    return _told("award.moved.v1", award, {"award": award.c.number}, columns, rows=rows)


def _contracts() -> tuple[Told, ...]:
    contract = _table(Contract)
    key = {"contract": contract.c.number}
    filed = ("price_fen", "signed_on", "service_working_days")
    return (
        _told("contract.filed.v1", contract, key, {name: contract.c[name] for name in filed}),
        _told("contract.moved.v1", contract, key, {"state": contract.c.state}, untold="filed"),
    )


def _deliverables() -> tuple[Told, ...]:
    contract, deliverable, review = _table(Contract), _table(Deliverable), _table(Review)
    key = {"contract": contract.c.number, "round": deliverable.c.round_no}
    of_contract = contract.c.id == deliverable.c.contract_id
    of_deliverable = deliverable.c.id == review.c.deliverable_id
    said = ("accepted", "by_silence", "reason")
    return (
        _told(
            "deliverable.submitted.v1",
            deliverable,
            key,
            {"file_digest": deliverable.c.digest},
            rows=deliverable.join(contract, of_contract),
        ),
        _told(
            "deliverable.reviewed.v1",
            review,
            key,
            {name: review.c[name] for name in said},
            rows=review.join(deliverable, of_deliverable).join(contract, of_contract),
        ),
    )


def _cards() -> Told:
    card, clock, holder = _table(Card), _table(Clock), _table(Organisation)
    key = {"clock": clock.c.number, "stage": card.c.stage}
    columns = {"organisation": holder.c.code, "reached_at": card.c.reached_at}
    rows = card.join(clock, clock.c.id == card.c.clock_id).join(
        holder, holder.c.id == card.c.org_id
    )
    return _told("card.issued.v1", card, key, columns, rows=rows)


def _credit() -> tuple[Told, ...]:
    case, breach, firm = _table(Case), _table(Breach), _table(Firm)
    moved = ("state", "measure", "months", "effective_at", "ends_at")
    source = breach.c.source + ":" + cast(breach.c.source_id, String)
    entered = {
        "firm": firm.c.code,
        "points": breach.c.points,
        "occurred_at": breach.c.occurred_at,
        "regulation": breach.c.regulation_id,
        "clause": breach.c.clause,
    }
    return (
        _told("case.moved.v1", case, {"case": case.c.number}, {n: case.c[n] for n in moved}),
        _told(
            "breach.entered.v1",
            breach,
            {"breach": breach.c.kind, "source": source},
            entered,
            rows=breach.join(firm, firm.c.id == breach.c.firm_id),
        ),
    )
