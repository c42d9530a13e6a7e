"""The list of a dossier: what sha256sum reads, and no name that leads out of the folder."""

import hashlib
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.dossiers.rules import check_path, digest_of, manifest

NAMES = st.from_regex(r"\A[a-z0-9-]{1,8}/[A-Za-z0-9_-][A-Za-z0-9._-]{0,12}\Z")


def test_sha256sum_finds_nothing_wrong(tmp_path):
    bodies = {"selection/XQ-2026-000001.json": b"{}", "README.txt": b"hello\n", "time/a.csv": b""}
    for path, body in bodies.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(body)
    listed = manifest({path: digest_of(body) for path, body in bodies.items()})
    (tmp_path / "SHA256SUMS").write_text(listed)
    command = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    fine = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert fine.returncode == 0, fine.stderr
    assert fine.stdout.count(": OK") == len(bodies)
    (tmp_path / "time/a.csv").write_bytes(b"x")
    changed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert changed.returncode == 1
    assert "time/a.csv: FAILED" in changed.stdout


@given(st.dictionaries(NAMES, st.binary(max_size=8)))
def test_the_list_is_in_order_and_holds_every_file(bodies):
    listed = manifest({path: digest_of(body) for path, body in bodies.items()})
    lines = [line.split("  ") for line in listed.splitlines()]
    assert [path for _, path in lines] == sorted(bodies)
    assert all(hashlib.sha256(bodies[path]).hexdigest() == digest for digest, path in lines)


@pytest.mark.parametrize(
    "path",
    ["", "/etc/passwd", "../x", "a/../b", "a//b", "a/", ".hidden", "a/.b", "a b", "合同.pdf",
     "a\\b", "a\n", "x" * 121],
)  # fmt: skip
def test_a_name_that_is_not_plain_is_refused(path):
    with pytest.raises(ValueError, match="no name for a file"):
        check_path(path)
