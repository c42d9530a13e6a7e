"""What became of a round of deliverables: handed in, supplemented, reviewed, returned, accepted."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from market.contracts import timing
from market.contracts.examining.queries import Step as Examined
from market.contracts.examining.queries import steps_of
from market.contracts.examining.rules import ExamMove
from market.contracts.model import Contract, Review
from market.contracts.queries import Round, rounds_of
from market.contracts.rules import ReturnReason
from market.db import UnitOfWork
from market.errors import msgid
from market.labels import label_of
from market.timelines.rules import Link, Moment, Step

# What was typed about a round is for its sides; everybody is told the move, the code and the
# clause. An acceptance and a return are told by the review of the round.
_STEP: Final[Mapping[ExamMove, Step]] = MappingProxyType(
    {
        ExamMove.SUPPLEMENT: Step.SUPPLEMENT,
        ExamMove.SUPPLY: Step.SUPPLEMENT,
        ExamMove.TOLERATE: Step.SUPPLEMENT,
        ExamMove.LAPSE: Step.SUPPLEMENT,
        ExamMove.OVERDUE: Step.SUPPLEMENT,
        ExamMove.APPROVE: Step.OPINION,
        ExamMove.SILENT_APPROVE: Step.OPINION,
        ExamMove.PASS: Step.OPINION,
        ExamMove.REVISE: Step.OPINION,
        ExamMove.FAIL: Step.OPINION,
    }
)
# What is told with a link to the authority's last clock.
_AUTHORITY: Final = frozenset(move for move, step in _STEP.items() if step is Step.OPINION)
BY_SILENCE: Final = msgid("验收期限届满，业主没有提出意见")


def moments_of(work: UnitOfWork, contract: Contract) -> Iterator[Moment]:
    """Yield what happened to each round. Two things of one instant come one after the other."""
    for one in rounds_of(work, contract):
        yield from _round(contract, one)
    clock = timing.review_of(work, contract)
    review = Link(endpoint="clocks.show", value=clock.id) if clock else None
    for step in steps_of(work, contract):
        if step.row.move in _STEP:
            yield _step(step, review if step.row.move in _AUTHORITY else None)


def by_instant(moments: Iterator[Moment]) -> dict[datetime, list[Moment]]:
    """Return moments by their instant: a clock's event of the same one is the same thing."""
    found: dict[datetime, list[Moment]] = {}
    for moment in moments:
        found.setdefault(moment.at, []).append(moment)
    return found


def _round(contract: Contract, one: Round) -> Iterator[Moment]:
    deliverable, review = one.deliverable, one.review
    facts = {"round": deliverable.round_no}
    yield Moment(at=deliverable.submitted_at, step=Step.DELIVERED, facts=facts)
    if review is None:
        return
    accepted_at = contract.accepted_at if review.accepted else None
    yield Moment(
        at=accepted_at or review.reviewed_at,
        step=_end_of(review),
        why=_why(review.reason, review.clause, silent=review.by_silence),
        facts=facts,
    )


def _end_of(review: Review) -> Step:
    if not review.accepted:
        return Step.RETURNED
    return Step.SILENTLY_ACCEPTED if review.by_silence else Step.ACCEPTED


def _step(step: Examined, link: Link | None) -> Moment:
    row = step.row
    return Moment(
        at=row.happened_at,
        step=_STEP[row.move],
        why=(label_of(row.move).text, *_why(row.reason, row.clause)),
        facts={"round": step.round_no},
        link=link,
        entered_at=row.entered_at,
    )


def _why(reason: ReturnReason | None, clause: str, *, silent: bool = False) -> tuple[str, ...]:
    said = (label_of(reason).text,) if reason else ()
    basis = (clause,) if clause else ()
    return (*said, *basis, BY_SILENCE) if silent else (*said, *basis)
