"""What the tables say of experts, owners and firms, as the pure rules of recusal compare it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import select

from market import regulations
from market.access import OrgKind
from market.accounts.model import Organisation
from market.affiliations import declared, profiles
from market.affiliations import queries as affiliations
from market.affiliations.rules import code_key, connected, controllers
from market.clock import beijing_day
from market.db import UnitOfWork
from market.experts import rules
from market.experts.model import Expert, ExpertSitting, ExpertTie
from market.experts.rules import Limits, Party, Person, Recusal, SittingOutcome, Tie
from market.firms.model import Firm, FirmStaff
from market.regulations import Regulation

SUBJECT = "experts"
_PERSON = "person:"


def recusals(
    work: UnitOfWork, expert: Expert, *, owner_org_id: int, firm_ids: Sequence[int]
) -> list[Recusal]:
    """Return why an expert must not sit on the panel of an owner's need with these firms."""
    found = recused_among(work, [expert], owner_org_id=owner_org_id, firm_ids=firm_ids)
    return found[expert.id]


def recused_among(
    work: UnitOfWork,
    experts: Iterable[Expert],
    *,
    owner_org_id: int,
    firm_ids: Sequence[int],
    reviewer_org_ids: Sequence[int] = (),
) -> dict[int, list[Recusal]]:
    """Return, by the expert's id, why each must not sit; an empty list for who may.

    ``reviewer_org_ids`` are the authorities whose opinion is judged, if any.
    """
    experts = list(experts)
    limits = limits_of(regulations.in_force(SUBJECT, work.today))
    over = _control_over_bp(work)
    parties = [
        _owner(work, owner_org_id, over),
        *_operators(work),
        *(_reviewer(work, org_id, over) for org_id in reviewer_org_ids),
        *_firms(work, firm_ids, [expert.id_digest for expert in experts], over),
    ]
    people = _people(work, experts, owner_org_id, over)
    return {
        expert.id: list(rules.recusals(people[expert.id], parties, limits, work.today))
        for expert in experts
    }


def limits_of(of: Regulation) -> Limits:
    """Return the numbers of the regulation that recusal uses."""
    return Limits(
        staff_months=of.integer("recusal.staff_months"),
        tie_months=of.integer("recusal.tie_months"),
        declaration_months=of.integer("declaration.months"),
        sittings=of.integer("recusal.same_owner_sittings"),
        sittings_months=of.integer("recusal.same_owner_months"),
    )


def _control_over_bp(work: UnitOfWork) -> int:
    rule = regulations.in_force(profiles.SUBJECT, work.today)
    return rule.integer("detection.control_over_bp")


def _owner(work: UnitOfWork, owner_org_id: int, over: int) -> Party:
    owner = work.session.get_one(Organisation, owner_org_id)
    above = controllers(owner.code, profiles.chain(work, owner.code), over)
    return Party(code=owner.code, is_owner=True, controlled_by=above)


def _reviewer(work: UnitOfWork, org_id: int, over: int) -> Party:
    code = work.session.get_one(Organisation, org_id).code
    above = controllers(code, profiles.chain(work, code), over)
    return Party(code=code, is_owner=False, is_reviewer=True, controlled_by=above)


def _operators(work: UnitOfWork) -> list[Party]:
    """Return whoever runs the market: it enters the experts, draws them and sees their names."""
    codes = work.session.scalars(
        select(Organisation.code)
        .where(Organisation.kind == OrgKind.OPERATOR)
        .order_by(Organisation.code)
    )
    return [
        Party(
            code=code, is_owner=False, is_operator=True, controlled_by=frozenset({code_key(code)})
        )
        for code in codes
    ]


def _firms(
    work: UnitOfWork, firm_ids: Sequence[int], digests: Sequence[str], over: int
) -> list[Party]:
    staff: dict[int, dict[str, date | None]] = defaultdict(dict)
    rows = work.session.scalars(
        select(FirmStaff)
        .where(FirmStaff.firm_id.in_(firm_ids), FirmStaff.person_digest.in_(digests))
        .order_by(FirmStaff.left_at.is_(None), FirmStaff.left_at)  # the last word wins
    )
    for row in rows:
        staff[row.firm_id][row.person_digest] = _day(row.left_at)
    firms = work.session.scalars(select(Firm).where(Firm.id.in_(firm_ids)).order_by(Firm.code))
    return [_firm(work, firm, staff[firm.id], over) for firm in firms]


def _firm(work: UnitOfWork, firm: Firm, staff: dict[str, date | None], over: int) -> Party:
    said_of = profiles.chain(work, firm.code)
    said = affiliations.declaration_of(work, firm.id)
    persons = {p.key for p in said_of[firm.code] if p.key.startswith(_PERSON)}
    # Confirmed groups, and what the firms declare: that binds at once.
    group = connected(firm.id, declared.groups_now(work, firm.id, over)) - {firm.id}
    return Party(
        code=firm.code,
        is_owner=False,
        controlled_by=controllers(firm.code, said_of, over),
        behind=frozenset(key.removeprefix(_PERSON) for key in persons)
        | frozenset({said.legal_digest} if said else ()),
        group=frozenset(work.session.scalars(select(Firm.code).where(Firm.id.in_(group))))
        | _branches(work, firm),
        staff=staff,
    )


def _branches(work: UnitOfWork, firm: Firm) -> frozenset[str]:
    """Return a branch's parent, and the branches of either: whoever works there works for both."""
    head = firm.parent_code or firm.code
    found = work.session.scalars(select(Firm.code).where(Firm.parent_code == head))
    return frozenset({head, *found}) - {firm.code}


def _people(
    work: UnitOfWork, experts: Sequence[Expert], owner_org_id: int, over: int
) -> dict[int, Person]:
    ids = [expert.id for expert in experts]
    ties: dict[int, list[Tie]] = defaultdict(list)
    for row in work.session.scalars(select(ExpertTie).where(ExpertTie.expert_id.in_(ids))):
        ties[row.expert_id].append(Tie(org_code=row.org_code, ended_on=_day(row.ended_at)))
    sat: dict[int, list[date]] = defaultdict(list)
    for sitting in work.session.scalars(
        select(ExpertSitting).where(
            ExpertSitting.expert_id.in_(ids),
            ExpertSitting.owner_org_id == owner_org_id,
            ExpertSitting.outcome == SittingOutcome.SAT,
        )
    ):
        sat[sitting.expert_id].append(beijing_day(sitting.at))
    above = {
        code: controllers(code, profiles.chain(work, code), over)
        for code in sorted({expert.employer_code for expert in experts} - {""})
    }
    return {
        expert.id: Person(
            digest=expert.id_digest,
            employer_code=expert.employer_code,
            employer_controlled_by=above.get(expert.employer_code, frozenset()),
            declared_on=_day(expert.declared_at),
            ties=tuple(ties[expert.id]),
            sat_on=tuple(sat[expert.id]),
        )
        for expert in experts
    }


def _day(at: datetime | None) -> date | None:
    return None if at is None else beijing_day(at)
