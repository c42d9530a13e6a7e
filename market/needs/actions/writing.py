"""Writing a need, and writing it anew."""

from sqlalchemy import delete
from sqlalchemy.orm.attributes import flag_modified

from market.affiliations import tickets
from market.db import UnitOfWork
from market.errors import ConflictError
from market.needs.actions.checking import check
from market.needs.bundling.guard import require_sum
from market.needs.facts import NeedFacts
from market.needs.model import Need, NeedRecusal
from market.needs.queries import recusals_of
from market.needs.rules import Move, NeedState, advance
from market.numbers import next_number

EDITABLE = frozenset({NeedState.DRAFT, NeedState.RETURNED, NeedState.FAILED})


def draft(work: UnitOfWork, facts: NeedFacts) -> Need:
    """Write down a new need of the actor's organisation.

    Raises:
        UnknownItemError: The catalogue has no such item today.
        NeedFactsError: The facts break a rule; the error names the field.
    """
    check(work, facts)
    need = Need(
        number=next_number(work, "XQ"),
        owner_org_id=work.org_id,
        attempt=1,
        state=NeedState.DRAFT,
        state_since=work.now,
        posted_by_id=work.user_id,
    )
    _fill(work, need, facts)
    work.session.add(need)
    work.session.flush()
    _set_recusals(work, need, facts)
    return need


def edit(work: UnitOfWork, need: Need, facts: NeedFacts) -> None:
    """Change a draft, a returned need, or a failed one before its second notice."""
    if need.state not in EDITABLE:
        advance(need.state, Move.SUBMIT)
    check(work, facts)
    _fill(work, need, facts)
    require_sum(work, need)
    need.posted_by_id = work.user_id
    # Recusals are rows of their own: the need's version must count them too.
    flag_modified(need, "posted_by_id")
    _set_recusals(work, need, facts)


def rewrite(work: UnitOfWork, need: Need, facts: NeedFacts) -> None:
    """Write other facts over a need's; the caller has asked whether that may be."""
    _fill(work, need, facts)
    require_sum(work, need)
    _set_recusals(work, need, facts)


def unchanged_since(need: Need, version: int | None) -> None:
    """Refuse a decision on a text that was changed after the reader saw it.

    Raises:
        ConflictError: The need is at another version than the page that was sent.
    """
    if version is not None and need.version != version:
        raise ConflictError


def facts_of(work: UnitOfWork, need: Need) -> NeedFacts:
    """Return what the owner said of a need."""
    said = {name: getattr(need, name) for name in NeedFacts.__slots__ if name != "recusals"}
    recusals = tuple((r.firm_code, r.reason) for r in recusals_of(work, need))
    return NeedFacts(recusals=recusals, **said)


def _fill(work: UnitOfWork, need: Need, facts: NeedFacts) -> None:
    for name in NeedFacts.__slots__:
        if name not in {"recusals", "tickets"}:
            setattr(need, name, getattr(facts, name))
    need.tickets = tickets.chosen(facts.tickets, work.today)


def _set_recusals(work: UnitOfWork, need: Need, facts: NeedFacts) -> None:
    work.session.execute(delete(NeedRecusal).where(NeedRecusal.need_id == need.id))
    for code, reason in dict(facts.recusals).items():
        work.session.add(NeedRecusal(need_id=need.id, firm_code=code, reason=reason))
    work.session.flush()
