"""Whether a draw verifies: found by running the published verifier on the published bundle.

What a page shows is this installation's own word, and says so: a reader who wants to be sure
runs the verifier elsewhere, with a policy file that did not come from here.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from lottery.policy import parse_policy
from lottery.verify import Report, examine
from market import log
from market.db import UnitOfWork
from market.draws import bundles, policy, queries
from market.draws.model import Draw
from market.installation import Installation

_MOST_KEPT: Final = 1024


@dataclass(slots=True)
class _Kept:
    """Reports of this process, the oldest forgotten first."""

    reports: OrderedDict[tuple[str, str], tuple[int, int, Report]] = field(
        default_factory=OrderedDict
    )
    lock: Lock = field(default_factory=Lock)

    def find(self, key: tuple[str, str], version: int, size: int | None) -> Report | None:
        with self.lock:
            kept = self.reports.get(key)
            if kept is None or kept[0] != version or size not in {None, kept[1]}:
                return None
            self.reports.move_to_end(key)
            return kept[2]

    def keep(self, key: tuple[str, str], version: int, size: int, report: Report) -> None:
        with self.lock:
            self.reports[key] = (version, size, report)
            self.reports.move_to_end(key)
            while len(self.reports) > _MOST_KEPT:
                self.reports.popitem(last=False)


_KEPT: Final = _Kept()


def report_of(
    work: UnitOfWork, here: Installation, draw: Draw, *, fresh: bool = True
) -> Report | None:
    """Return what the verifier finds; None while there is nothing to verify.

    A report is made once for each state of the draw and each size of the log; without
    ``fresh`` one made under a smaller log will do, for lists.

    Raises:
        NotYetLoggedError: The draw's last entry waits for its index.
    """
    if not bundles.is_ready(draw):
        return None
    key = (str(here.engine.url), draw.draw_hash)
    size = log_size(work, here)
    version = len(queries.entries_of(work, draw))
    found = _KEPT.find(key, version, size if fresh else None)
    if found is None:
        trusted = parse_policy(policy.current_policy(work, here).encode())
        found = examine(bundles.parts_of(work, here, draw), trusted)
        _KEPT.keep(key, version, size, found)
    return found


def log_size(work: UnitOfWork, here: Installation) -> int:
    """Return the size of the log's latest checkpoint."""
    note = log.log_of(here).checkpoint(work.session.connection())
    return bundles.size_of(note) if note else 0
