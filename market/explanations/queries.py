"""Finding explanations. They are public; who may act on one is decided by role and scope."""

import json
from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, exists, select

from market.access import OrgKind
from market.accounts.queries import scope_of
from market.db import UnitOfWork
from market.draws import queries as draws
from market.draws.model import Award, Draw, DrawFile
from market.draws.rules import AwardState
from market.errors import MissingError
from market.explanations.model import Explanation, ExplanationCost
from market.explanations.rules import OPEN, ExplanationState, low_amount
from market.firms.model import Firm
from market.needs.model import Need
from market.quotes.sheets import FILE

SUBJECT: Final = "contract-money"
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
    if work.actor.org_kind != OrgKind.REGULATOR or work.actor.org_id is None:
        return False
    groups = scope_of(work, work.actor.org_id)
    return not groups or work.session.get_one(Need, row.need_id).item_code[3:5] in groups


def costs_of(work: UnitOfWork, row: Explanation) -> Sequence[ExplanationCost]:
    """Return what a firm said its price consists of."""
    return work.session.scalars(
        select(ExplanationCost)
        .where(ExplanationCost.explanation_id == row.id)
        .order_by(ExplanationCost.id)
    ).all()


def low_fen(work: UnitOfWork, award: Award) -> int | None:
    """Return the price of an award if the published sheet marks it as abnormally low."""
    if award.draw_id is None:
        return None
    body = work.session.scalar(
        select(DrawFile.body).where(DrawFile.draw_id == award.draw_id, DrawFile.name == FILE)
    )
    if body is None:
        return None
    code = work.session.get_one(Firm, award.firm_id).code
    return low_amount(json.loads(body), code)


def unasked_ids(work: UnitOfWork, limit: int) -> Sequence[int]:
    """Return the live awards of draws with a sheet for which nothing was asked, by id."""
    return work.session.scalars(
        select(Award.id)
        .join(Draw, Draw.id == Award.draw_id)
        .where(
            Award.state.in_(LIVE),
            exists().where(DrawFile.draw_id == Draw.id, DrawFile.name == FILE),
            ~exists().where(Explanation.award_id == Award.id),
        )
        .order_by(Award.id)
        .limit(limit)
    ).all()


def silent_numbers(work: UnitOfWork, limit: int) -> Sequence[str]:
    """Return the awards whose firm has not explained in time, by number."""
    return _numbers(
        work, limit, Explanation.state == ExplanationState.ASKED, Explanation.due_at <= work.now
    )


def ended_numbers(work: UnitOfWork, limit: int) -> Sequence[str]:
    """Return the awards that ended otherwise while an explanation was open, by number."""
    ended = [state for state in AwardState if state not in LIVE]
    return _numbers(work, limit, Explanation.state.in_(OPEN), Award.state.in_(ended))


def in_state(work: UnitOfWork, state: ExplanationState) -> list[tuple[Explanation, Award, Need]]:
    """Return the explanations in a state, the oldest first."""
    rows = work.session.execute(
        select(Explanation, Award, Need)
        .join(Award, Award.id == Explanation.award_id)
        .join(Need, Need.id == Explanation.need_id)
        .where(Explanation.state == state)
        .order_by(Explanation.id)
    )
    return [(row, award, need) for row, award, need in rows]


def _numbers(work: UnitOfWork, limit: int, *chosen: ColumnElement[bool]) -> Sequence[str]:
    return work.session.scalars(
        select(Award.number)
        .join(Explanation, Explanation.award_id == Award.id)
        .where(*chosen)
        .order_by(Explanation.id)
        .limit(limit)
    ).all()
