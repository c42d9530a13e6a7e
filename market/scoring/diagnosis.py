"""Why a scored selection failed, in public words: counts only, it names nobody."""

from market.db import UnitOfWork
from market.labels import label_of
from market.panels import queries as panels
from market.panels.model import Panel
from market.scoring import queries

_END = "按公告的规则，本次流标，不公布评分。"


def not_scored(work: UnitOfWork, panel: Panel | None) -> str:
    """Return why nobody can be selected: no panel, a panel that is not whole, a missing sheet."""
    if panel is None:
        return f"没有抽取评审专家。{_END}"
    if panel.void_ground is not None:
        return f"评审专家的抽取已经终止（{label_of(panel.void_ground).text}）。{_END}"
    rows = queries.members_with_sheets(work, panel)
    if len(rows) < panel.seats:
        called = len(panels.seats_of(work, panel))
        return (
            f"评审组应有 {panel.seats} 名专家，先后通知抽中的 {called} 名，"
            f"接受评审的 {len(rows)} 名，评审组没有组成。{_END}"
        )
    handed_in = sum(sheet is not None for _, sheet in rows)
    return f"评审组 {panel.seats} 名专家，到评分结束时交分的 {handed_in} 名，没有交齐。{_END}"
