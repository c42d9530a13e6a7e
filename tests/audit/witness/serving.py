"""Real witnesses on real sockets, and what a client sends to them."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from waitress import wasyncore
from waitress.server import create_server

from audit.checkpoint import Checkpoint
from audit.feeder import request_body
from audit.keys import KeyType, Signer
from audit.note import Note
from audit.tiletree import TileTree
from audit.tree import consistency_ranges, leaf_hashes, root_of
from audit.witness.folder import Folder
from audit.witness.server import application
from tests.audit.making import NOW, a_signer, entries

__all__ = ["TileTree", "request_body"]


@dataclass
class HandClock:
    """A clock that a test sets."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class NoReader:
    """Knows no draw."""

    def read(self, body):
        return ()

    def learn(self, source, evidence):
        return None


@contextmanager
def served(app, *, threads: int = 8) -> Iterator[str]:
    """Serve an application on a free port of this machine; give its address."""
    sockets: dict = {}
    server = create_server(app, map=sockets, host="127.0.0.1", port=0, threads=threads, ident=None)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.task_dispatcher.shutdown(cancel_pending=True, timeout=5)
        # In its own thread: the loop ends when nothing is left to listen to.
        # The loop may be at its thunks already, and closed before it is woken.
        with suppress(OSError):
            server.trigger.pull_trigger(lambda: wasyncore.close_all(sockets))
        thread.join(10)
        # What was cut off in the middle of an answer is not in its loop any more.
        wasyncore.close_all(sockets, ignore_all=True)


@contextmanager
def a_running_witness(
    path: Path,
    *logs: Signer,
    name: str = "notary.example.cn/w1",
    ml_dsa: bool = False,
    clock=None,
    extra=(),
) -> Iterator["Running"]:
    """Serve a new witness that accepts these logs."""
    folder = Folder.create(path, name, ml_dsa=ml_dsa)
    clock = clock or HandClock()
    for log in logs or (a_signer(),):
        folder.add_log(log.verifier.vkey, "", clock())
    with served(application(folder.witness(clock, NoReader(), extra))) as url:
        yield Running(url, folder, clock)


@dataclass
class Running:
    url: str
    folder: Folder
    clock: HandClock

    @property
    def verifiers(self):
        return [signer.verifier for signer in self.folder.signers]


@dataclass
class Answer:
    status: int
    content_type: str
    body: bytes


def send(url: str, body: bytes, *, method: str = "POST", path: str = "/add-checkpoint") -> Answer:
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
    try:
        connection.request(method, path, body)
        response = connection.getresponse()
        return Answer(response.status, response.getheader("Content-Type"), response.read())
    finally:
        connection.close()


@dataclass
class Tree:
    """A log in memory that signs whatever it is told to."""

    bodies: list[bytes] = field(default_factory=lambda: entries(1))
    signer: Signer = field(default_factory=a_signer)

    def checkpoint(self, size: int) -> Checkpoint:
        return Checkpoint(self.signer.name, size, root_of(leaf_hashes(self.bodies[:size])))

    def note(self, size: int) -> bytes:
        text = self.checkpoint(size).text
        return Note(text, (self.signer.sign(text),)).encode()

    def proof(self, old: int, new: int) -> list[bytes]:
        return [
            root_of(leaf_hashes(self.bodies[start:end]))
            for start, end in consistency_ranges(old, new)
        ]

    def request(self, old: int, new: int) -> bytes:
        return request_body(old, self.proof(old, new), self.note(new))


def a_tree(size: int, signer: Signer | None = None) -> Tree:
    return Tree(entries(size), signer or a_signer())


def forked(tree: Tree, at: int) -> Tree:
    """The same log with another story from this entry on."""
    other = [*tree.bodies[:at], *(body + b" changed" for body in tree.bodies[at:])]
    return Tree(other, tree.signer)


def a_log_signer(kind: KeyType = KeyType.ED25519, seed: int = 1) -> Signer:
    return Signer("market.example.gov.cn/log", kind, bytes([seed]) * 32)
