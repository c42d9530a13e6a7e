"""People named in contracts, as they are stored."""

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from market.contracts.staffing import labels as labels  # noqa: PLC0414 - registers the labels
from market.contracts.staffing.rules import ReplacementState
from market.db import Base, Id, Instant

_NAMED = "released_at IS NULL"
_OPEN = "state = 'requested'"


class ContractStaff(Base):
    """A person of the firm named to do the work of a contract; held while the contract runs."""

    __tablename__ = "contract_staff"
    __table_args__ = (
        Index(
            "uq_contract_staff_named",
            "contract_id",
            "staff_id",
            unique=True,
            sqlite_where=text(_NAMED),
            postgresql_where=text(_NAMED),
        ),
        Index(None, "staff_id"),
    )

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("firm_staff.id"))
    named_at: Mapped[Instant]
    named_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    released_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class StaffReplacement(Base):
    """A firm's wish to replace a named person, and the owner's answer."""

    __tablename__ = "contract_staff_replacement"
    __table_args__ = (
        Index(
            "uq_contract_staff_replacement_open",
            "contract_id",
            "out_staff_id",
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        Index(None, "contract_id", "id"),
    )

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    out_staff_id: Mapped[int] = mapped_column(ForeignKey("firm_staff.id"))
    in_staff_id: Mapped[int] = mapped_column(ForeignKey("firm_staff.id"))
    reason: Mapped[str] = mapped_column(String(500))
    state: Mapped[ReplacementState]
    requested_at: Mapped[Instant]
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    answer: Mapped[str] = mapped_column(String(500), default="")
    answered_at: Mapped[Instant | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
