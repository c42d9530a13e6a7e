"""What the tables say of firms, as the pure rules compare it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from market import regulations
from market.accounts.model import User
from market.accounts.queries import is_there
from market.affiliations import queries
from market.affiliations.detection import (
    Limits,
    Profile,
    Suggestion,
    normal_address,
    normal_phone,
    suggest,
)
from market.affiliations.model import Declaration, DeclaredParty, DeclaredTie
from market.affiliations.rules import (
    Ground,
    GroupState,
    Interest,
    Party,
    Standing,
    code_key,
    controllers,
    interests,
)
from market.db import UnitOfWork
from market.firms.model import Firm, FirmStaff
from market.firms.rules import PUBLIC
from market.regulations import Regulation

SUBJECT = "affiliations"
EVERY = 1_000_000


def parties(work: UnitOfWork, codes: Iterable[str] | None = None) -> dict[str, tuple[Party, ...]]:
    """Return, by credit code, who stands behind each firm by its last declaration."""
    query = (
        select(Firm.code, DeclaredParty)
        .join(Declaration, Declaration.firm_id == Firm.id)
        .join(DeclaredParty, DeclaredParty.declaration_id == Declaration.id)
        .where(queries.is_last())
        .order_by(DeclaredParty.id)
    )
    if codes is not None:
        query = query.where(Firm.code.in_(list(codes)))
    found: dict[str, list[Party]] = defaultdict(list)
    for code, row in work.session.execute(query):
        found[code].append(Party(role=row.role, key=row.key, share_bp=row.share_bp))
    return {code: tuple(rows) for code, rows in found.items()}


def chain(work: UnitOfWork, code: str) -> dict[str, tuple[Party, ...]]:
    """Return what was declared by one organisation and by every one above it."""
    found: dict[str, tuple[Party, ...]] = {}
    waiting = {code}
    while waiting:
        found |= dict.fromkeys(waiting, ()) | parties(work, waiting)
        above = {
            party.key.removeprefix("code:")
            for each in waiting
            for party in found[each]
            if party.key.startswith("code:")
        }
        waiting = above - found.keys()
    return found


def standing_of(work: UnitOfWork, firm: Firm, rules: Regulation) -> Standing:
    """Return what of a firm's declaration matters to an owner."""
    declared = chain(work, firm.code)
    ties = queries.ties_of(work, queries.declaration_of(work, firm.id))
    over = rules.integer("detection.control_over_bp")
    return Standing(
        parties=declared[firm.code],
        controlled_by=controllers(firm.code, declared, over),
        tied_to=frozenset(tie.authority_code for tie in ties),
    )


def interests_of(
    work: UnitOfWork, firm: Firm, owner_code: str, rules: Regulation
) -> tuple[Interest, ...]:
    """Return why a firm must stand aside from what an owner procures."""
    over = rules.integer("detection.control_over_bp")
    return interests(
        owner_code,
        controllers(owner_code, chain(work, owner_code), over),
        standing_of(work, firm, rules),
        shareholder_bp=rules.integer("recusal.shareholder_bp"),
        authority_ties=rules.flag("recusal.authority_ties"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recused:
    """A firm that the rules keep from what an owner procures, and why."""

    firm: Firm
    interests: tuple[Interest, ...]
    is_exempt: bool = False


def recused_by(
    work: UnitOfWork, owner_code: str, rules: Regulation, notice_number: str = ""
) -> list[Recused]:
    """Return every public firm that must stand aside from what an owner procures, by name.

    It rests on declarations alone, so it does not tell who enrolled.
    """
    exempt = queries.exempted(work, notice_number) if notice_number else frozenset()
    found = [
        Recused(firm=firm, interests=reasons, is_exempt=firm.id in exempt)
        for firm in _with_declarations(work, owner_code)
        if (reasons := interests_of(work, firm, owner_code, rules))
    ]
    return sorted(found, key=lambda one: (one.firm.name, one.firm.code))


def _with_declarations(work: UnitOfWork, owner_code: str) -> list[Firm]:
    """Return the firms that can have to do with an owner at all.

    Those that declared a tie, and those below anybody who stands above the owner.
    """
    below = _below(work, {code_key(owner_code), *_above(work, owner_code)})
    tied = (
        select(Declaration.firm_id)
        .join(DeclaredTie, DeclaredTie.declaration_id == Declaration.id)
        .where(DeclaredTie.authority_code == owner_code, queries.is_last())
    )
    return list(
        work.session.scalars(
            select(Firm).where(
                Firm.state.in_(PUBLIC), Firm.id.in_(tied) | Firm.code.in_(sorted(below))
            )
        )
    )


def _above(work: UnitOfWork, code: str) -> set[str]:
    """Return everybody above an organisation, whatever the share."""
    return {party.key for rows in chain(work, code).values() for party in rows}


def _below(work: UnitOfWork, keys: set[str]) -> set[str]:
    """Return the codes of every firm below any of some persons and organisations."""
    found: set[str] = set()
    waiting = keys
    while waiting:
        codes = work.session.scalars(
            select(Firm.code)
            .join(Declaration, Declaration.firm_id == Firm.id)
            .join(DeclaredParty, DeclaredParty.declaration_id == Declaration.id)
            .where(queries.is_last(), DeclaredParty.key.in_(sorted(waiting)))
        )
        fresh = set(codes) - found
        found |= fresh
        waiting = set(map(code_key, fresh))
    return found


def profiles(work: UnitOfWork) -> list[Profile]:
    """Return what is known of every public firm."""
    firms = list(work.session.scalars(select(Firm).where(Firm.state.in_(PUBLIC))))
    last = {
        row.firm_id: row
        for row in work.session.scalars(select(Declaration).where(queries.is_last()))
    }
    declared = parties(work)
    staff = _collected(
        (firm_id, digest)
        for firm_id, digest in work.session.execute(
            select(FirmStaff.firm_id, FirmStaff.person_digest)
        )
    )
    users = _collected(
        (firm_id, name)
        for firm_id, name in work.session.execute(
            select(Firm.id, User.name)
            .join(User, User.organisation_id == Firm.organisation_id)
            .where(is_there())
        )
    )
    return [
        _profile(
            firm,
            last.get(firm.id),
            declared.get(firm.code, ()),
            staff=staff.get(firm.id, frozenset()),
            users=users.get(firm.id, frozenset()),
        )
        for firm in firms
    ]


def _collected(rows: Iterable[tuple[int, str]]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for firm_id, value in rows:
        found[firm_id].add(value)
    return {firm_id: frozenset(values) for firm_id, values in found.items()}


def _profile(
    firm: Firm,
    said: Declaration | None,
    behind: tuple[Party, ...],
    *,
    staff: frozenset[str],
    users: frozenset[str],
) -> Profile:
    offices = said.offices.splitlines() if said else []
    numbers = [firm.contact_phone, said.phone if said else ""]
    return Profile(
        code=firm.code,
        parties=behind,
        legal_digest=said.legal_digest if said else "",
        # A name is a reason only while nobody has said who it is.
        legal_name="" if said else firm.legal_representative.strip(),
        staff=staff,
        addresses=frozenset(map(normal_address, [firm.address, *offices])),
        phones=frozenset(map(normal_phone, numbers)),
        accounts=frozenset({said.account_digest} if said else ()),
        users=users,
    )


def limits_of(rules: Regulation) -> Limits:
    """Return the numbers of the regulation that detection uses."""
    return Limits(
        control_over_bp=rules.integer("detection.control_over_bp"),
        common_shareholder_bp=rules.integer("detection.common_shareholder_bp"),
        crowd=rules.integer("detection.crowd"),
        strength={ground: rules.integer(f"strength.{ground}") for ground in Ground},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """Two firms that may stand under one controller, and the case about them, if there is one."""

    first: Firm
    second: Firm
    suggestion: Suggestion
    case: str = ""
    was_rejected: bool = False


def suggestions(work: UnitOfWork) -> list[Suggested]:
    """Return what a person should look at, the strongest first."""
    rules = regulations.in_force(SUBJECT, work.today)
    firms = {
        firm.code: firm for firm in work.session.scalars(select(Firm).where(Firm.state.in_(PUBLIC)))
    }
    taken = _taken_up(work)
    found = []
    for one in suggest(profiles(work), limits_of(rules)):
        case, state = taken.get(frozenset({one.first, one.second}), ("", None))
        found.append(
            Suggested(
                first=firms[one.first],
                second=firms[one.second],
                suggestion=one,
                case=case,
                was_rejected=state is GroupState.REJECTED,
            )
        )
    return found


def _taken_up(work: UnitOfWork) -> dict[frozenset[str], tuple[str, GroupState]]:
    """Return, by pair, the latest case that is about both."""
    found: dict[frozenset[str], tuple[str, GroupState]] = {}
    for row in queries.cases(work, limit=EVERY):
        codes = [firm.code for firm in row.firms]
        for first in codes:
            for second in codes:
                if first < second:
                    pair = frozenset({first, second})
                    found.setdefault(pair, (row.group.number, row.group.state))
    return found
