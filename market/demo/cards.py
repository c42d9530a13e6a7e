"""Cards given by hand: one answered, upheld, spoken about and closed; one that was wrong."""

from typing import Final

from market.clock import beijing_day
from market.clocks.card_rules import Trigger
from market.db import Actor
from market.demo.acting import Acting
from market.demo.people import Office
from market.demo.timeline import Story, later
from market.supervision import actions, interviewing, queries
from market.supervision.rules import InterviewMove

ABOUT: Final = "12345-2026-0417"
FACTS: Final = (
    "机构递交成果时，业主窗口以“领导不在”为由拒收，材料符合合同约定。",
    "12345 工单和窗口录像截图，经调取核实。",
)
REPLY: Final = "经查属实。已补收该成果并按递交当日计时，对经办人员批评教育，窗口增设代收制度。"
VERDICT: Final = "拒收事实清楚，责任单位没有异议，予以维持；请在五个工作日内完成整改。"
TALK: Final = "责任单位分管负责人到场，说明了经过和代收制度，承诺不再发生。"
PROMISED: Final = "一周以内建立代收制度，并书面报告。"
MENDED: Final = "已核实代收登记簿和窗口公示，整改完成，予以办结。"
WRONG: Final = "调取录像核对：当日递交的是草稿，业主已当场书面说明，不属于拒收。"


def story(act: Acting) -> Story:
    """Let the supervisor give two cards, and what becomes of them."""
    owner, other = act.cast.owners[0], act.cast.owners[1]
    officer = act.cast.supervisor.people[0]
    manager, clerk = act.cast.operator.people[1], act.cast.operator.people[0]
    number = _give(act, officer, owner, ABOUT)
    wrong = _give(act, officer, other, "12345-2026-0423")
    yield later(act.now(), 1, 10)
    act.do(owner.people[0], lambda work: actions.reply(work, queries.own_card(work, number), REPLY))
    act.do(clerk, lambda work: actions.propose_withdrawal(work, _found(work, wrong), WRONG))
    yield later(act.now(), 1, 15)
    act.do(manager, lambda work: actions.uphold(work, _found(work, number), VERDICT))
    act.do(
        act.cast.regulators[0].people[1],
        lambda work: actions.decide_withdrawal(work, _found(work, wrong), agree=True, text=WRONG),
    )
    meeting = later(act.now(), 3, 10)
    with act.work(clerk) as work:
        facts = interviewing.Invitation(
            meet_on=beijing_day(meeting), hour=10, place="政务服务中心 305 室", topic=FACTS[0]
        )
        interviewing.invite(work, _found(work, number), facts)
    yield later(act.now(), 3, 11)
    with act.work(clerk) as work:
        card = _found(work, number)
        interviewing.record_interview(work, card, InterviewMove.HOLD, TALK, PROMISED)
    yield later(act.now(), 1, 16)
    act.do(manager, lambda work: actions.close(work, _found(work, number), MENDED))
    _give(act, officer, act.cast.owners[2], "12345-2026-0466")


_found = queries.by_number


def _give(act: Acting, officer: Actor, to: Office, about: str) -> str:
    with act.work(officer) as work:
        facts = actions.HandFacts(
            trigger=Trigger.REFUSED_MATERIAL,
            code=to.people[0].org_code or "",
            number=about,
            happened_on=work.today,
            cause=FACTS[0],
            evidence=FACTS[1],
        )
        return actions.give_by_hand(work, facts).number
