"""Whoever holds a dossier checks all of it with the one file that the platform hands out."""

import os
import shlex
import subprocess
import sys
import zipfile

import pytest

from lottery import onefile
from market import log
from market.contracts.model import Contract
from market.dossiers import actions, queries
from market.dossiers.zipping import zipped
from tests.market.factories.contracts import an_accepted_contract


@pytest.fixture(scope="module")
def program():
    return onefile.build()


@pytest.fixture
def dossier(here, clock, tmp_path, program):
    """Return the folder of a real dossier as it was downloaded, with the program beside it."""
    agreed = an_accepted_contract(here, clock)
    with agreed.work(agreed.firm) as work:
        actions.archive(work, here, work.session.get_one(Contract, agreed.contract_id))
    log.sequence(here)
    with agreed.work(agreed.firm) as work:
        contract = work.session.get_one(Contract, agreed.contract_id)
        out = zipped(work, here, contract, queries.versions_of(work, contract)[0])
    (tmp_path / "dossier.zip").write_bytes(out.read())
    with out, zipfile.ZipFile(out) as packed:
        packed.extractall(tmp_path / "dossier")
    (tmp_path / "dossier" / "verify.pyz").write_bytes(program)
    return tmp_path / "dossier"


def run(folder, *words):
    return subprocess.run(
        [sys.executable, "-S", "-E", "-I", *words],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )


def check(folder, what="."):
    return run(folder, "verify.pyz", "dossier", what, "--policy", "log/policy")


def test_the_command_that_the_readme_names_checks_all_of_it(dossier):
    readme = (dossier / "README.txt").read_text(encoding="utf-8")
    (command,) = [line for line in readme.splitlines() if line.startswith("    python3 ")]
    done = run(dossier, *shlex.split(command)[1:])
    assert (done.returncode, done.stderr) == (0, "")
    assert "全部相符 / ALL AGREE" in done.stdout
    assert "清单就是归档时写入日志的那一份" in done.stdout
    assert check(dossier, "../dossier.zip").stdout == done.stdout
    entries = [path.read_text(encoding="utf-8") for path in dossier.glob("log/*.entry")]
    (said,) = [one for one in entries if '"t":"zjcs/dossier.made.v1"' in one]
    assert '"list_digest":' in said


def test_what_nothing_was_compared_with_is_named(dossier):
    said = check(dossier).stdout
    assert "不能作为依据）：README.txt, log/policy" in said
    assert "not covered" in said
    (dossier / "README.txt").write_text("合同金额已改为 999 万元", encoding="utf-8")
    assert check(dossier).returncode == 0, "it is no part of the dossier"


def test_what_was_changed_taken_away_or_added_is_found(dossier):
    table = dossier / "contract" / "contract.csv"
    kept = table.read_bytes()
    table.write_bytes(kept + b"\n")
    changed = check(dossier)
    assert (changed.returncode, "contract/contract.csv 与清单不符" in changed.stdout) == (1, True)
    table.unlink()
    assert "缺少 contract/contract.csv" in check(dossier).stdout
    table.write_bytes(kept)
    assert check(dossier).returncode == 0
    (dossier / "contract" / "more.csv").write_bytes(b"a")
    assert "contract/more.csv 不在清单里" in check(dossier).stdout


def test_what_is_missing_by_the_dossiers_own_word_is_no_agreement(dossier):
    (line,) = [
        one
        for one in (dossier / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
        if one.endswith("  contract/contract.csv")
    ]
    (dossier / "contract" / "contract.csv").unlink()
    missing = dossier / "MISSING.txt"
    missing.write_text("contract/contract.csv\n", encoding="utf-8")
    bare = check(dossier)
    assert (bare.returncode, "缺少 contract/contract.csv" in bare.stdout) == (1, True)
    missing.write_text(f"contract/contract.csv\n  SHA-256: {line[:64]}\n", encoding="utf-8")
    told = check(dossier)
    assert told.returncode == 3
    assert "全部相符" not in told.stdout
    assert "缺少 contract/contract.csv。只有卷宗自己的 MISSING.txt 说明原因" in told.stdout
    assert "不能作为依据）：MISSING.txt, README.txt, log/policy" in told.stdout


@pytest.mark.parametrize(
    "stray", ["合同补充协议.pdf", "more/1.entry", "01.entry", "999999.tlog-proof"]
)
def test_a_stray_paper_in_the_folder_of_the_log_is_found(dossier, stray):
    path = dossier / "log" / stray
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"a")
    done = check(dossier)
    assert (done.returncode, f"log/{stray} " in done.stdout) == (1, True)


def test_a_list_or_an_entry_that_was_made_up_is_found(dossier):
    listed = dossier / "SHA256SUMS"
    kept = listed.read_bytes()
    listed.write_bytes(kept.replace(kept[:64], b"0" * 64, 1))
    made_up = check(dossier)
    assert made_up.returncode == 1
    assert "已证明的日志条目里没有这份清单" in made_up.stdout
    listed.write_bytes(kept)
    entry = min(dossier.glob("log/*.entry"))
    entry.write_bytes(entry.read_bytes().replace(b"zjcs/", b"zjcz/", 1))
    assert f"log/{entry.name} 的证明不成立" in check(dossier).stdout


def test_what_is_no_dossier_is_said_to_be_none(dossier, tmp_path):
    for what in ("nowhere", "log"):
        done = check(dossier, what)
        assert (done.returncode, "无法继续" in done.stderr) == (2, True)
    policy = dossier / "log" / "policy"
    kept = policy.read_text(encoding="utf-8").replace("quorum none", "").splitlines()
    strangers = [line for line in kept if not line.startswith("quorum")]
    policy.write_text("\n".join([*strangers, "quorum nobody"]) + "\n", encoding="utf-8")
    assert check(dossier).returncode == 2
