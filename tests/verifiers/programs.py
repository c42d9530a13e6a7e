"""The three verifiers of a draw, asked alike: a batch of bundles in, lines of JSON out."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parent.parent.parent
RUBY: Final = ROOT / "lottery" / "verifiers" / "ruby" / "ismdraw.rb"
JAVASCRIPT: Final = ROOT / "lottery" / "verifiers" / "javascript" / "cli.js"
COMMANDS: Final = {
    "python": (sys.executable, "-S", "-E", "-m", "lottery", "verify"),
    "javascript": ("node", str(JAVASCRIPT)),
    "ruby": ("ruby", str(RUBY)),
}
PACKAGES: Final = {"node": "nodejs", "ruby": "ruby"}

Question = tuple[Path, Path, str]


def need(language: str) -> None:
    """Skip a test whose verifier cannot run here; with ``CI`` set, that is a failure."""
    program = COMMANDS[language][0]
    if shutil.which(program) is None:
        pytest.skip(f"there is no {program}; Debian: apt install {PACKAGES[program]}")


def run(language: str, *words: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a verifier with some words of a command line."""
    # Another language's messages must not depend on where the tests happen to run.
    return subprocess.run(
        [*COMMANDS[language], *map(str, words)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=600,
        **options,
    )


def ask(language: str, folder: Path, questions: Iterable[Question]) -> list[dict[str, Any]]:
    """Return what a verifier says of each bundle, in one run of it."""
    lines = [f"{bundle}\t{policy}\t{numbers}\n" for bundle, policy, numbers in questions]
    batch = folder / f"batch-{language}"
    batch.write_text("".join(lines), encoding="utf-8")
    done = run(language, "--batch", batch)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, len(answers)) == (0, len(lines)), done.stderr[-2000:]
    return answers


def written(folder: Path, cases: Sequence[tuple[bytes, bytes, str]]) -> list[Question]:
    """Write bundles and policies as files, and return what to ask about them."""
    questions = []
    for number, (bundle, policy, numbers) in enumerate(cases):
        paths = folder / f"{number}.ismdraw.zip", folder / f"{number}.policy"
        for path, content in zip(paths, (bundle, policy), strict=True):
            path.write_bytes(content)
        questions.append((*paths, numbers))
    return questions
