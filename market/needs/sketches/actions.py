"""Keeping, finding again and throwing away unfinished forms. Each person sees their own."""

import json
from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import ColumnElement, delete, func, select

from market.db import UnitOfWork
from market.errors import MarketError, MissingError, msgid
from market.needs.model import Need
from market.needs.rules import NeedState
from market.needs.sketches.model import NeedSketch

Typed = Sequence[tuple[str, str]]
"""Names of fields and what was typed into them, in the form's order."""

# Technical bounds: a full form has some 40 fields and 7,000 characters.
MOST_FIELDS: Final = 200
MOST_CHARACTERS: Final = 40_000
MOST_SKETCHES: Final = 30


# A need in one of these states is never written again: its form serves another need, or nothing.
ENDED: Final = frozenset({NeedState.WITHDRAWN, NeedState.COMPLETED, NeedState.TERMINATED})


class SketchTooLongError(MarketError):
    """More was typed than a form can hold."""

    sentence = msgid("填写的内容过长，无法暂存。请把过长的文字缩短后再试。")


class TooManySketchesError(MarketError):
    """A person keeps too many unfinished forms."""

    sentence = msgid("未填完的表单最多暂存 %(most)s 份。请先在需求列表中删除不再需要的。")

    def __init__(self) -> None:
        super().__init__(most=MOST_SKETCHES)


def keep(
    work: UnitOfWork,
    *,
    item_code: str,
    typed: Iterable[tuple[str, str]],
    sketch_id: int | None = None,
    need: Need | None = None,
    need_version: int | None = None,
) -> NeedSketch:
    """Keep a form as it was typed: in its place if it was kept before, else as a new sketch.

    Raises:
        SketchTooLongError: There is more than a form can hold.
        TooManySketchesError: The actor keeps too many already.
        MissingError: There is no such sketch of the actor's.
    """
    body = _written(list(typed))
    sketch = _kept_before(work, sketch_id, need)
    if sketch is None:
        if len(own_list(work)) >= MOST_SKETCHES:
            raise TooManySketchesError
        sketch = NeedSketch(
            organisation_id=work.org_id, by_id=work.user_id, need_id=need.id if need else None
        )
        work.session.add(sketch)
    sketch.item_code = item_code
    sketch.body = body
    sketch.need_version = need_version
    sketch.saved_at = work.now
    work.session.flush()
    return sketch


def _kept_before(work: UnitOfWork, sketch_id: int | None, need: Need | None) -> NeedSketch | None:
    if need is not None:
        return of_need(work, need)
    return own(work, sketch_id) if sketch_id is not None else None


def _written(typed: list[tuple[str, str]]) -> str:
    if len(typed) > MOST_FIELDS or sum(len(n) + len(v) for n, v in typed) > MOST_CHARACTERS:
        raise SketchTooLongError
    return json.dumps(typed)  # in ASCII: any control character survives in any database


def drop(work: UnitOfWork, sketch_id: int) -> None:
    """Throw away an unfinished form of the actor's, if it is still there."""
    sketch = work.session.scalar(
        select(NeedSketch).where(NeedSketch.id == sketch_id, *_of_actor(work))
    )
    if sketch is not None:
        work.session.delete(sketch)


def drop_of(work: UnitOfWork, need: Need) -> None:
    """Throw away what the actor kept for a need: it has been saved."""
    mine = (NeedSketch.need_id == need.id, *_of_actor(work))
    work.session.execute(delete(NeedSketch).where(*mine))


def own(work: UnitOfWork, sketch_id: int) -> NeedSketch:
    """Return an unfinished form of the actor's.

    Raises:
        MissingError: It is not there, or somebody else's.
    """
    sketch = work.session.scalar(
        select(NeedSketch).where(NeedSketch.id == sketch_id, *_of_actor(work))
    )
    if sketch is None:
        raise MissingError
    return sketch


def of_need(work: UnitOfWork, need: Need) -> NeedSketch | None:
    """Return the form that the actor left unfinished for a need, if there is one."""
    mine = (NeedSketch.need_id == need.id, *_of_actor(work))
    return work.session.scalar(select(NeedSketch).where(*mine).order_by(NeedSketch.id).limit(1))


def own_list(work: UnitOfWork) -> Sequence[NeedSketch]:
    """Return the unfinished forms of the actor, the latest first."""
    return work.session.scalars(
        select(NeedSketch)
        .where(*_of_actor(work))
        .order_by(NeedSketch.saved_at.desc(), NeedSketch.id.desc())
    ).all()


def of_withdrawn(work: UnitOfWork) -> Sequence[NeedSketch]:
    """Return the actor's unfinished forms of needs that were withdrawn, the latest first."""
    return work.session.scalars(
        select(NeedSketch)
        .join(Need, Need.id == NeedSketch.need_id)
        .where(*_of_actor(work), Need.state == NeedState.WITHDRAWN)
        .order_by(NeedSketch.saved_at.desc(), NeedSketch.id.desc())
    ).all()


def own_count(work: UnitOfWork) -> int:
    """Return how many forms the actor left unfinished."""
    counted = select(func.count()).select_from(NeedSketch).where(*_of_actor(work))
    return work.session.scalar(counted) or 0


def typed_in(sketch: NeedSketch) -> list[tuple[str, str]]:
    """Return what was typed: names of fields and their text."""
    return [(str(name), str(value)) for name, value in json.loads(sketch.body)]


def title_of(sketch: NeedSketch) -> str:
    """Return the title that was typed so far; empty if there is none."""
    return "".join(c for c in dict(typed_in(sketch)).get("title", "") if c.isprintable())[:200]


def _of_actor(work: UnitOfWork) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (NeedSketch.by_id == work.user_id, NeedSketch.organisation_id == work.org_id)
