"""Whether an expert may sit on a panel at this moment: of the pool still, and tied to nobody."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from market.db import UnitOfWork
from market.draws.model import Enrolment
from market.draws.rules import EnrolmentState
from market.experts.queries import paused_since, qualified, recused_among
from market.needs.model import Need
from market.panels.model import Panel

NOT_ACTIVE: Final = "not_active"
# All the log tells of a recusal: the ground is in the salted evidence, for the expert to open.
RECUSED: Final = "recused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfit:
    """Why an expert may not sit; ``words`` name parties and are for the expert and the operator."""

    reason: str
    words: str

    @property
    def code(self) -> str:
        """What the log is told."""
        return NOT_ACTIVE if self.reason == NOT_ACTIVE else RECUSED


def unfit_among(
    work: UnitOfWork,
    panel: Panel,
    expert_ids: Collection[int],
    called: Mapping[int, datetime] | None = None,
) -> dict[int, Unfit]:
    """Return who of some experts may not sit now, and why; what is not known counts against.

    Asked of the tables as they stand: the pool since the panel's notice, and the ties to the
    owner, to the operator and to every firm that takes part. ``called`` says when those were
    called who were: to them a pause since does nothing.
    """
    need = work.session.get_one(Need, panel.need_id)
    firm_ids = work.session.scalars(
        select(Enrolment.firm_id)
        .where(Enrolment.draw_id == panel.draw_id, Enrolment.state == EnrolmentState.ENROLLED)
        .order_by(Enrolment.firm_id)
    ).all()
    pool = [*qualified(work, need.item_code, known_by=panel.opened_at)]
    if called:
        pool += paused_since(work, need.item_code, panel.opened_at, called)
    there = {expert.id: expert for expert in pool if expert.id in expert_ids}
    tied = recused_among(work, there.values(), owner_org_id=need.owner_org_id, firm_ids=firm_ids)
    found = {one: Unfit(reason=NOT_ACTIVE, words=NOT_ACTIVE) for one in expert_ids}
    for expert_id in there:
        if grounds := tied[expert_id]:
            words = "\n".join(f"{one.ground}: {one.said}" for one in grounds)
            found[expert_id] = Unfit(reason=grounds[0].ground, words=words)
        else:
            del found[expert_id]
    return found
