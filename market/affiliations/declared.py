"""Firms that by their own declarations stand under one controller: no hearing is needed for that.

What a firm said of itself under a promise binds it at once, and itself alone: another firm is
bound by what it said as well, or confirmed (``links``). Detection (``detection.py``) finds the
rest, which a person confirms.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from market import regulations
from market.affiliations import queries
from market.affiliations.claims import Claims
from market.affiliations.links.model import DeclaredLink
from market.affiliations.links.rules import LinkState, sides
from market.affiliations.model import Declaration, DeclaredParty
from market.affiliations.profiles import SUBJECT
from market.affiliations.rules import (
    CLAIMED,
    DECLARED,
    Group,
    PartyRole,
    code_key,
    common,
)
from market.db import UnitOfWork
from market.firms.model import Firm


def groups_now(
    work: UnitOfWork,
    firm_id: int,
    control_over_bp: int,
    exempt: Collection[int] = (),
    since: datetime | None = None,
) -> list[Group]:
    """Return every group that bears on a firm's ticket: confirmed, or declared by the firms.

    Args:
        work: The unit of work.
        firm_id: The firm that is asked about.
        control_over_bp: A shareholder with more than this controls, in basis points.
        exempt: Firms whose objection to what was declared was found right.
        since: What was declared at any time since counts as well, also if it was taken back.

    Returns:
        The groups of the firm, and those that share a firm with them.
    """
    claims = Claims(work, control_over_bp, since)
    found: list[Group] = []
    asked: set[int] = set()
    waiting = {firm_id}
    while waiting:
        one = waiting.pop()
        asked.add(one)
        groups = [*queries.groups_of(work, one), *_said(claims, one, exempt)]
        fresh = [group for group in groups if group not in found]
        found += fresh
        waiting |= {member for group in fresh for member in group.firms} - asked
    return found


def groups_today(work: UnitOfWork, firm_id: int) -> list[Group]:
    """Return the groups that bear on a firm by the rules in force today, where no notice says."""
    rules = regulations.in_force(SUBJECT, work.today)
    return groups_now(work, firm_id, rules.integer("detection.control_over_bp"))


def claimed_alone(work: UnitOfWork, firm_id: int) -> frozenset[int]:
    """Return the firms that a firm claims today and that declare nothing to bind them.

    Whatever they answered: what is taken back and said again is put to them again.
    """
    rules = regulations.in_force(SUBJECT, work.today)
    claims = Claims(work, rules.integer("detection.control_over_bp"), None)
    found = {
        other: sides(claims.of(firm_id), claims.of(other)) for other in _beside(claims, firm_id)
    }
    return frozenset(other for other, made in found.items() if made and made[:2] == (True, False))


def _said(claims: Claims, firm_id: int, exempt: Collection[int]) -> list[Group]:
    """Return a firm's ties with each other firm, by what the two declare, and whom they bind."""
    beside = _beside(claims, firm_id) - set(exempt)
    if not beside or firm_id in exempt:
        return []
    links = _links(claims.work, firm_id)
    found = [_tie(claims, firm_id, other, links) for other in sorted(beside)]
    return [group for group in found if group is not None]


def _tie(claims: Claims, one: int, other: int, links: Iterable[DeclaredLink]) -> Group | None:
    made = sides(claims.of(one), claims.of(other))
    if made is None:
        return None
    firsts, seconds, both_said = made
    bound = {firm for firm, is_bound in ((one, firsts), (other, seconds)) if is_bound}
    silent = set()
    for link in links:
        if link.declarant_id not in bound or {link.declarant_id, link.other_id} != {one, other}:
            continue
        if link.state is LinkState.CONFIRMED:
            bound.add(link.other_id)
        elif both_said and link.state is LinkState.ASKED and link.answer_by_at <= claims.work.now:
            silent.add(link.other_id)
    firms = frozenset({one, other})
    if bound >= firms:
        return Group(number=DECLARED, firms=firms)
    return Group(number=CLAIMED, firms=firms, bound=frozenset(bound), silent=frozenset(silent))


def _links(work: UnitOfWork, firm_id: int) -> list[DeclaredLink]:
    return list(
        work.session.scalars(
            select(DeclaredLink)
            .where(or_(DeclaredLink.declarant_id == firm_id, DeclaredLink.other_id == firm_id))
            .order_by(DeclaredLink.id)
        )
    )


def _beside(claims: Claims, firm_id: int) -> set[int]:
    """Return the other firms with a controller or a legal representative of a firm's."""
    above = claims.of(firm_id)
    codes = _below(claims, common(above, above))
    same = [Firm.code.in_(sorted(codes))]
    legal = claims.legal_digests(firm_id)
    if legal:
        same.append(
            Firm.id.in_(
                select(Declaration.firm_id).where(
                    Declaration.legal_digest.in_(legal), queries.is_last(claims.since)
                )
            )
        )
    return set(claims.work.session.scalars(select(Firm.id).where(or_(*same)))) - {firm_id}


def _below(claims: Claims, keys: Iterable[str]) -> set[str]:
    """Return the codes of every organisation that any of some keys is, or controls."""
    controls = or_(
        DeclaredParty.role == PartyRole.CONTROLLER,
        DeclaredParty.share_bp > claims.control_over_bp,
    )
    waiting = set(keys)
    found = {key.removeprefix("code:") for key in waiting if key.startswith("code:")}
    while waiting:
        codes = claims.work.session.scalars(
            select(Firm.code)
            .join(Declaration, Declaration.firm_id == Firm.id)
            .join(DeclaredParty, DeclaredParty.declaration_id == Declaration.id)
            .where(queries.is_last(claims.since), DeclaredParty.key.in_(sorted(waiting)), controls)
        )
        fresh = set(codes) - found
        found |= fresh
        waiting = set(map(code_key, fresh))
    return found


def loosened_since(work: UnitOfWork, at: datetime) -> list[Firm]:
    """Return the firms that, since an instant, no longer declare a controller they declared."""
    earlier = aliased(Declaration)
    rows = work.session.execute(
        select(Firm, earlier, Declaration)
        .join(Declaration, Declaration.firm_id == Firm.id)
        .join(earlier, earlier.firm_id == Firm.id)
        .where(
            Declaration.declared_at >= at,
            earlier.version_no == Declaration.version_no - 1,
        )
        .order_by(Firm.code, Declaration.version_no)
    )
    return list({firm.id: firm for firm, old, new in rows if _lost(work, old, new)}.values())


def _lost(work: UnitOfWork, old: Declaration, new: Declaration) -> bool:
    return old.legal_digest != new.legal_digest or bool(_behind(work, old) - _behind(work, new))


def _behind(work: UnitOfWork, said: Declaration) -> set[str]:
    return {party.key for party in queries.parties_of(work, said)}
