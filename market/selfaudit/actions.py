"""Running the self-audit: compare, seal what is new, and tell the log."""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError

from lottery import Audit
from market.db import Actor, unit_of_work
from market.installation import Installation
from market.selfaudit import queries
from market.selfaudit.compare import Comparison, compare, sequence_differences
from market.selfaudit.differences import Difference
from market.selfaudit.errors import AuditUnderWayError
from market.selfaudit.kept import differences_with_witnesses
from market.selfaudit.model import AuditDifference, AuditRun, AuditSeal
from market.selfaudit.seals import chain

logger = logging.getLogger(__name__)

ACTOR = Actor("job:selfaudit")
_LONGEST_KEY = 200


def run(here: Installation) -> AuditRun:
    """Compare every row of record, keep what differs, and write the AUDIT entry.

    The comparison reads one state of the database and locks nothing; only what it came to is
    written in a transaction.

    Raises:
        AuditUnderWayError: Another run was written in the meantime.
    """
    unsequenced = list(sequence_differences(here))
    found = compare(here)
    elsewhere = differences_with_witnesses(here)
    try:
        made = write(here, found, (*unsequenced, *elsewhere))
    except IntegrityError as error:  # both sealed the same row
        raise AuditUnderWayError from error
    for one in sequence_differences(here):
        logger.error("the AUDIT entry waits: %s", one)
    return made


def write(here: Installation, found: Comparison, elsewhere: Iterable[Difference] = ()) -> AuditRun:
    """Write a run with its entry, its seals and what differs.

    Raises:
        AuditUnderWayError: Another run was written since the comparison began.
    """
    with unit_of_work(here.sessions, ACTOR, here.clock) as work:
        last = queries.last_run(work)
        if (last.id if last else 0) != found.last_run_id:
            raise AuditUnderWayError
        seals = [(row.table.name, row.key, row.digest) for row in found.unsealed]
        digest = chain(found.last_digest, seals)
        entry = Audit(at=int(work.now.timestamp()), size=found.size, rows=found.rows,
                      digest=digest.hex())  # fmt: skip
        made = AuditRun(
            # As the entry says it: to the second.
            at=datetime.fromtimestamp(entry.at, UTC),
            size=found.size,
            rows=found.rows,
            seals=len(seals),
            digest=digest.hex(),
            submission_id=work.submit(entry.to_bytes()),
        )
        work.session.add(made)
        work.session.flush()
        work.session.add_all(_seals(made, found))
        work.session.add_all(_differences(made, (*found.differences, *elsewhere)))
        return made


def _seals(made: AuditRun, found: Comparison) -> list[AuditSeal]:
    return [
        AuditSeal(
            run_id=made.id,
            position=position,
            table_name=row.table.name,
            row_key=row.key,
            digest=row.digest,
            marks=row.marks,
        )
        for position, row in enumerate(found.unsealed)
    ]


def _differences(made: AuditRun, found: Iterable[Difference]) -> list[AuditDifference]:
    return [
        AuditDifference(
            run_id=made.id,
            table_name=one.table,
            row_key=one.key[:_LONGEST_KEY],
            column_name=one.column,
            what=one.what,
        )
        for one in found
    ]
