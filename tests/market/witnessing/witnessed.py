"""An installation with real witnesses."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from audit.witness.folder import Folder
from audit.witness.server import application
from market import log
from market.db import Actor, reading_work, unit_of_work
from market.installation import Installation
from tests.audit.witness.serving import NoReader, served
from tests.market.factories.accounts import an_organisation

ACTOR = Actor("job:test")


@dataclass
class Town:
    """An installation and its witnesses, all by one clock."""

    here: Installation
    folders: list[Folder]
    urls: list[str]
    stack: ExitStack
    policy_lines: list[str] = field(default_factory=list)

    def write_policy(self, *quorum: str, lines: list[str] | None = None) -> None:
        text = [f"log {log.vkey(self.here)}"]
        text += lines if lines is not None else self.witness_lines()
        text += quorum or ("quorum w1",)
        path = self.here.config.data_dir / "policy"
        path.write_text("".join(f"{line}\n" for line in text), "utf-8")

    def witness_lines(self) -> list[str]:
        return [
            f"witness w{number} {folder.vkeys[0]} {url}"
            for number, (folder, url) in enumerate(
                zip(self.folders, self.urls, strict=True), start=1
            )
        ]


@contextmanager
def a_town(
    here: Installation, path: Path, witnesses: int = 1, *, ml_dsa: bool = False, clocks=()
) -> Iterator[Town]:
    """Give an installation so many witnesses, each on a port of its own."""
    with ExitStack() as stack:
        folders, urls = [], []
        for number in range(1, witnesses + 1):
            folder = Folder.create(path / f"w{number}", f"w{number}.example", ml_dsa=ml_dsa)
            folder.add_log(log.vkey(here), "", here.clock())
            clock = clocks[number - 1] if clocks else here.clock
            urls.append(stack.enter_context(served(application(folder.witness(clock, NoReader())))))
            folders.append(folder)
        town = Town(here, folders, urls, stack)
        town.write_policy()
        yield town


def grow(here: Installation, count: int = 1) -> int:
    """Let the log grow; return its size."""
    for _ in range(count):
        with unit_of_work(here.sessions, ACTOR, here.clock) as work:
            an_organisation(work)
    log.sequence(here)
    return size(here)


def size(here: Installation) -> int:
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        note = log.log_of(here).checkpoint(work.session.connection())
    return 0 if note is None else int(note.split(b"\n")[1])


@contextmanager
def reading(here: Installation):
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        yield work
