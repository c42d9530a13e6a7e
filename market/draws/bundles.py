"""The bundle of a draw: everything a stranger needs to check it, as the log holds it."""

from lottery.bundle import Bundle, Cut, LoggedEntry, build
from market import log
from market.db import UnitOfWork
from market.draws import queries
from market.draws.errors import NoBundleYetError
from market.draws.model import Draw, DrawEntry
from market.draws.rules import DrawState
from market.installation import Installation

LIST_FILE = "list.ndjson"
# Of an attempt that was called off, a later one's bundle shows these.
PRIOR_TYPES = ("notice", "void")


def is_ready(draw: Draw) -> bool:
    """Whether there is something to verify: a result, or a draw that was called off."""
    return draw.state in {DrawState.DRAWN, DrawState.VOID}


def bundle_of(work: UnitOfWork, here: Installation, draw: Draw) -> bytes:
    """Return a draw's bundle against the log's latest checkpoint; the same bytes until it grows.

    Raises:
        NoBundleYetError: The draw has no result yet.
        NotYetLoggedError: Its last entry waits for its index.
    """
    return build(parts_of(work, here, draw))


def frozen_bundle_of(work: UnitOfWork, here: Installation, draw: Draw) -> bytes:
    """Return the bundle of a frozen list without a value: for who must check it before proving."""
    return build(_parts(work, here, draw))


def parts_of(work: UnitOfWork, here: Installation, draw: Draw) -> Bundle:
    """Return the parts of a draw's bundle; ``bundle_of`` says what is raised."""
    if not is_ready(draw):
        raise NoBundleYetError
    return _parts(work, here, draw)


def _parts(work: UnitOfWork, here: Installation, draw: Draw) -> Bundle:
    earlier = earlier_attempts(work, draw)
    rows = [
        row for one in earlier for row in queries.entries_of(work, one) if row.type in PRIOR_TYPES
    ]
    rows += queries.entries_of(work, draw)
    return Bundle(
        draw=draw.draw_hash,
        origin=here.config.origin,
        entries=tuple(_logged(work, here, row) for row in _in_order(work, rows)),
        cut=_cut(work, here, draw),
        prior={
            one.series_attempt: cut for one in earlier if (cut := _cut(work, here, one)) is not None
        },
        list_file=queries.file_of(work, draw, LIST_FILE),
    )


def earlier_attempts(work: UnitOfWork, draw: Draw) -> list[Draw]:
    """Return the attempts of the same series before this one."""
    return [
        one
        for one in queries.draws_of_need(work, draw.need_id)
        if one.series == draw.series and one.series_attempt < draw.series_attempt
    ]


def _in_order(work: UnitOfWork, rows: list[DrawEntry]) -> list[DrawEntry]:
    return sorted(rows, key=lambda row: queries.index_of(work, row.submission_id))


def _logged(work: UnitOfWork, here: Installation, row: DrawEntry) -> LoggedEntry:
    return LoggedEntry(row.body, log.receipt(work, here, row.submission_id).encode())


def _cut(work: UnitOfWork, here: Installation, draw: Draw) -> Cut | None:
    kept = queries.cut_of(work, draw)
    if kept is None:
        return None
    connection = work.session.connection()
    final = log.log_of(here).checkpoint(connection) or kept.checkpoint
    size = size_of(final)
    return Cut.of(kept.checkpoint, log.log_of(here).consistency(connection, kept.size, size))


def size_of(note: bytes) -> int:
    """Return the size of the tree a checkpoint signs: its second line."""
    return int(note.split(b"\n", 2)[1])
