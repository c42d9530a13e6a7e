"""What the operator does with messages: sends again what failed, and puts notices on the pages."""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import select, update

from market.access import OrgKind
from market.clock import beijing
from market.db import UnitOfWork
from market.duties import require_another
from market.errors import MissingError, msgid
from market.messages.errors import BannerConfirmedError, BannerOverError, BannerTermError
from market.messages.journal import BannerMoved
from market.messages.model import Banner, Delivery
from market.messages.rules import DeliveryMove, DeliveryState, advance

# Platform default: a notice nobody takes down goes by itself.
LONGEST_BANNER_DAYS: Final = 90


def retry(work: UnitOfWork, delivery_id: int) -> None:
    """Send a delivery again that was given up.

    Raises:
        MissingError: There is none.
        IllegalDeliveryMoveError: It was not given up, or is being sent again already.
    """
    row = work.session.scalar(
        select(Delivery)
        .where(Delivery.id == delivery_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise MissingError
    row.state = advance(row.state, DeliveryMove.RETRY)
    row.attempts, row.next_check_at = 0, work.now


def retry_failed(work: UnitOfWork) -> int:
    """Send everything again that was given up; return how many there are."""
    rows = work.session.scalars(
        update(Delivery)
        .where(Delivery.state == DeliveryState.FAILED)
        .values(
            state=advance(DeliveryState.FAILED, DeliveryMove.RETRY),
            attempts=0,
            next_check_at=work.now,
        )
        .returning(Delivery.id)
    )
    return len(rows.all())


def publish_banner(
    work: UnitOfWork,
    *,
    words_zh: str,
    words_en: str,
    audience: OrgKind | None,
    starts_on: date,
    ends_on: date,
) -> Banner:
    """Write a notice for everybody, or for one kind of organisation, from day to day.

    It is on no page before another person has confirmed it.

    Raises:
        BannerTermError: It would never be shown, or for too long.
    """
    longest = timedelta(days=LONGEST_BANNER_DAYS)
    if ends_on < max(starts_on, work.today) or ends_on - starts_on >= longest:
        raise BannerTermError(LONGEST_BANNER_DAYS)
    row = Banner(
        words_zh=words_zh,
        words_en=words_en,
        audience=audience,
        starts_at=beijing(starts_on),
        ends_at=beijing(ends_on + timedelta(days=1)),
        published_by_id=work.user_id,
        published_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return row


def confirm_banner(work: UnitOfWork, banner_id: int) -> None:
    """Put a notice on the pages that another person wrote.

    Raises:
        MissingError: There is none.
        BannerOverError: It was withdrawn, or its time is over.
        BannerConfirmedError: Somebody has confirmed it.
        SeparationOfDutiesError: The actor wrote it.
    """
    row = _open(work, banner_id)
    if row.confirmed_at is not None:
        raise BannerConfirmedError
    require_another(work, row.published_by_id, first=msgid("拟写人"), second=msgid("复核人"))
    row.confirmed_at, row.confirmed_by_id = work.now, work.user_id
    _record(work, row)


def withdraw_banner(work: UnitOfWork, banner_id: int) -> None:
    """Take a notice off the pages, or one that nobody has confirmed off the list.

    Raises:
        MissingError: There is none.
        BannerOverError: It is not shown any more.
    """
    row = _open(work, banner_id)
    row.withdrawn_at, row.withdrawn_by_id = work.now, work.user_id
    if row.confirmed_at is not None:
        _record(work, row)


def _open(work: UnitOfWork, banner_id: int) -> Banner:
    row = work.session.get(Banner, banner_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise MissingError
    if row.withdrawn_at is not None or row.ends_at <= work.now:
        raise BannerOverError
    return row


def _record(work: UnitOfWork, row: Banner) -> None:
    work.record(
        BannerMoved(
            banner=row.id,
            is_shown=row.withdrawn_at is None,
            audience=row.audience.value if row.audience else "everybody",
            words_zh=row.words_zh,
            words_en=row.words_en,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
        )
    )
