"""The files of ``deploy/`` fit the program they start."""

import re
import shlex
from pathlib import Path

import pytest

from market.cli import main
from market.config import Config

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
STARTED = [
    pytest.param(line.partition("=")[2], id=f"{unit.name}: {line}")
    for unit in sorted(DEPLOY.glob("*.service"))
    for line in unit.read_text("utf-8").splitlines()
    if re.match(r"Exec\w+=", line)
]


@pytest.mark.parametrize("command", STARTED)
def test_what_a_unit_starts_is_a_command_with_these_options(command: str):
    program, name, *arguments = shlex.split(command)
    assert program == "/opt/zjcs/bin/zjcs"
    main.commands[name].make_context(name, arguments, help_option_names=["-h", "--help"])


def test_the_units_start_the_web_and_the_worker():
    assert {param.values[0].split()[1] for param in STARTED} == {"migrate", "serve", "worker"}


def test_the_example_of_an_environment_is_a_good_configuration():
    lines = (DEPLOY / "environment.example").read_text("utf-8").splitlines()
    environment = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    config = Config.from_environment(environment)
    config.check()
    assert config.secure_cookies
    assert not config.demo


def test_nginx_leaves_it_to_the_program_to_refuse_a_large_upload():
    allowed = re.search(r"client_max_body_size (\d+)m;", (DEPLOY / "nginx.conf").read_text("utf-8"))
    assert int(allowed[1]) * 1024 * 1024 > Config().max_upload_bytes
