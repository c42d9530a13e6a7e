"""Who works with whom: an owner's awards by firm, and a firm's by owner, each with its way."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, and_, case, func, select

from market.accounts.model import Organisation
from market.contracts.model import Contract
from market.db import UnitOfWork
from market.direct.model import DirectChoice, Emergency
from market.draws.model import Award, Draw
from market.draws.queries.finding import GONE_AWARDS
from market.draws.rules import AwardState
from market.errors import msgid
from market.explanations.model import Explanation
from market.explanations.rules import ExplanationState
from market.firms.model import Firm
from market.labels import Label, declare
from market.needs.model import Need, Notice
from market.supplements.model import Supplement
from market.supplements.rules import SupplementState


class Way(StrEnum):
    """How a firm came by work: what a reader counts for each pair of owner and firm."""

    DRAW = "draw"
    DIRECT = "direct"
    EMERGENCY = "emergency"
    ADD_ON = "add-on"


declare(
    Way,
    {
        Way.DRAW: Label(msgid("公开选取"), "good"),
        Way.DIRECT: Label(msgid("直接选取"), "warn"),
        Way.EMERGENCY: Label(msgid("应急委托"), "warn"),
        Way.ADD_ON: Label(msgid("补充合同"), "warn"),
    },
)
_WAY: Final = case(
    (Award.direct_number.is_(None), Way.DRAW.value),
    (Emergency.id.is_not(None), Way.EMERGENCY.value),
    else_=Way.DIRECT.value,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One award between an owner and a firm; ``notice_number`` is none without a draw."""

    award: Award
    need: Need
    owner: Organisation
    firm: Firm
    notice_number: str | None
    way: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """The other side of the pairs, and how often it was met in each way.

    Awards that were declined, lapsed or lost are listed and not counted.
    """

    code: str
    name: str
    counts: dict[Way, int]
    # How often a price between the two had to be explained as abnormally low, and was not accepted.
    explained: int = 0
    refused: int = 0

    @property
    def total(self) -> int:
        """All that stands between the two."""
        return sum(self.counts.values())


def of_owner(owner: Organisation) -> ColumnElement[bool]:
    """Return the condition for the awards of an owner."""
    return Need.owner_org_id == owner.id


def of_firm(firm: Firm) -> ColumnElement[bool]:
    """Return the condition for the awards of a firm."""
    return Award.firm_id == firm.id


def count(work: UnitOfWork, whose: ColumnElement[bool]) -> int:
    """Return how many awards there are."""
    joined = select(func.count(Award.id)).join(Need, Need.id == Award.need_id)
    return work.session.scalar(joined.where(whose)) or 0


def pairs(
    work: UnitOfWork, whose: ColumnElement[bool], *, limit: int, offset: int = 0
) -> list[Pair]:
    """Return the awards, the latest first."""
    rows = work.session.execute(
        select(Award, Need, Organisation, Firm, Notice.number, _WAY)
        .join(Need, Need.id == Award.need_id)
        .join(Organisation, Organisation.id == Need.owner_org_id)
        .join(Firm, Firm.id == Award.firm_id)
        .outerjoin(Draw, Draw.id == Award.draw_id)
        .outerjoin(Notice, Notice.id == Draw.notice_id)
        .outerjoin(DirectChoice, DirectChoice.award_id == Award.id)
        .outerjoin(Emergency, Emergency.direct_id == DirectChoice.id)
        .where(whose)
        .order_by(Award.published_at.desc(), Award.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [
        Pair(award=award, need=need, owner=owner, firm=firm, notice_number=number, way=Way(way))
        for award, need, owner, firm, number, way in rows
    ]


def firms_of(work: UnitOfWork, owner: Organisation) -> list[Partner]:
    """Return the firms that an owner gave work to, the most frequent first."""
    return _partners(work, Firm, of_owner(owner))


def owners_of(work: UnitOfWork, firm: Firm) -> list[Partner]:
    """Return the owners that a firm works for, the most frequent first."""
    return _partners(work, Organisation, of_firm(firm))


def _partners(
    work: UnitOfWork, side: type[Firm] | type[Organisation], whose: ColumnElement[bool]
) -> list[Partner]:
    found: dict[tuple[str, str], dict[Way, int]] = {}
    for code, name, way, number in [*_by_award(work, side, whose), *_add_ons(work, side, whose)]:
        found.setdefault((code, name), dict.fromkeys(Way, 0))[Way(way)] += number
    low = _low_prices(work, side, whose)
    none = dict.fromkeys(Way, 0)
    rows = [
        Partner(
            code=code,
            name=name,
            counts=found.get((code, name), none),
            explained=low.get((code, name), (0, 0))[0],
            refused=low.get((code, name), (0, 0))[1],
        )
        for code, name in found.keys() | low.keys()
    ]
    return sorted(rows, key=lambda row: (-row.total, row.code))


def _by_award(
    work: UnitOfWork, side: type[Firm] | type[Organisation], whose: ColumnElement[bool]
) -> Sequence[tuple[str, str, str, int]]:
    rows = work.session.execute(
        select(side.code, side.name, _WAY, func.count(Award.id))
        .select_from(Award)
        .join(Need, Need.id == Award.need_id)
        .join(Organisation, Organisation.id == Need.owner_org_id)
        .join(Firm, Firm.id == Award.firm_id)
        .outerjoin(DirectChoice, DirectChoice.award_id == Award.id)
        .outerjoin(Emergency, Emergency.direct_id == DirectChoice.id)
        .where(whose, Award.state.not_in(_GONE))
        .group_by(side.code, side.name, _WAY)
    )
    return [(code, name, way, number) for code, name, way, number in rows]


def _add_ons(
    work: UnitOfWork, side: type[Firm] | type[Organisation], whose: ColumnElement[bool]
) -> Sequence[tuple[str, str, str, int]]:
    rows = work.session.execute(
        select(side.code, side.name, func.count(Supplement.id))
        .select_from(Supplement)
        .join(Contract, Contract.id == Supplement.contract_id)
        .join(Award, Award.id == Contract.award_id)
        .join(Need, Need.id == Contract.need_id)
        .join(Organisation, Organisation.id == Contract.owner_org_id)
        .join(Firm, Firm.id == Contract.firm_id)
        .where(and_(whose, Supplement.state == SupplementState.EFFECTIVE))
        .group_by(side.code, side.name)
    )
    return [(code, name, Way.ADD_ON.value, number) for code, name, number in rows]


def _low_prices(
    work: UnitOfWork, side: type[Firm] | type[Organisation], whose: ColumnElement[bool]
) -> dict[tuple[str, str], tuple[int, int]]:
    """Return how many explanations of low prices were asked for, and how many not accepted."""
    rows = work.session.execute(
        select(
            side.code,
            side.name,
            func.count(Explanation.id),
            func.count(case((Explanation.state.in_(_REFUSED), Explanation.id))),
        )
        .select_from(Explanation)
        .join(Award, Award.id == Explanation.award_id)
        .join(Need, Need.id == Award.need_id)
        .join(Organisation, Organisation.id == Need.owner_org_id)
        .join(Firm, Firm.id == Award.firm_id)
        .where(whose)
        .group_by(side.code, side.name)
    )
    return {(code, name): (asked, refused) for code, name, asked, refused in rows}


_REFUSED: Final = (ExplanationState.REJECTED, ExplanationState.SILENT)
_GONE: Final[tuple[AwardState, ...]] = tuple(sorted(GONE_AWARDS))
