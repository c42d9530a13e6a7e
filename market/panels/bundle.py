"""The bundle of a panel's draw: everything a stranger needs to check it, as the log holds it."""

from lottery.bundle import Bundle, Cut, LoggedEntry, build
from lottery.policy import Policy, parse_policy
from lottery.verify import Report, examine
from market import log, witnessing
from market.db import UnitOfWork
from market.draws import policy
from market.draws import queries as draws
from market.draws.rules import DrawState
from market.installation import Installation
from market.log import NotYetLoggedError
from market.panels import queries
from market.panels.errors import NoPanelBundleError
from market.panels.model import Panel, PanelCut


def is_ready(panel: Panel) -> bool:
    """Whether there is something to verify: a result, or a draw that was called off."""
    return panel.state in {DrawState.DRAWN, DrawState.VOID}


def bundle_of(work: UnitOfWork, here: Installation, panel: Panel) -> bytes:
    """Return a panel's bundle against the log's latest checkpoint.

    Raises:
        NoPanelBundleError: Its draw has no result yet.
        NotYetLoggedError: Its last entry waits for its index, or for the witnesses.
    """
    if not is_ready(panel):
        raise NoPanelBundleError
    return build(parts_of(work, here, panel))


def listed_bundle_of(work: UnitOfWork, here: Installation, panel: Panel) -> bytes:
    """Return the bundle of a frozen list that may lack its cut.

    Raises:
        NoPanelBundleError: There is no list yet.
        NotYetLoggedError: No quorum has seen its last entry yet.
    """
    if queries.file_of(work, panel, queries.LIST_FILE) is None:
        raise NoPanelBundleError
    return build(parts_of(work, here, panel))


def frozen_bundle_of(work: UnitOfWork, here: Installation, panel: Panel) -> bytes:
    """Return the bundle of a frozen list with the checkpoint that was witnessed.

    Raises:
        NoPanelBundleError: The list has not been witnessed yet.
        NotYetLoggedError: No quorum has seen its last entry yet.
    """
    if queries.cut_of(work, panel) is None:
        raise NoPanelBundleError
    return listed_bundle_of(work, here, panel)


def parts_of(work: UnitOfWork, here: Installation, panel: Panel) -> Bundle:
    """Return the parts of a panel's bundle, whatever its state.

    Raises:
        NotYetLoggedError: No quorum has seen the panel's last entry yet.
    """
    rows = queries.entries_of(work, panel)
    indexes = [draws.index_of(work, row.submission_id) for row in rows]
    kept = queries.cut_of(work, panel)
    least = max(1 + max(indexes), kept.size if kept else 0)
    found = witnessing.latest_cosigned(work, here, at_least=least)
    if found is None:
        raise NotYetLoggedError
    receipts = log.log_of(here).receipts(work.session.connection(), indexes, found.size)
    lines = sorted(zip(indexes, rows, receipts, strict=True), key=lambda line: line[0])
    return Bundle(
        draw=panel.draw_hash,
        origin=here.config.origin,
        entries=tuple(LoggedEntry(row.body, receipt.encode()) for _, row, receipt in lines),
        cut=_cut(work, here, kept, found.size) if kept else None,
        prior={},
        later={},
        list_file=queries.file_of(work, panel, queries.LIST_FILE),
    )


def _cut(work: UnitOfWork, here: Installation, kept: PanelCut, final: int) -> Cut:
    connection = work.session.connection()
    return Cut.of(kept.checkpoint, log.log_of(here).consistency(connection, kept.size, final))


def trusted_by(work: UnitOfWork, here: Installation) -> Policy:
    """Return this installation's own policy; whoever wants to be sure brings another."""
    return parse_policy(policy.current_policy(work, here).encode())


def report_of(work: UnitOfWork, here: Installation, panel: Panel) -> Report | None:
    """Return what the published verifier finds; None while there is nothing to verify."""
    if not is_ready(panel):
        return None
    try:
        return examine(parts_of(work, here, panel), trusted_by(work, here))
    except NotYetLoggedError:
        return None
