"""The verifier in one file runs where there is Python and nothing else."""

import io
import os
import subprocess
import sys
import zipfile

import lottery
from lottery import onefile
from lottery.__main__ import main
from tests.lottery.drawing import Drawing
from tests.lottery.drawing_facts import POLICIES
from tests.lottery.vector_case import whole


def test_the_same_sources_give_the_same_bytes(tmp_path, capsys):
    out = tmp_path / "verify.pyz"

    assert main(["onefile", str(out)]) == 0
    assert out.read_bytes() == onefile.build() == onefile.build()
    assert capsys.readouterr().out.endswith(f"  {out}\n")
    assert main(["onefile", str(tmp_path / "no" / "where")]) == 2


def test_it_holds_sources_and_nothing_else():
    with zipfile.ZipFile(io.BytesIO(onefile.build())) as archive:
        names = archive.namelist()

    assert {"__main__.py", "lottery/__init__.py", "lottery/checks/places.py"} <= {*names}
    assert all(name.endswith(".py") for name in names)
    assert not any("verifiers" in name for name in names)


def test_it_checks_draws_on_a_bare_interpreter_in_an_empty_folder(tmp_path):
    (tmp_path / "verify.pyz").write_bytes(onefile.build())
    (tmp_path / "policy").write_bytes(POLICIES["one"])
    (tmp_path / "honest.zip").write_bytes(Drawing(mode="A", round=1000, firms=2).whole().data())
    forged = whole(
        tamper={
            "result": lambda entry: lottery.Result(
                at=entry.at,
                draw=entry.draw,
                seed="00" * 32,
                order=entry.order,
                order_digest=entry.order_digest,
            )
        }
    )
    (tmp_path / "forged.zip").write_bytes(forged.data())

    def run(*words):
        return subprocess.run(
            [sys.executable, "-S", "-E", "-I", "verify.pyz", *words],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            capture_output=True,
            check=False,
            encoding="utf-8",
        )

    honest = run("verify", "honest.zip", "--policy", "policy")
    assert (honest.returncode, honest.stderr) == (0, "")
    assert "全部通过" in honest.stdout
    refused = run("verify", "forged.zip", "--policy", "policy")
    assert refused.returncode == 1
    assert "未通过 / FAILED: V9" in refused.stdout
    assert run("onefile", "again.pyz").returncode == 0
    assert (tmp_path / "again.pyz").read_bytes() == (tmp_path / "verify.pyz").read_bytes()
