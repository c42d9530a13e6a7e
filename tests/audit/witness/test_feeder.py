"""The feeder against witnesses that work, fail, stall and lie: each gets its time and no more."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from audit.feeder import (
    ALARMS,
    MAX_ANSWER_BYTES,
    Cosigned,
    FaultKind,
    Refused,
    Target,
    ask,
    ask_all,
)
from audit.keys import KeyType, Signer
from tests.audit.making import NOW, a_signer, a_witness
from tests.audit.witness.serving import a_running_witness, a_tree, forked, send, served

TREE = a_tree(40)
W1 = a_witness("w1.example", 31)


def prove(size: int) -> Callable[[int], list[bytes]]:
    return lambda old: TREE.proof(old, size)


def asked(url: str, size: int, *, known: int = 0, verifiers=(W1.verifier,), seconds: float = 60):
    """Ask with patience: on a busy machine an honest witness may need more than its 5 seconds."""
    target = Target(url, tuple(verifiers), known)
    return ask(target, TREE.note(size), prove(size), seconds=seconds)


def answering(status: str, body: bytes, content_type: str = "text/plain"):
    """A server that gives every request the same answer."""

    def app(environ, start_response):
        environ["wsgi.input"].read()
        start_response(status, [("Content-Type", content_type)])
        return [body]

    return served(app)


@contextmanager
def a_socket(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server below HTTP: it does with a connection what it likes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    threading.Thread(target=handle, args=(connection,), daemon=True).start()

        def handle(connection: socket.socket) -> None:
            with suppress(OSError), connection:
                serve(connection)

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_witness_cosigns_with_both_keys(tmp_path):
    with a_running_witness(tmp_path / "w", ml_dsa=True) as witness:
        answer = asked(witness.url, 30, verifiers=witness.verifiers)
        assert isinstance(answer, Cosigned)
        assert [at for _, at in answer.lines] == [NOW, NOW]
        assert [line.key_id for line, _ in answer.lines] == [v.key_id for v in witness.verifiers]
        only = asked(witness.url, 40, known=30, verifiers=witness.verifiers[:1])
        assert len(only.lines) == 1


def test_a_prefix_with_a_path_is_kept(tmp_path):
    paths, types = [], set()

    def app(environ, start_response):
        paths.append(environ["PATH_INFO"])
        types.add(environ.get("CONTENT_TYPE"))
        start_response("404 Not Found", [])
        return []

    with served(app) as url:
        asked(f"{url}/witness/", 30)
        asked(f"{url}/witness", 30)
    assert paths == ["/witness/add-checkpoint"] * 2
    assert types == {"text/plain; charset=utf-8"}


@pytest.mark.parametrize("known", [0, 5, 29, 30, 31, 40, 1000])
def test_409_is_answered_with_the_size_it_names(tmp_path, known):
    with a_running_witness(tmp_path / "w") as witness:
        assert send(witness.url, TREE.request(0, 30)).status == 200
        answer = asked(witness.url, 40, known=known, verifiers=witness.verifiers)
    assert isinstance(answer, Cosigned)


def test_a_witness_that_is_ahead_is_told_apart(tmp_path):
    with a_running_witness(tmp_path / "w") as witness:
        send(witness.url, TREE.request(0, 40))
        answer = asked(witness.url, 30, verifiers=witness.verifiers)
    assert (answer.kind, answer.known_size) == (FaultKind.AHEAD, 40)


def test_a_fork_is_told_apart(tmp_path):
    with a_running_witness(tmp_path / "w") as witness:
        send(witness.url, forked(TREE, 3).request(0, 30))
        for size in (30, 40):
            answer = asked(witness.url, size, known=30, verifiers=witness.verifiers)
            assert answer.kind is FaultKind.FORK


@pytest.mark.parametrize("known", [0, 30, 40])
def test_a_witness_that_gives_another_root_409_is_no_less_an_alarm(known):
    """C2SP tlog-witness asked for 409 until July 2026, and some will answer it for long."""
    with answering("409 Conflict", b"30\n", "text/x.tlog.size") as url:
        answer = asked(url, 30, known=known)
        assert asked(url, 40, known=30).kind is FaultKind.GARBAGE
    assert (answer.kind, answer.known_size) == (FaultKind.FORK_SUSPECTED, 30)
    assert answer.kind in ALARMS


def test_a_wrong_key_in_the_policy_is_told_apart(tmp_path):
    stranger = a_witness("notary.example.cn/w1", 77)
    with a_running_witness(tmp_path / "w") as witness:
        answer = asked(witness.url, 30, verifiers=[stranger.verifier])
    assert answer.kind is FaultKind.NOT_ITS_KEY


def test_an_unknown_log_and_a_wrong_log_key_are_told_apart(tmp_path):
    with a_running_witness(tmp_path / "a", a_signer("another.example/log")) as witness:
        assert asked(witness.url, 30).kind is FaultKind.UNKNOWN_LOG
    with a_running_witness(tmp_path / "b", a_signer(seed=5)) as witness:
        assert asked(witness.url, 30).kind is FaultKind.WRONG_LOG_KEY


def line_for(size: int, signer: Signer = W1, at=NOW) -> bytes:
    return signer.cosign(TREE.checkpoint(size).text, at).line.encode()


BROKEN = bytearray(line_for(30))
BROKEN[-10] = ord("A") if BROKEN[-10] != ord("A") else ord("B")


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        ("200 OK", b"", FaultKind.GARBAGE),
        ("200 OK", b"\x00\xff" * 50, FaultKind.GARBAGE),
        ("200 OK", "<html>登录</html>".encode(), FaultKind.GARBAGE),
        ("200 OK", line_for(29), FaultKind.BAD_SIGNATURE),
        ("200 OK", bytes(BROKEN), FaultKind.BAD_SIGNATURE),
        ("200 OK", line_for(30) + b"\nmore\n\n" + line_for(30), FaultKind.BAD_SIGNATURE),
        ("200 OK", line_for(30) * 101, FaultKind.GARBAGE),
        ("200 OK", line_for(30) * 2, FaultKind.GARBAGE),
        ("200 OK", line_for(30, a_witness("x.example", 5)), FaultKind.NOT_ITS_KEY),
        ("200 OK", b"x" * (MAX_ANSWER_BYTES + 1), FaultKind.GARBAGE),
        ("409 Conflict", b"", FaultKind.GARBAGE),
        ("409 Conflict", b"many\n", FaultKind.GARBAGE),
        ("409 Conflict", b"7\n", FaultKind.GARBAGE),  # and again 7 when asked with 7
        ("409 Conflict", b"30\n", FaultKind.FORK_SUSPECTED),  # another root, before July 2026
        ("301 Moved Permanently", b"", FaultKind.REFUSED),
        ("423 Locked", b"evidence 4", FaultKind.HELD),
        ("503 Service Unavailable", b"", FaultKind.REFUSED),
        ("599 Whatever", b"", FaultKind.REFUSED),
    ],
)
def test_what_is_not_a_cosignature_is_not_taken_for_one(status, body, kind):
    with answering(status, body) as url:
        answer = asked(url, 30)
    assert isinstance(answer, Refused)
    assert answer.kind is kind
    assert len(answer.detail) <= 200


def test_a_cosignature_without_a_time_is_none():
    key = Signer("w1.example", KeyType.ML_DSA_44_COSIGNATURE, bytes([31]) * 32)
    text = TREE.checkpoint(30).text
    timeless = key.cosign(text, NOW.fromtimestamp(0, NOW.tzinfo)).line.encode()
    with answering("200 OK", timeless) as url:
        assert asked(url, 30, verifiers=[key.verifier]).kind is FaultKind.GARBAGE


def test_a_dead_witness_and_a_nonsense_address_are_unreachable():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}", "http://", "http://127.0.0.1:99999", "nonsense"):
        assert asked(url, 30).kind is FaultKind.UNREACHABLE


def drip(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def flood(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"x" * 65536)


def silence(connection: socket.socket) -> None:
    while connection.recv(65536):
        pass


@pytest.mark.parametrize("serve", [drip, flood, silence, lambda connection: None])
def test_no_witness_gets_more_than_its_time(serve):
    with a_socket(serve) as url:
        began = time.monotonic()
        answer = asked(url, 30, seconds=0.5)
        assert time.monotonic() - began < 3
    assert answer.kind in {FaultKind.UNREACHABLE, FaultKind.GARBAGE}


def test_a_slow_witness_does_not_hold_up_a_quick_one(tmp_path):
    with a_running_witness(tmp_path / "w") as witness, a_socket(silence) as slow:
        targets = [
            Target(slow, (W1.verifier,)),
            Target(witness.url, tuple(witness.verifiers)),
            Target("http://127.0.0.1:1", (W1.verifier,)),
        ]
        began = time.monotonic()
        answers = ask_all(targets, TREE.note(30), prove(30), seconds=0.7)
        assert time.monotonic() - began < 3
    assert answers[slow].kind is FaultKind.UNREACHABLE
    assert isinstance(answers[witness.url], Cosigned)
    assert answers["http://127.0.0.1:1"].kind is FaultKind.UNREACHABLE
