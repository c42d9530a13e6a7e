"""Fetching a round from a real server on this machine: believed only if it is signed."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from lottery.beacon.drand import QUICKNET
from market.draws import beacons, jobs
from market.draws.rules import DrawState
from market.installation import Installation
from tests.market.draws.beacon_days import (
    BEACONS,
    PHI_AT,
    ROUND,
    SIGNATURE,
    a_frozen_draw_of_mode_a,
)

PATH = f"/{QUICKNET.hash}/public/{ROUND}"


@contextmanager
def a_server(answer, status: int = 200, headers: dict[str, str] | None = None) -> Iterator[str]:
    """Serve one answer on every path; yield the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    asked: list[str] = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


GOOD = {"round": ROUND, "randomness": "", "signature": SIGNATURE.hex()}
BAD = [
    {"round": ROUND, "signature": BEACONS[1000].hex()},
    {"round": ROUND + 1, "signature": SIGNATURE.hex()},
    {"round": ROUND, "signature": "zz" * 48},
    {"round": ROUND, "signature": None},
    {"round": str(ROUND), "signature": SIGNATURE.hex()},
    [],
    "not yet",
    b"\xff\xfe not json",
    b"{" * 3000,
    b" " * 5000 + json.dumps(GOOD).encode(),
]


def test_a_round_is_fetched_and_checked():
    with a_server(GOOD) as url:
        assert beacons.fetch([url], ROUND) == SIGNATURE


@pytest.mark.parametrize("answer", BAD)
def test_what_is_not_the_rounds_signature_is_not_believed(answer):
    with a_server(answer) as url:
        assert beacons.fetch([url], ROUND) is None


@pytest.mark.parametrize("status", [404, 425, 500])
def test_a_server_that_has_no_answer_is_passed_over(status):
    with a_server(GOOD, status) as bad, a_server(GOOD) as good:
        assert beacons.fetch([bad, good], ROUND) == SIGNATURE


def test_a_server_that_sends_elsewhere_is_not_followed():
    with a_server(GOOD) as good, a_server(b"", 302, {"Location": good + PATH}) as bad:
        assert beacons.fetch([bad], ROUND) is None


def test_a_server_that_is_not_there_is_passed_over():
    with a_server(GOOD) as gone:
        pass
    with a_server(GOOD) as url:
        assert beacons.fetch([gone, url], ROUND) == SIGNATURE


@contextmanager
def a_socket(serve) -> Iterator[str]:
    """Serve every connection by hand; yield the address."""
    over = threading.Event()

    def accept():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                connection.recv(4096)
                serve(connection, over)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


@pytest.mark.parametrize(
    "words",
    [b"SSH-2.0-OpenSSH_9.2\r\n\r\n", b"", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{}"],
    ids=["another-protocol", "nothing", "cut-short"],
)
def test_a_server_that_speaks_no_http_is_passed_over(words):
    with a_socket(lambda at, _: at.sendall(words)) as bad, a_server(GOOD) as good:
        assert beacons.fetch([bad, good], ROUND) == SIGNATURE


def test_a_server_that_sends_drop_by_drop_has_one_deadline():
    """The worker waits for this answer before it closes, freezes and draws."""

    def drip(connection, over):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n")
        while not over.wait(0.05):
            connection.sendall(b" ")

    with a_socket(drip) as slow, a_server(GOOD) as good:
        began = time.monotonic()
        assert beacons.fetch([slow, good], ROUND, timeout_seconds=0.3) == SIGNATURE
        assert time.monotonic() - began < 2


def test_no_address_means_no_question():
    assert beacons.fetch([], ROUND) is None


def test_the_job_fetches_the_round_and_concludes(city, clock):
    draw = a_frozen_draw_of_mode_a(city)
    clock.move_to(PHI_AT)
    with a_server(GOOD) as url:
        online = Installation.open(replace(city.here.config, drand_urls=(url,)), clock)
        jobs.run_due(online)
        online.engine.dispose()
    assert city.draw(draw.id).state is DrawState.DRAWN


def test_the_job_waits_where_the_servers_have_nothing(city, clock):
    draw = a_frozen_draw_of_mode_a(city)
    clock.move_to(PHI_AT)
    with a_server(BAD[0]) as url:
        online = Installation.open(replace(city.here.config, drand_urls=(url,)), clock)
        jobs.run_due(online)
        online.engine.dispose()
    draw = city.draw(draw.id)
    assert (draw.state, draw.next_check_at) == (DrawState.FROZEN, PHI_AT + jobs.RETRY)
