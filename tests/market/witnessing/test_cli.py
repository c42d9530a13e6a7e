"""``zjcs witness`` as a notary office uses it: without a platform, from an empty folder."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from audit.encoding import from_base64
from audit.keys import parse_vkey
from audit.note import open_note, parse
from audit.witness.errors import InconsistentError
from audit.witness.folder import DATABASE, ED25519_KEY, ML_DSA_KEY, Folder
from market import cli_witness
from market.cli import main
from market.witnessing_evidence import KINDS
from tests.audit.making import NOW
from tests.audit.witness.serving import (
    HandClock,
    NoReader,
    a_tree,
    forked,
    request_body,
    send,
)
from tests.lottery.story import BEACON
from tests.market.witnessing.witnessed import a_town, grow

ROOT = Path(__file__).parents[3]
TREE = a_tree(20)
NAME = "notary.example.cn/w1"


def run(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["witness", *map(str, arguments)])
    assert result.exit_code == code, result.output
    return result.output


def test_a_folder_is_made_once_and_only_its_owner_reads_it(tmp_path):
    folder = tmp_path / "witness"
    said = run("init", folder, "--name", NAME, "--ml-dsa")
    keys = [parse_vkey(line) for line in said.splitlines() if line.startswith(NAME)]
    assert [key.type for key in keys] == [0x04, 0x06]
    assert folder.stat().st_mode & 0o077 == 0
    for file in (ED25519_KEY, ML_DSA_KEY, DATABASE):
        assert (folder / file).stat().st_mode & 0o077 == 0
    assert (folder / ED25519_KEY).read_text().startswith("PRIVATE+KEY+")
    before = (folder / ED25519_KEY).read_bytes()
    assert "witness here already" in run("init", folder, "--name", "other", code=1)
    assert (folder / ED25519_KEY).read_bytes() == before
    (folder / ED25519_KEY).chmod(0o644)
    assert "0600" in run("show", folder, code=1)


def test_what_is_not_a_witness_is_refused_in_words(tmp_path):
    assert "zjcs witness init" in run("show", tmp_path / "none", code=1)
    assert "space or a plus" in run("init", tmp_path / "w", "--name", "two words", code=1)
    run("init", tmp_path / "w2", "--name", NAME)
    assert "not a valid verifier key" in run("log-add", tmp_path / "w2", "nonsense", code=1)
    own = Folder.open(tmp_path / "w2").vkeys[0]
    assert "cannot sign a log" in run("log-add", tmp_path / "w2", own, code=1)


def a_running_command(folder: Path, *options: str) -> tuple[str, subprocess.Popen]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    bare = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    process = subprocess.Popen(
        [sys.executable, "-m", "market", "witness", "run", folder, "--port", str(port), *options],
        env=bare | {"PYTHONPATH": str(ROOT)},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    until = time.monotonic() + 60
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return f"http://127.0.0.1:{port}", process
        assert process.poll() is None, process.stdout.read()
        assert time.monotonic() < until


def test_it_runs_alone_and_tells_what_it_kept(tmp_path):
    folder = tmp_path / "w"
    run("init", folder, "--name", NAME)
    run("log-add", folder, TREE.signer.verifier.vkey)
    url, process = a_running_command(folder)
    try:
        answer = send(url, TREE.request(0, 10))
        assert answer.status == 200
        open_note(TREE.note(10) + answer.body, [Folder.open(folder).signers[0].verifier])
        assert send(url, forked(TREE, 3).request(10, 10)).status == 422
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)
        process.stdout.close()
    assert "10 条" in run("log-list", folder)
    # A proven fork is an alarm, until a person has written down what was done about it.
    said = run("show", folder, code=1).splitlines()
    assert said[-3:-1] == ["证据：1 份，其中 1 份待处理", "可证明日志分叉或有假：1 份"]
    assert "报告监督部门" in said[-1]
    assert "可证明日志分叉" in run("log-list", folder)
    said = run("evidence", folder, "--export", tmp_path / "out", code=1)
    assert re.search(
        "可证明日志分叉：同一大小、两份不同内容  待处理\n    大小都是 10 条，根不同\n", said
    )
    assert "不要询问平台" in said
    notes = [parse(path.read_bytes()) for path in sorted((tmp_path / "out").iterdir())]
    assert len({note.text for note in notes}) == 2
    assert "已处理" in run("acknowledge", folder, 1, "--reason", "已报告监督部门")
    assert "已处理：已报告监督部门" in run("evidence", folder)
    assert "可证明日志分叉或有假：1 份" in run("show", folder)
    assert "nothing to acknowledge" in run("acknowledge", folder, 1, "--reason", "x", code=1)
    assert "no evidence 7" in run("acknowledge", folder, 7, "--reason", "x", code=1)


def test_a_wrong_proof_that_anybody_can_send_is_no_alarm(tmp_path):
    made = Folder.create(tmp_path / "w", NAME)
    made.add_log(TREE.signer.verifier.vkey, "", NOW)
    witness = made.witness(HandClock(), NoReader())
    witness.add_checkpoint(TREE.request(0, 10))
    with pytest.raises(InconsistentError):
        witness.add_checkpoint(request_body(10, [bytes(32)], TREE.note(15)))
    said = run("evidence", made.path, "--export", tmp_path / "out")
    assert "附了错误的证明，谁都能送来，不是分叉的证据\n    15 条的检查点" in said
    assert "证据：1 份，其中 0 份待处理" in run("show", made.path)
    with pytest.raises(InconsistentError):
        witness.add_checkpoint(forked(TREE, 3).request(10, 16))
    said = run("evidence", made.path, "--lang", "en", "--export", tmp_path / "out", code=1)
    assert "proof of a fork: the later tree changes what was cosigned  waits for you" in said
    assert said.isascii()
    hashes = (tmp_path / "out" / "0002-forked-offered.consistency").read_text().split()
    before, *proof = (from_base64(line, "hash") for line in hashes)
    assert before == forked(TREE, 3).checkpoint(10).root
    assert proof == forked(TREE, 3).proof(10, 16)


def test_a_round_is_typed_in(tmp_path):
    run("init", tmp_path / "w", "--name", NAME)
    said = run("beacon", tmp_path / "w", BEACON["round"], BEACON["signature"].upper())
    assert "2026-09-21" in said
    assert "2026-09-21" in run("show", tmp_path / "w")
    assert "96" in run("beacon", tmp_path / "w", BEACON["round"] + 1, BEACON["signature"], code=1)


def test_a_command_that_signs_needs_its_key(tmp_path):
    run("init", tmp_path / "w", "--name", NAME)
    assert "--extra-key" in run("run", tmp_path / "w", "--extra-command", "true", code=2)


def test_the_platform_lists_its_witnesses(fast_here, tmp_path):
    def listed(*options: str, code: int = 0) -> str:
        names = ["-h", "--help"]  # click keeps the help option that it makes first
        result = CliRunner().invoke(
            cli_witness.witnesses, options, obj=lambda: fast_here, help_option_names=names
        )
        assert result.exit_code == code, result.output
        return result.output

    assert "没有要求" in listed()
    with a_town(fast_here, tmp_path):
        grow(fast_here)
        assert re.search(r"正常  w1 .* 1/1 ", listed("--feed"))
        grow(fast_here)
        fast_here.clock.advance(timedelta(minutes=2))
        assert re.search(r"落后  w1 .* 1/2  落后 120 秒", listed(code=1))


def parses(line: list[str]) -> None:
    command, *options = line
    cli_witness.witness.commands[command].make_context(
        command, options, help_option_names=["-h", "--help"]
    )


def test_the_unit_starts_the_command():
    unit = (ROOT / "deploy/units/zjcs-witness.service").read_text("utf-8")
    program, name, *arguments = re.search(r"^ExecStart=(.*)$", unit, re.MULTILINE)[1].split()
    assert (program, name) == ("/opt/zjcs/bin/zjcs", "witness")
    parses(arguments)


MANUAL = (ROOT / "docs/witness.md").read_text("utf-8")


def test_every_command_of_the_manual_can_be_typed_as_it_stands(tmp_path):
    """The install leaves one program, in its own folder, for a user of its own."""
    blocks = "".join(re.findall(r"^```sh\n(.*?)^```$", MANUAL, re.MULTILINE | re.DOTALL))
    typed = [shlex.split(line) for line in blocks.splitlines() if "zjcs witness" in line]
    assert len(typed) >= 7
    for line in typed:
        assert line[:5] == ["sudo", "-u", "zjcs-witness", "/opt/zjcs/bin/zjcs", "witness"]
        rest = ["1" if word == "编号" else word for word in line[5:]]
        assert rest[1].startswith("/var/lib/zjcs-witness/")
        parses(rest)
    assert not re.search(r"(?<!/)zjcs witness", MANUAL)


def test_the_manual_explains_all_evidence():
    table = re.findall(r"^\| ([^|]+?) \|", MANUAL, re.MULTILINE)
    assert {words.chinese for words in KINDS.values()} <= set(table)
