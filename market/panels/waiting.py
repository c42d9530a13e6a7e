"""The panels that wait for a beacon's round, as the desk of draws and its courier are told."""

from collections.abc import Sequence

from sqlalchemy import select

from market.db import UnitOfWork
from market.draws import others
from market.draws.model import BeaconRound
from market.draws.others import OtherDraw
from market.draws.rules import DrawMode, DrawState
from market.panels import queries
from market.panels.model import Panel
from market.panels.subjects import subject_of


class PanelsWaiting:
    """What draws are told of panels."""

    def frozen(self, work: UnitOfWork) -> Sequence[OtherDraw]:
        """Return the panels of mode A with a frozen list and without their round."""
        rows = work.session.scalars(
            select(Panel)
            .outerjoin(BeaconRound, BeaconRound.round == Panel.phi_round)
            .where(
                Panel.state == DrawState.FROZEN,
                Panel.mode == DrawMode.A,
                BeaconRound.round.is_(None),
            )
            .order_by(Panel.phi_at, Panel.id)
        )
        return [
            OtherDraw(
                number=panel.number,
                title=subject_of(panel).shown(work, panel).title,
                round=panel.phi_round or 0,
                phi_at=panel.phi_at,
                waits=panel.phi_at <= work.now and queries.cut_of(work, panel) is not None,
                endpoint="panels.phi",
            )
            for panel in rows
        ]

    def wake(self, work: UnitOfWork, round_number: int) -> int:
        """Let the worker look at the panels of a round at once."""
        rows = work.session.scalars(
            select(Panel)
            .where(Panel.state == DrawState.FROZEN, Panel.phi_round == round_number)
            .order_by(Panel.id)
            .with_for_update()
        ).all()
        for panel in rows:
            panel.next_check_at = work.now
        return len(rows)


others.provide(PanelsWaiting())
