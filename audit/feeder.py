"""Asks witnesses to cosign a checkpoint: several at once, each for a bounded time."""

import http.client
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from audit.checkpoint import Checkpoint, parse_text
from audit.encoding import from_decimal, to_base64
from audit.errors import AuditError, BadSignatureError, MalformedError, UnsignedError
from audit.keys import DASH, Signature, Verifier
from audit.note import open_note, parse

PATIENCE_SECONDS: Final = 5.0
MAX_ANSWER_BYTES: Final = 64 * 1024
_TRIES: Final = 3
_DETAIL_CHARACTERS: Final = 200
_LINE_BREAKS: Final = re.compile(r"\s+")


class FaultKind(StrEnum):
    """Why a witness did not cosign."""

    UNREACHABLE = "unreachable"
    GARBAGE = "garbage"
    UNKNOWN_LOG = "unknown_log"
    WRONG_LOG_KEY = "wrong_log_key"
    FORK = "fork"
    FORK_SUSPECTED = "fork_suspected"
    AHEAD = "ahead"
    HELD = "held"
    REFUSED = "refused"
    BAD_SIGNATURE = "bad_signature"
    NOT_ITS_KEY = "not_its_key"


ALARMS: Final = frozenset(
    {FaultKind.FORK, FaultKind.FORK_SUSPECTED, FaultKind.AHEAD, FaultKind.HELD}
)
"""What waiting does not mend: somebody must find out what happened to the log."""

_FAULT_OF_STATUS: Final[Mapping[int, FaultKind]] = {
    HTTPStatus.NOT_FOUND: FaultKind.UNKNOWN_LOG,
    HTTPStatus.FORBIDDEN: FaultKind.WRONG_LOG_KEY,
    HTTPStatus.UNPROCESSABLE_ENTITY: FaultKind.FORK,
    HTTPStatus.LOCKED: FaultKind.HELD,
}


@dataclass(frozen=True, slots=True)
class Target:
    """A witness to ask: its submission prefix, its keys, and the size it is thought to know."""

    url: str
    verifiers: tuple[Verifier, ...]
    known_size: int = 0


@dataclass(frozen=True, slots=True)
class Cosigned:
    """The witness cosigned: its verified lines, each with its time."""

    lines: tuple[tuple[Signature, datetime], ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """The witness did not cosign. ``known_size`` is the size it named, if it named one."""

    kind: FaultKind
    detail: str
    known_size: int | None = None


Prove = Callable[[int], Iterable[bytes]]
"""Returns the consistency proof from an earlier size to that of the checkpoint."""


class _StoppedError(Exception):
    """The asking is over; carries what came of it."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.detail)
        self.refused = refused


def ask_all(
    targets: Iterable[Target], note: bytes, prove: Prove, *, seconds: float = PATIENCE_SECONDS
) -> Mapping[str, Cosigned | Refused]:
    """Ask several witnesses at once; return by address what each answered.

    Args:
        targets: Whom to ask, each address once.
        note: The checkpoint with the log's signature.
        prove: Called from several threads.
        seconds: The most time that any one of them gets.

    Returns:
        What came of each; all within little more than ``seconds``.
    """
    answers: dict[str, Cosigned | Refused] = {}
    asked = []
    for target in targets:
        answers[target.url] = Refused(FaultKind.UNREACHABLE, f"no answer in {seconds:g} s")

        def work(target: Target = target) -> None:
            answers[target.url] = ask(target, note, prove, seconds=seconds)

        # A daemon: a name server that never answers must not keep the worker from stopping.
        asked.append(threading.Thread(target=work, daemon=True, name=f"feed {target.url}"))
    for thread in asked:
        thread.start()
    deadline = _Deadline(seconds + 1)
    for thread in asked:
        thread.join(deadline.left())
    return dict(answers)


def ask(
    target: Target, note: bytes, prove: Prove, *, seconds: float = PATIENCE_SECONDS
) -> Cosigned | Refused:
    """Ask one witness to cosign a checkpoint, starting from the size it is thought to know.

    Args:
        target: Whom to ask.
        note: The checkpoint with the log's signature.
        prove: Makes the consistency proof from the size that the witness knows.
        seconds: The most time for all of it.

    Returns:
        Its cosignatures by the keys that are trusted, or why there are none.

    Source: C2SP tlog-witness, "add-checkpoint".
    """
    checkpoint = parse_text(parse(note).text)
    try:
        return _ask(target, note, checkpoint, prove, _Deadline(seconds))
    except _StoppedError as stopped:
        return stopped.refused
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Refused(FaultKind.UNREACHABLE, _short(str(error) or type(error).__name__))


def _ask(
    target: Target, note: bytes, checkpoint: Checkpoint, prove: Prove, deadline: "_Deadline"
) -> Cosigned:
    old = min(target.known_size, checkpoint.size)
    for _ in range(_TRIES):
        status, body = post(target.url, request_body(old, prove(old), note), deadline)
        if status == HTTPStatus.OK:
            return _read_cosignatures(body, note, checkpoint.text, target.verifiers)
        if status != HTTPStatus.CONFLICT:
            kind = _FAULT_OF_STATUS.get(status, FaultKind.REFUSED)
            said = body.decode("utf-8", "replace")
            raise _StoppedError(Refused(kind, _short(f"{status} {said}")))
        known = _read_size(body)
        if known > checkpoint.size:
            detail = f"{known} > {checkpoint.size}"
            raise _StoppedError(Refused(FaultKind.AHEAD, detail, known))
        if known == old == checkpoint.size:
            # Until July 2026 the specification gave 409, and not 422, to another root.
            detail = f"409 {known}, asked from {old} to {checkpoint.size}"
            raise _StoppedError(Refused(FaultKind.FORK_SUSPECTED, detail, known))
        old = known
    detail = f"{_TRIES} times 409, the last one with {old}"
    raise _StoppedError(Refused(FaultKind.GARBAGE, detail, old))


def request_body(old: int, proof: Iterable[bytes], note: bytes) -> bytes:
    """Write the body of a request to add a checkpoint. Source: C2SP tlog-witness."""
    lines = [f"old {old}", *(to_base64(hash_) for hash_ in proof)]
    return "".join(f"{line}\n" for line in lines).encode() + b"\n" + note


def _read_size(body: bytes) -> int:
    try:
        return from_decimal(body.decode("ascii").removesuffix("\n"), "size")
    except (MalformedError, UnicodeDecodeError) as error:
        raise _StoppedError(Refused(FaultKind.GARBAGE, "409 without a size")) from error


def _read_cosignatures(
    body: bytes, note: bytes, text: str, verifiers: tuple[Verifier, ...]
) -> Cosigned:
    """Keep the lines by keys that are trusted; a wrong one spoils the answer."""
    if not body.startswith(DASH.encode()):
        raise _StoppedError(Refused(FaultKind.GARBAGE, "an answer without a signature line"))
    try:
        signed, verified = open_note(note + body, verifiers)
    except BadSignatureError as error:
        raise _StoppedError(Refused(FaultKind.BAD_SIGNATURE, error.name)) from error
    except UnsignedError as error:
        names = ", ".join(verifier.name for verifier in verifiers)
        raise _StoppedError(Refused(FaultKind.NOT_ITS_KEY, names)) from error
    except AuditError as error:
        raise _StoppedError(Refused(FaultKind.GARBAGE, _short(str(error)))) from error
    times = {(v.verifier.name, v.verifier.key_id): v.cosigned_at for v in verified}
    lines = {
        (line.name, line.key_id): (line, at)
        for line in signed.signatures
        if (at := times.get((line.name, line.key_id)))
    }
    if signed.text != text or len(lines) < len(verified):
        raise _StoppedError(Refused(FaultKind.GARBAGE, "a cosignature without a time, or twice"))
    return Cosigned(tuple(lines.values()))


class _Deadline:
    """A moment after which nothing is waited for."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left, at least a trifle."""
        return max(self._at - time.monotonic(), 0.001)


def post(prefix: str, body: bytes, deadline: "_Deadline") -> tuple[int, bytes]:
    """Send a request to add a checkpoint; return the status and at most so much of the answer.

    Redirections are not followed and proxies not used: a witness is where its policy says.
    """
    connection = _connection(prefix, deadline.left())
    try:
        connection.connect()
        # The timeout of a socket is for each read; this one is for all of them together.
        watchdog = threading.Timer(deadline.left(), _hang_up, [connection])
        watchdog.daemon = True
        watchdog.start()
        try:
            path = urlsplit(prefix).path.rstrip("/") + "/add-checkpoint"
            headers = {"Content-Type": "text/plain; charset=utf-8", "Connection": "close"}
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            answer = response.read(MAX_ANSWER_BYTES + 1)
        finally:
            watchdog.cancel()
    finally:
        connection.close()
    if len(answer) > MAX_ANSWER_BYTES:
        raise _StoppedError(Refused(FaultKind.GARBAGE, f"more than {MAX_ANSWER_BYTES} bytes"))
    return response.status, answer


def _connection(prefix: str, seconds: float) -> http.client.HTTPConnection:
    address = urlsplit(prefix)
    if address.hostname is None:
        raise ValueError(f"{prefix!r} is not an address")
    if address.scheme == "https":
        return http.client.HTTPSConnection(
            address.hostname, address.port, timeout=seconds, context=ssl.create_default_context()
        )
    return http.client.HTTPConnection(address.hostname, address.port, timeout=seconds)


def _hang_up(connection: http.client.HTTPConnection) -> None:
    """Wake up whoever reads from the connection."""
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(2)


def _short(text: str) -> str:
    return _LINE_BREAKS.sub(" ", text).strip()[:_DETAIL_CHARACTERS]
