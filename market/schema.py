"""The whole schema: every feature's tables, the log's, and the triggers that guard records."""

import importlib
from importlib.util import find_spec

from sqlalchemy import Connection, MetaData, Table, text

from audit import cosignatures, lease
from market.db import Base

MODELS = (
    "market.web.once",
    "market.sweeping",
    "market.numbers",
    "market.rulebook",
    "market.files",
    "market.salts",
    "market.sheets.model",
    *(
        f"market.{feature}.model"
        for feature in (
            "accounts",
            "messages",
            "letters",
            "holidays",
            "clocks",
            "supervision",
            "catalogue",
            "firms",
            "documents",
            "affiliations",
            "experts",
            "needs",
            "draws",
            "quotes",
            "direct",
            "bidding",
            "panels",
            "scoring",
            "explanations",
            "contracts",
            "rereview",
            "objections",
            "complaints",
            "ratings",
            "credit",
            "supplements",
            "payments",
            "dossiers",
            "selfaudit",
        )
    ),
    "market.affiliations.links.model",
    "market.catalogue.contract_texts.model",
    "market.catalogue.report_templates.model",
    "market.clocks.extension.model",
    "market.clocks.over.model",
    "market.contracts.ending.model",
    "market.contracts.examining.model",
    "market.contracts.exchange.model",
    "market.contracts.claims.model",
    "market.contracts.reports.model",
    "market.contracts.signing.model",
    "market.contracts.staffing.model",
    "market.contracts.thread.model",
    "market.credit.cases.model",
    "market.credit.repair.model",
    "market.credit.reports.model",
    "market.credit.withdrawals.model",
    "market.firms.restrictions.model",
    "market.letters.remedies.model",
    "market.needs.checks.model",
    "market.needs.bundling.model",
    "market.needs.changes.model",
    "market.needs.questions.model",
    "market.needs.record.model",
    "market.needs.sketches.model",
    "market.needs.withdrawals.model",
    "market.ratings.covers.model",
    "market.ratings.reviews.model",
)


def metadata() -> MetaData:
    """Return one metadata that holds every table of the installation."""
    for name in MODELS:
        if find_spec(name.rpartition(".")[0]) and find_spec(name):
            importlib.import_module(name)
    whole = Base.metadata
    for part in (cosignatures.metadata, lease.metadata):  # the first is the log's own
        for table in part.tables.values():
            if table.name not in whole.tables:
                table.to_metadata(whole)
    return whole


def record_tables(tables: MetaData) -> list[Table]:
    """Return the tables whose rows are only ever added, in name order."""
    return [t for _, t in sorted(tables.tables.items()) if t.info.get("record")]


def guard_records(connection: Connection, names: list[str]) -> None:
    """Make the database refuse UPDATE and DELETE on tables of record."""
    if connection.dialect.name == "sqlite":
        for name in names:
            for deed in ("UPDATE", "DELETE"):
                connection.execute(
                    text(
                        f"CREATE TRIGGER record_{name}_{deed.lower()} BEFORE {deed} ON {name} "
                        f"BEGIN SELECT RAISE(ABORT, '{name} is a table of record'); END"
                    )
                )
        return
    connection.execute(
        text(
            "CREATE OR REPLACE FUNCTION refuse_change_of_record() RETURNS trigger AS $$ "
            "BEGIN RAISE EXCEPTION '% is a table of record', TG_TABLE_NAME; END $$ "
            "LANGUAGE plpgsql"
        )
    )
    for name in names:
        connection.execute(
            text(
                f"CREATE TRIGGER record_{name} BEFORE UPDATE OR DELETE OR TRUNCATE ON {name} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_record()"
            )
        )
