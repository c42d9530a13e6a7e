"""Rules as they are applied: the digest of an instrument is in the public log from its first use.

Whoever reads the log can tell which text governed a deed, and a file that was changed after it
had been used is refused: a rule never reaches back.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from sqlalchemy import String
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from market import regulations
from market.db import RECORD, Base, Instant, UnitOfWork
from market.errors import MarketError, msgid
from market.journal import Entry, encode
from market.regulations import Regulation

# An instrument is used by whoever comes first: who that was says nothing of the instrument.
NOBODY: Final = "side"


class RegulationUse(Base):
    """An instrument that has governed a deed, and the digest it had then."""

    __tablename__ = "regulation_use"
    __table_args__ = (RECORD,)

    regulation_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    first_used_at: Mapped[Instant]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegulationFirstUsed(Entry):
    """An instrument governed a deed for the first time."""

    kind: ClassVar[str] = "regulation.first-used.v1"
    regulation: str
    subject: str
    digest: str


class RegulationChangedError(MarketError):
    """The file of an instrument was changed after it had been used."""

    sentence = msgid(
        "规则文件“%(title)s”（%(regulation)s）在使用之后被改动，不能再据以办理。"
        "请恢复原文件；要修改规则，请另立新文件并写明施行日期。"
    )

    def __init__(self, rules: Regulation) -> None:
        super().__init__(title=rules.title, regulation=rules.id)


def apply(work: UnitOfWork, subject: str, day: date | None = None) -> Regulation:
    """Return the instrument in force for a deed that is being done; its first use is logged.

    Raises:
        NoRegulationError: Not exactly one instrument is in force on the day.
        RegulationChangedError: The instrument's file is not the one that was used before.
    """
    rules = regulations.in_force(subject, day or work.today)
    for used in (rules, *regulations.current().supplements(rules)):
        _use(work, used)
    return rules


def _use(work: UnitOfWork, rules: Regulation) -> None:
    if _is_first_use(work, rules):
        entry = RegulationFirstUsed(regulation=rules.id, subject=rules.subject, digest=rules.digest)
        # Of an objection or a complaint it would say, by its second, whose that was.
        work.submit(encode(entry, by=NOBODY, at=work.now))
    elif work.session.get_one(RegulationUse, rules.id).digest != rules.digest:
        raise RegulationChangedError(rules)


def _is_first_use(work: UnitOfWork, rules: Regulation) -> bool:
    if work.session.get(RegulationUse, rules.id) is not None:
        return False
    connection = work.session.connection()
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    row = {"regulation_id": rules.id, "digest": rules.digest, "first_used_at": work.now}
    statement = insert(RegulationUse).values(row).on_conflict_do_nothing()
    inserted = connection.execute(statement.returning(RegulationUse.regulation_id))
    return inserted.first() is not None
