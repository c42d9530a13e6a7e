"""The cockpit: the numbers that matter, and what needs attention, most pressing first."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, or_, select

from market.clocks import boards
from market.clocks.rules import CardStage, Light, SuspensionState
from market.clocks.whose import Share
from market.contracts.model import Contract
from market.contracts.rules import ContractState
from market.credit.cases import queries as credit
from market.credit.cases.rules import OPEN, CaseState
from market.credit.scope import groups_of, item_in
from market.db import UnitOfWork
from market.draws.model import Award, Draw
from market.draws.rules import DrawState
from market.installation import Installation
from market.needs.model import Need
from market.oversight import clocktime, drawlog, fees
from market.oversight.chain import ChainQuery, Saved, count_chain, saved
from market.oversight.drawlog import DrawQuery, LogRow
from market.oversight.rules import ChainFlag
from market.ratings.statistics import Figures, this_month

# How many of the latest draws are verified for the first page; the draw log verifies every one.
VERIFIED: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Cockpit:
    """What the first page of oversight shows."""

    draws: int
    drawn: int
    void: int
    late_draws: int
    verified: int
    doubtful: tuple[LogRow, ...]
    lights: dict[Light, int]
    cards: dict[CardStage, int]
    escalated: int
    suspended: int
    open_cases: int
    cases_to_decide: int
    in_effect: int
    undisclosed: int
    over_award: int
    held_up: int
    overdue: int
    repeated: int
    shifted: int
    shares: tuple[Share, ...]
    saved: Saved
    # Of the whole city: how firms were rated in what was released this month.
    rated: Figures


def cockpit(work: UnitOfWork, here: Installation) -> Cockpit:
    """Return the numbers of what the actor looks after."""
    own = clocktime.own_clocks(work)
    done = drawlog.draw_log(work, here, DrawQuery(state=DrawState.DRAWN), limit=VERIFIED)
    by_state = _draws_by_state(work)
    return Cockpit(
        draws=sum(by_state.values()),
        drawn=by_state[DrawState.DRAWN],
        void=by_state[DrawState.VOID],
        late_draws=drawlog.count_draws(work, DrawQuery(late=True)),
        verified=sum(row.verdict.checked and not row.verdict.failed for row in done),
        doubtful=tuple(row for row in done if row.verdict.failed),
        lights=boards.count_board(work, among=own),
        cards=clocktime.cards(work),
        escalated=clocktime.count_suspensions(work, SuspensionState.ESCALATED),
        suspended=clocktime.count_suspensions(work, SuspensionState.RUNNING),
        open_cases=sum(credit.count_cases(work, state=state) for state in OPEN),
        cases_to_decide=_heard(work),
        in_effect=credit.count_in_effect(work),
        undisclosed=fees.undisclosed(work),
        over_award=_over_award(work),
        held_up=_held_up(work),
        overdue=count_chain(work, ChainQuery(flag=ChainFlag.OVERDUE)),
        repeated=count_chain(work, ChainQuery(flag=ChainFlag.REPEATED)),
        shifted=count_chain(work, ChainQuery(flag=ChainFlag.SHIFTED)),
        shares=tuple(clocktime.shares(work)),
        saved=saved(work),
        rated=this_month(work),
    )


def _draws_by_state(work: UnitOfWork) -> dict[DrawState, int]:
    rows = work.session.execute(
        select(Draw.state, func.count(Draw.id))
        .join(Need, Need.id == Draw.need_id)
        .where(item_in(Need.item_code, groups_of(work)))
        .group_by(Draw.state)
    )
    return dict.fromkeys(DrawState, 0) | {state: number for state, number in rows.all()}  # noqa: C416 - typed as rows


def _heard(work: UnitOfWork) -> int:
    answered = (CaseState.REPLIED, CaseState.HEARD, CaseState.DRAFTED)
    return sum(credit.count_cases(work, state=state) for state in answered)


def _over_award(work: UnitOfWork) -> int:
    """Count the contracts above their award or their ceiling: there must be none."""
    return (
        work.session.scalar(
            select(func.count(Contract.id))
            .join(Award, Award.id == Contract.award_id)
            .join(Need, Need.id == Contract.need_id)
            .where(
                or_(
                    Contract.price_fen > Award.price_fen,
                    Award.price_fen > Need.ceiling_fen,
                ),
                item_in(Need.item_code, groups_of(work)),
            )
        )
        or 0
    )


def _held_up(work: UnitOfWork) -> int:
    """Count the contracts that a firm filed and its owner has not answered by the signing day."""
    return (
        work.session.scalar(
            select(func.count(Contract.id))
            .join(Award, Award.id == Contract.award_id)
            .join(Need, Need.id == Contract.need_id)
            .where(
                Contract.state == ContractState.FILED,
                Contract.filed_by_org_id == Contract.firm_org_id,
                Award.sign_by_at <= work.now,
                item_in(Need.item_code, groups_of(work)),
            )
        )
        or 0
    )
