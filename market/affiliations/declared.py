"""Firms that by their own declarations stand under one controller: no hearing is needed for that.

What a firm said of itself under a promise binds it at once. Detection (``detection.py``) finds the
rest, which a person confirms.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from market import regulations
from market.affiliations import queries
from market.affiliations.model import Declaration, DeclaredParty
from market.affiliations.profiles import SUBJECT, chain
from market.affiliations.rules import (
    DECLARED,
    Group,
    PartyRole,
    code_key,
    common,
    controllers,
)
from market.db import UnitOfWork
from market.firms.model import Firm


def groups_now(
    work: UnitOfWork, firm_id: int, control_over_bp: int, exempt: Collection[int] = ()
) -> list[Group]:
    """Return every group that bears on a firm's ticket: confirmed, or declared by the firms.

    Args:
        work: The unit of work.
        firm_id: The firm that is asked about.
        control_over_bp: A shareholder with more than this controls, in basis points.
        exempt: Firms whose objection to what was declared was found right.

    Returns:
        The groups of the firm, and those that share a firm with them.
    """
    found: list[Group] = []
    asked: set[int] = set()
    waiting = {firm_id}
    while waiting:
        one = waiting.pop()
        asked.add(one)
        fresh = _of_one(work, one, control_over_bp, exempt)
        found += [group for group in fresh if group not in found]
        waiting |= {member for group in fresh for member in group.firms} - asked
    return found


def groups_today(work: UnitOfWork, firm_id: int) -> list[Group]:
    """Return the groups that bear on a firm by the rules in force today, where no notice says."""
    rules = regulations.in_force(SUBJECT, work.today)
    return groups_now(work, firm_id, rules.integer("detection.control_over_bp"))


def _of_one(
    work: UnitOfWork, firm_id: int, control_over_bp: int, exempt: Collection[int]
) -> list[Group]:
    beside = _beside(work, firm_id, control_over_bp) - set(exempt)
    groups = queries.groups_of(work, firm_id)
    if beside and firm_id not in exempt:
        groups.append(Group(number=DECLARED, firms=frozenset({firm_id, *beside})))
    return groups


def _beside(work: UnitOfWork, firm_id: int, control_over_bp: int) -> set[int]:
    """Return the other firms with a controller or a legal representative of a firm's."""
    said = queries.declaration_of(work, firm_id)
    code = work.session.get_one(Firm, firm_id).code
    above = controllers(code, chain(work, code), control_over_bp)
    codes = _below(work, common(above, above), control_over_bp)
    same = [Firm.code.in_(sorted(codes))]
    if said is not None:
        same.append(
            Firm.id.in_(
                select(Declaration.firm_id).where(
                    Declaration.legal_digest == said.legal_digest, queries.is_last()
                )
            )
        )
    return set(work.session.scalars(select(Firm.id).where(or_(*same)))) - {firm_id}


def _below(work: UnitOfWork, keys: Iterable[str], control_over_bp: int) -> set[str]:
    """Return the codes of every organisation that any of some keys is, or controls."""
    controls = or_(
        DeclaredParty.role == PartyRole.CONTROLLER, DeclaredParty.share_bp > control_over_bp
    )
    waiting = set(keys)
    found = {key.removeprefix("code:") for key in waiting if key.startswith("code:")}
    while waiting:
        codes = work.session.scalars(
            select(Firm.code)
            .join(Declaration, Declaration.firm_id == Firm.id)
            .join(DeclaredParty, DeclaredParty.declaration_id == Declaration.id)
            .where(queries.is_last(), DeclaredParty.key.in_(sorted(waiting)), controls)
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
