"""The process that starts clerks, for tests that kill one in the middle of things."""

import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


class Clerks:
    """The process that starts clerks, and the clerk who works at the moment."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.market.reliability.clerk", str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip
        self._pid = 0

    def start(self, work: str, first: int = 0) -> None:
        """Let a clerk begin to work."""
        self.tell(f"{work} {first}")
        self._pid = int(self.heard().removeprefix("clerk "))

    def tell(self, words: str) -> None:
        """Write a line to whoever reads."""
        self._process.stdin.write(words + "\n")
        self._process.stdin.flush()

    def heard(self) -> str:
        """Return the next acknowledgement."""
        line = self._process.stdout.readline()
        assert line, "nobody is there any more"
        return line.rstrip("\n")

    def until(self, last: str) -> list[str]:
        """Return the acknowledgements up to a line that begins in a certain way, without it."""
        lines = []
        while not (line := self.heard()).startswith(last):
            assert line != "ended", "the clerk ended by itself"
            lines.append(line)
        return lines

    def kill(self) -> list[str]:
        """Kill the clerk in the middle of things; return what it had acknowledged by then."""
        os.kill(self._pid, signal.SIGKILL)
        return self.until("ended")

    def go(self) -> None:
        """Send everybody home."""
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
