"""Tickets by credit, where a regulation allows them: whole numbers, with the reason of each.

Credit is a feature above this one: it registers how a firm's score is found. Without it a draw
with weights is not frozen, for equal tickets would break its notice.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from market.db import UnitOfWork
from market.draws.errors import NoScoreError, WeightRuleError
from market.firms.model import Firm
from market.regulations import Regulation

KEY: Final = "draw.weights"
FORMAT: Final = "zjcs/weights/v1"
MOST: Final = 1000

Scorer = Callable[[UnitOfWork, Firm], int]
_SCORERS: Final[list[Scorer]] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """How many tickets a firm has, and why."""

    firm: str
    score: int
    at_least: int
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tickets:
    """How many tickets each firm of a list has, and the published snapshot that says why."""

    by_firm: Mapping[str, int]
    snapshot: bytes


def provide(scorer: Scorer) -> None:
    """Take the function that knows a firm's credit score."""
    _SCORERS[:] = [scorer]


def score_of(work: UnitOfWork, firm: Firm) -> int:
    """Return a firm's credit score as it stands now.

    Raises:
        NoScoreError: Nobody can tell the scores.
    """
    if not _SCORERS:
        raise NoScoreError
    return _SCORERS[0](work, firm)


def table_of(rules: Regulation) -> list[tuple[int, int]]:
    """Return the least score and the tickets of each level, the highest level first.

    Raises:
        WeightRuleError: A line is not ``score:tickets``, or no level is open to every firm.
    """
    try:
        rows = [tuple(map(int, line.split(":"))) for line in rules.texts(KEY)]
        table = sorted(((least, tickets) for least, tickets in rows), reverse=True)
    except ValueError:
        raise WeightRuleError from None
    if not table or table[-1][0] != 0 or not all(1 <= tickets <= MOST for _, tickets in table):
        raise WeightRuleError
    return table


def weights_of(work: UnitOfWork, rules: Regulation, firms: Sequence[Firm]) -> list[Weight]:
    """Return the tickets of each firm as its score stands now.

    Raises:
        NoScoreError: Nobody can tell the scores.
        WeightRuleError: The rule cannot be read.
    """
    table = table_of(rules)
    found = []
    for firm in firms:
        score = score_of(work, firm)
        least, tickets = next(level for level in table if score >= level[0])
        found.append(Weight(firm=firm.code, score=score, at_least=least, weight=tickets))
    return sorted(found, key=lambda each: each.firm)


def document(rules: Regulation, weights: Sequence[Weight]) -> bytes:
    """Return the published snapshot: the rule, and each firm's score and tickets."""
    body = {
        "format": FORMAT,
        "regulation": {"id": rules.id, "digest": rules.digest},
        "rule": list(rules.texts(KEY)),
        "firms": [
            {"firm": w.firm, "score": w.score, "at_least": w.at_least, "tickets": w.weight}
            for w in weights
        ],
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
