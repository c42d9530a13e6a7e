"""Messages between the sides of a contract, as they are stored."""

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.db import RECORD, Base, Id, Instant


class ContractMessage(Base):
    """One message; the next is written under it, and none is changed or taken away."""

    __tablename__ = "contract_message"
    __table_args__ = (UniqueConstraint("contract_id", "sequence"), RECORD)

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    sequence: Mapped[int]
    org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    sent_at: Mapped[Instant]
    text: Mapped[str] = mapped_column(Text)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
