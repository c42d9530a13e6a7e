"""What time does: one ordered list of sweeps, each idempotent, run by whoever holds the lease."""

import importlib
import logging
from collections.abc import Callable
from importlib.util import find_spec

from market import log
from market.installation import Installation

logger = logging.getLogger(__name__)

# Deadlines are counted by the newest notice before anybody is judged by them. A sanction that
# begins and a certificate that ends come before the lists that are frozen in
# the same tick, so that a worker that was down catches up as if it had not been.
SWEEPS = (
    ("accounts", "market.accounts.jobs", "sweep"),
    ("holidays", "market.holidays.jobs", "sweep"),
    ("clocks", "market.clocks.jobs", "sweep"),
    ("extensions", "market.clocks.extension.jobs", "sweep"),
    ("supervision", "market.supervision.jobs", "sweep"),
    ("credit", "market.credit.jobs", "sweep"),
    ("firms", "market.firms.jobs", "sweep"),
    ("draws", "market.draws.jobs", "run_due"),
    ("panels", "market.panels.jobs", "run_due"),
    ("direct", "market.direct.jobs", "sweep"),
    ("explanations", "market.explanations.jobs", "sweep"),
    ("contracts", "market.contracts.jobs", "sweep"),
    ("rereview", "market.rereview.jobs", "sweep"),
    ("ratings", "market.ratings.jobs", "sweep"),
    ("payments", "market.payments.jobs", "sweep"),
    ("objections", "market.objections.jobs", "sweep"),
    ("complaints", "market.complaints.jobs", "sweep"),
    ("dossiers", "market.dossiers.jobs", "sweep"),
    ("documents", "market.documents.actions.erasing", "sweep"),
    ("forms", "market.web.once", "sweep"),
    # Last: what the others wrote in this tick is in the inboxes when it ends.
    ("messages", "market.messages.jobs", "sweep"),
)

# What is counted again after a notice of holidays, what draws ask for by a notice's method, and
# what rests on documents: every process that counts, freezes lists or ends documents must know it.
LOADED = (
    "market.affiliations.recounting",
    "market.bidding.judging",
    "market.clocks.appeal.recounting",
    "market.clocks.extension.recounting",
    "market.clocks.over.recounting",
    "market.clocks.recounting",
    "market.complaints.holding",
    "market.complaints.recounting",
    "market.contracts.actions",
    "market.contracts.recounting",
    "market.credit.cases.queries",
    "market.credit.queries",
    "market.credit.recounting",
    "market.direct.recounting",
    "market.documents.recounting",
    "market.draws.recounting",
    "market.experts.evidence",
    "market.explanations.recounting",
    "market.firms.recounting",
    "market.objections.evidence",
    "market.objections.recounting",
    "market.panels.actions.opening",
    "market.panels.waiting",
    "market.payments.recounting",
    "market.quotes.judging",
    "market.ratings.actions",
    "market.ratings.recounting",
    "market.rereview.holding",
    "market.rereview.recounting",
    "market.rereview.subject",
    "market.scoring.judging",
    "market.supervision.recounting",
    "market.supplements.recounting",
)


def sweeps() -> list[tuple[str, Callable[[Installation], int]]]:
    """Return the sweeps of the features, in order."""
    for module in LOADED:
        importlib.import_module(module)
    return [
        (name, getattr(importlib.import_module(module), function))
        for name, module, function in SWEEPS
        if find_spec(module.rpartition(".")[0]) and find_spec(module)
    ]


def tick(here: Installation) -> dict[str, int]:
    """Do everything that is due now, then sequence the log.

    A sweep that fails is logged and does not stop the others: the next tick tries it again.

    Returns:
        How many things each sweep did; -1 where it failed.
    """
    done: dict[str, int] = {}
    for name, sweep in sweeps():
        try:
            done[name] = sweep(here)
        except Exception:
            logger.exception("sweep %s failed; it is tried again at the next tick", name)
            done[name] = -1
    done["log"] = log.sequence(here)
    return done
