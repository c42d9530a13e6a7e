"""The built wheel, in an environment of its own, is a whole and working ``zjcs``."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
FIRST_PAGE = """
from market.app import create_app
from market.cli import open_installation

client = create_app(open_installation()).test_client()
page = client.get("/")
assert page.status_code == 200, page.status
assert "中介超市" in page.text
assert client.get("/static/zjcs.css").status_code == 200
"""

HELP_OF_EACH = """
from click.testing import CliRunner
from market.cli import main

for command in main.commands:
    done = CliRunner().invoke(main, [command, "--help"])
    assert done.exit_code == 0, (command, done.output)
"""


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run a command with nothing of this environment but the system's own commands."""
    clean = {"PATH": os.defpath, "PYTHONSAFEPATH": "1", "PYTHONUTF8": "1", **environment}
    done = subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder)
    run(*build, ROOT, cwd=folder)
    return next(folder.glob("zjcs-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an empty environment; return the folder of its commands."""
    home = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    install = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet")
    run(*install, "--no-index", "--no-deps", wheel, cwd=home)
    # The dependencies are this environment's own, so that the test needs no network. A folder
    # named in a .pth file is only searched: the .pth files *in* it, and with them the one that
    # points to this checkout, are not read.
    library = Path(run(python, "-c", "import site; print(site.getsitepackages()[0])", cwd=home))
    borrowed = Path(str(library).strip(), "dependencies.pth")
    borrowed.write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    return home / "bin"


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    return {"DATABASE_URL": f"sqlite:///{tmp_path}/zjcs.db", "ZJCS_DATA_DIR": str(tmp_path)}


def test_the_wheel_holds_every_file_of_the_packages_and_no_other(wheel: Path):
    def files(folder: Path, inside: str) -> set[str]:
        found = (path for path in folder.rglob("*") if path.is_file())
        names = {f"{inside}/{path.relative_to(folder).as_posix()}" for path in found}
        return {name for name in names if "__pycache__" not in name}

    expected = files(ROOT / "templates", "market/templates")
    for package in ("market", "lottery", "audit"):
        expected |= files(ROOT / package, package)
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == expected


def test_what_is_imported_is_what_was_installed(installed: Path, tmp_path: Path):
    script = (
        "import audit, lottery, market; print(audit.__file__, lottery.__file__, market.__file__)"
    )
    places = run(installed / "python", "-c", script, cwd=tmp_path).split()
    assert all(Path(place).is_relative_to(installed.parent) for place in places)


def test_every_command_of_the_installed_program_has_help(installed: Path, tmp_path: Path):
    assert "zjcs" in run(installed / "zjcs", "--version", cwd=tmp_path)
    help_text = run(installed / "zjcs", "--help", cwd=tmp_path)
    for command in ("demo", "serve", "worker", "migrate", "regulation", "log", "draw"):
        assert f"  {command} " in help_text
    run(installed / "python", "-c", HELP_OF_EACH, cwd=tmp_path)


def test_the_installed_program_checks_its_own_regulations_and_calendars(
    installed: Path, tmp_path: Path, settings: dict[str, str]
):
    run(installed / "zjcs", "regulation", "check", cwd=tmp_path, **settings)
    run(installed / "zjcs", "calendar", "check", cwd=tmp_path, **settings)


def test_the_installed_program_makes_its_database_and_serves_its_first_page(
    installed: Path, tmp_path: Path, settings: dict[str, str]
):
    run(installed / "zjcs", "migrate", cwd=tmp_path, **settings)
    run(installed / "python", "-c", FIRST_PAGE, cwd=tmp_path, **settings)


def test_the_installed_verifier_runs(installed: Path, tmp_path: Path):
    assert "verify" in run(installed / "python", "-m", "lottery", "--help", cwd=tmp_path)
