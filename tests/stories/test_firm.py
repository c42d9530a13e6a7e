"""A firm comes into the market: it registers, is checked and listed, enrols, holds a receipt."""

import re

import pytest
from sqlalchemy import select

from audit import policy as audit_policy
from audit import proof
from market.clock import beijing_day
from market.draws import queries
from market.draws.model import Draw
from market.draws.policy import current_policy
from market.firms.model import Firm
from tests.market.factories.documents import a_pdf
from tests.market.factories.draws import an_open_draw
from tests.market.factories.firms import ITEM, a_code, an_id_number
from tests.stories.conftest import Town, Visitor

pytestmark = pytest.mark.browser
NAME = "岷江清源环境科技有限公司"


def test_from_registration_to_receipt(town: Town):
    visitor = town.visitor()
    register(visitor)
    fill_in(town, visitor)
    pass_check(town)
    visitor.open("/firm")
    assert visitor.reads("入驻公示")
    assert town.visitor().page.goto(f"{town.base}/firms/publicity").ok
    town.wait_until(_firm(town).publicity_ends_at)
    # Five working days later the session has long ended.
    visitor.sign_in("heqing", "four-quiet-rivers")
    visitor.open("/firm")
    assert visitor.reads("已入驻")

    draw = an_open_draw(town.city, item_code=ITEM, mode="D2", staff_required=1)
    number = notice_number(town, draw)
    visitor.open(f"/draws/{number}")
    visitor.follow("查看条件并报名")
    visitor.press("确认报名")
    town.tick()
    visitor.open(f"/draws/{number}")
    visitor.follow("查看回执")
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("link", name=re.compile("下载回执")).click()
    receipt = download.value.path().read_text("utf-8")
    body = own_entry(town, draw)
    with town.city.reading() as work:
        trusted = audit_policy.parse(current_policy(work, town.here).encode())
    assert proof.verify(body, receipt, trusted).checkpoint.size > 0
    # Nobody else sees who enrolled before the list is frozen.
    stranger = town.visitor(town.city.operator)
    stranger.open(f"/draws/{number}")
    assert not stranger.reads(NAME)


def register(visitor: Visitor) -> None:
    visitor.open("/sign-in")
    visitor.follow("中介机构注册")
    visitor.fill("机构名称", NAME)
    visitor.fill("统一社会信用代码", "91510822MAD000393X")
    visitor.fill("受托人姓名", "何清")
    visitor.fill("用户名", "heqing")
    visitor.page.locator("input[type=password]").first.fill("four-quiet-rivers")
    visitor.page.locator("input[type=password]").nth(1).fill("four-quiet-rivers")
    visitor.press("注册并进入工作台")
    # A wrong check digit is refused, and what was typed is still there.
    assert visitor.reads("统一社会信用代码")
    assert visitor.page.get_by_label("机构名称").input_value() == NAME
    visitor.fill("统一社会信用代码", a_code())
    visitor.page.locator("input[type=password]").first.fill("four-quiet-rivers")
    visitor.page.locator("input[type=password]").nth(1).fill("four-quiet-rivers")
    visitor.press("注册并进入工作台")
    assert visitor.reads("工作台")


def fill_in(town: Town, visitor: Visitor) -> None:
    today = beijing_day(town.city.clock())
    visitor.open("/firm/facts")
    visitor.page.get_by_label("机构性质").select_option(index=1)
    visitor.fill("法定代表人", "何清")
    visitor.fill("成立日期", "2016-05-04")
    visitor.fill("办公地址", "示范市江北路 18 号")
    visitor.fill("经营（业务）范围", "环境影响评价、环境监测技术服务")
    visitor.fill("业务联系人", "李丽")
    visitor.page.get_by_label(re.compile("联系电话|业务电话|电话")).first.fill("0755-86001234")
    visitor.press("保存，下一步：资质")
    visitor.page.get_by_label("资质名称").select_option(
        value="credit_platform|环境影响评价信用平台"
    )
    visitor.page.get_by_label("等级").select_option(label="不分级")
    visitor.fill("证书（备案）编号", "HP20260001")
    visitor.fill("发证（备案）机关", "生态环境部")
    visitor.fill("有效期起", "2024-01-01")
    visitor.fill("有效期止", f"{today.year + 2}-12-31")
    visitor.press("保存这项资质")
    visitor.open("/firm/staff")
    visitor.fill("姓名", "赵工")
    visitor.page.get_by_label(re.compile("身份证")).first.fill(an_id_number())
    visitor.page.get_by_label(re.compile("执业（职业）证书")).select_option(
        label="环境影响评价工程师"
    )
    visitor.page.get_by_label("证书编号").first.fill("EIA0001")
    visitor.press("保存这名人员")
    visitor.open("/firm/services")
    visitor.page.get_by_label("服务事项").select_option(value=ITEM)
    visitor.page.get_by_label("承诺时限").fill("15")
    visitor.page.get_by_label("收费依据").select_option(value="own")
    visitor.page.get_by_label("计费方式").select_option(value="fixed")
    visitor.fill("固定金额", "32,000")
    visitor.page.get_by_label("生效日期").fill(today.isoformat())
    visitor.page.get_by_label("本机构已阅读收费承诺全文").check()
    visitor.press("公开收费并提供服务")
    visitor.open("/firm/promise")
    visitor.fill("签署人姓名", "何清")
    visitor.page.get_by_role("checkbox").first.check()
    visitor.press("签署承诺书")
    upload_materials(visitor)
    visitor.open("/firm/submit")
    visitor.press("提交审核")
    visitor.open("/firm")
    assert visitor.reads("审核")


def upload_materials(visitor: Visitor) -> None:
    visitor.open("/firm/materials")
    while (links := visitor.page.locator("tr", has_text="必须提交").get_by_role("link")).count():
        links.first.click()
        scan = {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": a_pdf()}
        visitor.page.get_by_label("选择文件").set_input_files(scan)
        visitor.press("上传")
        visitor.open("/firm/materials")


def pass_check(town: Town) -> None:
    operator = town.visitor(town.city.operator)
    operator.open("/firm-checks")
    operator.follow(NAME)
    operator.press("通过，进入入驻公示")


def _firm(town: Town) -> Firm:
    with town.city.reading() as work:
        return work.session.scalars(select(Firm).where(Firm.name == NAME)).one()


def notice_number(town: Town, draw: Draw) -> str:
    with town.city.reading() as work:
        return queries.number_of(work, draw)


def own_entry(town: Town, draw: Draw) -> bytes:
    with town.city.reading() as work:
        (entry,) = queries.entries_of(work, work.session.get_one(Draw, draw.id), "enrol")
        return bytes(entry.body)
