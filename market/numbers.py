"""Public numbers that count up within a year, such as XQ-2026-000123."""

from sqlalchemy import String, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, UnitOfWork


class NumberSeries(Base):
    """The last number given out in one series of one Beijing year."""

    __tablename__ = "number_series"

    prefix: Mapped[str] = mapped_column(String(4), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


def next_number(work: UnitOfWork, prefix: str) -> str:
    """Return the next number of a series; numbers leave no gaps and are never given twice.

    The series' row is locked until the transaction ends, so two clerks get two numbers.
    """
    return next_numbers(work, prefix, 1)[0]


def next_numbers(work: UnitOfWork, prefix: str, count: int) -> list[str]:
    """Return the next numbers of a series, as many as are to be given in this transaction."""
    year = work.today.year
    dialect = work.session.connection().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    work.session.execute(
        insert(NumberSeries).values(prefix=prefix, year=year, last=0).on_conflict_do_nothing()
    )
    series = work.session.execute(
        select(NumberSeries)
        .where(NumberSeries.prefix == prefix, NumberSeries.year == year)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()
    first = series.last + 1
    series.last += count
    work.session.flush()
    return [f"{prefix}-{year}-{number:06d}" for number in range(first, first + count)]
