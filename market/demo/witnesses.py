"""The stand-ins for the three witnesses, who elsewhere are other organisations' machines.

It is a demonstration: one machine holds every key, so their word proves nothing here. They are
real witnesses otherwise: asked over HTTP, each with its own key and memory.
"""

import logging
import socket
import threading
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from waitress.server import create_server

from audit import policy
from audit.witness.folder import Folder
from audit.witness.server import application
from market.clock import Clock
from market.witnessing_draws import Reader

logger = logging.getLogger(__name__)

HOST: Final = "127.0.0.1"
NAMES: Final = {
    "notary": "notary.example.cn/demo-witness",
    "audit": "audit-office.example.cn/demo-witness",
    "association": "association.example.cn/demo-witness",
}
FIRST_PORT: Final = 8091
LAST_PORT: Final = 8190
QUORUM: Final = 2


class Witnesses:
    """Three witnesses in threads of this process."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        trust = policy.parse((folder / "policy").read_bytes())
        self._servers = [
            _serve(folder / "witnesses" / one.name, urlsplit(one.url).port or 0, clock)
            for one in trust.witnesses
        ]

    def stop(self) -> None:
        """Let them go home."""
        for server in filter(None, self._servers):
            server.close()


def _serve(folder: Path, port: int, clock: Clock) -> Any:  # noqa: ANN401 - Waitress has no types
    app = application(Folder.open(folder).witness(clock, Reader()))
    try:
        server = create_server(app, host=HOST, port=port, threads=2)
    except OSError:
        # The demonstration goes on; its pages show a witness that does not answer.
        logger.warning("port %d is taken: a witness of the demonstration is down", port)
        return None
    threading.Thread(target=_run, args=(server,), name=f"witness:{port}", daemon=True).start()
    return server


def _run(server: Any) -> None:  # noqa: ANN401 - ditto
    try:
        server.run()
    except OSError:
        logger.debug("a witness of the demonstration was closed", exc_info=True)


def settle(folder: Path, vkey: str, at: datetime) -> None:
    """Make the witnesses' keys, and the policy file by which two of three make a quorum."""
    lines = [f"log {vkey}"]
    for (short, name), port in zip(NAMES.items(), _free_ports(), strict=False):
        made = Folder.create(folder / "witnesses" / short, name)
        made.add_log(vkey, "", at)
        lines.append(f"witness {short} {made.vkeys[0]} http://{HOST}:{port}")
    lines += [f"group two-of-three {QUORUM} {' '.join(NAMES)}", "quorum two-of-three", ""]
    (folder / "policy").write_text("\n".join(lines), "utf-8")


def _free_ports() -> list[int]:
    free: list[int] = []
    for port in range(FIRST_PORT, LAST_PORT):
        with socket.socket() as probe:
            if len(free) < len(NAMES) and probe.connect_ex((HOST, port)) != 0:
                free.append(port)
    return free
