"""A witness that is killed between its memory and its answer never vouches for a second story."""

import http.client
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audit.witness.folder import Folder
from tests.audit.making import NOW
from tests.audit.witness.serving import a_tree, forked, send

ROOT = Path(__file__).parents[3]
TREE = a_tree(40)


def a_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@contextmanager
def running(folder: Path, every: int) -> Iterator[tuple[str, subprocess.Popen]]:
    port = a_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.audit.witness.crashing", folder, str(port), str(every)],
        cwd=ROOT,
    )
    try:
        until = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < until, "the witness did not start"
                assert process.poll() is None, "the witness died before it was asked"
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.wait(10)


def test_killed_between_persisting_and_answering_it_never_cosigns_a_second_root(tmp_path):
    folder = Folder.create(tmp_path / "w", "notary.example.cn/w1")
    folder.add_log(TREE.signer.verifier.vkey, "", NOW)
    told = 0
    for size, every in ((10, 1), (20, 2)):
        with running(folder.path, every) as (url, process):
            for _ in range(every - 1):
                assert send(url, TREE.request(told, told)).status == 200
            try:
                send(url, TREE.request(told, size))
            except (OSError, http.client.HTTPException):
                pass
            else:
                raise AssertionError("it should have died before it answered")
            assert process.wait(10) == -signal.SIGKILL
        told = size
        # Nobody has the cosignature; a log that wants to use that tells another story now.
        fork = forked(TREE, size - 5)
        with running(folder.path, 0) as (url, _):
            assert send(url, fork.request(told - 10 if told > 10 else 0, size)).status == 409
            assert send(url, fork.request(size, size)).status == 422
            assert send(url, TREE.request(size, size)).status == 200


def test_killed_at_any_moment_each_size_has_one_root(tmp_path):
    """The moment of death is not chosen: requests fly in while the process dies."""
    folder = Folder.create(tmp_path / "w", "notary.example.cn/w1")
    folder.add_log(TREE.signer.verifier.vkey, "", NOW)
    cosigned: dict[int, set[bytes]] = {}
    old = 0
    for death in range(3):
        story = TREE if death % 2 == 0 else forked(TREE, 12 * death)
        with running(folder.path, 4 + death) as (url, _):
            for size in range(old + 1, 41):
                try:
                    answer = send(url, story.request(old, size))
                except (OSError, http.client.HTTPException):
                    break
                if answer.status == 200:
                    cosigned.setdefault(size, set()).add(story.checkpoint(size).root)
                    old = size
                elif answer.status == 409:
                    old = int(answer.body)
    for row in Folder.open(folder.path).store.all_cosigned(TREE.signer.name):
        cosigned.setdefault(row.size, set()).add(row.root)
    assert max(cosigned) >= 10
    assert all(len(roots) == 1 for roots in cosigned.values())
