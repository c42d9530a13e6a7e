"""Whether an expert may sit on a panel at this moment: of the pool still, and tied to nobody."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from market.db import UnitOfWork
from market.experts.model import Expert
from market.experts.queries import paused_since, qualified, recused_among
from market.panels.model import Panel
from market.panels.subjects import Parties, subject_of

NOT_ACTIVE: Final = "not_active"
# All the log tells of a recusal: the ground is in the salted evidence, for the expert to open.
RECUSED: Final = "recused"
TOOK_PART: Final = "took-part"
TOOK_PART_SAID: Final = "与签署、作出结论的人员姓名相同"


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
    operator and to everybody whom the panel concerns. ``called`` says when those were called who
    were: to them a pause since does nothing.
    """
    parties = subject_of(panel).parties(work, panel)
    pool = [*qualified(work, parties.item_code, known_by=panel.opened_at)]
    if called:
        pool += paused_since(work, parties.item_code, panel.opened_at, called)
    there = {expert.id: expert for expert in pool if expert.id in expert_ids}
    grounds = _grounds(work, parties, there)
    found = {one: Unfit(reason=NOT_ACTIVE, words=NOT_ACTIVE) for one in expert_ids}
    for expert_id in there:
        if said := grounds[expert_id]:
            words = "\n".join(f"{ground}: {words}" for ground, words in said)
            found[expert_id] = Unfit(reason=said[0][0], words=words)
        else:
            del found[expert_id]
    return found


def _grounds(
    work: UnitOfWork, parties: Parties, experts: Mapping[int, Expert]
) -> dict[int, list[tuple[str, str]]]:
    """Return why each expert is recused, as grounds with their words."""
    tied = recused_among(
        work,
        experts.values(),
        owner_org_id=parties.owner_org_id,
        firm_ids=parties.firm_ids,
        reviewer_org_ids=parties.reviewer_org_ids,
    )
    found: dict[int, list[tuple[str, str]]] = {
        key: [(one.ground.value, one.said) for one in said] for key, said in tied.items()
    }
    for key, expert in experts.items():
        if expert.name in parties.names:
            found[key].append((TOOK_PART, TOOK_PART_SAID))
    return found
