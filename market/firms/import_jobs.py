"""What goes on by itself with imports: confirmed ones are taken over, forgotten ones are ended."""

import logging
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from market.accounts import queries as accounts
from market.accounts.model import User
from market.db import Actor, UnitOfWork, unit_of_work
from market.errors import ConflictError, MarketError, msgid
from market.firms import entered_for, importing
from market.firms.identity import identity_key
from market.installation import Installation
from market.sheets.model import SheetImport
from market.sheets.rules import ImportMove, ImportState
from market.sweeping import Task
from market.sweeping import sweep as do_all

logger = logging.getLogger(__name__)

JOB = Actor("job:imports")
COMMAND_LINE = Actor("cli")


class ImportBrokenError(MarketError):
    """The import met a fault of the system."""

    sentence = msgid(
        "系统出错，导入中断。已导入的内容有效。请再次上传同一文件：已导入的不会重复，其余的会接着导入。"
    )


def sweep(here: Installation) -> int:
    """Take over what has been confirmed, and forget what nobody answered; safe to run in parallel.

    Each round enters one part of every import that runs: a short table does not wait for a long
    one. A part that meets another writer is tried again as every sweep does (market.sweeping).

    Returns:
        How many parts were entered, and how many imports were forgotten.
    """
    key = identity_key(here.keys)

    def go_on(work: UnitOfWork, import_id: int) -> int:
        return _go_on(work, import_id, key)

    done = do_all(here, JOB, Task(name="import: forgotten", find=_forgotten, do=_end))
    while parts := do_all(here, JOB, Task(name="import", find=_running, do=go_on)):
        done += parts
    return done


def _running(work: UnitOfWork, after: int | None, limit: int) -> Sequence[int]:
    running = select(SheetImport.id).where(
        SheetImport.state == ImportState.RUNNING, SheetImport.id > (after or 0)
    )
    return work.session.scalars(running.order_by(SheetImport.id).limit(limit)).all()


def _go_on(work: UnitOfWork, import_id: int, key: bytes) -> int:
    """Enter the next part of an import for whoever confirmed it, or end it with the reason."""
    row = work.session.get_one(SheetImport, import_id)
    if row.state is not ImportState.RUNNING:
        return 0  # Another process was here first.
    actor = _who_confirmed(work, row)
    acting = UnitOfWork(session=work.session, actor=actor, now=work.now)
    try:
        with work.session.begin_nested():
            importing.take_some(acting, import_id, key)
    except (ConflictError, StaleDataError):
        raise ConflictError from None
    except MarketError as error:
        importing.stop(work, import_id, error)
    except Exception:
        logger.exception("import %s met a fault", import_id)
        importing.stop(work, import_id, ImportBrokenError())
    return 1


def _forgotten(work: UnitOfWork, after: int | None, limit: int) -> Sequence[int]:
    forgotten = (
        (SheetImport.state == ImportState.PREVIEWED)
        & (SheetImport.uploaded_at < work.now - importing.KEPT)
    ) | (
        (SheetImport.state == ImportState.OFFERED)
        & (SheetImport.offered_at < work.now - entered_for.KEPT)
    )
    old = select(SheetImport.id).where(forgotten, SheetImport.id > (after or 0))
    return work.session.scalars(old.order_by(SheetImport.id).limit(limit)).all()


def _end(work: UnitOfWork, import_id: int) -> int:
    row = work.session.get_one(SheetImport, import_id)
    match row.state:
        case ImportState.PREVIEWED:
            importing.discard(work, row)
        case ImportState.OFFERED:
            importing.give_up(work, row, ImportMove.LAPSE)
        case _:
            return 0
    return 1


def step(here: Installation, import_id: int) -> bool:
    """Enter the next part of one import, in a transaction of its own, while somebody waits for it.

    Returns:
        Whether some are left; no where another writer came first, and the next sweep goes on.
    """
    try:
        with unit_of_work(here.sessions, JOB, here.clock) as work:
            _go_on(work, import_id, identity_key(here.keys))
            return work.session.get_one(SheetImport, import_id).state is ImportState.RUNNING
    except ConflictError:
        return False


def _who_confirmed(work: UnitOfWork, row: SheetImport) -> Actor:
    """Return the person for whom the rows are entered, as their account stands now."""
    if row.user_id is None:
        return COMMAND_LINE
    return accounts.actor_of(work, work.session.get_one(User, row.user_id))
