"""The first schema (being assembled)."""

from alembic import op

from market.schema import guard_records, metadata, record_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table."""
    whole = metadata()
    whole.create_all(op.get_bind())
    guard_records(op.get_bind(), [t.name for t in record_tables(whole)])
