"""The market's public log: its keys, its sequencing, its receipts and its policy file."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from audit import sequencer, store
from audit.errors import AuditError
from audit.keys import KeyType, Signer, parse_vkey
from audit.log import Log
from audit.note import Note, open_note
from market.db import UnitOfWork
from market.errors import ConfigurationError, MarketError, msgid
from market.installation import Installation


class NotYetLoggedError(MarketError):
    """The entry waits for its index."""

    sentence = msgid("这条记录正在写入公开日志，通常不超过几秒。请稍后刷新页面。")


class BrokenLogError(MarketError):
    """The log refuses to grow: what is stored is not what was signed."""

    sentence = msgid(
        "公开日志与已签名的内容不符，不能继续（%(problem)s）。"
        "请停止办理业务，用 zjcs log verify 查明是哪一行，再从备份恢复。"
    )

    def __init__(self, problem: object) -> None:
        super().__init__(problem=problem)


class ExportRefusedError(MarketError):
    """The folder is not one to export this log to."""

    sentence = msgid("日志没有导出：%(problem)s。请换一个空文件夹。")

    def __init__(self, problem: object) -> None:
        super().__init__(problem=problem)


@lru_cache(maxsize=8)
def _signer(origin: str, seed: bytes) -> Signer:
    return Signer(origin, KeyType.ED25519, seed)


def signer_of(here: Installation) -> Signer:
    """Return the log's own key. Its name is the origin and never changes."""
    return _signer(here.config.origin, here.keys.log_seed)


def signed(here: Installation, text: str) -> bytes:
    """Return a text as a note signed with the log's own key; it must not look like a checkpoint."""
    return Note(text, (signer_of(here).sign(text),)).encode()


def opened(data: bytes, vkeys: Mapping[str, str]) -> tuple[str, str] | None:
    """Return a signed text and the key, of those given, that signed it; None if none did."""
    keys = {parse_vkey(vkey): vkey for vkey in vkeys}
    try:
        note, verified = open_note(data, keys)
    except AuditError:
        return None
    return note.text, keys[verified[0].verifier]


def trusted_cities(here: Installation) -> Mapping[str, str]:
    """Return the cities whose registrations are recognised: key of the log to name.

    Raises:
        ConfigurationError: The file ``cities`` of the data folder cannot be used.
    """
    path = here.config.data_dir / "cities"
    if not path.exists():
        return {}
    lines = [line.split(maxsplit=1) for line in path.read_text("utf-8").splitlines()]
    pairs = [line for line in lines if line and not line[0].startswith("#")]
    try:
        return {parse_vkey(key).vkey: name.strip() for key, name in pairs}
    except (AuditError, ValueError) as error:
        raise ConfigurationError(f"互认城市文件 {path} 有误：{error}") from None


def log_of(here: Installation) -> Log:
    """Return the log as its readers see it."""
    verifier = signer_of(here).verifier
    return Log(here.config.origin, verifier)


def vkey(here: Installation) -> str:
    """Return the log's public key in the form of a signed note's verifier key."""
    return signer_of(here).verifier.vkey


def sequence(here: Installation) -> int:
    """Give every queued entry its index and sign the checkpoint; return how many there were.

    Call it outside a unit of work: it opens transactions of its own.

    Raises:
        BrokenLogError: What is stored is not what was signed; nothing was changed.
    """
    try:
        return sequencer.drain(here.engine, signer_of(here), here.clock(), key=here.keys.stamp_key)
    except AuditError as error:
        raise BrokenLogError(error) from error


def export(here: Installation, folder: Path) -> None:
    """Write the whole log as static files.

    Raises:
        BrokenLogError: What is stored is not what was signed.
        ExportRefusedError: Nothing was signed yet, or the folder holds another log.
    """
    sequence(here)
    with here.engine.connect().execution_options(reading=True) as connection:
        try:
            log_of(here).export(connection, folder)
        except AuditError as error:
            raise ExportRefusedError(error) from error


def index_of(work: UnitOfWork, submission_id: int) -> int | None:
    """Return the index of an entry in the log; None while it waits."""
    return store.index_of(work.session.connection(), submission_id)


def body_of(work: UnitOfWork, submission_id: int) -> bytes | None:
    """Return the exact bytes of an entry as the log holds it; None while it waits."""
    index = index_of(work, submission_id)
    return None if index is None else store.body_at(work.session.connection(), index)


def entries_between(
    work: UnitOfWork, first: int, end: int | None = None
) -> Iterator[tuple[int, bytes]]:
    """Yield the submission and the exact bytes of each entry from one index up to another."""
    connection = work.session.connection()
    last = store.size(connection) if end is None else end
    yield from store.entries_between(connection, first, last)


def receipt(work: UnitOfWork, here: Installation, submission_id: int) -> str:
    """Return the receipt (``.tlog-proof``) of an entry under the latest checkpoint.

    Raises:
        NotYetLoggedError: The entry waits for its index.
    """
    index = index_of(work, submission_id)
    if index is None:
        raise NotYetLoggedError
    return log_of(here).receipt(work.session.connection(), index)


def policy_text(here: Installation) -> str:
    """Return the policy file (C2SP tlog-policy) of this log: what a verifier is told to trust.

    It is printed in the rules and handed out by the city on other ways than this site: a
    verifier who takes it from the platform trusts the platform. Without a file of its own the
    log asks for no witness. ``market.witnessing.policy`` reads and checks the same text.

    Raises:
        ConfigurationError: The file cannot be read.
    """
    path = here.config.policy_path
    if path is None:
        return f"log {vkey(here)}\nquorum none\n"
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = f"见证策略文件 {path} 不能读取（{error}）；请改正 ZJCS_POLICY_FILE 或文件"
        raise ConfigurationError(problem) from error
