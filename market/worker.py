"""``zjcs worker``: APScheduler in a process of its own, one leader among several nodes."""

import logging
import os
import secrets
import signal
import socket
import threading
from typing import Final

from apscheduler.schedulers.background import BackgroundScheduler

from audit import lease
from market import jobs, log, witnessing
from market.firms import import_jobs
from market.installation import Installation
from market.letters import jobs as letters
from market.messages import jobs as messages
from market.selfaudit import jobs as selfaudit

logger = logging.getLogger(__name__)

LEASE: Final = "worker"
LEASE_SECONDS: Final = 30
TICK_SECONDS: Final = 5
SEQUENCE_SECONDS: Final = 1
FEED_SECONDS: Final = 1
IMPORT_SECONDS: Final = 1
AUDIT_SECONDS: Final = 60
SEND_SECONDS: Final = 2


class Worker:
    """Runs the sweeps while it holds the worker's lease; otherwise stands by."""

    def __init__(self, here: Installation) -> None:
        self.here = here
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        )

    def leads(self) -> bool:
        """Take or renew the lease; whether this worker is the leader now."""
        with self.here.engine.begin() as connection:
            now = self.here.clock()
            return lease.take(connection, LEASE, self.holder, now, LEASE_SECONDS) is not None

    def tick(self) -> None:
        """Sweep, if this worker leads."""
        if self.leads():
            jobs.tick(self.here)

    def sequence(self) -> None:
        """Give queued log entries their indexes, if this worker leads."""
        if self.leads():
            log.sequence(self.here)

    def feed(self) -> None:
        """Send the latest checkpoint to the witnesses that lack it, if this worker leads.

        A job of its own: a witness that does not answer holds up neither log nor deadlines.
        """
        if witnessing.policy(self.here).witnesses and self.leads():
            witnessing.feed(self.here)

    def audit(self) -> None:
        """Compare every row of record with the log, once a night, if this worker leads.

        A job of its own: it reads everything, and no deadline waits for it.
        """
        if self.leads():
            selfaudit.sweep(self.here)

    def bring_in(self) -> None:
        """Take over the tables that people have confirmed, if this worker leads.

        A job of its own: no deadline waits for ten thousand rows.
        """
        if self.leads():
            import_jobs.sweep(self.here)

    def send(self) -> None:
        """Send the messages that are due, if this worker leads.

        A job of its own: a mail server that does not answer holds up no deadline.
        """
        if self.leads():
            messages.send(self.here)

    def make_letters(self) -> None:
        """Make the PDFs of the letters that were issued, if this worker leads.

        A job of its own: no deadline waits for a page to be set.
        """
        if self.leads():
            letters.sweep(self.here)

    def start(self) -> None:
        """Start the scheduler's thread."""
        self._scheduler.add_job(self.tick, "interval", seconds=TICK_SECONDS)
        self._scheduler.add_job(self.sequence, "interval", seconds=SEQUENCE_SECONDS)
        self._scheduler.add_job(self.feed, "interval", seconds=FEED_SECONDS)
        self._scheduler.add_job(self.bring_in, "interval", seconds=IMPORT_SECONDS)
        self._scheduler.add_job(self.audit, "interval", seconds=AUDIT_SECONDS)
        self._scheduler.add_job(self.make_letters, "interval", seconds=SEND_SECONDS)
        self._scheduler.add_job(self.send, "interval", seconds=SEND_SECONDS)
        self._scheduler.start()

    def stop(self) -> None:
        """Finish what is running and give the lease back."""
        self._scheduler.shutdown(wait=True)
        with self.here.engine.begin() as connection:
            lease.release(connection, LEASE, self.holder)


def run(here: Installation) -> None:
    """Run a worker until SIGTERM or Ctrl-C.

    Raises:
        ConfigurationError: The policy of witnesses cannot be used.
    """
    witnessing.policy(here)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    worker = Worker(here)
    worker.start()
    logger.info("worker %s started", worker.holder)
    stop.wait()
    worker.stop()
