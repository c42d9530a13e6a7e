"""What a complaint is about: found by its public number, with whom it accuses."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, or_, select

from market.access import OrgKind
from market.accounts.model import Organisation
from market.accounts.queries import operator_id, scopes
from market.complaints.errors import (
    ApartTargetError,
    NoAwardError,
    NoSuchSubjectError,
    RefMissingError,
)
from market.complaints.rules import OFFICES, Against, Target
from market.contracts.model import Contract
from market.db import UnitOfWork
from market.draws.model import Award
from market.draws.queries.finding import LIVE_AWARDS
from market.firms.model import Firm
from market.needs.model import Need, Notice
from market.needs.scope import is_of


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a complaint is about."""

    against: Against = Against.NOBODY
    ref: str = ""
    title: str = ""
    item_code: str = ""
    award_id: int | None = None
    respondent_org_id: int | None = None


def find(work: UnitOfWork, target: Target, ref: str, against: Against) -> About:
    """Return what has a public number or code.

    Raises:
        RefMissingError: There is none.
        NoSuchSubjectError: Nothing public has it.
        NoAwardError: It accuses a winner that there is not.
        ApartTargetError: It accuses an authority, and does not say which.
    """
    ref = ref.strip().upper()
    if not ref and target is not Target.OTHER:
        raise RefMissingError
    if against is Against.AUTHORITY and target is not Target.AUTHORITY:
        raise ApartTargetError
    match target:
        case Target.AWARD:
            return _award(work, ref, against)
        case Target.CONTRACT | Target.CLOCK:
            return _contract(work, ref, against)
        case Target.FIRM:
            return _organisation(work, ref, OrgKind.FIRM, Against.FIRM)
        case Target.OWNER:
            return _organisation(work, ref, OrgKind.OWNER, Against.OWNER)
        case Target.AUTHORITY:
            return _organisation(work, ref, OrgKind.REGULATOR, Against.AUTHORITY)
        case Target.OTHER:
            is_operators = against is Against.OPERATOR
            return About(
                against=Against.OPERATOR if is_operators else Against.NOBODY,
                respondent_org_id=operator_id(work) if is_operators else None,
            )


def _award(work: UnitOfWork, ref: str, against: Against) -> About:
    award = work.session.scalar(select(Award).where(Award.number == ref))
    if award is not None:  # A direct choice is published without a notice.
        found = select(Need).where(Need.id == award.need_id)
    else:
        found = select(Need).join(Notice, Notice.need_id == Need.id).where(Need.number == ref)
    need = work.session.scalar(found.limit(1))
    if need is None:
        raise NoSuchSubjectError(ref)
    award = award or _latest(work, need.id)
    if award is None and against is Against.FIRM:
        raise NoAwardError(ref)
    return About(
        against=against,
        ref=award.number if award is not None else need.number,
        title=need.title,
        item_code=need.item_code,
        award_id=award.id if award is not None else None,
        respondent_org_id=_accused(
            work, against, need.owner_org_id, award.firm_id if award is not None else None
        ),
    )


def _latest(work: UnitOfWork, need_id: int) -> Award | None:
    lives = case((Award.state.in_(LIVE_AWARDS), 0), else_=1)
    return work.session.scalar(
        select(Award).where(Award.need_id == need_id).order_by(lives, Award.id.desc()).limit(1)
    )


def _contract(work: UnitOfWork, ref: str, against: Against) -> About:
    row = work.session.execute(
        select(Contract, Need)
        .join(Need, Need.id == Contract.need_id)
        .where(Contract.number == ref, Contract.confirmed_at.is_not(None))
    ).first()
    if row is None:
        raise NoSuchSubjectError(ref)
    contract, need = row
    return About(
        against=against,
        ref=contract.number,
        title=contract.title,
        item_code=need.item_code,
        award_id=contract.award_id,
        respondent_org_id=_accused(work, against, contract.owner_org_id, contract.firm_id),
    )


def _organisation(work: UnitOfWork, ref: str, kind: OrgKind, against: Against) -> About:
    # Who complains of an office knows its name, and seldom its code.
    is_named = or_(Organisation.code == ref, Organisation.name == ref)
    is_it = is_named if kind is OrgKind.REGULATOR else Organisation.code == ref
    found = work.session.scalar(select(Organisation).where(is_it, Organisation.kind == kind))
    if found is None:
        raise NoSuchSubjectError(ref)
    return About(against=against, ref=found.code, title=found.name, respondent_org_id=found.id)


def _accused(
    work: UnitOfWork, against: Against, owner_org_id: int, firm_id: int | None
) -> int | None:
    match against:
        case Against.OWNER:
            return owner_org_id
        case Against.OPERATOR:
            return operator_id(work)
        case Against.FIRM if firm_id is not None:
            return work.session.get_one(Firm, firm_id).organisation_id
        case _:
            return None


def authorities_for(
    work: UnitOfWork, item_code: str, respondent_org_id: int | None
) -> Sequence[Organisation]:
    """Return the authorities that may decide about an item, those limited to its group first.

    Never the one that is complained about. Without an item only those for all items are meant.
    """
    groups = scopes(work)
    may = [
        each
        for each in every_authority(work, respondent_org_id)
        if is_of(item_code, groups.get(each.id, ()))
    ]
    return sorted(may, key=lambda each: (each.id not in groups, each.id))


def handlers_for(
    work: UnitOfWork, against: Against, item_code: str, respondent_org_id: int | None
) -> Sequence[Organisation]:
    """Return who may decide it, whoever comes first the first; empty where somebody must choose.

    About an office no office chooses: those who look after everything come first, then any other
    authority, and the supervisor last.
    """
    found = authorities_for(work, item_code, respondent_org_id)
    if against not in OFFICES:
        return found
    groups = scopes(work)
    every = sorted(
        every_authority(work, respondent_org_id),
        key=lambda each: (each.id in groups, each not in found, each.id),
    )
    return every or supervisors(work)


def supervisors(work: UnitOfWork) -> Sequence[Organisation]:
    """Return the supervisors: they handle what no authority may."""
    return work.session.scalars(
        select(Organisation)
        .where(Organisation.kind == OrgKind.SUPERVISOR)
        .order_by(Organisation.id)
    ).all()


def every_authority(work: UnitOfWork, respondent_org_id: int | None) -> Sequence[Organisation]:
    """Return every authority but the one that is complained about: a person chooses."""
    found = work.session.scalars(
        select(Organisation).where(Organisation.kind == OrgKind.REGULATOR).order_by(Organisation.id)
    ).all()
    return [each for each in found if each.id != respondent_org_id]
