"""``python -m audit`` tells by its exit code what it found, with no database library at all."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import audit
from audit.__main__ import main
from tests.audit.making import INTEROP


@pytest.fixture
def log(tmp_path) -> Path:
    return shutil.copytree(INTEROP, tmp_path / "log")


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def test_a_sound_log_is_0(log, capsys):
    assert run("verify", log, "--vkey", INTEROP / "log.vkey") == 0
    assert capsys.readouterr().out.startswith("ok ")


def test_a_changed_log_is_1_and_the_file_is_named(log, capsys):
    path = log / "tile/entries/000"
    path.write_bytes(path.read_bytes().replace(b"demo", b"Demo", 1))

    assert run("verify", log, "--vkey", INTEROP / "log.vkey") == 1
    assert "FAIL  tile/entries/000: entry 0 " in capsys.readouterr().out


def test_a_kept_checkpoint_is_compared(log, capsys):
    vkey = ["--vkey", INTEROP / "log.vkey"]
    assert run("verify", log, *vkey, "--kept", INTEROP / "checkpoint.old") == 0
    for name in ("checkpoint", "tile/0/000", "tile/entries/000"):
        assert (log / name).is_file()
    shutil.copy(log / "checkpoint.old", log / "checkpoint")
    assert run("verify", log, *vkey, "--kept", INTEROP / "checkpoint") == 1
    assert "fewer entries than the 300" in capsys.readouterr().out


@pytest.mark.parametrize("content", ["", "nonsense", "a\nb", "\udcff"])
def test_a_key_that_is_none_is_2(log, tmp_path, content, capsys):
    key = tmp_path / "key"
    key.write_text(content, "utf-8", "surrogateescape")

    assert run("verify", log, "--vkey", key) == 2
    assert "cannot check" in capsys.readouterr().err


@pytest.mark.parametrize("what", ["directory", "key", "kept"])
def test_what_is_not_there_is_2(log, tmp_path, what):
    gone = tmp_path / "gone"
    arguments = {"directory": log, "key": INTEROP / "log.vkey", "kept": INTEROP / "checkpoint.old"}
    arguments[what] = gone

    assert (
        run(
            "verify",
            arguments["directory"],
            "--vkey",
            arguments["key"],
            "--kept",
            arguments["kept"],
        )
        == 2
    )


@pytest.mark.parametrize("words", [[], ["verify"], ["verify", "folder"], ["verify", "--vkey=k"]])
def test_wrong_usage_is_2(words):
    with pytest.raises(SystemExit) as stop:
        run(*words)
    assert stop.value.code == 2


def test_an_outsider_needs_no_database_library(log, tmp_path):
    """The pure modules run from a copy of the folder where SQLAlchemy cannot be imported."""
    shutil.copytree(Path(audit.__file__).parent, tmp_path / "audit")
    code = (
        "import sys; sys.modules['sqlalchemy'] = None; import audit.proof, audit.__main__ as m; "
        f"sys.exit(m.main(['verify', {str(log)!r}, '--vkey', {str(log / 'log.vkey')!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_policy_asks_for_the_witnesses_too(log, tmp_path, capsys):
    names = ["w1", "w2", "w3"]
    lines = [f"log {(INTEROP / 'log.vkey').read_text('utf-8').strip()}"]
    lines += [f"witness {n} {(INTEROP / f'{n}.vkey').read_text('utf-8').strip()}" for n in names]
    lines += ["group some 2 w1 w2 w3", "quorum some", ""]
    policy = tmp_path / "policy"
    policy.write_text("\n".join(lines), "utf-8")
    asked = ["verify", log, "--vkey", INTEROP / "log.vkey", "--policy", policy]
    note = (log / "checkpoint").read_text("utf-8")
    cosigners = [line for line in note.splitlines() if line.startswith("— ")][1:]

    assert run(*asked) == (0 if len(cosigners) >= 2 else 1)
    for line in cosigners:  # the same name and key, another signature
        wrong = line[:-6] + ("AAAAA=" if line.endswith("=") else "AAAAAA")
        (log / "checkpoint").write_text(note.replace(line, wrong), "utf-8")
        assert run(*asked) == 1
    (log / "checkpoint").write_text(note.replace("".join(f"{c}\n" for c in cosigners), ""), "utf-8")
    assert run(*asked) == 1
    assert "FAIL  checkpoint" in capsys.readouterr().out
