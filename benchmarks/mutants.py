"""Ask the tests of ``lottery/`` and ``audit/`` whether they notice a mistake (R30).

mutmut makes thousands of small mistakes in the code; each is tried against the tests that reach
it. All of them would take days on two cores, so a sample is drawn: ``make mutants SAMPLE=300
SEED=1``. A mistake that only changes the words of a sentence, such as an error's, is listed and not
counted: tests compare reasons, not wording. The run fails below nine killed in ten.
"""

import argparse
import io
import json
import shutil
import subprocess
import sys
import tokenize
from pathlib import Path
from random import Random  # noqa: TID251 - which mistakes are tried; nothing is drawn here
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
WORK: Final = ROOT / "var" / "mutants"
COPIED: Final = ("lottery", "audit", "market", "tests", "docs", "deploy")
LEAST_KILLED: Final = 0.9
# Tests that start another interpreter, where the mutants' switch is not installed.
NOT_HERE: Final = {
    "lottery": ("onefile", "nothing_installed", "subprocess"),
    "audit": ("kill", "command"),
}
SETTINGS: Final = """\
[tool.mutmut]
source_paths = ["{package}"]
also_copy = [{others}]
pytest_add_cli_args_test_selection = ["tests/{package}"]
pytest_add_cli_args = ["-q", "-p", "no:cacheprovider", "-k", "{wanted}"]
mutate_only_covered_lines = true

[tool.pytest.ini_options]
addopts = ["--import-mode=importlib"]
pythonpath = ["."]
markers = ["browser", "postgres", "slow", "long"]
"""


def lay_out(package: str) -> Path:
    """Copy what the tests of a package need to a folder of its own; return it."""
    folder = WORK / package
    shutil.rmtree(folder, ignore_errors=True)
    listing = [shutil.which("git") or "git", "ls-files", "-z", *COPIED]
    listed = subprocess.check_output(listing, cwd=ROOT, text=True)  # noqa: S603 - fixed words
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    others = set(COPIED) - {package}
    settings = SETTINGS.format(
        package=package,
        others=", ".join(f'"{name}"' for name in sorted(others)),
        wanted=" and ".join(f"not {word}" for word in NOT_HERE[package]),
    )
    (folder / "pyproject.toml").write_text(settings, encoding="utf-8")
    return folder


def mutmut(folder: Path, *arguments: str) -> str:
    """Run mutmut in a folder; return what it wrote."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    done = subprocess.run(  # noqa: S603 - fixed words and names from mutmut itself
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def outcomes(folder: Path) -> dict[str, int | None]:
    """Return each mutant's exit code: 0 survived, None not tried."""
    found: dict[str, int | None] = {}
    for meta in sorted((folder / "mutants").rglob("*.meta")):
        found |= json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
    return found


def is_wording(diff: str) -> bool:
    """Tell whether a change touches nothing but the words of a sentence."""
    lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++"))]
    old = [line[1:] for line in lines if line.startswith("-")]
    new = [line[1:] for line in lines if line.startswith("+")]
    if any(line.lstrip().startswith("raise ") for line in old):
        return True
    changed = set(_tokens("\n".join(old))) ^ set(_tokens("\n".join(new)))
    texts = {text for text in changed if text[:1] in "\"'f" and text[-1:] in "\"'"}
    prose = any(" " in text or not text.isascii() for text in texts)
    return prose and changed <= texts | {"None"}


def _tokens(source: str) -> list[str]:
    try:
        return [t.string for t in tokenize.generate_tokens(io.StringIO(source).readline)]
    except (tokenize.TokenError, IndentationError):
        return source.split()


def examine(package: str, sample: int, seed: int) -> float:
    """Try a sample of the mistakes in a package; return the share that was noticed."""
    folder = lay_out(package)
    words = mutmut(folder, "run", "--max-children", "2", "no.such.mutant")
    names = sorted(outcomes(folder))
    if not names:
        sys.exit(words)
    chosen = Random(seed).sample(names, min(sample, len(names)))  # noqa: S311 - not a secret
    words = mutmut(folder, "run", "--max-children", "2", *chosen)
    tried = {name: code for name, code in outcomes(folder).items() if name in set(chosen)}
    if all(code is None for code in tried.values()):
        sys.exit(words)
    survived = [name for name, code in tried.items() if code == 0]
    diffs = {name: mutmut(folder, "show", name) for name in survived}
    wording = [name for name in survived if is_wording(diffs[name])]
    for name in survived:
        print(f"{'wording ' if name in wording else 'SURVIVED'} {name}")
        print("\n".join(f"    {x}" for x in diffs[name].splitlines() if x[:1] in "+-"))
    counted = sum(code is not None for code in tried.values()) - len(wording)
    killed = counted - (len(survived) - len(wording))
    of = f"{len(wording)} only changed words; {len(chosen)} of {len(names)} tried, seed {seed}"
    print(f"{package}: {killed} of {counted} noticed, {killed / counted:.1%}; {of}")
    return killed / counted


def main() -> None:
    """Examine the core's two packages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packages", nargs="*", default=["lottery", "audit"])
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    shares = [examine(package, asked.sample, asked.seed) for package in asked.packages]
    sys.exit(min(shares) < LEAST_KILLED)


if __name__ == "__main__":
    main()
