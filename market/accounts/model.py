"""Organisations, their people, and who is signed in."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

import market.accounts.labels  # noqa: F401 - whoever has the tables can name what is in them
from market.access import OrgKind, Role
from market.accounts.handover_rules import HandoverPurpose, HandoverState
from market.accounts.rules import AttemptKind, AttemptOutcome
from market.db import Base, Id, Instant


class Organisation(Base):
    """A legal entity that takes part in the market, known to the public by its credit code."""

    __tablename__ = "organisation"
    __table_args__ = (Index(None, "kind", "id"),)

    id: Mapped[Id]
    kind: Mapped[OrgKind]
    code: Mapped[str] = mapped_column(String(18), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[Instant]


class OrganisationScope(Base):
    """A group of service items that a regulator is responsible for."""

    __tablename__ = "organisation_scope"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    group_code: Mapped[str] = mapped_column(String(32), primary_key=True)


class User(Base):
    """A person who acts for one organisation."""

    __tablename__ = "user_account"
    __table_args__ = (CheckConstraint("username = lower(username)", name="username_lower"),)

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    username: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(50))
    password_hash: Mapped[str] = mapped_column(String(200))
    # Someone else knows the password: until it is changed, the account can do nothing else.
    password_temporary: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Instant]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def is_there(self) -> bool:
        """Whether its person can sign in and act: not closed, with a password of their own."""
        return self.active and not self.password_temporary


class PasswordHandover(Base):
    """An account given a password by others, or closed: who asked, agreed and confirmed, why.

    No password is here: ``salt`` makes, with a key that is not in the database, the two halves
    that two people tell.
    """

    __tablename__ = "password_handover"
    __table_args__ = (
        Index(
            "uq_password_handover_asked",
            "user_id",
            unique=True,
            sqlite_where=text("state IN ('asked', 'awaited')"),
            postgresql_where=text("state IN ('asked', 'awaited')"),
        ),
        Index(None, "user_id", "decided_at"),
        Index(None, "state", "id"),
    )

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    purpose: Mapped[HandoverPurpose]
    reason: Mapped[str] = mapped_column(String(300))
    state: Mapped[HandoverState]
    salt: Mapped[str] = mapped_column(String(64))
    # None where the command line acted.
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[Instant]
    # Who agreed outside the operator, where somebody has to.
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    agreed_at: Mapped[Instant | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class UserRole(Base):
    """One role of one person."""

    __tablename__ = "user_role"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(primary_key=True)


class UserSession(Base):
    """A signed-in browser. It knows the digest of the browser's token, never the token."""

    __tablename__ = "user_session"

    id: Mapped[Id]
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[Instant]
    seen_at: Mapped[Instant] = mapped_column(index=True)


class SignInAttempt(Base):
    """One try at a password or a registration, counted before it is known how it ends.

    ``account_digest`` is that of the name as typed: people type passwords into the wrong field.
    Where a browser is known to the account it is that of the browser, until it gets in.
    """

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index(None, "kind", "account_digest", "at"),
        Index(None, "kind", "address", "at"),
        Index(None, "at"),
    )

    id: Mapped[Id]
    kind: Mapped[AttemptKind]
    account_digest: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[AttemptOutcome] = mapped_column(default=AttemptOutcome.PENDING)
    at: Mapped[Instant]
