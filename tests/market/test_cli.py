"""``zjcs`` as an operator meets it: help, exit codes, refusals in a sentence, any locale."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from audit import store
from audit.__main__ import main as audit_main
from market import log
from market.accounts.model import Organisation
from market.cli import main
from market.codes import make_code
from market.config import Config
from market.db import make_engine
from market.firms import importing
from market.firms.tables import Subject
from market.installation import Installation
from market.keys import Keys
from market.migrations import head
from tests.market.factories.accounts import a_code

ZJCS = [sys.executable, "-c", "from market.cli import main; main(prog_name='zjcs')"]
ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "Stille Post 42"
CODE = make_code("12", "510822", "MB123456")


def every_command(
    command: click.Command = main, path: tuple[str, ...] = ()
) -> list[tuple[tuple[str, ...], click.Command]]:
    found = [(path, command)]
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            found += every_command(below, (*path, name))
    return found


COMMANDS = every_command()
PATHS = [path for path, _ in COMMANDS]


class City:
    """An installation in a folder of its own, used through its command line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            "DATABASE_URL": f"sqlite:///{folder}/zjcs.db",
            "ZJCS_DATA_DIR": str(folder / "var"),
            "ZJCS_PASSWORD_MEMORY_KIB": "64",
        }

    def run(self, *arguments: str, stdin: str = "", **environment: str):
        """Run a command in this process."""
        return CliRunner().invoke(
            main, arguments, input=stdin, env=self.environment | environment, prog_name="zjcs"
        )

    def process(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
        """Run a command in a process of its own, with nothing in its environment but this."""
        plain = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            [*ZJCS, *arguments], env=plain | self.environment | environment, cwd=self.folder,
            capture_output=True, check=False, timeout=60,
        )  # fmt: skip

    def engine(self):
        """Open the database behind the commands' back."""
        return make_engine(self.environment["DATABASE_URL"])

    def create_user(self, *more: str, username: str = "boss"):
        """Create the operator's first account."""
        return self.run(
            "user", "create", "--org-code", CODE, "--username", username,
            "--name", "王丽", "--role", "operator-manager", "--password-stdin", *more,
            stdin=f"{PASSWORD}\n",
        )  # fmt: skip


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    """A migrated installation, copied for each test."""
    folder = tmp_path_factory.mktemp("cli")
    done = City(folder).run("migrate")
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def city(template: Path, tmp_path: Path) -> City:
    subprocess.run(["cp", "-a", f"{template}/.", tmp_path], check=True)
    return City(tmp_path)


def refused(done) -> str:
    """Check that a command was refused in one sentence, and return the sentence."""
    assert done.exit_code == 1, done.output
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert "Traceback" not in done.output
    assert done.stderr.startswith("错误：")
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_every_command_explains_itself(path):
    done = CliRunner().invoke(main, [*path, "--help"], prog_name="zjcs")
    assert done.exit_code == 0
    assert done.output.startswith(f"Usage: {' '.join(('zjcs', *path))}")
    assert CliRunner().invoke(main, [*path, "-h"]).exit_code == 0


@pytest.mark.parametrize(
    ("path", "command"), COMMANDS, ids=lambda value: " ".join(value) if value in PATHS else ""
)
def test_every_command_and_option_is_described(path, command):
    assert command.help, path
    assert [
        option.opts
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ] == []


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_an_unknown_option_is_wrong_usage(path):
    done = CliRunner().invoke(main, [*path, "--no-such-option"])
    assert done.exit_code == 2
    assert "--no-such-option" in done.stderr


def test_an_unknown_command_and_a_missing_argument_are_wrong_usage():
    for arguments in (["no-such-command"], ["log", "no-such"], ["log", "export"]):
        assert CliRunner().invoke(main, arguments).exit_code == 2


def test_migrate_can_be_repeated(tmp_path):
    city = City(tmp_path)
    first, second = city.run("migrate"), city.run("migrate")
    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert first.output == f"数据库版本：空 → {head()}\n"
    assert second.output == f"数据库版本：{head()} → {head()}\n"
    with city.engine().connect() as connection:
        assert store.size(connection) == 1  # the log was begun once


def test_a_command_before_migrate_says_what_to_run_first(tmp_path):
    city = City(tmp_path)
    assert "zjcs migrate" in refused(city.run("user", "list"))
    Keys.make(tmp_path / "var/keys")
    assert "zjcs migrate" in refused(city.run("user", "list"))
    assert "zjcs migrate" in refused(city.run("log", "verify"))


@pytest.mark.parametrize(
    "environment",
    [
        {"ZJCS_NO_SUCH_THING": "1"},
        {"ZJCS_DEMO": "perhaps"},
        {"DATABASE_URL": "no address"},
        {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
        {"DATABASE_URL": "sqlite:////no/such/folder/x.db"},
        {"ZJCS_CLOCK_OFFSET_SECONDS": "5"},
    ],
    ids=str,
)
@pytest.mark.parametrize("command", ["migrate", "user list"])
def test_a_wrong_setting_is_refused_in_a_sentence(city, command, environment):
    refused(city.run(*command.split(), **environment))


def test_another_origin_does_not_continue_the_log(city):
    assert city.create_user("--org-kind", "operator", "--org-name", "政务中心").exit_code == 0
    sentence = refused(city.run("log", "export", str(city.folder / "out"), ZJCS_ORIGIN="other/log"))
    assert "zjcs log verify" in sentence


def test_an_account_is_created_from_nothing(city):
    done = city.create_user("--org-kind", "operator", "--org-name", "政务中心")
    assert done.exit_code == 0, done.output
    assert "boss" in city.run("user", "list").output
    assert "政务中心" in city.run("user", "list").output
    assert PASSWORD not in done.output


def test_a_refused_account_says_why(city):
    assert "--org-kind" in refused(city.create_user())


def test_a_list_of_firms_is_tried_and_then_imported(city):
    path = city.folder / "firms.csv"
    row = f"青川恒信,{a_code()},企业,陈立,2015-06-01,滨河路 8 号,工程咨询,李丽,0839-1234567,,否"
    path.write_bytes(importing.template(Subject.FIRMS) + f"{row}\r\n".encode())

    def firms() -> list[str]:
        with city.engine().connect() as connection:
            return list(connection.scalars(select(Organisation.name)))

    tried = city.run("firm", "import", "--dry-run", str(path))
    assert (tried.exit_code, firms()) == (0, []), tried.output
    done = city.run("firm", "import", str(path))
    assert (done.exit_code, firms()) == (0, ["青川恒信"]), done.output


def test_a_faulty_list_of_firms_is_refused_line_by_line(city):
    path = city.folder / "firms.csv"
    path.write_text("什么,都,不是\n1,2,3\n", "utf-8-sig")
    done = city.run("firm", "import", str(path))
    assert done.exit_code == 1
    assert done.stderr
    assert "Traceback" not in done.output
    missing = city.run("firm", "import", str(city.folder / "nothing.csv"))
    assert missing.exit_code == 2


@pytest.mark.parametrize("command", ["regulation check", "calendar check"])
def test_the_shipped_rules_pass_their_check(city, command):
    done = city.run(*command.split())
    assert done.exit_code == 0, done.output
    assert "无误" in done.output


@pytest.mark.parametrize("command", ["regulation check", "calendar check"])
def test_a_citys_broken_file_fails_its_check(city, command):
    folder = city.folder / "rules"
    for part in (".", "calendar"):
        (folder / part).mkdir(exist_ok=True, parents=True)
        (folder / part / "2099.toml").write_text("this is not toml", "utf-8")
    done = city.run(*command.split(), ZJCS_CITY_RULES_DIR=str(folder))
    assert done.exit_code == 1, done.output
    assert "2099.toml" in done.output
    assert "Traceback" not in done.output


def test_an_exported_log_is_checked_by_someone_with_nothing_but_the_key(city, capsys):
    city.create_user("--org-kind", "operator", "--org-name", "政务中心")
    out = city.folder / "out"
    done = city.run("log", "export", str(out))
    assert done.exit_code == 0, done.output
    arguments = ["verify", str(out), "--vkey", str(out / "log.vkey")]
    assert audit_main(arguments) == 0
    bundle = next((out / "tile/entries").rglob("*.p/*"))
    bundle.write_bytes(bundle.read_bytes().replace(b"operator", b"0perator", 1))
    assert audit_main(arguments) == 1
    assert "FAIL" in capsys.readouterr().out


def test_an_export_does_not_overwrite_another_log(city, tmp_path_factory):
    other = City(tmp_path_factory.mktemp("other"))
    other.run("migrate")
    out = city.folder / "out"
    assert other.run("log", "export", str(out)).exit_code == 0
    refused(city.run("log", "export", str(out)))


def test_an_intact_log_verifies_and_one_with_a_changed_byte_does_not(city):
    city.create_user("--org-kind", "operator", "--org-name", "政务中心")
    assert city.run("clock", "sweep").exit_code == 0
    done = city.run("log", "verify")
    assert (done.exit_code, done.stderr) == (0, ""), done.output
    with city.engine().begin() as connection:
        # Somebody who may drop triggers.
        connection.execute(text("DROP TRIGGER record_log_submission_update"))
        connection.execute(
            text(
                "UPDATE log_submission SET body = CAST(REPLACE(CAST(body AS TEXT), "
                "'operator', '0perator') AS BLOB) WHERE id = 2"
            )
        )
    done = city.run("log", "verify")
    assert done.exit_code == 1
    assert "id=2" in done.output


def test_the_sweep_can_be_repeated_and_says_what_it_did(city):
    first, second = city.run("clock", "sweep"), city.run("clock", "sweep")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "draws: 0" in second.output
    assert "log: 0" in second.output


def test_the_policy_file_names_the_log_and_pins_the_platforms_key(city):
    path = city.folder / "policy"
    assert city.run("policy", "export", str(path)).exit_code == 0
    config = Config.from_environment(city.environment)
    here = Installation.open(config)
    lines = path.read_text("utf-8").splitlines()
    assert lines[0] == f"log {log.vkey(here)}"
    assert any("vrf-key platform" in line for line in lines)
    here.engine.dispose()


def test_a_path_that_cannot_be_written_is_refused_in_a_sentence(city):
    refused(city.run("policy", "export", "/proc/no-such-folder/policy"))


@pytest.mark.parametrize(
    "locale", [{"LC_ALL": "C"}, {"LANG": "C", "PYTHONIOENCODING": "ascii"}], ids=["C", "ascii"]
)
def test_chinese_is_readable_under_any_locale(city, locale):
    done = city.process("--help", **locale)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "可公开验证的中介服务超市" in done.stdout.decode("utf-8")
    done = city.process("log", "verify", **locale)
    assert "日志完整" in done.stdout.decode("utf-8")
    done = city.process("user", "deactivate", "nobody", **locale)
    assert done.returncode == 1
    assert done.stderr.decode("utf-8").startswith("错误：没有用户名为 nobody 的账号")
    assert b"Traceback" not in done.stderr
