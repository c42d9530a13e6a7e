"""Signed-in browsers: a random token in the browser, its digest in the database."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import delete, select, update

from market.accounts.model import User, UserSession
from market.accounts.rules import SESSION_GRAIN, SESSION_IDLE, SESSION_LONGEST, session_lives
from market.db import Sessions, UnitOfWork


def digest_of(token: str) -> str:
    """Return what the database knows of a token: it has 256 random bits and needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin(work: UnitOfWork, user: User) -> str:
    """Sign a browser in and return its new token."""
    token = secrets.token_urlsafe(32)
    work.session.add(
        UserSession(
            token_digest=digest_of(token), user_id=user.id, created_at=work.now, seen_at=work.now
        )
    )
    return token


def find(work: UnitOfWork, token: str) -> tuple[User, UserSession] | None:
    """Return who is signed in with a token, unless the time is up or the account is closed."""
    row = work.session.execute(
        select(User, UserSession)
        .join(UserSession, UserSession.user_id == User.id)
        .where(UserSession.token_digest == digest_of(token))
    ).one_or_none()
    if row is None:
        return None
    user, session = row
    if not user.active or not session_lives(session.created_at, session.seen_at, work.now):
        return None
    return user, session


def is_stale(seen_at: datetime, now: datetime) -> bool:
    """Whether it is worth a write to remember that a browser was seen again."""
    return now - seen_at >= SESSION_GRAIN


def touch(sessions: Sessions, token: str, now: datetime) -> None:
    """Remember that a browser was seen, in a transaction of its own after its page is done."""
    with sessions.begin() as session:
        session.execute(
            update(UserSession)
            .where(UserSession.token_digest == digest_of(token), UserSession.seen_at < now)
            .values(seen_at=now)
        )


def end(work: UnitOfWork, token: str) -> None:
    """Sign one browser out."""
    work.session.execute(delete(UserSession).where(UserSession.token_digest == digest_of(token)))


def end_all(work: UnitOfWork, user: User) -> None:
    """Sign a person out everywhere."""
    work.session.execute(delete(UserSession).where(UserSession.user_id == user.id))


def forget_ended(work: UnitOfWork) -> int:
    """Delete the sessions whose time is up; return how many."""
    over = delete(UserSession).where(
        (UserSession.seen_at <= work.now - SESSION_IDLE)
        | (UserSession.created_at <= work.now - SESSION_LONGEST)
    )
    return len(work.session.scalars(over.returning(UserSession.id)).all())
