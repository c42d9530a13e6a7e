"""The turns of a filing, as they are stored."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.contracts.exchange import labels as labels  # noqa: PLC0414 - registers the labels
from market.contracts.exchange.rules import Deed
from market.db import RECORD, Base, Id, Instant


class ContractTurn(Base):
    """A side filed a contract or returned it; from then on it is ``holder_org_id``'s turn."""

    __tablename__ = "contract_turn"
    __table_args__ = (UniqueConstraint("contract_id", "sequence"), RECORD)

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    sequence: Mapped[int]
    deed: Mapped[Deed]
    by_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    holder_org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    at: Mapped[Instant]
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
