"""The log against a checkpoint that somebody kept: how a database that was put back shows.

A whole database that is replaced by yesterday's copy is sound in itself. Only what lies
elsewhere knows that there was more: a witness, a monitor, an export, a receipt, paper.
"""

import hashlib
import logging
from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection

from audit.checkpoint import Checkpoint
from audit.errors import AuditError
from audit.log import Log
from audit.note import MAX_NOTE_BYTES
from audit.policy import Policy
from audit.proof import HEADER
from audit.proof import parse as parse_receipt
from audit.tiletree import TileTree
from market import log, witnessing
from market.installation import Installation
from market.monitoring.errors import MonitorError
from market.monitoring.fetching import Site
from market.selfaudit.differences import Difference
from market.selfaudit.errors import KeptCheckpointError

logger = logging.getLogger(__name__)

ASK_SECONDS: Final = 10.0


def compare_kept(
    connection: Connection, here: Installation, name: str, kept: bytes
) -> list[Difference]:
    """Compare the log with a checkpoint, or a receipt, that was kept elsewhere.

    Raises:
        KeptCheckpointError: It is neither, or not by this log's key.
    """
    note = _note(name, kept)
    own = log.log_of(here)
    try:
        checkpoint = Policy(logs=(own.verifier,)).check(note).checkpoint
    except AuditError as error:
        raise KeptCheckpointError(name, error) from error
    try:
        return _compare(connection, own, name, checkpoint)
    except (AuditError, TypeError, ValueError) as error:
        what = f"日志的表中有无法读取的行，不能与 {name} 核对（{error}）"
        return [Difference("log_checkpoint", f"size={checkpoint.size}", "", what)]


def _compare(
    connection: Connection, own: Log, name: str, checkpoint: Checkpoint
) -> list[Difference]:
    latest = own.checkpoint(connection)
    size = Policy(logs=(own.verifier,)).check(latest).checkpoint.size if latest else 0
    if checkpoint.size > size:
        was = f"{name} 证明日志曾有 {checkpoint.size} 条，现在只有 {size} 条"
        what = f"{was}：数据库被恢复到了较早的状态"
        return [Difference("log_checkpoint", f"size={checkpoint.size}", "", what)]
    tree = TileTree(size, lambda tile: own.tile(connection, tile.path))
    if tree.root_at(checkpoint.size) != checkpoint.root:
        what = f"日志的前 {checkpoint.size} 条不是 {name} 所签署的内容"
        return [Difference("log_checkpoint", f"size={checkpoint.size}", "", what)]
    return []


def _note(name: str, kept: bytes) -> bytes:
    """Return the signed note of a file: the file itself, or the one that ends a receipt."""
    if not kept.startswith(HEADER.encode()):
        return kept
    try:
        return parse_receipt(kept.decode("utf-8")).checkpoint
    except (AuditError, UnicodeDecodeError) as error:
        raise KeptCheckpointError(name, error) from error


def witness_notes(here: Installation) -> Iterator[tuple[str, bytes | None]]:
    """Yield what each witness of the policy saw last; None where it could not be asked.

    Source: C2SP tlog-witness, "Monitor endpoint".
    """
    name = hashlib.sha256(here.config.origin.encode()).hexdigest()
    for witness in witnessing.policy(here).witnesses:
        try:
            site = Site.at(witness.url, seconds=ASK_SECONDS)
            yield witness.name, site.get(f"{name}/checkpoint", MAX_NOTE_BYTES)
        except MonitorError as error:
            why = error.facts.get("problem", error)
            logger.warning("witness %s at %s did not answer: %s", witness.name, witness.url, why)
            yield witness.name, None


def differences_with_witnesses(here: Installation) -> list[Difference]:
    """Compare the log with what each witness saw last; those that do not answer say nothing."""
    found: list[Difference] = []
    for name, note in witness_notes(here):
        if note is None:
            continue
        with here.engine.connect().execution_options(reading=True) as connection:
            try:
                found += compare_kept(connection, here, name, note)
            except KeptCheckpointError as error:
                logger.warning("witness %s keeps no checkpoint of this log: %s", name, error)
    return found
