"""With ``CI`` set a skipped test is a failed test."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SKIPPING = {
    "test_one.py": """
import pytest

def test_skipped_while_running():
    pytest.skip("for no reason")

@pytest.mark.skip(reason="for no reason")
def test_skipped_by_mark():
    pass
""",
    "test_whole.py": """
import pytest

pytest.skip("for no reason", allow_module_level=True)
""",
}


@pytest.mark.parametrize(
    ("ci", "closing_line"),
    [("true", "1 failed, 2 errors"), ("", "3 skipped")],
    ids=["in CI", "elsewhere"],
)
def test_a_skip_fails_in_ci_and_only_there(tmp_path, ci, closing_line):
    for name, body in SKIPPING.items():
        (tmp_path / name).write_text(body, "utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-c", ROOT / "pyproject.toml",
         "--rootdir", ROOT, "--continue-on-collection-errors", tmp_path],
        env={**os.environ, "CI": ci, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert closing_line in run.stdout.splitlines()[-1]
