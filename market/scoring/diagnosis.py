"""Why a scored selection failed, in public words: counts only, it names nobody."""

from datetime import datetime

from market.clock import BEIJING
from market.db import UnitOfWork
from market.labels import label_of
from market.panels import queries as panels
from market.panels.model import Panel
from market.panels.rules import SeatState
from market.scoring import queries

_END = "按公告的规则，本次流标；已交的评分表照样公布。"
_AGAIN = "轮次不变，何时带入都得出同一个评审小组，由它评审本项目的下一次公告；不另行抽取。"


def not_scored(work: UnitOfWork, panel: Panel | None) -> str:
    """Return why nobody can be selected: no panel, a panel that is not whole, a missing sheet."""
    if panel is None:
        return f"没有抽取评审专家。{_END}"
    if panels.is_late(work, panel):
        return _late(work, panel)
    if panel.void_ground is not None:
        return f"评审专家的抽取已经终止（{label_of(panel.void_ground).text}）。{_END}"
    rows = queries.members_with_sheets(work, panel)
    if len(rows) < panel.seats:
        called = len(panels.seats_of(work, panel))
        return (
            f"评审组应有 {panel.seats} 名专家，先后通知抽中的 {called} 名，"
            f"{_unfit(work, panel)}接受评审的 {len(rows)} 名，评审组没有组成。{_END}"
        )
    handed_in = sum(sheet is not None for _, sheet in rows)
    return (
        f"评审组 {panel.seats} 名专家，{_unfit(work, panel)}到评分结束时交分的 {handed_in} 名，"
        f"没有交齐。{_END}"
    )


def _unfit(work: UnitOfWork, panel: Panel) -> str:
    """Say how many experts lost their seats after they were called: somebody did that."""
    lost = sum(seat.state is SeatState.UNFIT for seat in panels.seats_of(work, panel))
    return f"抽中后被停用或应当回避的 {lost} 名，" if lost else ""


def _late(work: UnitOfWork, panel: Panel) -> str:
    """Say whose fault it is that the experts have no time left, and how often it was so."""
    value = f"信标第 {panel.phi_round} 轮" if panel.phi_round else "平台的随机值"
    times = 1 + panels.times_late(work, panel.need_id)
    came = f"于 {_clock(panel.drawn_at)} 才带入" if panel.drawn_at else "至今没有带入"
    return (
        f"抽取评审专家的{value}应于 {_clock(panel.phi_at)} 带入，{came}，"
        f"评审时间已经不足一半，本次流标。带入是运营机构的职责，任何登录用户也可以带入；"
        f"本项目因此流标 {times} 次。{_AGAIN}"
    )


def _clock(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
