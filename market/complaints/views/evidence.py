"""What an accused, or the award's firm, handed in with its words: for itself and the office."""

from market.access import Permission, requires
from market.complaints import queries
from market.complaints.views.blueprint import bp, clean
from market.complaints.views.showing import reader_of
from market.db import UnitOfWork
from market.errors import MissingError
from market.web.deeds import Page, reading
from market.web.downloads import uploaded


@bp.get("/<number>/reply/file")
@requires(Permission.WORKBENCH_OPEN)
def reply_file(number: str) -> Page:
    """Hand out what the accused handed in."""
    with reading() as work:
        one = queries.by_number(work, clean(number))
        reader = reader_of(work, one)
        return _handed_out(work, one.reply_file_id, may=reader.accused or reader.in_office)


@bp.get("/<number>/state/file")
@requires(Permission.WORKBENCH_OPEN)
def state_file(number: str) -> Page:
    """Hand out what the award's firm handed in."""
    with reading() as work:
        one = queries.by_number(work, clean(number))
        reader = reader_of(work, one)
        return _handed_out(work, one.party_file_id, may=reader.heard or reader.in_office)


def _handed_out(work: UnitOfWork, file_id: int | None, *, may: bool) -> Page:
    if file_id is None or not may:
        raise MissingError
    return uploaded(work, file_id)
