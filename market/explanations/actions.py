"""Asking, answering and deciding. What is rejected takes the award from its firm, and no more:

the next of the same draw is called, as after every other lawful end of an award.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from market.db import UnitOfWork
from market.draws.actions import branches
from market.draws.model import Award
from market.draws.queries import award_at
from market.draws.rules import AwardState
from market.duties import require_another
from market.errors import msgid
from market.explanations import following, queries
from market.explanations.errors import (
    ExplanationLateError,
    ExplanationReasonError,
    NotExplainedError,
)
from market.explanations.journal import ExplanationMoved
from market.explanations.model import Explanation, ExplanationCost
from market.explanations.rules import (
    REJECTED,
    SILENT,
    Cost,
    ExplanationMove,
    ExplanationState,
    advance,
    check_costs,
)
from market.firms.actions import require_authority
from market.firms.entry import Deed
from market.firms.model import Firm
from market.needs.queries import by_id as need_by_id
from market.numbers import next_number
from market.reasons import long_enough
from market.rulebook import apply

REASON_SHORTEST: Final = 20


def ask(work: UnitOfWork, award_id: int) -> Explanation | None:
    """Ask the firm of a live award that is marked abnormally low, once; None if there is no need.

    Raises:
        UnknownYearError: The calendar does not know by when it must answer.
    """
    award = award_at(work, award_id)
    fen = queries.low_fen(work, award)
    if fen is None or award.state not in queries.LIVE or queries.of_award(work, award) is not None:
        return None
    row = Explanation(
        award_id=award.id,
        need_id=award.need_id,
        firm_org_id=work.session.get_one(Firm, award.firm_id).organisation_id,
        number=next_number(work, "SM"),
        amount_fen=fen,
        asked_at=work.now,
        state=ExplanationState.ASKED,
    )
    row.due_at = _due(work, row, "explanation.answer_working_days")
    work.session.add(row)
    work.session.flush()
    _say(work, award, row)
    return row


def answer(
    work: UnitOfWork, award: Award, row: Explanation, *, costs: Mapping[Cost, int], text: str
) -> None:
    """Explain a price by what it consists of; for the firm that was asked.

    Raises:
        ExplanationLateError: The time is over.
        NoCostError, CostSumError: The items do not come to the price.
        ExplanationReasonError: There are no reasons.
        IllegalExplanationMoveError: It was explained, or the award ended.
        NotAuthorisedError: The delegate's authority does not cover it.
    """
    require_authority(work, Deed.CONTRACT, need_by_id(work, row.need_id).item_code)
    state = advance(row.state, ExplanationMove.ANSWER)
    if row.due_at is not None and work.now >= row.due_at:
        raise ExplanationLateError(row.due_at)
    check_costs(costs, row.amount_fen)
    row.answer = _reason(text)
    row.answered_by_id, row.answered_at = work.user_id, work.now
    work.session.add_all(
        ExplanationCost(explanation_id=row.id, cost=cost, amount_fen=fen)
        for cost, fen in costs.items()
        if fen
    )
    row.state, row.due_at = state, _due(work, row, "explanation.check_working_days")
    _say(work, award, row)


def check(work: UnitOfWork, award: Award, row: Explanation, *, accepts: bool, text: str) -> None:
    """Give the operator's opinion, with reasons.

    Raises:
        ExplanationReasonError: There are no reasons.
        IllegalExplanationMoveError: It is not the operator's turn.
    """
    row.advised_late = _is_late(work, row)
    _advise(work, award, row, ExplanationMove.CHECK, accepts=accepts, text=text)
    row.due_at = _due(work, row, "explanation.decide_working_days")


def check_late(
    work: UnitOfWork, award: Award, row: Explanation, *, accepts: bool, text: str
) -> None:
    """Give an officer's opinion where the operator gave none; the authority's one term runs on.

    Raises:
        ExplanationReasonError: There are no reasons.
        IllegalExplanationMoveError: It is not the authority's turn.
    """
    _advise(work, award, row, ExplanationMove.CHECK_LATE, accepts=accepts, text=text)


def _advise(
    work: UnitOfWork,
    award: Award,
    row: Explanation,
    move: ExplanationMove,
    *,
    accepts: bool,
    text: str,
) -> None:
    state = advance(row.state, move)
    row.advised_accept, row.advice = accepts, _reason(text)
    row.advised_by_id, row.advised_at = work.user_id, work.now
    row.state = state
    _say(work, award, row)


def escalate(work: UnitOfWork, award: Award, row: Explanation) -> bool:
    """Leave the opinion to the authority that the operator did not give; whether it was so."""
    if row.state is not ExplanationState.ANSWERED or not _is_late(work, row):
        return False
    row.state = advance(row.state, ExplanationMove.ESCALATE)
    row.advised_late, row.due_at = True, _due(work, row, "explanation.decide_working_days")
    _say(work, award, row)
    return True


def _is_late(work: UnitOfWork, row: Explanation) -> bool:
    return row.due_at is not None and work.now >= row.due_at


def decide(work: UnitOfWork, award: Award, row: Explanation, *, accepts: bool, text: str) -> None:
    """Decide for the authority of the item; a rejection takes the award from its firm.

    Raises:
        ExplanationReasonError: There are no reasons.
        SeparationOfDutiesError: Whoever gave the opinion decides.
        IllegalExplanationMoveError: The operator has given none, or it is decided.
    """
    move = ExplanationMove.ACCEPT if accepts else ExplanationMove.REJECT
    state = advance(row.state, move)
    require_another(
        work, row.advised_by_id, first=msgid("提出意见的人"), second=msgid("作出决定的人")
    )
    row.decision = _reason(text)
    row.decided_by_org_id, row.decided_by_id = work.org_id, work.user_id
    row.decided_at, row.decided_late = work.now, _is_late(work, row)
    row.state, row.due_at = state, None
    _say(work, award, row)
    if accepts:
        # Nothing could be signed until now: the time to sign begins anew.
        branches.renew_signing(work, award)
    else:
        _take(work, award, REJECTED, row.number)


def expire(work: UnitOfWork, award: Award, row: Explanation) -> bool:
    """Take an award from a firm that did not explain in time; whether it was so."""
    if row.state is not ExplanationState.ASKED or row.due_at is None or work.now < row.due_at:
        return False
    row.state, row.due_at = advance(row.state, ExplanationMove.EXPIRE), None
    _say(work, award, row)
    _take(work, award, SILENT, row.number)
    return True


def close(work: UnitOfWork, award: Award, row: Explanation) -> bool:
    """Close an explanation whose award ended otherwise; whether it was so."""
    if award.state in queries.LIVE:
        return False
    row.state, row.due_at = advance(row.state, ExplanationMove.CLOSE), None
    _say(work, award, row)
    return True


def require_explained(work: UnitOfWork, award: Award) -> None:
    """Refuse to sign for a price that is marked abnormally low and not explained.

    Raises:
        NotExplainedError: It is.
    """
    row = queries.of_award(work, award)
    if row is None:
        if queries.low_fen(work, award) is not None:
            raise NotExplainedError
    elif row.state is not ExplanationState.ACCEPTED:
        raise NotExplainedError


def _take(work: UnitOfWork, award: Award, ground: str, evidence: str) -> None:
    """Take an award that is still live from its firm; no contract rests on it."""
    award = award_at(work, award.id)
    match award.state:
        case AwardState.PUBLICITY | AwardState.OFFERED | AwardState.CONFIRMED | AwardState.UNSIGNED:
            # Frozen and annulled in one step: the one way that leads out of all four. It is no
            # breach, also where the time to sign is over.
            branches.freeze(work, award, evidence)
            branches.annul(work, award, ground, evidence)
        case AwardState.FROZEN:
            branches.annul(work, award, ground, evidence)
        case _:
            return
    following.tell(work, award)


def _due(work: UnitOfWork, row: Explanation, key: str) -> datetime:
    return row.count_term(work.today, apply(work, queries.SUBJECT).integer(key))


def _reason(text: str) -> str:
    return long_enough(text, REASON_SHORTEST, ExplanationReasonError)


def _say(work: UnitOfWork, award: Award, row: Explanation) -> None:
    work.record(
        ExplanationMoved(
            explanation=row.number,
            award=award.number,
            need=need_by_id(work, row.need_id).number,
            firm=work.session.get_one(Firm, award.firm_id).code,
            amount_fen=row.amount_fen,
            state=row.state,
        )
    )
