"""Finding explanations. They are public; who may act on one is decided by role and scope."""

import json
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, func, select

from market.access import OrgKind
from market.calendar import binding_until
from market.db import UnitOfWork
from market.draws import queries as draws
from market.draws.model import Award, DrawFile
from market.draws.rules import AwardState
from market.errors import MissingError
from market.explanations import direct
from market.explanations.model import Explanation, ExplanationCost
from market.explanations.rules import OPEN, ExplanationState, low_amount
from market.firms.model import Firm
from market.needs.model import Need
from market.needs.scope import looks_after, within
from market.quotes.sheets import FILE

SUBJECT: Final = "contract-money"
MARK: Final = b'"abnormal_low":true'  # as canonical JSON writes it
Numbered = tuple[int, str]
Found = tuple[Explanation, Award, Need]
# A work list shows the most urgent ones; those behind them follow as these are done.
MOST: Final = 100
# An award that may still become a contract.
LIVE: Final = (
    AwardState.PUBLICITY,
    AwardState.OFFERED,
    AwardState.CONFIRMED,
    AwardState.FROZEN,
    AwardState.UNSIGNED,
)


def award_by(work: UnitOfWork, number: str) -> Award:
    """Return a published award by its number.

    Raises:
        MissingError: There is none.
    """
    award = work.session.scalar(select(Award).where(Award.number == number))
    if award is None:
        raise MissingError
    return award


def of_award(work: UnitOfWork, award: Award) -> Explanation | None:
    """Return the explanation that was asked for an award."""
    return work.session.scalar(select(Explanation).where(Explanation.award_id == award.id))


def locked(work: UnitOfWork, number: str) -> tuple[Award, Explanation]:
    """Return an award and its explanation, both locked: the award first, as everybody does.

    Raises:
        MissingError: None was asked for.
    """
    award = draws.award_at(work, award_by(work, number).id)
    row = work.session.scalar(
        select(Explanation)
        .where(Explanation.award_id == award.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise MissingError
    return award, row


def for_firm(work: UnitOfWork, number: str) -> tuple[Award, Explanation]:
    """Return what the actor's firm was asked, locked.

    Raises:
        MissingError: It was not asked.
    """
    award, row = locked(work, number)
    if row.firm_org_id != work.actor.org_id:
        raise MissingError
    return award, row


def for_authority(work: UnitOfWork, number: str) -> tuple[Award, Explanation]:
    """Return an explanation about an item the actor's authority looks after, locked.

    Raises:
        MissingError: There is none.
    """
    award, row = locked(work, number)
    if not in_scope(work, row):
        raise MissingError
    return award, row


def in_scope(work: UnitOfWork, row: Explanation) -> bool:
    """Whether the actor's authority looks after the item."""
    if work.actor.org_kind != OrgKind.REGULATOR:
        return False
    return looks_after(work, work.session.get_one(Need, row.need_id))


def costs_of(work: UnitOfWork, row: Explanation) -> Sequence[ExplanationCost]:
    """Return what a firm said its price consists of."""
    return work.session.scalars(
        select(ExplanationCost)
        .where(ExplanationCost.explanation_id == row.id)
        .order_by(ExplanationCost.id)
    ).all()


def low_fen(work: UnitOfWork, award: Award) -> int | None:
    """Return the price of an award if it has to be explained.

    A sheet of quotes or bids marks it, or it was agreed directly far below the published fee.
    """
    if award.draw_id is None:
        return direct.low_fen(work, award)
    body = work.session.scalar(
        select(DrawFile.body).where(DrawFile.draw_id == award.draw_id, DrawFile.name == FILE)
    )
    if body is None:
        return None
    code = work.session.get_one(Firm, award.firm_id).code
    return low_amount(json.loads(body), code)


def unasked_ids(work: UnitOfWork, limit: int, after_id: int = 0) -> Sequence[int]:
    """Return the live awards with an abnormally low price for which nothing was asked, by id."""
    found: list[int] = []
    after = after_id
    while len(found) < limit:
        rows = _judged(work, limit, after_id)
        found += [key for key, code, body in rows if _is_marked(body, code)]
        if len(rows) < limit:
            break
        after_id = rows[-1][0]
    agreed = direct.unasked_ids(work, limit, after, LIVE)
    return sorted([*found, *agreed])[:limit]


def _is_marked(body: bytes, code: str) -> bool:
    # Most sheets mark nobody: they are not even parsed.
    return MARK in body and low_amount(json.loads(body), code) is not None


def _judged(work: UnitOfWork, limit: int, after_id: int) -> list[tuple[int, str, bytes]]:
    """Return the live awards not asked about, each with its firm and its draw's sheet."""
    rows = work.session.execute(
        select(Award.id, Firm.code, DrawFile.body)
        .join(Firm, Firm.id == Award.firm_id)
        .join(DrawFile, and_(DrawFile.draw_id == Award.draw_id, DrawFile.name == FILE))
        .where(
            Award.state.in_(LIVE),
            Award.id > after_id,
            ~exists().where(Explanation.award_id == Award.id),
        )
        .order_by(Award.id)
        .limit(limit)
    )
    return [(key, code, body) for key, code, body in rows]


def silent(work: UnitOfWork, limit: int, after_id: int = 0) -> Sequence[Numbered]:
    """Return the explanations not given in time, by id, with the numbers of their awards."""
    late = (
        Explanation.state == ExplanationState.ASKED,
        Explanation.due_at <= binding_until(work.now),
    )
    return _numbered(work, limit, after_id, *late)


def ended(work: UnitOfWork, limit: int, after_id: int = 0) -> Sequence[Numbered]:
    """Return the explanations still open whose award ended otherwise, like ``silent``."""
    over = [state for state in AwardState if state not in LIVE]
    return _numbered(work, limit, after_id, Explanation.state.in_(OPEN), Award.state.in_(over))


def unchecked(work: UnitOfWork, limit: int, after_id: int = 0) -> Sequence[Numbered]:
    """Return the explanations on which the operator gave no opinion in time, like ``silent``."""
    late = (
        Explanation.state == ExplanationState.ANSWERED,
        Explanation.due_at <= binding_until(work.now),
    )
    return _numbered(work, limit, after_id, *late)


def in_state(work: UnitOfWork, *states: ExplanationState) -> list[Found]:
    """Return the explanations in some states that the actor may act on, the most urgent first.

    A firm has its own, an authority those about the items that it looks after.
    """
    chosen = [Explanation.state.in_(states), within(work)]
    if work.actor.org_kind == OrgKind.FIRM:
        chosen.append(Explanation.firm_org_id == work.actor.org_id)
    return listed(work, *chosen, limit=MOST, order=Explanation.due_at.asc())


def late(work: UnitOfWork) -> list[Found]:
    """Return the explanations that an authority has let lie beyond its time."""
    states = (ExplanationState.ESCALATED, ExplanationState.CHECKED)
    chosen = (Explanation.state.in_(states), Explanation.due_at <= work.now)
    return listed(work, *chosen, limit=MOST, order=Explanation.due_at.asc())


def listed(
    work: UnitOfWork,
    *chosen: ColumnElement[bool],
    limit: int,
    offset: int = 0,
    order: ColumnElement[Any] | None = None,
) -> list[Found]:
    """Return explanations with their award and need, the latest first unless said otherwise."""
    first = Explanation.asked_at.desc() if order is None else order
    rows = work.session.execute(
        select(Explanation, Award, Need)
        .join(Award, Award.id == Explanation.award_id)
        .join(Need, Need.id == Explanation.need_id)
        .where(*chosen)
        .order_by(first, Explanation.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [(row, award, need) for row, award, need in rows]


def count(work: UnitOfWork) -> int:
    """Return how many explanations there are."""
    return work.session.scalar(select(func.count(Explanation.id))) or 0


def _numbered(
    work: UnitOfWork, limit: int, after_id: int, *chosen: ColumnElement[bool]
) -> Sequence[Numbered]:
    rows = work.session.execute(
        select(Explanation.id, Award.number)
        .join(Award, Award.id == Explanation.award_id)
        .where(Explanation.id > after_id, *chosen)
        .order_by(Explanation.id)
        .limit(limit)
    )
    return [(key, number) for key, number in rows]
