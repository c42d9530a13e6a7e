"""The bundle of a draw: everything a stranger needs to check it, as the log holds it."""

from dataclasses import dataclass

from sqlalchemy import select

from lottery.bundle import Bundle, Cut, LoggedEntry, build
from market import log, witnessing
from market.db import UnitOfWork
from market.draws import queries
from market.draws.errors import NoBundleYetError
from market.draws.model import Draw, DrawEntry
from market.draws.model_later import Replacement, ReplacementCut
from market.draws.queries import LIST_FILE
from market.draws.rules import LOST_AFTER, DrawState
from market.installation import Installation
from market.log import NotYetLoggedError

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
    """Return the bundle of a frozen list without a value: for who must check it before proving.

    Raises:
        NoBundleYetError: The list has not been witnessed yet; until then reveals may come.
        NotYetLoggedError: No quorum has seen its last entry yet.
    """
    if queries.cut_of(work, draw) is None:
        raise NoBundleYetError
    return build(_parts(work, here, draw))


def listed_bundle_of(work: UnitOfWork, here: Installation, draw: Draw) -> bytes:
    """Return the bundle of a frozen list that may lack its cut: for who is about to reveal.

    A contributor reveals before the cut is kept, and wants to see the FREEZE in the log first.

    Raises:
        NotYetLoggedError: No quorum has seen its last entry yet.
    """
    return build(listed_parts_of(work, here, draw))


def listed_parts_of(work: UnitOfWork, here: Installation, draw: Draw) -> Bundle:
    """Return the parts of such a bundle; ``listed_bundle_of`` says what is raised."""
    return _parts(work, here, draw)


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
    rows = _in_order(work, [*rows, *queries.entries_of(work, draw)])
    indexes = [queries.index_of(work, row.submission_id) for row in rows]
    final = _final(work, here, draw, 1 + max(indexes))
    under = _Under(work, here, final)
    receipts = log.log_of(here).receipts(work.session.connection(), indexes, final)
    return Bundle(
        draw=draw.draw_hash,
        origin=here.config.origin,
        entries=tuple(
            LoggedEntry(row.body, receipt.encode())
            for row, receipt in zip(rows, receipts, strict=True)
        ),
        cut=under.cut_of(draw),
        prior={
            one.series_attempt: cut for one in earlier if (cut := under.prior_cut(one)) is not None
        },
        later=under.later_cuts(draw, [row.submission_id for row in rows]),
        list_file=queries.file_of(work, draw, LIST_FILE),
    )


def _final(work: UnitOfWork, here: Installation, draw: Draw, at_least: int) -> int:
    """Return the size of the checkpoint that ends every proof: the largest with a quorum.

    For who must check a frozen list before proving, and while a draw runs, a list is checked
    against its own cut as well; both need the quorum.

    Raises:
        NotYetLoggedError: No quorum has seen the draw's last entry yet.
    """
    kept = queries.cut_of(work, draw)
    found = witnessing.latest_cosigned(work, here, at_least=max(at_least, kept.size if kept else 0))
    if found is None:
        raise NotYetLoggedError
    return found.size


@dataclass(frozen=True, slots=True)
class _Under:
    """The cuts of a bundle under its final checkpoint."""

    work: UnitOfWork
    here: Installation
    final: int

    def cut_of(self, draw: Draw) -> Cut | None:
        """Return the kept checkpoint of a list, or of a calling-off."""
        kept = queries.cut_of(self.work, draw)
        return None if kept is None else self._cut(kept.checkpoint, kept.size)

    def prior_cut(self, draw: Draw) -> Cut | None:
        """Return the kept checkpoint of an earlier attempt's VOID; a lost value needs none."""
        lost = draw.voided_at is not None and draw.voided_at >= draw.phi_at + LOST_AFTER
        return None if lost else self.cut_of(draw)

    def later_cuts(self, draw: Draw, submissions: list[int]) -> dict[int, Cut]:
        """Return the kept checkpoints of firms that left, by the number of the entry."""
        rows = self.work.session.execute(
            select(Replacement.submission_id, ReplacementCut)
            .join(ReplacementCut, ReplacementCut.replacement_id == Replacement.id)
            .where(Replacement.draw_id == draw.id)
        )
        return {
            submissions.index(submission_id): self._cut(kept.checkpoint, kept.size)
            for submission_id, kept in rows
        }

    def _cut(self, checkpoint: bytes, size: int) -> Cut:
        connection = self.work.session.connection()
        return Cut.of(checkpoint, log.log_of(self.here).consistency(connection, size, self.final))


def earlier_attempts(work: UnitOfWork, draw: Draw) -> list[Draw]:
    """Return the attempts of the same series before this one."""
    return [
        one
        for one in queries.draws_of_need(work, draw.need_id)
        if one.series == draw.series and one.series_attempt < draw.series_attempt
    ]


def _in_order(work: UnitOfWork, rows: list[DrawEntry]) -> list[DrawEntry]:
    return sorted(rows, key=lambda row: queries.index_of(work, row.submission_id))


def size_of(note: bytes) -> int:
    """Return the size of the tree a checkpoint signs: its second line."""
    return int(note.split(b"\n", 2)[1])
