"""How many direct choices there were in the period, and how much they come to."""

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from market.accounts.model import Organisation
from market.db import UnitOfWork
from market.direct.limits import limits_of
from market.direct.model import DirectChoice
from market.direct.rules import CapOf, DirectGround, DirectState, Sum, cap_of, check_cap
from market.draws.model import Award
from market.draws.queries.finding import GONE_AWARDS
from market.needs.checks.splitting import months_before
from market.regulations import Regulation


def used(
    work: UnitOfWork, of: CapOf, owner_org_id: int, firm_id: int, since: datetime
) -> tuple[Sum, list[str]]:
    """Return what counts against a cap since an instant, and the numbers of the choices.

    Of direct choices only those whose award stands or led to a contract count: a firm that refused
    got nothing. Every emergency counts: the firm was commissioned at once, whatever it said later.
    """
    rows = work.session.execute(
        select(DirectChoice.number, DirectChoice.price_fen)
        .join(Award, Award.id == DirectChoice.award_id)
        .where(
            DirectChoice.owner_org_id == owner_org_id,
            DirectChoice.state == DirectState.NAMED,
            DirectChoice.named_at >= since,
            or_(
                DirectChoice.ground == DirectGround.EMERGENCY,
                Award.state.not_in(sorted(GONE_AWARDS)),
            ),
            *_of(of, firm_id),
        )
        .order_by(DirectChoice.id)
    ).all()
    return Sum(len(rows), sum(fen for _, fen in rows)), [number for number, _ in rows]


def _of(of: CapOf, firm_id: int) -> list[ColumnElement[bool]]:
    match of:
        case CapOf.PAIR:
            return [DirectChoice.firm_id == firm_id]
        case CapOf.OWNER:
            return [DirectChoice.ground != DirectGround.EMERGENCY]
        case CapOf.EMERGENCY:
            return [DirectChoice.ground == DirectGround.EMERGENCY]


def require_room(
    work: UnitOfWork,
    rules: Regulation,
    *,
    ground: DirectGround,
    owner_org_id: int,
    firm_id: int,
    price_fen: int,
) -> None:
    """Refuse a choice beyond a cap: that of the owner and the firm, and that of the owner.

    Raises:
        DirectCapError: The cap that is reached.
    """
    limits = limits_of(rules)
    since = months_before(work.now, limits.months)
    for of in (CapOf.PAIR, cap_of(ground)):
        found, _ = used(work, of, owner_org_id, firm_id, since)
        check_cap(of, found, price_fen, limits, rules.title)


def lock_owner(work: UnitOfWork, owner_org_id: int) -> None:
    """Let one choice of an owner be counted at a time: two at once cannot both take the last."""
    work.session.execute(
        select(Organisation.id).where(Organisation.id == owner_org_id).with_for_update()
    )
