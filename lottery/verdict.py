"""What every verifier says of a draw in one line of JSON, so that verifiers can be compared."""

import json
from typing import Final

from lottery.checks.findings import Outcome
from lottery.verify import Report

BELIEVED: Final = "believed"
REFUSED: Final = "refused"
MALFORMED: Final = "malformed"

_WORDS: Final = {
    Outcome.PASSED: "ok",
    Outcome.FLAGGED: "flagged",
    Outcome.FAILED: "failed",
    Outcome.BLOCKED: "blocked",
}


def as_json(report: Report) -> str:
    """Return the line of JSON of a draw that was checked.

    Args:
        report: What the verifier found.

    Returns:
        One object without line feed: checks, draw, seed, selected and verdict.

    Source: docs/spec/lottery-v1.md, section 8.
    """
    checks = {check.name: _WORDS[check.outcome] for check in report.checks}
    verdict = BELIEVED if report.ok else REFUSED
    return _line(checks, report.draw, report.seed, list(report.selected), verdict)


def _line(
    checks: dict[str, str],
    draw: str | None,
    seed: str | None,
    selected: list[str],
    verdict: str,
) -> str:
    members = {
        "checks": checks,
        "draw": draw,
        "seed": seed,
        "selected": selected,
        "verdict": verdict,
    }
    return json.dumps(members, separators=(",", ":"))


MALFORMED_LINE: Final = _line({}, None, None, [], MALFORMED)
