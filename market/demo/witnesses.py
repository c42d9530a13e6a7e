"""The stand-ins for the three witnesses, who elsewhere are other organisations' machines.

It is a demonstration: one machine holds every key, so their word proves nothing here. They are
real witnesses otherwise: asked over HTTP, each with its own key and memory.
"""

import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from waitress import wasyncore
from waitress.server import create_server

from audit import policy
from audit.errors import AuditError
from audit.witness.folder import Folder
from audit.witness.server import application
from market.clock import Clock
from market.witnessing_draws import Reader

HOST: Final = "127.0.0.1"
NAMES: Final = {
    "notary": "notary.example.cn/demo-witness",
    "audit": "audit-office.example.cn/demo-witness",
    "association": "association.example.cn/demo-witness",
}
FIRST_PORT: Final = 8091
LAST_PORT: Final = 8190
QUORUM: Final = 2
STOP_SECONDS: Final = 5


class Witnesses:
    """Three witnesses in threads of this process.

    Each takes the port that the policy file names; where another program has it, a free one,
    which the file then names. So the file must be read after they were started.
    """

    def __init__(self, folder: Path, clock: Clock, say: Callable[[str], None]) -> None:
        text = (folder / "policy").read_text("utf-8")
        self._serving: list[_Serving] = []
        for one in policy.parse(text.encode()).witnesses:
            port = urlsplit(one.url).port or FIRST_PORT
            try:
                serving = _Serving(folder / "witnesses" / one.name, port, clock)
            except (AuditError, OSError) as error:
                # The demonstration goes on; its pages show a witness that does not answer.
                say(
                    f"见证人 {one.name} 没有启动（{error}），摇号可能凑不够见证人数。请检查演示城市"
                    f"的文件夹和本机 {FIRST_PORT} 至 {LAST_PORT - 1} 端口，再重新启动演示。"
                )
                continue
            self._serving.append(serving)
            text = _at_port(text, one.name, serving.port)
        changed = folder / "policy.new"
        changed.write_text(text, "utf-8")
        changed.replace(folder / "policy")

    def stop(self) -> None:
        """Let them go home."""
        for serving in self._serving:
            serving.stop()


class _Serving:
    """One witness that answers, on the port that it wants or else on a free one."""

    def __init__(self, folder: Path, wanted: int, clock: Clock) -> None:
        app = application(Folder.open(folder).witness(clock, Reader()))
        self.port = _free(chain([wanted], range(FIRST_PORT, LAST_PORT)))
        self._sockets: dict[int, Any] = {}
        self._server: Any = create_server(
            app, map=self._sockets, host=HOST, port=self.port, threads=2
        )
        name = f"witness:{self.port}"
        self._thread = threading.Thread(target=self._server.run, name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close all sockets, in the thread that uses them."""
        self._server.task_dispatcher.shutdown()
        self._server.trigger.pull_trigger(lambda: wasyncore.close_all(self._sockets))
        self._thread.join(STOP_SECONDS)


def _free(ports: Iterable[int]) -> int:
    """Return the first port on which nobody listens."""
    for port in ports:
        with suppress(OSError), socket.create_server((HOST, port)):
            return port
    raise OSError("没有空闲的端口")


def _at_port(text: str, name: str, port: int) -> str:
    """Return the policy with a witness at another port."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if line.startswith(f"witness {name} "):
            lines[number] = f"{line.rpartition(' ')[0]} http://{HOST}:{port}"
    return "".join(f"{line}\n" for line in lines)


def settle(folder: Path, vkey: str, at: datetime) -> None:
    """Make the witnesses' keys, and the policy file by which two of three make a quorum."""
    lines = [f"log {vkey}"]
    for port, (short, name) in enumerate(NAMES.items(), FIRST_PORT):
        made = Folder.create(folder / "witnesses" / short, name)
        made.add_log(vkey, "", at)
        lines.append(f"witness {short} {made.vkeys[0]} http://{HOST}:{port}")
    lines += [f"group two-of-three {QUORUM} {' '.join(NAMES)}", "quorum two-of-three", ""]
    (folder / "policy").write_text("\n".join(lines), "utf-8")
