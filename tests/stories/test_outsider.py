"""An outsider trusts nobody: a bundle and a program from the page, and a policy from elsewhere."""

import os
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

import lottery
from lottery.archive import read_archive, write_archive
from lottery.checks.findings import TITLES
from tests.market.factories.draws import an_open_draw, enrol
from tests.stories.conftest import Town, Visitor

pytestmark = pytest.mark.browser
LOTTERY = Path(lottery.__file__).parent
ZJCS = [sys.executable, "-c", "from market.cli import main; main(prog_name='zjcs')"]
# Without site packages (-S) and without anything the environment says (-E).
PYTHON = [sys.executable, "-S", "-E"]
HOLDS, FAILS, MALFORMED = 0, 1, 2


def test_a_bundle_is_believed_as_it_is_and_after_no_change(town: Town, tmp_path: Path):
    draw = an_open_draw(town.city, mode="D2")
    enrol(town.city, draw)
    town.hold(draw)
    home = Home(tmp_path / "outsider")
    export_policy(town, home.folder / "zjcs.policy")
    bundle = download(town, town.number(draw), home)
    log = home.unpacked(download_log(town, home))

    answer = home.verify(bundle)
    assert answer.returncode == HOLDS, answer.stdout
    assert re.findall(r"^ok .. (V\d+)", answer.stdout, re.MULTILINE) == list(TITLES)
    answer = home.verify(bundle, "--log", log)
    assert answer.returncode == HOLDS, answer.stdout
    assert re.search(r"^ok    V2 ", answer.stdout, re.MULTILINE), answer.stdout
    other_list = home.changed(bundle, "list.ndjson")
    answer = home.verify(other_list)
    assert answer.returncode == FAILS
    assert "V6" in failed(answer)
    other_entry = home.changed(bundle, "entries/003.json")
    answer = home.verify(other_entry)
    assert answer.returncode == FAILS
    assert "V2" in failed(answer)
    half = home.keep("half.zip", bundle.read_bytes()[: bundle.stat().st_size // 2])
    answer = home.verify(half)
    assert answer.returncode == MALFORMED
    assert "cannot go on" in answer.stderr


@dataclass(frozen=True, slots=True)
class Home:
    """A folder with nothing in it but the verifier's program, on a computer of one's own."""

    folder: Path

    def __post_init__(self) -> None:
        self.folder.mkdir()

    def verify(self, bundle: Path, *more: str | Path) -> subprocess.CompletedProcess[str]:
        """Verify as the page says, without any installed package or setting."""
        return subprocess.run(
            [*PYTHON, "verify.pyz", "verify", bundle, "--policy", "zjcs.policy", *more],
            cwd=self.folder,
            env={"PATH": os.defpath},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    def changed(self, bundle: Path, member: str) -> Path:
        """Return a copy with another digit in a code of one member, and a checksum that fits."""
        files = read_archive(bundle.read_bytes(), lambda _: 1 << 20)
        members = {name: file.data for name, file in files.items()}
        good = members[member]
        place = re.search(rb"(?<=[0-9A-Za-z]{10})[0-9]", good).start()
        members[member] = good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]
        return self.keep(f"changed-{member.replace('/', '-')}.zip", write_archive(members))

    def unpacked(self, file: Path) -> Path:
        """Unpack the log that was downloaded; return its folder."""
        with zipfile.ZipFile(file) as archive:
            archive.extractall(self.folder)
        return self.folder / "log"

    def keep(self, name: str, content: bytes) -> Path:
        """Keep a file."""
        path = self.folder / name
        path.write_bytes(content)
        return path


def failed(answer: subprocess.CompletedProcess[str]) -> list[str]:
    return re.findall(r"^FAIL  (V\d+)", answer.stdout, re.MULTILINE)


def export_policy(town: Town, file: Path) -> None:
    """Export the policy as an operator would, to be printed in the gazette."""
    config = town.here.config
    subprocess.run(
        [*ZJCS, "policy", "export", file],
        env={
            "PATH": os.defpath,
            "DATABASE_URL": config.database_url,
            "ZJCS_DATA_DIR": str(config.data_dir),
        },
        cwd=LOTTERY.parent,
        check=True,
        capture_output=True,
    )


def download(town: Town, number: str, home: Home) -> Path:
    """Take the bundle and the program from the draw's page."""
    outsider = town.visitor()
    outsider.open("/")
    outsider.follow("摇号公开", exact=True)
    outsider.follow("城东片区道路工程可行性研究报告编制")
    assert outsider.reads(f"python3 verify.pyz verify {number}.ismdraw.zip --policy zjcs.policy")
    assert taken(outsider, "Python 核对程序（单个文件）", home).name == "verify.pyz"
    path = taken(outsider, "验证包", home)
    assert path.name == f"{number}.ismdraw.zip"
    return path


def download_log(town: Town, home: Home) -> Path:
    """Take the whole log, by the way that the page on verifying names."""
    outsider = town.visitor()
    outsider.open("/verify")
    outsider.follow("下载完整公开日志")
    return taken(outsider, "log-1.zip", home)


def taken(outsider: Visitor, link: str, home: Home) -> Path:
    """Keep what a link gives, under its own name."""
    with outsider.page.expect_download() as download:
        outsider.page.get_by_role("link", name=link, exact=True).click()
    path = home.folder / download.value.suggested_filename
    download.value.save_as(path)
    return path
