"""What citizens complain about: one call that is decided, one award that stands still."""

from datetime import timedelta
from typing import Final

from market.complaints import actions, opening, queries
from market.complaints.actions import Facts, Proposal
from market.complaints.opening_rules import Purpose
from market.complaints.rules import Against, Channel, Matter, Outcome, Target
from market.db import Actor
from market.demo.acting import Acting
from market.demo.people import Office
from market.demo.timeline import Story, later
from market.draws.model import Award

ANYONE: Final = Actor("public")
CALL: Final = "来电人反映该项目公告发布前业主工作人员曾口头推荐某家机构，没有其他材料。"
LETTER: Final = "中选机构派到现场的人员与报名时所列人员不是同一人，有现场照片，请核实。"
REACHED: Final = "按所留电话联系到本人，确认系其本人投诉。"
REACHING: Final = "按所留电话核实投诉人"
READ: Final = "调查来电反映的事实"
POINTS: Final = "有投诉反映公告发布前本单位人员曾推荐某家机构，请说明采购过程和参与人员。"
ANSWERED: Final = "本项目公告前没有与任何机构联系，需求由办公室起草、分管负责人审核，附流转记录。"
REASONS: Final = "经调阅公告和报名记录并询问业主，没有发现推荐机构的事实，投诉不成立。"


def complain(act: Acting, award: Award) -> Story:
    """Let somebody call, and somebody else write; the first is decided, the second holds."""
    yield award.published_at + timedelta(hours=2)
    said = Facts(
        matter=Matter.DESIGNATION,
        target=Target.AWARD,
        against=Against.OWNER,
        ref=award.number,
        text=CALL,
    )
    with act.work(act.cast.operator.people[0]) as work:
        called = actions.enter(work, act.here.keys, said, Channel.PHONE).one.number
    office = _office(act, called)
    with act.work(office.people[0]) as work:
        actions.accept(work, act.here.keys, queries.handled(work, called))
    with act.work(office.people[0]) as work:
        one = queries.handled(work, called)
        opening.open_identity(work, act.here.keys, one, Purpose.INVESTIGATE, READ)
        actions.ask(work, act.here.keys, one, POINTS)
    yield act.now() + timedelta(hours=1)
    written = _write(act, award)
    yield later(act.now(), 1, 10)
    with act.work(_owner(act, called)) as work:
        actions.reply(work, queries.against_own(work, called), ANSWERED, is_last=True)
    with act.work(office.people[0]) as work:
        one = queries.handled(work, written)
        opening.open_identity(work, act.here.keys, one, Purpose.CONTACT, REACHING)
        actions.verify_contact(work, act.here.keys, one, REACHED)
    with act.work(office.people[0]) as work:
        actions.accept(work, act.here.keys, queries.handled(work, written))
        rejected = Proposal(outcome=Outcome.REJECTED, reasons=REASONS)
        actions.propose(work, act.here, queries.handled(work, called), rejected)
    yield act.now() + timedelta(hours=2)
    words = "调查过程完整，同意处理意见，按不成立作出决定。"
    with act.work(office.people[1]) as work:
        one = queries.handled(work, called)
        actions.decide(work, act.here, one, agree=True, text=words)


def _write(act: Acting, award: Award) -> str:
    said = Facts(
        matter=Matter.FALSE_MATERIALS,
        target=Target.AWARD,
        against=Against.FIRM,
        ref=award.number,
        text=LETTER,
        name="示例投诉人",
        contact="13900000000",
    )
    with act.work(ANYONE) as work:
        return actions.file_by_site(work, act.here.keys, said).one.number


def _office(act: Acting, number: str) -> Office:
    """Return the authority that handles a complaint."""
    with act.reading() as work:
        authority_id = queries.by_number(work, number).authority_org_id
    return next(one for one in act.cast.regulators if one.people[0].org_id == authority_id)


def _owner(act: Acting, number: str) -> Actor:
    """Return somebody of the owner that a complaint accuses."""
    with act.reading() as work:
        owner_id = queries.by_number(work, number).respondent_org_id
    return next(one for one in act.cast.owners if one.people[0].org_id == owner_id).people[0]
