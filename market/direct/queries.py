"""Finding direct choices and emergencies. What an actor may not know of is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, or_, select

from market.accounts.model import Organisation
from market.calendar import binding_until
from market.db import UnitOfWork
from market.direct.emergency_rules import TO_EXAMINE, EmergencyState
from market.direct.model import DirectChoice, DirectEvent, Emergency
from market.direct.rules import OPEN, DirectState
from market.draws.model import Award
from market.draws.rules import AwardState
from market.errors import MissingError
from market.firms.model import Firm
from market.needs.model import Need

# A workbench shows that many of a kind; who has done them sees the next ones.
MOST_TODOS: Final = 50

Joined = Select[DirectChoice, Need, Organisation, Firm, Award, Emergency]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A direct choice with everything a list or page shows beside it."""

    choice: DirectChoice
    need: Need
    owner: Organisation
    firm: Firm
    award: Award | None
    emergency: Emergency | None


def own(work: UnitOfWork, direct_id: int) -> Row:
    """Return a choice of the actor's organisation."""
    return _one(work, DirectChoice.id == direct_id, DirectChoice.owner_org_id == work.actor.org_id)


def to_check(work: UnitOfWork, direct_id: int) -> Row:
    """Return a choice that waits for the operator, or was named."""
    states = (DirectState.CHECK, DirectState.NAMED)
    return _one(work, DirectChoice.id == direct_id, DirectChoice.state.in_(states))


def named(work: UnitOfWork, number: str) -> Row:
    """Return a choice that anyone may read."""
    return _one(work, DirectChoice.number == number, DirectChoice.state == DirectState.NAMED)


def of_firm(work: UnitOfWork, number: str) -> Row:
    """Return a choice that names the actor's firm."""
    return _one(
        work,
        DirectChoice.number == number,
        DirectChoice.state == DirectState.NAMED,
        Firm.organisation_id == work.actor.org_id,
    )


def of_need(work: UnitOfWork, need_id: int) -> Sequence[DirectChoice]:
    """Return every choice of a need, the latest first."""
    return work.session.scalars(
        select(DirectChoice).where(DirectChoice.need_id == need_id).order_by(DirectChoice.id.desc())
    ).all()


def live_of_need(work: UnitOfWork, need_id: int) -> DirectChoice | None:
    """Return the choice of a need that is being made, if one is."""
    return next((one for one in of_need(work, need_id) if one.state in OPEN), None)


def locked(work: UnitOfWork, direct_id: int) -> DirectChoice:
    """Return a choice as it stands now, locked until the transaction ends."""
    found = work.session.scalar(
        select(DirectChoice)
        .where(DirectChoice.id == direct_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise MissingError
    return found


def emergency_locked(work: UnitOfWork, emergency_id: int) -> Emergency:
    """Return an emergency as it stands now, locked until the transaction ends."""
    found = work.session.scalar(
        select(Emergency)
        .where(Emergency.id == emergency_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise MissingError
    return found


def emergency_of(work: UnitOfWork, choice: DirectChoice) -> Emergency | None:
    """Return the emergency of a choice, if it is one."""
    return work.session.scalar(select(Emergency).where(Emergency.direct_id == choice.id))


def events_of(work: UnitOfWork, choice: DirectChoice) -> Sequence[DirectEvent]:
    """Return the history of a choice, the first step first."""
    return work.session.scalars(
        select(DirectEvent).where(DirectEvent.direct_id == choice.id).order_by(DirectEvent.id)
    ).all()


def of_owner(work: UnitOfWork, *states: DirectState, limit: int = MOST_TODOS) -> list[Row]:
    """Return the choices of the actor's organisation in certain states, the oldest first."""
    mine = DirectChoice.owner_org_id == work.actor.org_id
    return _page(work, _joined(mine, DirectChoice.state.in_(states)), limit, 0)


def waiting(work: UnitOfWork, *, limit: int = MOST_TODOS, offset: int = 0) -> list[Row]:
    """Return the choices that wait for the operator, the oldest first."""
    waits = _joined(DirectChoice.state == DirectState.CHECK).order_by(None)
    ordered = waits.order_by(DirectChoice.state_since, DirectChoice.id)
    return _page(work, ordered, limit, offset)


def count_waiting(work: UnitOfWork) -> int:
    """Return how many choices wait for the operator."""
    return _count(work, DirectChoice.state == DirectState.CHECK)


def received(work: UnitOfWork, *, limit: int = MOST_TODOS, offset: int = 0) -> list[Row]:
    """Return the choices that name the actor's firm, the latest first."""
    ordered = _joined(*_received(work)).order_by(None).order_by(DirectChoice.id.desc())
    return _page(work, ordered, limit, offset)


def count_received(work: UnitOfWork) -> int:
    """Return how many choices name the actor's firm."""
    return _count(work, *_received(work))


def to_answer(work: UnitOfWork, limit: int = MOST_TODOS) -> list[Row]:
    """Return the choices that the actor's firm has to answer, the oldest first."""
    return _page(work, _joined(*_received(work), Award.state == AwardState.OFFERED), limit, 0)


def _received(work: UnitOfWork) -> list[ColumnElement[bool]]:
    return [Firm.organisation_id == work.actor.org_id, DirectChoice.state == DirectState.NAMED]


def emergencies(
    work: UnitOfWork,
    *states: EmergencyState,
    own_only: bool = False,
    limit: int = MOST_TODOS,
    offset: int = 0,
) -> list[Row]:
    """Return the emergencies in certain states, the oldest first."""
    chosen = _in_states(work, states, own_only=own_only)
    return _page(work, _joined(*chosen).order_by(None).order_by(Emergency.id), limit, offset)


def count_emergencies(work: UnitOfWork, *states: EmergencyState, own_only: bool = False) -> int:
    """Return how many emergencies are in certain states."""
    return _count(work, *_in_states(work, states, own_only=own_only))


def _in_states(
    work: UnitOfWork, states: Sequence[EmergencyState], *, own_only: bool
) -> list[ColumnElement[bool]]:
    # Asked so that the few emergencies are looked up first, and not every choice.
    wanted = select(Emergency.direct_id).where(Emergency.state.in_(states))
    chosen: list[ColumnElement[bool]] = [DirectChoice.id.in_(wanted)]
    if own_only:
        chosen.append(DirectChoice.owner_org_id == work.actor.org_id)
    return chosen


def due_ids(work: UnitOfWork, now: datetime, limit: int, after_id: int = 0) -> Sequence[int]:
    """Return the emergencies whose term is over, to file or to examine, by id."""
    return work.session.scalars(
        select(Emergency.id)
        .where(
            Emergency.state.in_((EmergencyState.TO_FILE, *TO_EXAMINE)),
            Emergency.next_check_at <= binding_until(now),
            Emergency.id > after_id,
        )
        .order_by(Emergency.id)
        .limit(limit)
    ).all()


def public_list(work: UnitOfWork, *, text: str = "", limit: int = 20, offset: int = 0) -> list[Row]:
    """Return the choices that are published, the latest first."""
    statement = _joined(*_public(text)).order_by(None)
    ordered = statement.order_by(DirectChoice.named_at.desc(), DirectChoice.id.desc())
    return _page(work, ordered, limit, offset)


def count_public(work: UnitOfWork, *, text: str = "") -> int:
    """Return how many choices ``public_list`` chooses from."""
    return _count(work, *_public(text))


def _public(text: str) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = [DirectChoice.state == DirectState.NAMED]
    if text:
        words = (Need.title, Organisation.name, Firm.name)
        named_so = [column.contains(text, autoescape=True) for column in words]
        chosen.append(or_(*named_so, DirectChoice.number == text))
    return chosen


def _joined(*conditions: ColumnElement[bool]) -> Joined:
    return (
        select(DirectChoice, Need, Organisation, Firm, Award, Emergency)
        .join(Need, Need.id == DirectChoice.need_id)
        .join(Organisation, Organisation.id == DirectChoice.owner_org_id)
        .join(Firm, Firm.id == DirectChoice.firm_id)
        .outerjoin(Award, Award.id == DirectChoice.award_id)
        .outerjoin(Emergency, Emergency.direct_id == DirectChoice.id)
        .where(*conditions)
        .order_by(DirectChoice.id)
    )


def _page(work: UnitOfWork, ordered: Joined, limit: int, offset: int) -> list[Row]:
    return [_row(found) for found in work.session.execute(ordered.limit(limit).offset(offset))]


def _count(work: UnitOfWork, *conditions: ColumnElement[bool]) -> int:
    chosen = _joined(*conditions).order_by(None)
    return work.session.scalar(chosen.with_only_columns(func.count(DirectChoice.id))) or 0


def _rows(work: UnitOfWork, *conditions: ColumnElement[bool]) -> list[Row]:
    return [_row(found) for found in work.session.execute(_joined(*conditions))]


def _row(found: Sequence[Any]) -> Row:
    choice, need, owner, firm, award, emergency = found
    return Row(choice=choice, need=need, owner=owner, firm=firm, award=award, emergency=emergency)


def _one(work: UnitOfWork, *conditions: ColumnElement[bool]) -> Row:
    rows = _rows(work, *conditions)
    if len(rows) != 1:
        raise MissingError
    return rows[0]
