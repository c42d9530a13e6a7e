"""What is about to be logged, held to the published verifier first: a RESULT stands for ever.

Whoever can write to the database can change a row from which a result would follow, and such a
result fails its verification for ever. So nothing is proved, drawn or replaced from parts that a
stranger would refuse: the draw stands still, visibly, until the row is as it was.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import select

from lottery import LotteryError, NotReadyError, alpha_to_prove, enrol_commit, examine, parse_policy
from lottery.entries import Departure, Enrol, decode
from market.db import UnitOfWork
from market.draws import bundles, methods, policy, queries
from market.draws.errors import UnverifiableError
from market.draws.fixed import differing
from market.draws.model import Draw, Enrolment
from market.draws.model_later import Replacement
from market.draws.protocol import unix
from market.draws.queries import Block
from market.draws.rules import DrawState, Wait
from market.errors import msgid
from market.firms.model import Firm
from market.installation import Installation
from market.log import NotYetLoggedError

BEFORE_RESULT: Final = frozenset({"V1", "V2", "V3", "V4", "V5", "V6", "V7", "V12", "V13", "V14"})
"""The checks of which the last value and the result are no part. docs/spec/lottery-v1.md 7."""


def check_frozen(work: UnitOfWork, here: Installation, draw: Draw, alpha: bytes) -> None:
    """Require that a frozen draw verifies, and that its seed will be the one that strangers find.

    ``alpha`` binds FREEZE and what was revealed, as they are going to be used.

    Raises:
        UnverifiableError: It does not; it names the checks.
    """
    with _readable():
        if columns := differing(draw, queries.notice_entry(work, draw)):
            raise UnverifiableError("draw", columns)
        parts = bundles.listed_parts_of(work, here, draw)
        trusted = parse_policy(policy.current_policy(work, here).encode())
        checks = examine(parts, trusted).checks
        if failed := [one.name for one in checks if one.name in BEFORE_RESULT and not one.ok]:
            raise UnverifiableError("draw", failed)
        if alpha_to_prove(parts, trusted, now=unix(work.now)) != alpha:
            raise UnverifiableError("draw", ["V9"])


def check_drawn(work: UnitOfWork, here: Installation, draw: Draw) -> None:
    """Require that a drawn draw verifies before anything more follows from it.

    Raises:
        UnverifiableError: It does not; it names the checks.
    """
    with _readable():
        if columns := differing(draw, queries.notice_entry(work, draw)):
            raise UnverifiableError("draw", columns)
        trusted = parse_policy(policy.current_policy(work, here).encode())
        checks = examine(bundles.parts_of(work, here, draw), trusted).checks
        if failed := [one.name for one in checks if not one.ok]:
            raise UnverifiableError("draw", failed)


def check_replacement(work: UnitOfWork, draw: Draw, row: Replacement, left: Departure) -> None:
    """Require that a replacement's row says what the entry says by which the firm left.

    Raises:
        UnverifiableError: It does not, or another place fell vacant before.
    """
    value = left.next_value
    said = (row.leaf, row.out_code, unix(row.phi_at))
    if value is None or said != (left.leaf_hash.hex(), left.who, value.t_phi):
        raise UnverifiableError("draw_replacement", [row.id])
    if queries.first_vacancy(work, draw) != left:
        raise UnverifiableError("draw_replacement", [row.id, "V11"])


def check_enrolments(work: UnitOfWork, draw: Draw) -> None:
    """Require that the rows of the enrolments open what was logged, before a list is made of them.

    Raises:
        UnverifiableError: A row is missing, or is not what its entry says; it names the rows.
    """
    with _readable():
        removed = queries.removed_of(work, draw)
        rows = {row.submission_id: row for row in queries.enrolments_of(work, draw)}
        wrong = []
        for logged in queries.entries_of(work, draw, Enrol.kind):
            row, entry = rows.pop(logged.submission_id, None), decode(logged.body)
            index = queries.index_of(work, logged.submission_id)
            state = removed.get(index, "enrolled")
            if row is None or not isinstance(entry, Enrol) or not _opens(work, draw, row, entry):
                wrong.append(logged.submission_id if row is None else row.id)
            elif row.state != state:
                wrong.append(row.id)
        wrong += [row.id for row in rows.values()]
        if wrong:
            raise UnverifiableError("enrolment", wrong)


def blocks_of(work: UnitOfWork, here: Installation, draw: Draw) -> list[Block]:
    """Return what a draw waits for; first of all whether it stands still, as it does not verify."""
    found = queries.what_blocks(work, here, draw)
    if methods.waits_in_time(work, draw):  # Firms bid or open quotes: no step is late.
        found = [block for block in found if block.kind is not Wait.STEP_OVERDUE]
    try:
        _check_due(work, here, draw)
    except UnverifiableError as error:
        stopped = Block(
            kind=Wait.UNVERIFIABLE,
            since=draw.next_check_at or draw.phi_at,
            due_at=None,
            what=msgid("本次抽取的记录与公开日志不符（%(what)s），不能继续"),
            do=msgid("请保留现场，运行 zjcs selfaudit run 查明被改动的记录；从备份恢复后自动继续"),
            facts=error.facts,
            stops=True,
        )
        return [stopped, *found]
    return found


def _check_due(work: UnitOfWork, here: Installation, draw: Draw) -> None:
    """Check what the next step will check, if it is due: a desk asks this of many draws."""
    if columns := differing(draw, queries.notice_entry(work, draw)):
        raise UnverifiableError("draw", columns)
    is_due = draw.next_check_at is not None and draw.next_check_at <= work.now
    is_due = is_due or queries.sleeps(work, draw)
    match draw.state:
        case DrawState.CLOSED if is_due:
            check_enrolments(work, draw)
        case DrawState.FROZEN if is_due and work.now >= draw.phi_at and queries.cut_of(work, draw):
            check_frozen(work, here, draw, queries.alpha_of(work, draw))
        case DrawState.DRAWN:
            waiting = (Replacement.draw_id == draw.id, Replacement.next_check_at <= work.now)
            for row in queries.replacements_waiting(work, *waiting):
                check_drawn(work, here, draw)
                check_replacement(work, draw, row, queries.departure_of(work, row))
        case _:
            pass


def _opens(work: UnitOfWork, draw: Draw, row: Enrolment, entry: Enrol) -> bool:
    """Whether a row opens the commitment of its entry, for the firm that it names."""
    opened = enrol_commit(row.salt, bytes.fromhex(draw.draw_hash), row.firm_code).hex()
    code = work.session.scalar(select(Firm.code).where(Firm.id == row.firm_id))
    return (entry.enrol_commit, entry.seq, code) == (opened, row.sequence, row.firm_code)


@contextmanager
def _readable() -> Iterator[None]:
    """Say of parts that cannot even be read that they do not verify."""
    try:
        yield
    except NotReadyError as error:
        raise UnverifiableError("draw", [error.failed]) from error
    except NotYetLoggedError as error:
        raise UnverifiableError("draw", ["V1"]) from error
    except (LotteryError, LookupError, TypeError, ValueError) as error:
        raise UnverifiableError("draw", [error]) from error
