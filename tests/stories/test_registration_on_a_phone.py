"""A firm registers on a telephone, from nothing to handed in, with a photograph for a scan."""

import re

import pytest

from market.clock import beijing_day
from tests.market.factories.documents import a_picture
from tests.market.factories.firms import ITEM, a_code, an_id_number
from tests.stories.conftest import Town, Visitor

pytestmark = pytest.mark.browser
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}
# What a thumb hits: WCAG 2.2, 2.5.8 asks for 24 px, the platforms of telephones for 44.
SMALLEST = 44
FONT = 16  # A smaller font makes a telephone zoom into the field, and the page slides away.
TARGETS = """() => Array.from(document.querySelectorAll(
  "main button, main .btn, main select, main textarea,"
  + " main input:not([type=hidden]):not([type=checkbox]):not([type=radio])"
)).filter((e) => e.checkVisibility() && e.getBoundingClientRect().height > 1).map((e) => ({
  what: (e.innerText || e.getAttribute("aria-label") || e.name || e.id || "").trim().slice(0, 30),
  height: Math.round(e.getBoundingClientRect().height),
  font: parseFloat(getComputedStyle(e).fontSize),
  typed: !e.matches("button, .btn"),
}))"""


def test_from_nothing_to_handed_in(town: Town):
    phone = town.visitor(**PHONE)
    register(phone)
    facts(phone)
    certificate(town, phone)
    person(phone)
    service(town, phone)
    promise(phone)
    photographs(phone)
    past_project(phone)
    phone.open("/firm/submit")
    seen(phone, "submit")
    phone.press("提交审核")
    assert phone.is_told("已提交")
    phone.open("/firm")
    seen(phone, "handed-in")
    assert phone.reads("运营机构正在审核")


def seen(phone: Visitor, name: str) -> None:
    """Look at a screen as a thumb does."""
    found = phone.page.evaluate(TARGETS)
    small = [(each["what"], each["height"]) for each in found if each["height"] < SMALLEST]
    zooming = [
        (each["what"], each["font"]) for each in found if each["typed"] and each["font"] < FONT
    ]
    assert small == [], f"{name}: too small for a thumb"
    assert zooming == [], f"{name}: a telephone zooms in"


def register(phone: Visitor) -> None:
    phone.open("/sign-in")
    phone.follow("中介机构注册")
    phone.fill("机构名称", "岷江清源环境科技有限公司")
    phone.fill("统一社会信用代码", a_code())
    phone.fill("受托人姓名", "何清")
    phone.fill("用户名", "heqing")
    for field in phone.page.locator("input[type=password]").all():
        field.fill("four-quiet-rivers")
    seen(phone, "register")
    phone.press("注册并进入工作台")
    seen(phone, "workbench")
    phone.follow("填报入驻申请")


def facts(phone: Visitor) -> None:
    phone.page.get_by_label("机构性质").select_option(index=1)
    phone.fill("法定代表人", "何清")
    phone.fill("成立日期", "2016-05-04")
    phone.fill("办公地址", "示范市江北路 18 号")
    phone.fill("经营（业务）范围", "环境影响评价、环境监测技术服务")
    phone.fill("业务联系人", "李丽")
    phone.page.get_by_label(re.compile("联系电话|业务电话|电话")).first.fill("0755-86001234")
    seen(phone, "facts")
    phone.press("保存，下一步：资质")


def certificate(town: Town, phone: Visitor) -> None:
    until = beijing_day(town.city.clock()).year + 2
    phone.page.get_by_label("资质名称").select_option(value="credit_platform|环境影响评价信用平台")
    phone.page.get_by_label("等级").select_option(label="不分级")
    phone.fill("证书（备案）编号", "HP20260001")
    phone.fill("发证（备案）机关", "生态环境部")
    phone.fill("有效期起", "2024-01-01")
    phone.fill("有效期止", f"{until}-12-31")
    seen(phone, "certificate")
    phone.press("保存这项资质")
    seen(phone, "certificates")


def person(phone: Visitor) -> None:
    phone.follow("下一步：执业人员")
    phone.fill("姓名", "赵工")
    phone.page.get_by_label(re.compile("身份证")).first.fill(an_id_number())
    phone.page.get_by_label(re.compile("执业（职业）证书")).select_option(
        label="环境影响评价工程师"
    )
    phone.page.get_by_label("证书编号").first.fill("EIA0001")
    seen(phone, "person")
    phone.press("保存这名人员")


def service(town: Town, phone: Visitor) -> None:
    phone.follow("下一步：服务与收费")
    phone.page.get_by_label("服务事项").select_option(value=ITEM)
    phone.page.get_by_label("承诺时限").fill("15")
    phone.page.get_by_label("收费依据").select_option(value="own")
    phone.page.get_by_label("计费方式").select_option(value="fixed")
    phone.fill("固定金额", "32,000")
    phone.page.get_by_label("生效日期").fill(beijing_day(town.city.clock()).isoformat())
    phone.page.get_by_label("本机构已阅读收费承诺全文").check()
    seen(phone, "service")
    phone.press("公开收费并提供服务")


def promise(phone: Visitor) -> None:
    phone.open("/firm/promise")
    phone.fill("签署人姓名", "何清")
    phone.page.get_by_role("checkbox").first.check()
    seen(phone, "promise")
    phone.press("签署承诺书")


def photographs(phone: Visitor) -> None:
    """Photograph what is missing: the camera's file goes into the field of the camera."""
    phone.open("/firm/materials")
    seen(phone, "materials")
    while (links := phone.page.locator("tr", has_text="必须提交").get_by_role("link")).count():
        links.first.click()
        photo = {"name": "image.jpg", "mimeType": "image/jpeg", "buffer": a_picture()}
        phone.page.get_by_label("拍照").set_input_files(photo)
        seen(phone, "upload")
        phone.press("上传")
        seen(phone, "document")
        phone.open("/firm/materials")


def past_project(phone: Visitor) -> None:
    phone.open("/firm")
    phone.follow("业绩", exact=True)
    phone.fill("项目名称", "城南污水处理厂扩建工程")
    phone.fill("委托单位", "城南水务有限公司")
    phone.page.get_by_label("服务事项").select_option(value=ITEM)
    phone.fill("合同金额", "380,000")
    phone.fill("签约日期", "2024-03-01")
    phone.fill("完成日期", "2024-09-30")
    seen(phone, "past-project")
    phone.press("填报")
    assert phone.is_told("业绩已填报")
    seen(phone, "past-projects")
