"""How many direct choices there were in the period, and how much they come to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select

from market.accounts.model import Organisation
from market.affiliations import declared
from market.affiliations.rules import bound_to
from market.clock import beijing_day, months_after
from market.db import UnitOfWork
from market.direct.emergency_rules import EmergencyState
from market.direct.errors import EmergencyBarredError
from market.direct.limits import limits_of
from market.direct.model import DirectChoice, Emergency
from market.direct.rules import CapOf, DirectGround, DirectState, Earlier, Sum, cap_of, check_cap
from market.draws.model import Award
from market.draws.queries.finding import GONE_AWARDS
from market.needs.checks.projects import same_project
from market.needs.checks.splitting import months_before
from market.needs.model import Need
from market.regulations import Regulation


def together(work: UnitOfWork, firm_id: int) -> frozenset[int]:
    """Return the firms that stand under one controller with a firm, itself included.

    What the firm declares binds it at once, as in a draw: nobody need confirm it first. What only
    another says of it does not.
    """
    return bound_to(firm_id, declared.groups_today(work, firm_id))


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


def earlier_of(
    work: UnitOfWork, need: Need, firm_id: int, before_at: datetime, months: int
) -> list[Earlier]:
    """Return the awards of the need's project that its owner gave the firm in the period before.

    However they came about: a stage that was drawn is a stage too. The project is the same by its
    code or by its name (``same_project``); the firms of one controller count as one firm.
    """
    rows = work.session.execute(
        select(Award, Need)
        .join(Need, Need.id == Award.need_id)
        .where(
            Need.owner_org_id == need.owner_org_id,
            Need.id != need.id,
            Award.firm_id.in_(together(work, firm_id)),
            Award.published_at >= months_before(before_at, months),
            Award.published_at <= before_at,
            Award.state.not_in(sorted(GONE_AWARDS)),
        )
        .order_by(Award.id)
    ).all()
    project = (need.project_code, need.project_name)
    return [
        _told(award, other)
        for award, other in rows
        if same_project(project, (other.project_code, other.project_name))
    ]


def later_of(
    work: UnitOfWork, need: Need, firm_id: int, choice: DirectChoice, months: int
) -> list[Earlier]:
    """Return the awards of the same item that the owner gave the firm in the period after."""
    since = choice.named_at or work.now
    rows = work.session.execute(
        select(Award, Need)
        .join(Need, Need.id == Award.need_id)
        .where(
            Need.owner_org_id == need.owner_org_id,
            Need.item_code == need.item_code,
            Need.id != need.id,
            Award.firm_id.in_(together(work, firm_id)),
            Award.published_at > since,
            Award.published_at < _months_after(since, months),
            Award.state.not_in(sorted(GONE_AWARDS)),
        )
        .order_by(Award.id)
    ).all()
    return [_told(award, other) for award, other in rows]


def _months_after(at: datetime, months: int) -> datetime:
    return months_before(at, -months)


def _told(award: Award, need: Need) -> Earlier:
    return Earlier(
        number=award.number,
        title=need.title,
        price_fen=award.price_fen,
        published_at=award.published_at,
    )


@dataclass(frozen=True, slots=True)
class EverywhereCounted:
    """How many direct choices name a firm, of how many owners, and how much they come to."""

    count: int
    owners: int
    fen: int


def everywhere(work: UnitOfWork, firm_id: int, months: int) -> EverywhereCounted:
    """Return how often a firm was named without a draw in the period, by all owners."""
    count, owners, fen = work.session.execute(
        select(
            func.count(DirectChoice.id),
            func.count(DirectChoice.owner_org_id.distinct()),
            func.coalesce(func.sum(DirectChoice.price_fen), 0),
        ).where(
            DirectChoice.firm_id == firm_id,
            DirectChoice.state == DirectState.NAMED,
            DirectChoice.named_at >= months_before(work.now, months),
        )
    ).one()
    return EverywhereCounted(count, owners, int(fen))


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
