"""Owners who explain what the checks at posting find, so that a test may be about another thing."""

from market.db import UnitOfWork
from market.needs.checks.actions import justify
from market.needs.checks.examining import examine
from market.needs.checks.rules import Severity
from market.needs.model import Need

BECAUSE = "本市首次开展此项工作，情况特殊，经集体研究确有必要，现公开说明。"


def explain_all(work: UnitOfWork, need: Need) -> None:
    """Explain in public whatever the checks want explained, as the need's clerk."""
    for finding in examine(work, need).findings:
        if finding.severity is Severity.JUSTIFY:
            justify(work, need, finding.key, BECAUSE)
