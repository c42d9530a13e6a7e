"""Who vouches for this log: the operating policy, the quorum, and how it stands with each witness.

``feed`` sends checkpoints out, ``cosigned`` says which of them a quorum has seen and when,
``lights`` shows the operator how each witness does.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

from sqlalchemy import Connection

from audit import cosignatures, feeder, store
from audit import policy as tlog_policy
from audit.checkpoint import parse_text
from audit.cosignatures import Cosignature, Feed
from audit.errors import AuditError, QuorumError
from audit.feeder import FaultKind
from audit.findings import Finding
from audit.keys import KeyType
from audit.note import parse
from audit.policy import NONE, Policy, Witness
from market import log
from market.db import UnitOfWork
from market.errors import ConfigurationError
from market.installation import Installation
from market.witnessing_faults import WitnessFault, fault_of

logger = logging.getLogger(__name__)

CLOCK_SKEW: Final = timedelta(seconds=60)
"""A witness's clock may run this far behind the platform's. Source: lottery-v1, V5."""
IN_TIME_SECONDS: Final = 60
DOWN_AFTER_FAILURES: Final = 3
LONGEST_PAUSE_SECONDS: Final = 60


class LightState(StrEnum):
    """How a witness does."""

    OK = "ok"
    LATE = "late"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A checkpoint that a quorum has seen.

    ``note`` has the log's signature and every cosignature known; ``quorum_at`` is when the
    quorum was reached by the witnesses' clocks, or, where the policy asks for no witness, when
    the platform signed.
    """

    size: int
    note: bytes
    quorum_at: datetime


@dataclass(frozen=True, slots=True)
class Light:
    """How it stands with one witness of the policy.

    ``fault`` is why it did not cosign when it was last asked, None if it did; show it with
    ``market.web.errors.sentence_of``. ``clock_difference_seconds`` is how far its clock ran
    ahead of the platform's at its last cosignature.
    """

    name: str
    url: str
    key_type: KeyType
    last_cosigned_size: int
    log_size: int
    lag_entries: int
    lag_seconds: int
    last_success_at: datetime | None
    clock_difference_seconds: int | None
    fault: WitnessFault | None
    state: LightState

    @property
    def is_alarm(self) -> bool:
        """Whether waiting will not mend it: the log itself may be at fault."""
        return self.fault is not None and self.fault.kind in feeder.ALARMS


def required(here: Installation) -> bool:
    """Whether the operating policy asks for witnesses at all."""
    return policy(here).quorum != NONE


def policy(here: Installation) -> Policy:
    """Return the operating policy: whom this log is to be witnessed by.

    Raises:
        ConfigurationError: The file cannot be read or used; nothing may start with it.
    """
    return _policy(log.policy_text(here), log.vkey(here), str(here.config.policy_path or ""))


@lru_cache(maxsize=8)
def _policy(text: str, vkey: str, path: str) -> Policy:
    try:
        found = tlog_policy.parse(text.encode())
    except AuditError as error:
        raise _unusable(path, str(error)) from error
    if [key.vkey for key in found.logs] != [vkey]:
        raise _unusable(path, f"其中的 log 须是且仅是本平台的日志公钥：log {vkey}")
    for witness in found.witnesses:
        if not witness.url.startswith(("http://", "https://")):
            raise _unusable(path, f"见证人 {witness.name} 一行的末尾须写明其 http(s) 地址")
    try:
        found.quorum_time({w.name: datetime.max.replace(tzinfo=UTC) for w in _counted(found)})
    except QuorumError as error:
        raise _unusable(
            path, f"只用 Ed25519（类型 04）的见证人达不到 quorum {found.quorum}，摇号不会被采信"
        ) from error
    return found


def _unusable(path: str, why: str) -> ConfigurationError:
    return ConfigurationError(f"见证策略文件 {path}：{why}。请改正文件后重新启动")


def _counted(trust: Policy) -> list[Witness]:
    """Return the witnesses that count for a draw. Source: lottery-v1, section 6."""
    return [w for w in trust.witnesses if w.verifier.type is KeyType.ED25519_COSIGNATURE]


def cosigned(
    work: UnitOfWork,
    here: Installation,
    *,
    at_least: int,
    from_at: datetime,
    until: datetime | None,
) -> Cosigned | None:
    """Return the smallest checkpoint of at least this size that a quorum saw in time.

    Args:
        work: Any unit of work.
        here: The installation.
        at_least: The index of the last entry it must hold, plus one.
        from_at: The latest ``at`` of the entries it must hold; 60 s are allowed for a witness
            whose clock runs behind.
        until: The last moment that counts, by the witnesses' clocks; None for no end.

    Returns:
        The checkpoint, or None if no quorum saw one in time. Where the policy asks for no
        witness it is the smallest that the log signed, whenever that was.
    """
    connection = work.session.connection()
    trust = policy(here)
    if trust.quorum == NONE:
        return _first_signed(connection, at_least)
    since = from_at - CLOCK_SKEW
    for size, rows in cosignatures.of_sizes(connection, at_least):
        times = {
            name: at
            for name, at in _times(trust, rows).items()
            if since <= at and (until is None or at <= until)
        }
        if found := _quorum(connection, trust, size, times):
            return found
    return None


def latest_cosigned(work: UnitOfWork, here: Installation, *, at_least: int = 0) -> Cosigned | None:
    """Return the largest checkpoint that a quorum has seen, whenever that was.

    A bundle ends its proofs with this one: check V1 asks the quorum of the final checkpoint.

    Returns:
        The checkpoint, or None if there is none of at least this size.
    """
    connection = work.session.connection()
    trust = policy(here)
    if trust.quorum == NONE:
        latest = store.latest_checkpoint(connection)
        return None if latest is None or latest.size < at_least else _as_signed(connection, latest)
    for size in cosignatures.sizes_downwards(connection, at_least):
        times = _times(trust, cosignatures.at(connection, size))
        if found := _quorum(connection, trust, size, times):
            return found
    return None


def receipt(work: UnitOfWork, here: Installation, submission_id: int) -> str:
    """Return the receipt of an entry, under a checkpoint that a quorum has seen if there is one.

    Raises:
        NotYetLoggedError: The entry waits for its index.
    """
    index = log.index_of(work, submission_id)
    seen = None if index is None else latest_cosigned(work, here, at_least=index + 1)
    if index is None or seen is None:
        return log.receipt(work, here, submission_id)
    return log.log_of(here).receipt_at(work.session.connection(), index, seen.size)


def _times(trust: Policy, rows: list[Cosignature]) -> dict[str, datetime]:
    """Return when each witness that counts cosigned, by its name in the policy."""
    by_key = cosignatures.instants(rows)
    return {
        witness.name: by_key[key]
        for witness in _counted(trust)
        if (key := cosignatures.key_of(witness.verifier)) in by_key
    }


def _quorum(
    connection: Connection, trust: Policy, size: int, times: Mapping[str, datetime]
) -> Cosigned | None:
    try:
        quorum_at = trust.quorum_time(times)
    except QuorumError:
        return None
    row = store.checkpoint_at(connection, size)
    note = cosignatures.cosigned_note(connection, row)
    return None if quorum_at is None else Cosigned(size, note, quorum_at)


def _first_signed(connection: Connection, at_least: int) -> Cosigned | None:
    row = store.first_checkpoint(connection, at_least)
    return None if row is None else _as_signed(connection, row)


def _as_signed(connection: Connection, row: store.CheckpointRow) -> Cosigned:
    note = cosignatures.cosigned_note(connection, row)
    return Cosigned(row.size, note, datetime.fromtimestamp(row.made_at, UTC))


def lights(work: UnitOfWork, here: Installation) -> list[Light]:
    """Return how it stands with each witness of the policy, in its order."""
    connection = work.session.connection()
    latest = store.latest_checkpoint(connection)
    log_size = latest.size if latest else 0
    return [_light(connection, one, log_size, work.now) for one in policy(here).witnesses]


def _light(connection: Connection, witness: Witness, log_size: int, now: datetime) -> Light:
    known = cosignatures.feed_of(connection, _prefix(witness))
    size = cosignatures.last_size(connection, witness.verifier)
    behind_since = cosignatures.signed_after(connection, size)
    lag = 0 if behind_since is None else max(store.unix_seconds(now) - behind_since, 0)
    fault = fault_of(known.fault, known.detail)
    return Light(
        name=witness.name,
        url=witness.url,
        key_type=witness.verifier.type,
        last_cosigned_size=size,
        log_size=log_size,
        lag_entries=log_size - size,
        lag_seconds=lag,
        last_success_at=_instant(known.succeeded_at),
        clock_difference_seconds=cosignatures.clock_difference(connection, witness.verifier, size),
        fault=fault,
        state=_state(known, lag),
    )


def _state(known: Feed, lag_seconds: int) -> LightState:
    if known.fault in feeder.ALARMS:
        return LightState.DOWN
    if lag_seconds <= IN_TIME_SECONDS:
        # What failed just now has not made it late yet, but it is no time for a green light.
        return LightState.LATE if known.failures else LightState.OK
    return LightState.DOWN if known.failures >= DOWN_AFTER_FAILURES else LightState.LATE


def _instant(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def verify(here: Installation, connection: Connection) -> list[Finding]:
    """Check every stored cosignature against its line, its checkpoint and the policy's keys."""
    return cosignatures.verify(connection, (w.verifier for w in policy(here).witnesses))


def _prefix(witness: Witness) -> str:
    return witness.url.rstrip("/")


def feed(here: Installation) -> int:
    """Send the latest checkpoint to every witness that lacks it, all at once, 5 s for each.

    Call it outside a unit of work. It may be called as often as one likes and by several
    processes: a witness that has the checkpoint is not asked, one that failed is left in peace
    for a while, and what it answers twice is kept once.

    Returns:
        How many cosignatures are new.
    """
    targets, latest = _due(here)
    if latest is None or not targets:
        return 0

    def prove(old: int) -> tuple[bytes, ...]:
        with here.engine.connect().execution_options(reading=True) as connection:
            return log.log_of(here).consistency(connection, old, latest.size)

    answers = feeder.ask_all(targets, latest.note, prove)
    with here.engine.begin() as connection:
        return sum(
            _keep(connection, target, latest, answers[target.url], here.clock())
            for target in targets
        )


def _due(here: Installation) -> tuple[list[feeder.Target], store.CheckpointRow | None]:
    """Return whom to ask now, and what to send them."""
    witnesses = policy(here).witnesses
    if not witnesses:
        return [], None
    now = store.unix_seconds(here.clock())
    with here.engine.connect().execution_options(reading=True) as connection:
        latest = store.latest_checkpoint(connection)
        if latest is None:
            return [], None
        lacking: dict[str, list[Witness]] = {}
        for one in witnesses:
            if cosignatures.last_size(connection, one.verifier) < latest.size:
                lacking.setdefault(_prefix(one), []).append(one)
        known = {url: cosignatures.feed_of(connection, url) for url in lacking}
    targets = [
        feeder.Target(url, tuple(w.verifier for w in some), known[url].known_size)
        for url, some in lacking.items()
        if known[url].next_at <= now
    ]
    return targets, latest


def _keep(
    connection: Connection,
    target: feeder.Target,
    latest: store.CheckpointRow,
    answer: feeder.Cosigned | feeder.Refused,
    now: datetime,
) -> int:
    """Store what a witness answered; return how many cosignatures are new."""
    if isinstance(answer, feeder.Cosigned):
        return _keep_lines(connection, target, latest, answer, now)
    before = cosignatures.feed_of(connection, target.url)
    newest = store.latest_checkpoint(connection)
    known = answer.known_size
    if answer.kind is FaultKind.AHEAD and known and newest and known <= newest.size:
        # Another worker has sequenced and fed meanwhile: nothing is wrong.
        cosignatures.keep_feed(connection, before._replace(known_size=known))
        return 0
    if before.fault != answer.kind:
        level = logging.ERROR if answer.kind in feeder.ALARMS else logging.WARNING
        logger.log(level, "%s: %s", target.url, fault_of(answer.kind, answer.detail))
    cosignatures.keep_feed(connection, _failed(before, answer, store.unix_seconds(now)))
    return 0


def _keep_lines(
    connection: Connection,
    target: feeder.Target,
    latest: store.CheckpointRow,
    answer: feeder.Cosigned,
    now: datetime,
) -> int:
    checkpoint = parse_text(parse(latest.note).text)
    new = [cosignatures.record(connection, checkpoint, line, at, now) for line, at in answer.lines]
    seconds = store.unix_seconds(now)
    done = Feed(target.url, latest.size, seconds)
    if len(new) < len(target.verifiers):
        # Of two keys at one address one is silent: do not ask again every second.
        done = done._replace(
            failed_at=seconds,
            next_at=seconds + LONGEST_PAUSE_SECONDS,
            fault=FaultKind.NOT_ITS_KEY.value,
            detail=", ".join(sorted({v.name for v in target.verifiers})),
        )
    cosignatures.keep_feed(connection, done)
    return sum(new)


def _failed(before: Feed, answer: feeder.Refused, seconds: int) -> Feed:
    """Return how it stands after a refusal: each pause is twice the one before."""
    failures = before.failures + 1
    pause = min(2 ** min(failures - 1, 16), LONGEST_PAUSE_SECONDS)
    return before._replace(
        known_size=before.known_size if answer.known_size is None else answer.known_size,
        failed_at=seconds,
        failures=failures,
        next_at=seconds + pause,
        fault=answer.kind.value,
        detail=answer.detail,
    )
