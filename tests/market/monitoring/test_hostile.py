"""A platform that means harm: endless, slow, elsewhere, packed, deep. Bounds hold."""

import gzip
import time
import tracemalloc
from datetime import timedelta

import pytest

from audit.note import MAX_NOTE_BYTES
from market.monitoring.errors import AddressError, BadAnswerError, UnreachableError
from market.monitoring.fetching import Site
from tests.lottery.minilog import MiniLog
from tests.lottery.story import DIGEST
from tests.market.monitoring.standin import Platform, Watch

SOON = 0.4


def endless(handler) -> None:
    """Send bytes for ever, without saying how many."""
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(bytes(65536))
    except OSError:
        return


def lying(handler) -> None:
    """Announce more than is sent."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b"half")


def dripping(write):
    """Send a byte every now and then: each one would start a socket's own timeout anew."""

    def answer(handler) -> None:
        try:
            while True:
                write(handler)
                handler.wfile.flush()
                time.sleep(0.05)
        except OSError:
            return

    return answer


def headers_that_drip(handler) -> None:
    handler.wfile.write(b"H")


def a_body_that_drips(handler) -> None:
    if not hasattr(handler, "begun"):
        handler.begun = True
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
    handler.wfile.write(b"x")


def elsewhere(handler) -> None:
    handler.send_response(302)
    handler.send_header("Location", "http://127.0.0.1:1/log/checkpoint")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def packed(handler) -> None:
    body = gzip.compress(bytes(1000))
    handler.send_response(200)
    handler.send_header("Content-Encoding", "gzip")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def nonsense(handler) -> None:
    handler.wfile.write(b"\x00\xff" * 400 + b"\r\n\r\n")


def many_headers(handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 5000 + b"\r\n")


TRAPS = [
    (endless, BadAnswerError),
    (lying, UnreachableError),
    (dripping(headers_that_drip), UnreachableError),
    (dripping(a_body_that_drips), UnreachableError),
    (elsewhere, BadAnswerError),
    (packed, BadAnswerError),
    (nonsense, UnreachableError),
    (many_headers, UnreachableError),
]


@pytest.mark.parametrize(("trap", "error"), TRAPS)
def test_an_answer_has_limits(platform: Platform, trap, error):
    platform.traps["log/checkpoint"] = trap
    site = Site.at(platform.url, seconds=SOON)
    tracemalloc.start()
    began = time.monotonic()
    with pytest.raises(error):
        site.get("log/checkpoint", MAX_NOTE_BYTES)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert time.monotonic() - began < 10 * SOON
    assert peak < 8 * MAX_NOTE_BYTES


@pytest.mark.parametrize(("trap", "error"), TRAPS)
def test_a_round_outlives_each_of_them(platform, watch: Watch, trap, error):
    platform.publish(MiniLog([b"genesis", b"another"]))
    assert watch.once().size == 2
    platform.traps["log/checkpoint"] = trap
    done = watch.once(seconds=SOON)
    assert (done.unreachable is not None) == (error is UnreachableError)
    assert [k.finding.code for k in done.open] == (
        [] if error is UnreachableError else ["WRONG_TILE"]
    )
    platform.traps.clear()
    assert watch.codes() == set()


def test_a_platform_that_is_gone_for_long_is_a_finding(platform, watch, clock):
    platform.publish(MiniLog([b"genesis"]))
    watch.once()
    platform.stop_answering()
    done = watch.once(seconds=SOON)
    assert (done.open, done.unreachable is None) == ((), False)
    clock.advance(timedelta(hours=1))
    done = watch.once(seconds=SOON)
    assert [k.finding.code for k in done.open] == ["UNREACHABLE"]
    platform.answer_again()
    done = watch.once()
    assert [k.finding.code for k in done.changes.gone] == ["UNREACHABLE"]


def test_a_platform_that_never_answered_is_a_finding_too(platform, watch, clock):
    platform.stop_answering()
    assert watch.codes(seconds=SOON) == set()
    clock.advance(timedelta(hours=1))
    assert watch.codes(seconds=SOON) == {"UNREACHABLE"}


def test_an_unreachable_platform_closes_no_finding(platform, watch, clock):
    log = MiniLog([b"genesis"])
    platform.publish(log, cosigned={})
    assert watch.codes() == {"NO_QUORUM"}
    platform.stop_answering()
    assert watch.codes(seconds=SOON) == {"NO_QUORUM"}


DEEP = b'{"t":"ismdraw/x/v1","a":' + b"[" * 30_000 + b"]" * 30_000 + b"}"
ENTRIES = [
    DEEP,
    b'{"t":"zjcs/notice.published.v1","notice":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    b'{"t":"zjcs/notice.published.v1","notice":["x"],"document_digest":{}}',
    b'{"t":"zjcs/notice.published.v1","notice":"../../..?x=1#y","document_digest":"'
    + DIGEST.encode()
    + b'"}',
    b"\xff\xfeismdraw/",
    b'{"ismdraw/":NaN}',
    b'{"n":1' + b"0" * 5000 + b',"x":"ismdraw/"}',
    b"{}" * 30_000,
]


def test_no_entry_can_stop_the_monitor(platform, watch):
    log = MiniLog([b"genesis", *ENTRIES])
    platform.publish(log)
    done = watch.once()
    assert done.size == len(log.entries)
    assert {k.finding.code for k in done.open} == {"UNREADABLE"}


@pytest.mark.parametrize(
    "url", ["ftp://x", "http://", "x", "http://x?y", "http://u:p@x", "http://x:99999", "http://[x"]
)
def test_an_address_is_one_of_a_front_page(url):
    with pytest.raises(AddressError):
        Site.at(url)
    assert Site.at("http://[::1]:8/a/").url == "http://[::1]:8/a"
