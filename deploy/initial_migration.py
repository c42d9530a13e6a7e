"""Write migration 0001 anew from the models: ``.venv/bin/python -m deploy.initial_migration``.

Only until the first release. Afterwards a change of the schema is a migration of its own, made
with Alembic's autogenerate and read by a person.
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

from alembic.autogenerate import api
from alembic.migration import MigrationContext
from alembic.operations import ops
from sqlalchemy import Enum, create_engine

from market import migrations
from market.schema import metadata, record_tables

TARGET: Final = Path(str(migrations.__file__)).parent / "versions" / "0001_initial.py"
HEAD: Final = '''"""The first schema: every table, and what guards the tables of record."""
# ruff: noqa: E501 - written by deploy/initial_migration.py

import sqlalchemy as sa
from alembic import op

import market.db
from market.schema import guard_records

revision = "0001"
down_revision = None

RECORDS = [
%(records)s
]


def upgrade() -> None:
    """Create every table, then guard the records. There is no way back but a backup."""
%(body)s
    guard_records(op.get_bind(), RECORDS)
'''


def main() -> None:
    """Write the migration, formatted."""
    TARGET.write_text(text(), "utf-8")


def text() -> str:
    """Compare the models with an empty database and return the difference as a migration."""
    whole = metadata()
    with create_engine("sqlite://").connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"target_metadata": whole, "user_module_prefix": None}
        )
        script = api.produce_migrations(context, whole)
    if script.upgrade_ops is None:
        raise SystemExit("there is nothing to create")
    body = api.render_python_code(
        ops.UpgradeOps(script.upgrade_ops.ops), render_as_batch=False, render_item=_render_enum
    )
    records = "\n".join(f'    "{table.name}",' for table in record_tables(whole))
    return formatted(HEAD % {"records": records, "body": body})


def _render_enum(kind: str, item: object, _context: object) -> str | bool:
    """Write an enum's values as plain text: a migration does not change with the program."""
    if kind != "type" or not isinstance(item, Enum):
        return False
    values = ", ".join(repr(str(value)) for value in item.enums)
    return (
        f"sa.Enum({values}, name={item.name!r}, native_enum=False, "
        f"create_constraint=True, length={item.length})"
    )


def formatted(source: str) -> str:
    """Return a module as the formatter writes it."""
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", TARGET.name, "-"]
    done = subprocess.run(command, input=source, capture_output=True, text=True, check=True)
    return done.stdout


if __name__ == "__main__":
    main()
