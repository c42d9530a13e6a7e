"""What goes on by itself with imports: confirmed ones are taken over, forgotten ones are ended."""

import logging
from collections.abc import Sequence

from sqlalchemy import select

from market.accounts import queries as accounts
from market.accounts.model import User
from market.db import Actor, UnitOfWork, reading_work, unit_of_work
from market.errors import MarketError, msgid
from market.firms import entered_for, importing
from market.firms.identity import identity_key
from market.installation import Installation
from market.sheets.model import SheetImport
from market.sheets.rules import ImportState
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
    """Take over what has been confirmed, and forget old previews; safe to run in parallel.

    Returns:
        How many imports were looked at.
    """
    with reading_work(here.sessions, JOB, here.clock) as work:
        running = list(
            work.session.scalars(
                select(SheetImport.id)
                .where(SheetImport.state == ImportState.RUNNING)
                .order_by(SheetImport.id)
            )
        )
    ended = do_all(here, JOB, Task(name="import: forgotten", find=_forgotten, do=_end))
    for import_id in running:
        while step(here, import_id):
            pass
    return len(running) + ended


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
    if row.state not in {ImportState.PREVIEWED, ImportState.OFFERED}:
        return 0
    importing.discard(work, row)
    return 1


def step(here: Installation, import_id: int) -> bool:
    """Take over the next rows of one import, in a transaction of their own.

    Returns:
        Whether some are left.
    """
    try:
        actor = _who_confirmed(here, import_id)
        with unit_of_work(here.sessions, actor, here.clock) as work:
            return importing.take_some(work, import_id, identity_key(here.keys))
    except MarketError as error:
        _stop(here, import_id, error)
    except Exception:
        logger.exception("import %s met a fault", import_id)
        _stop(here, import_id, ImportBrokenError())
    return False


def _stop(here: Installation, import_id: int, error: MarketError) -> None:
    with unit_of_work(here.sessions, JOB, here.clock) as work:
        importing.stop(work, import_id, error)


def _who_confirmed(here: Installation, import_id: int) -> Actor:
    """Return the person for whom the rows are entered, as their account stands now."""
    with reading_work(here.sessions, JOB, here.clock) as work:
        row = work.session.get_one(SheetImport, import_id)
        if row.user_id is None:
            return COMMAND_LINE
        return accounts.actor_of(work, work.session.get_one(User, row.user_id))
