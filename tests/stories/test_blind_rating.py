"""A contract is rated blind: nobody reads one side before the other, nobody can stop it."""

import pytest

from market.contracts.model import Contract
from tests.market.factories.contracts import a_delivered_contract
from tests.stories.conftest import Town, Visitor

pytestmark = pytest.mark.browser
SECRET = "工程量与图纸不一致，退回后仍有同类错误。"
ANSWER = "资料移交分了两次，其余配合较好。"
APPEAL = "图纸在成果提交以后有变更，附变更通知的日期。"


def test_nothing_is_shown_before_both_are_in(town: Town):
    agreed = a_delivered_contract(town.here, town.city.clock, city=town.city)
    agreed.accept()
    path = f"/ratings/contracts/{number_of(town, agreed.contract_id)}"
    owner, public = town.visitor(agreed.owner), town.visitor()
    owner.follow("业主评价中介机构")
    rate(owner, "1 很不满意")
    owner.press("提交并密封")
    assert owner.reads("至少勾选一项")
    owner.page.get_by_label("质量或者资料不符合要求").check()
    owner.fill("评价内容", SECRET)
    owner.press("提交并密封")
    assert owner.is_told("评价已密封")
    operator = town.visitor(town.city.operator)
    for visitor in (owner, operator, public):
        visitor.open(path)
        assert visitor.reads("已评价，密封中")
        assert visitor.reads("承诺值")
        assert not visitor.reads("综合得分")
        assert not visitor.reads(SECRET)
    sealed = public.page.locator(".z-hash__value").first.get_attribute("title")
    firm = town.visitor(agreed.firm, viewport={"width": 390, "height": 844})
    firm.follow("中介机构评价业主")
    assert firm.reads("资料提供")
    rate(firm, "4 满意")
    firm.fill("评价内容", ANSWER)
    firm.press("提交并密封")
    assert firm.is_told("各方的评价已同时公开")
    public.open(path)
    assert public.reads(SECRET)
    assert public.reads(ANSWER)
    assert public.page.locator(f"[title='{sealed}']").count() == 1
    the_firm_appeals(firm, public)


def number_of(town: Town, contract_id: int) -> str:
    with town.city.reading() as work:
        return work.session.get_one(Contract, contract_id).number


def rate(visitor: Visitor, words: str) -> None:
    """Give the same score for each of the five."""
    for choice in visitor.page.get_by_label(words).all():
        choice.check()


def the_firm_appeals(firm: Visitor, public: Visitor) -> None:
    """A bad rating is looked into by itself; the rated side is heard, and everybody reads it."""
    firm.open("/workbench")
    firm.follow("本单位收到差评，可以申诉")
    firm.fill("申诉的事实和理由", APPEAL)
    firm.press("提交申诉")
    assert firm.is_told("申诉已提交并公开")
    public.open("/ratings")
    assert public.reads("差评")
    public.open(firm.page.url.removeprefix(public.base))
    assert public.reads(APPEAL)
    assert public.reads("核查中")
