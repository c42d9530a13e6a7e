"""A firm is late: cards, its ledger, a case that is heard, the blacklist, and the next needs."""

from datetime import timedelta

import pytest

from market.calendar import default_calendar
from market.clock import beijing, beijing_day
from market.draws.model import Draw, Enrolment
from market.draws.rules import EnrolmentState
from tests.market.factories.contracts import Agreed, a_running_contract
from tests.market.factories.credit import a_decider, an_officer, judge_cards
from tests.market.factories.draws import an_open_draw, enrol
from tests.market.factories.firms import Person
from tests.stories.conftest import Town, Visitor

pytestmark = pytest.mark.browser
GROUNDS = "该机构逾期十个工作日以上仍未提交成果，红牌、督办、移送均有记录。"
REPLY = "项目现场长期不具备条件，我单位已多次书面报告，请予从轻处理。"
DECISION = "申辩理由不成立：报告未附证据，也未申请挂起。依规则作出本决定。"


def test_from_yellow_card_to_refusal_at_the_next_need(town: Town):
    agreed = a_running_contract(town.here, town.city.clock, city=town.city)
    firm = town.visitor(agreed.firm)
    cards_appear_on_their_days(town, firm, agreed)
    the_ledger_says_what_happened(firm)
    # No case rests on a card that nobody judged.
    [late] = [one for one, person in town.city.firms if person.actor == agreed.firm.actor]
    judge_cards(town.here, late)
    number = propose(town)
    decider = town.visitor(a_decider(town.here))
    tell_the_firm(decider)
    nothing_is_decided_before_the_firm_was_heard(decider, number)
    reply(firm)
    enrolled_before = an_open_draw(town.city, project_code="2603-440100-04-01-100002")
    enrol(town.city, enrolled_before, *everybody(town))
    tried_after = an_open_draw(town.city, project_code="2603-440100-04-01-100003")
    decide(town, decider, number)
    refused_from_midnight_on(town, firm, tried_after)
    marked_ineligible_at_the_freeze(town, firm, enrolled_before)
    assert states(town, tried_after, agreed.firm) == []


def everybody(town: Town) -> list[Person]:
    return [person for _, person in town.city.firms]


def cards_appear_on_their_days(town: Town, firm: Visitor, agreed: Agreed) -> None:
    """Of 15 working days: yellow as the 12th begins, the others once 0, 3 and 10 late are over."""
    start = beijing_day(town.city.clock())
    shown: list[str] = []
    for card, day, over in (("黄牌", 12, 0), ("红牌", 15, 1), ("督办", 18, 1), ("移送", 25, 1)):
        on = default_calendar().add_working_days(start, day)
        at = beijing(on) + timedelta(days=over)
        town.wait_until(at - timedelta(seconds=1))
        assert cards_shown(firm, agreed) == shown
        town.wait_until(at)
        shown.append(card)
        assert cards_shown(firm, agreed) == shown


def cards_shown(firm: Visitor, agreed: Agreed) -> list[str]:
    firm.open(f"/contracts/{agreed.contract().number}")
    rows = firm.page.locator("#cards tbody th").all_inner_texts()
    return [row.strip() for row in rows]


def the_ledger_says_what_happened(firm: Visitor) -> None:
    firm.sign_in_again()
    firm.follow("本机构信用记录")
    entries = firm.page.locator("#entries").inner_text()
    for words in ("逾期红牌", "逾期被督办", "逾期达到移送天数", "−5", "−10"):
        assert words in entries
    assert firm.reads("80")


def propose(town: Town) -> str:
    officer = town.visitor(an_officer(town.here))
    officer.follow("处理移送的失信行为")
    for box in officer.page.locator("input[name=breaches]").all():
        box.check()
    measures = officer.page.get_by_label("拟采取的措施")
    measures.select_option(value="blacklist")
    officer.fill("期限（月）", "60")
    officer.fill("事实和理由", GROUNDS)
    officer.press("提出认定建议")
    assert "个月" in officer.complaint("期限（月）")
    assert officer.page.get_by_label("事实和理由").input_value() == GROUNDS
    officer.fill("期限（月）", "6")
    officer.press("提出认定建议")
    assert officer.is_told("认定建议已提出")
    return officer.page.url.rsplit("/", 1)[1]


def tell_the_firm(decider: Visitor) -> None:
    """Another person confirms the proposal: only then the firm is told."""
    decider.open("/workbench")
    decider.follow("审核认定建议")
    decider.choose("审核意见", "同意，告知机构")
    decider.press("提交审核意见")
    assert decider.is_told("审核意见已记录")
    assert decider.reads("WGZ-")


def nothing_is_decided_before_the_firm_was_heard(decider: Visitor, number: str) -> None:
    decider.open(f"/credit/cases/{number}/decide")
    assert decider.reads("陈述申辩期届满后")
    assert decider.page.get_by_role("button", name="拟定决定").count() == 0


def reply(firm: Visitor) -> None:
    firm.open("/workbench")
    firm.follow("提出陈述申辩")
    assert firm.reads(GROUNDS)
    firm.follow("提出陈述申辩")
    firm.fill("陈述申辩意见", REPLY)
    firm.page.get_by_label("我单位不再补充").check()
    firm.press("提交陈述申辩")
    assert firm.is_told("陈述申辩已提交")


def decide(town: Town, decider: Visitor, number: str) -> None:
    decider.open("/workbench")
    decider.follow("决定信用案件")
    assert number in decider.page.url
    assert decider.reads(REPLY)
    decider.choose("决定", "按拟定措施处理")
    decider.fill("决定的理由", DECISION)
    decider.press("拟定决定")
    assert decider.is_told("等待另一人确认")
    second = town.visitor(a_decider(town.here))
    second.follow("确认信用案件决定")
    second.choose("确认意见", "同意")
    second.press("提交确认意见")
    assert second.is_told("确认意见已记录")


def refused_from_midnight_on(town: Town, firm: Visitor, draw: Draw) -> None:
    """The page was opened a minute before midnight and is sent a minute after it."""
    midnight = (town.city.clock() + timedelta(hours=24)).replace(hour=16, minute=0, second=0)
    town.wait_until(midnight - timedelta(minutes=1))
    firm.sign_in_again()
    firm.open(f"/draws/{town.number(draw)}")
    firm.follow("查看条件并报名")
    town.wait_until(midnight + timedelta(minutes=1))
    firm.press("确认报名")
    assert firm.reads("机构已被列入黑名单，至")
    assert firm.reads("不符合本次采购的报名条件")
    assert firm.page.get_by_role("button", name="确认报名").count() == 0
    public = town.visitor()
    public.open("/credit")
    assert public.reads("列入黑名单（一般失信）")


def marked_ineligible_at_the_freeze(town: Town, firm: Visitor, draw: Draw) -> None:
    town.wait_until(draw.enrol_close_at)
    firm.sign_in_again()
    firm.open(f"/draws/{town.number(draw)}")
    assert firm.reads("复核不合格 1 家")
    firm.follow("查看回执")
    assert firm.reads("冻结名单时复核不合格")
    assert firm.reads("不符合的条件：就本事项未被暂停选取资格，未列入黑名单。")


def states(town: Town, draw: Draw, person: Person) -> list[EnrolmentState]:
    firm = next(firm for firm, delegate in town.city.firms if delegate is person)
    with town.city.reading() as work:
        found = work.session.query(Enrolment).filter_by(draw_id=draw.id, firm_id=firm.id)
        return [enrolment.state for enrolment in found]
