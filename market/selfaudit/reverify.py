"""Every finished draw through the published verifier, from what is stored now.

That nothing of a draw was left out of its bundle is shown by the comparison of ``draw_entry``
with the log, in both directions: the log is not walked through again for each draw. A row that
cannot be read fails its own draw and no other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from lottery import Bundle, LotteryError, Outcome, Policy, Said, examine, parse_policy
from market.db import Actor, UnitOfWork, reading_work
from market.draws import bundles, policy, queries
from market.draws.model import Draw, TrusteeKey
from market.installation import Installation
from market.panels import bundle as panel_bundle
from market.panels.model import Panel
from market.selfaudit.differences import UNREADABLE, Difference
from market.selfaudit.rows import reading_anything

ACTOR = Actor("job:selfaudit")
Failed = tuple[tuple[str, Said], ...]


@dataclass(frozen=True, slots=True)
class Verified:
    """A finished draw by its notice's number, and the checks that failed."""

    number: str
    failed: Failed


def verified_draws(here: Installation) -> Iterator[Verified | Difference]:
    """Yield every finished draw, verified anew from what is stored now.

    Before them comes what cannot be read and therefore is not trusted: a trustee's key.
    """
    if problem := _unusable(here):
        yield Difference("ZJCS_POLICY_FILE", "", "", problem)
        return
    with (
        reading_work(here.sessions, ACTOR, here.clock) as work,
        reading_anything(work.session.connection()),
    ):
        keys = []
        for row_id, key in work.session.execute(select(TrusteeKey.id, TrusteeKey.public_key)):
            if problem := _unusable(here, key):
                yield Difference("trustee_key", str(row_id), "public_key", problem)
            else:
                keys.append(key)
        trusted = _trusted(here, keys)
        for draw_id in work.session.scalars(select(Draw.id).order_by(Draw.id)).all():
            if (found := _verified(work, here, draw_id, trusted)) is not None:
                yield found
        for panel_id in work.session.scalars(select(Panel.id).order_by(Panel.id)).all():
            if (found := _verified_panel(work, here, panel_id, trusted)) is not None:
                yield found


def _trusted(here: Installation, keys: Sequence[str]) -> Policy:
    return parse_policy(policy.policy_of(here, keys).encode())


def _unusable(here: Installation, *keys: str) -> str:
    """Return why a policy file with these trustees' keys cannot be used; nothing if it can."""
    try:
        _trusted(here, keys)
    except (LotteryError, TypeError, ValueError) as error:
        return f"无法识别（{error}）"
    return ""


def _verified(
    work: UnitOfWork, here: Installation, draw_id: int, trusted: Policy
) -> Verified | None:
    number = f"id={draw_id}"
    try:
        draw = work.session.get_one(Draw, draw_id)
        if not bundles.is_ready(draw):
            return None
        number = queries.number_of(work, draw)
        return Verified(number, _failed(bundles.parts_of(work, here, draw), trusted))
    except UNREADABLE as error:
        return Verified(number, (("V14", Said(str(error), str(error))),))


def _verified_panel(
    work: UnitOfWork, here: Installation, panel_id: int, trusted: Policy
) -> Verified | None:
    number = f"panel id={panel_id}"
    try:
        panel = work.session.get_one(Panel, panel_id)
        if not panel_bundle.is_ready(panel):
            return None
        number = panel.number
        return Verified(number, _failed(panel_bundle.parts_of(work, here, panel), trusted))
    except UNREADABLE as error:
        return Verified(number, (("V14", Said(str(error), str(error))),))


def _failed(parts: Bundle, trusted: Policy) -> Failed:
    checks = examine(parts, trusted).checks
    failed = [c for c in checks if c.outcome is Outcome.FAILED]
    failed = failed or [c for c in checks if not c.ok]
    return tuple((c.name, c.detail) for c in failed)
