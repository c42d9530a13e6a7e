"""A platform that a test writes: real HTTP, a log made apart from the product, any behaviour."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import lottery
from audit.tiles import ENTRIES, Tile, encode_bundle, tiles_of
from audit.tiletree import Frontier
from audit.tree import leaf_hashes
from market.clock import ManualClock
from market.monitoring.folder import Folder
from market.monitoring.monitor import Monitor, open_monitor
from tests.lottery.minilog import MiniLog, policy_text, public
from tests.lottery.story import DIGEST, SUPERVISOR, T_PHI, Story

NUMBER = "GG-2026-000123"
COSIGNED = {"w1": T_PHI + 5000, "w2": T_PHI + 5001}
PUBLISHED = json.dumps(
    {"t": "zjcs/notice.published.v1", "notice": NUMBER, "document_digest": DIGEST}
).encode()
Trap = Callable[[BaseHTTPRequestHandler], None]


class Platform:
    """Serves files by their paths; a trap answers for its path in its own way."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.traps: dict[str, Trap] = {}
        self.asked: list[str] = []
        self.down = False
        platform = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                platform.asked.append(self.path)
                if platform.down:
                    self.close_connection = True
                    return
                if trap := platform.traps.get(self.path.lstrip("/")):
                    trap(self)
                    return
                body = platform.files.get(self.path.lstrip("/"))
                self.send_response(404 if body is None else 200)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop_answering(self) -> None:
        """Refuse every question, as a server that is down."""
        self.down = True

    def answer_again(self) -> None:
        """Be back."""
        self.down = False

    def stop(self) -> None:
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def publish(self, log: MiniLog, size: int | None = None, cosigned=None) -> None:
        """Serve the log as it was when it had so many entries."""
        size = len(log.entries) if size is None else size
        signers = COSIGNED if cosigned is None else cosigned
        self.files["log/checkpoint"] = log.checkpoint(size, signers)
        for tile, data in tiles(log.entries[:size]).items():
            self.files[f"log/{tile.path}"] = data

    def publish_bundle(self, bundle: lottery.Bundle | bytes, number: str = NUMBER) -> None:
        data = bundle if isinstance(bundle, bytes) else lottery.build(bundle)
        self.files[f"draws/{number}/bundle.zip"] = data

    def publish_frozen(self, name: str, bundle: lottery.Bundle | bytes) -> None:
        """Serve the list of a frozen draw: ``listed``, or ``frozen`` with its cut."""
        data = bundle if isinstance(bundle, bytes) else lottery.build(bundle)
        self.files[f"draws/{NUMBER}/{name}.zip"] = data


def tiles(entries: list[bytes]) -> dict[Tile, bytes]:
    """Return all tiles of a log that has these entries."""
    frontier = Frontier()
    found = dict(frontier.extend(leaf_hashes(entries))) | dict(frontier.partials())
    for tile in tiles_of(len(entries)):
        if tile.level == ENTRIES:
            first = tile.number * 256
            found[tile] = encode_bundle(entries[first : first + tile.width])
    return found


def an_announced(story: Story) -> Story:
    """Let the log say under which number the story's notice is published."""
    story.log.append(PUBLISHED)
    return story


def a_policy_file(folder: Path, quorum: str = "two") -> Path:
    pins = f"#@ismdraw vrf-key supervisor {public(SUPERVISOR).hex()}\n"
    path = folder / "policy"
    path.write_bytes(policy_text(quorum, pins))
    return path


class Watch:
    """A monitor with its folder, clock and policy, which a test can stop and start again."""

    def __init__(self, url: str, folder: Path, clock: ManualClock, quorum: str = "two") -> None:
        self.url = url
        self.path = folder / "state"
        self.clock = clock
        self.policy = a_policy_file(folder, quorum)
        self.pauses: list[float] = []

    @contextmanager
    def running(self, **limits: float) -> Iterator[Monitor]:
        with Folder(self.path) as folder:
            yield open_monitor(
                self.url, self.policy, folder, self.clock, pause=self.pauses.append, **limits
            )

    def once(self, **limits: float):
        """Start a monitor, let it look once, and stop it."""
        with self.running(**limits) as monitor:
            return monitor.round()

    def codes(self, **limits: float) -> set[str]:
        """Return the codes of all findings that are open after one look."""
        return {kept.finding.code for kept in self.once(**limits).open}

    def evidence(self) -> list[str]:
        return sorted(path.name for path in (self.path / "evidence").glob("*"))
