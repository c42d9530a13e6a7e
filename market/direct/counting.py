"""How many direct choices there were in the period, and how much they come to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select

from market.accounts.model import Organisation
from market.affiliations.queries import groups_of
from market.clock import beijing_day, months_after
from market.db import UnitOfWork
from market.direct.emergency_rules import EmergencyState
from market.direct.errors import EmergencyBarredError
from market.direct.limits import limits_of
from market.direct.model import DirectChoice, Emergency
from market.direct.rules import CapOf, DirectGround, DirectState, Sum, cap_of, check_cap
from market.draws.model import Award
from market.draws.queries.finding import GONE_AWARDS
from market.needs.checks.splitting import months_before
from market.regulations import Regulation


def together(work: UnitOfWork, firm_id: int) -> frozenset[int]:
    """Return the firms that stand under one controller with a firm, itself included."""
    groups = groups_of(work, firm_id)
    return frozenset({firm_id}.union(*(group.firms for group in groups)))


def used(
    work: UnitOfWork, of: CapOf, owner_org_id: int, firm_ids: Collection[int], since: datetime
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
            *_of(of, firm_ids),
        )
        .order_by(DirectChoice.id)
    ).all()
    return Sum(len(rows), sum(fen for _, fen in rows)), [number for number, _ in rows]


def _of(of: CapOf, firm_ids: Collection[int]) -> list[ColumnElement[bool]]:
    match of:
        case CapOf.PAIR:
            return [DirectChoice.firm_id.in_(firm_ids)]
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

    The firms of one controller count as one firm: it does not get the cap as often as it has
    firms.

    Raises:
        DirectCapError: The cap that is reached.
    """
    limits = limits_of(rules)
    since = months_before(work.now, limits.months)
    firm_ids = together(work, firm_id)
    for of in (CapOf.PAIR, cap_of(ground)):
        found, _ = used(work, of, owner_org_id, firm_ids, since)
        check_cap(of, found, price_fen, limits, rules.title)


def require_not_barred(work: UnitOfWork, rules: Regulation, owner_org_id: int) -> None:
    """Refuse an emergency to an owner of whom one was not accepted, until the period is over.

    Raises:
        EmergencyBarredError: It names the one that was not accepted, and until when.
    """
    found = barred_by(work, rules, owner_org_id)
    if found is not None:
        raise EmergencyBarredError(found.number, found.until_on, rules.title)


@dataclass(frozen=True, slots=True, kw_only=True)
class Barred:
    """Which emergency was not accepted, and until when no other is taken."""

    number: str
    until_on: date


def barred_by(work: UnitOfWork, rules: Regulation, owner_org_id: int) -> Barred | None:
    """Return what keeps an owner from the emergency path today, if anything does."""
    row = work.session.execute(
        select(DirectChoice.number, Emergency.decided_at)
        .join(Emergency, Emergency.direct_id == DirectChoice.id)
        .where(
            DirectChoice.owner_org_id == owner_org_id,
            Emergency.state == EmergencyState.REJECTED,
        )
        .order_by(Emergency.decided_at.desc())
        .limit(1)
    ).first()
    if row is None or row.decided_at is None:
        return None
    until_on = months_after(beijing_day(row.decided_at), rules.integer("emergency.barred_months"))
    return Barred(number=row.number, until_on=until_on) if work.today < until_on else None


def lock_owner(work: UnitOfWork, owner_org_id: int) -> None:
    """Let one choice of an owner be counted at a time: two at once cannot both take the last."""
    work.session.execute(
        select(Organisation.id).where(Organisation.id == owner_org_id).with_for_update()
    )
