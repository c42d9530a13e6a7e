"""What the guide says of the verifiers to download is what the platform hands out."""

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from market.draws.views.tools import TOOLS

ROOT = Path(__file__).parent.parent.parent
GUIDE = (ROOT / "docs" / "verify.md").read_text("utf-8")
TRUST = (ROOT / "docs" / "trust.md").read_text("utf-8")
NAMES = {tool.name for tool in TOOLS}
IN_CHINESE, IN_ENGLISH = GUIDE.split("## Verify a draw yourself\n")


@pytest.mark.parametrize("part", [IN_CHINESE, IN_ENGLISH], ids=["chinese", "english"])
def test_the_guide_says_where_each_verifier_comes_from(part):
    assert {name for name in NAMES if f"`/draws/tools/{name}`" in part} == NAMES
    assert "SHA-256" in part
    assert "certutil" in part


def test_the_guide_calls_no_verifier_by_another_name():
    """Paths are those of the whole program, not of a file that somebody downloads."""
    named = set(re.findall(r"(?<![\w/-])[\w-]+\.(?:html|pyz|rb)\b", GUIDE))

    assert named == NAMES


def test_a_city_is_told_to_publish_the_digest_of_each_verifier():
    listed = TRUST.split("## 一座城市须组织的事")[1].split("\n## ")[0]
    english = TRUST.split("\n**A city must organise**")[1].split("\n\n")[0]
    for text in (listed, english):
        assert "SHA-256" in text
        assert {name for name in NAMES if f"`{name}`" in text} == NAMES
    numbers = re.findall(r"^(\d+)\. ", listed, re.MULTILINE)
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]


def test_the_commands_of_the_guide_make_the_files_that_the_platform_hands_out(tmp_path):
    """So that whoever has the program can compute the digests without asking the platform."""
    (block,) = re.findall(r"```sh\n(python3 -m lottery onefile .*?)```", GUIDE, re.DOTALL)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "lottery", tmp_path / "lottery", ignore=ignored)
    script = block.replace("python3", f"{sys.executable} -S -E -B")
    subprocess.run(["sh", "-e", "-c", script], cwd=tmp_path, check=True, timeout=60)
    made = {name: hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in NAMES}

    assert made == {tool.name: hashlib.sha256(tool.build()).hexdigest() for tool in TOOLS}
