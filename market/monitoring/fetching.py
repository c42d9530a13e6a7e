"""Asking a platform over HTTP as if it were hostile: sizes, time and redirects are limited."""

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import quote, urlsplit

from market.monitoring.errors import AddressError, BadAnswerError, UnreachableError

ANSWER_SECONDS: Final = 30.0
"""From the first byte sent to the last one received, unless the caller asks for another."""
_PART_BYTES: Final = 64 * 1024
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class Site:
    """A platform, by the address of its front page."""

    scheme: str
    host: str
    port: int | None
    path: str
    seconds: float = ANSWER_SECONDS

    @classmethod
    def at(cls, url: str, *, seconds: float = ANSWER_SECONDS) -> Self:
        """Read an address.

        Raises:
            AddressError: It is not the ``http`` or ``https`` address of a page.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise AddressError(url) from error
        wrong = parts.query or parts.fragment or parts.username
        if parts.scheme not in {"http", "https"} or not parts.hostname or wrong:
            raise AddressError(url)
        return cls(parts.scheme, parts.hostname, port, parts.path.rstrip("/"), seconds)

    @property
    def url(self) -> str:
        """The address without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"

    def get(self, path: str, most: int, *, seconds: float | None = None) -> bytes:
        """Ask for one file and return its bytes.

        Args:
            path: Below the front page, without a leading slash.
            most: How many bytes it may have.
            seconds: How long the whole answer may take.

        Returns:
            The body of an answer with status 200.

        Raises:
            UnreachableError: No whole answer came in time.
            BadAnswerError: Another status (a redirect is not followed), or too many bytes.
        """
        url = f"{self.url}/{path}"
        connection = self._connection(seconds or self.seconds)
        try:
            connection.connect()
            with _deadline(connection, seconds or self.seconds):
                target = f"{self.path}/{quote(path)}"
                connection.request("GET", target, headers=_HEADERS)
                return _body(connection.getresponse(), url, most)
        except (OSError, http.client.HTTPException) as error:
            raise UnreachableError(url, _words(error)) from error
        finally:
            connection.close()

    def _connection(self, seconds: float) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self.scheme == "https" else http.client.HTTPConnection
        return kind(self.host, self.port, timeout=seconds)


_HEADERS: Final = {"Accept-Encoding": "identity", "User-Agent": "zjcs-monitor"}


def _body(response: http.client.HTTPResponse, url: str, most: int) -> bytes:
    if response.status != _OK:
        raise BadAnswerError(url, f"HTTP {response.status}")
    if response.getheader("Content-Encoding", "identity") != "identity":
        raise BadAnswerError(url, "Content-Encoding")
    parts, size = [], 0
    while part := response.read1(_PART_BYTES):
        size += len(part)
        if size > most:
            raise BadAnswerError(url, f"> {most} B")
        parts.append(part)
    if response.length:  # read1 does not complain about an answer that was cut short
        raise http.client.IncompleteRead(b"", response.length)
    return b"".join(parts)


@contextmanager
def _deadline(connection: http.client.HTTPConnection, seconds: float) -> Iterator[None]:
    """Cut the connection after so long: a socket's own timeout starts anew with every byte."""
    late = threading.Event()

    def cut(sock: socket.socket) -> None:
        late.set()
        _shut(sock)

    # The socket as it is now: http.client forgets it when an answer says "close".
    timer = threading.Timer(seconds, cut, [connection.sock])
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, http.client.HTTPException) as error:
        if late.is_set():
            raise TimeoutError(f"> {seconds:g} s") from error
        raise
    finally:
        timer.cancel()
    if late.is_set():
        raise TimeoutError(f"> {seconds:g} s")


def _shut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
