"""What was in dispute: objections to a result, and awards that nobody signed in time."""

from datetime import timedelta

from market.contracts.signing import actions as signing
from market.contracts.signing.model import SigningCase
from market.contracts.signing.queries import cases_of
from market.contracts.signing.rules import Fault
from market.db import Actor
from market.demo.acting import Acting
from market.demo.people import Office
from market.demo.plots import Twist
from market.demo.timeline import Story, later
from market.draws.model import Award
from market.needs.queries import by_id
from market.objections import actions as objections
from market.objections.queries import award_by_number, by_number
from market.objections.rules import Ground, Outcome

SAYS = {
    Ground.LACKS_CONDITION: "中选机构所列一名人员的执业证书在报名截止前已经注销，附查询截图。",
    Ground.PROCEDURE: "公告的成果提交时间与答疑内容不一致，影响机构判断是否报名，请核实。",
}


def object_to(act: Acting, award: Award, twist: Twist) -> Story:
    """Let a firm that took part object to a result, up to what the twist says."""
    yield award.published_at + timedelta(hours=3)
    others = [one for one in act.enrolled(award.draw_id) if one != award.firm_id]
    ground = Ground.PROCEDURE if twist is Twist.OBJECTION_DISMISSED else Ground.LACKS_CONDITION
    with act.work(act.firm(others[0])) as work:
        found = award_by_number(work, award.number)
        number = objections.object_to(work, act.here, found, ground, SAYS[ground]).number
    if twist is Twist.OBJECTION_OPEN:
        return
    yield later(act.now(), 1, 15, 30)
    if twist is Twist.OBJECTION_DISMISSED:
        yield from _answered(act, number, act.firm(others[0]))
    else:
        yield from _upheld(act, award, number)


def _answered(act: Acting, number: str, objector: Actor) -> Story:
    text = "经核对，公告与答疑所载时间相同，均为合同生效后十个工作日，异议不成立。"
    with act.work(act.cast.operator.people[0]) as work:
        objections.answer(work, act.here, by_number(work, number), Outcome.DISMISS, text)
    yield later(act.now(), 1, 10)
    act.do(objector, lambda work: objections.accept(work, by_number(work, number)))


def _upheld(act: Acting, award: Award, number: str) -> Story:
    """Let the operator find the objection right and the authority decide it."""
    text = "经向发证机关核实，该证书在报名截止前三日注销，中选机构当时已不符合人员条件。"
    with act.work(act.cast.operator.people[0]) as work:
        objections.answer(
            work,
            act.here,
            by_number(work, number),
            Outcome.ANNUL,
            text,
            basis=objections.Basis(clause="采购公告“对机构的要求”：执业人员"),
        )
    yield later(act.now(), 1, 10)
    said = "该证书因单位变更手续办理中被注销，当时未及时发现，请考虑我单位另有同专业人员。"
    act.do(
        act.firm_of(award),
        # It asks for the decision before its term ends: nothing else allows one.
        lambda work: objections.state(work, by_number(work, number), said, is_last=True),
    )
    yield later(act.now(), 1, 11)
    with act.reading() as work:
        authority = act.authority_of(by_id(work, award.need_id).item_code)
    decision = (
        "证据确实；该机构陈述另有人员，但报名时所列人员不符合条件，不予采纳。"
        "取消该机构的中选资格，由同一次摇号的下一位递补，不重新摇号。"
    )
    with act.work(authority.people[1]) as work:
        objections.decide(work, by_number(work, number), agree=True, text=decision)


def leave_unsigned(act: Acting, owner: Office, award: Award) -> Story:
    """Let the time to sign pass; both sides say why, and it is found whose fault that is."""
    sign_by_at = award.sign_by_at
    if sign_by_at is None:
        raise LookupError(award.number)
    yield sign_by_at + timedelta(hours=9, minutes=30)
    firm_says = "两次把盖章的合同送到业主单位，业主以分管领导出差为由一直没有签章，附签收单。"
    owner_says = "因内部签批流程延误未能按期签章，本单位愿意尽快签订合同，不是机构的原因。"
    _state(act, act.firm_of(award), award, Fault.OWNER, firm_says)
    yield act.now() + timedelta(hours=4)
    _state(act, owner.people[0], award, Fault.OWNER, owner_says)
    yield later(act.now(), 1, 10)
    with act.work(act.cast.operator.people[0]) as work:
        reasons = "送达签收单与双方说明一致，未签订合同是业主的原因，建议限期签订并计入业主档案。"
        signing.propose(work, _case(act, award), Fault.OWNER, reasons)
    yield later(act.now(), 1, 10)
    with act.reading() as work:
        authority = act.authority_of(by_id(work, award.need_id).item_code)
    with act.work(authority.people[1]) as work:
        reasons = "同意运营机构的意见，业主应在规定期限内签订合同；机构可以无责退出。"
        signing.find(work, _case(act, award), agree=True, text=reasons)


def _state(act: Acting, who: Actor, award: Award, blames: Fault, text: str) -> None:
    act.do(who, lambda work: signing.state(work, _case(act, award), blames, text))


def _case(act: Acting, award: Award) -> SigningCase:
    with act.reading() as work:
        return cases_of(work, award.id)[0]
