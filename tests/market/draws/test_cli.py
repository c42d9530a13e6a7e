"""``zjcs draw``: each command, and what it says when it cannot."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from lottery.policy import parse_policy
from lottery.verify import examine
from market.cli import main
from market.draws import queries
from market.draws.rules import DrawState
from tests.market.draws.beacon_days import PHI_AT, ROUND, SIGNATURE, a_frozen_draw_of_mode_a
from tests.market.factories.draws import a_drawn_draw, a_frozen_draw, an_open_draw, enrol


@pytest.fixture
def zjcs(city, monkeypatch):
    monkeypatch.setattr("market.cli.open_installation", lambda: city.here)

    def run(*words):
        return CliRunner().invoke(main, ["draw", *map(str, words)], catch_exceptions=False)

    return run


def number_of(city, draw):
    with city.reading() as work:
        return queries.number_of(work, draw)


def test_every_command_has_help(zjcs):
    for command in ("list", "run", "phi", "bundle", "verify"):
        done = zjcs(command, "--help")
        assert done.exit_code == 0
        assert "Usage" in done.output


def test_list_names_every_draw(city, zjcs):
    drawn, opened = a_drawn_draw(city), an_open_draw(city)
    done = zjcs("list")
    assert done.exit_code == 0
    assert f"{number_of(city, drawn)}  已出结果  D1" in done.output
    assert "核验通过" in done.output
    assert number_of(city, opened) in done.output
    assert number_of(city, opened) not in zjcs("list", "--state", "drawn").output
    assert zjcs("list", "--state", "nonsense").exit_code == 2


def test_run_does_what_is_due_once(city, zjcs):
    draw = an_open_draw(city)
    enrol(city, draw)
    assert "办理了 0 步" in zjcs("run").output
    city.clock.move_to(draw.enrol_close_at)
    assert "办理了 4 步" in zjcs("run").output
    assert "办理了 0 步" in zjcs("run").output
    assert city.draw(draw.id).state is DrawState.FROZEN


def test_phi_takes_the_right_round_only(city, zjcs):
    draw = a_frozen_draw_of_mode_a(city)
    city.clock.move_to(PHI_AT)
    assert f"等待信标第 {ROUND} 轮" in zjcs("blocks", number_of(city, draw)).output
    wrong = zjcs("phi", "--round", ROUND + 1, "--signature", SIGNATURE.hex())
    assert wrong.exit_code == 1
    assert f"第 {ROUND} 轮" in wrong.output
    assert zjcs("phi", "--round", ROUND, "--signature", "00" * 48).exit_code == 1
    assert zjcs("phi", "--round", ROUND, "--signature", "xy").exit_code == 2
    assert zjcs("phi", "--round", ROUND, "--signature", "00").exit_code == 2
    assert zjcs("phi", "--round", 0, "--signature", SIGNATURE.hex()).exit_code == 2
    right = zjcs("phi", "--round", ROUND, "--signature", SIGNATURE.hex())
    assert right.exit_code == 0
    assert city.draw(draw.id).state is DrawState.DRAWN


def test_bundle_writes_what_verifies(city, zjcs, tmp_path):
    number = number_of(city, a_drawn_draw(city))
    file = tmp_path / "draw.ismdraw.zip"
    assert zjcs("bundle", number, file).exit_code == 0
    assert examine(file.read_bytes(), parse_policy(city.policy().encode())).ok
    assert zjcs("bundle", number, tmp_path / "no" / "folder.zip").exit_code == 1


def test_verify_lists_every_check(city, zjcs):
    number = number_of(city, a_drawn_draw(city))
    done = zjcs("verify", number)
    assert done.exit_code == 0
    assert all(f" V{check} " in done.output for check in range(1, 15))
    assert "演示模式" in done.output
    assert done.output.endswith("核验通过\n")


def test_verify_fails_where_a_check_fails(city, zjcs):
    draw = an_open_draw(city)
    enrol(city, draw)
    city.clock.move_to(draw.phi_at)
    zjcs("run")
    done = zjcs("verify", number_of(city, draw))
    assert done.exit_code == 1
    assert "failed   V12" in done.output


def test_before_the_result_there_is_nothing_to_verify_or_export(city, zjcs, tmp_path):
    number = number_of(city, a_frozen_draw(city))
    for words in (("verify", number), ("bundle", number, tmp_path / "x.zip")):
        done = zjcs(*words)
        assert done.exit_code == 1
        assert "尚未出结果" in done.output


def test_a_number_that_is_not_there_is_named(zjcs, tmp_path):
    for words in (
        ("verify", "GG-1"),
        ("bundle", "GG-1", tmp_path / "x"),
        ("blocks", "GG-1"),
    ):
        done = zjcs(*words)
        assert done.exit_code == 1
        assert "没有公告编号为 GG-1 的摇号" in done.output


WITHOUT_FEATURES = """
import sys
from pathlib import Path
from click.testing import CliRunner
from market import cli
from market.config import Config
from market.draws import weights
from market.installation import Installation
here = Installation.open(Config(database_url=sys.argv[1], data_dir=Path(sys.argv[2])))
cli.open_installation = lambda: here
done = CliRunner().invoke(cli.main, ["draw", "run"], catch_exceptions=False)
print(done.exit_code, bool(weights._SCORERS))
"""


def test_run_knows_the_scores_of_firms_as_the_worker_does(city):
    """The desk sends people here when the worker is down: it has to freeze weighted lists."""
    config = city.here.config
    words = [sys.executable, "-c", WITHOUT_FEATURES, config.database_url, str(config.data_dir)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "True"]
