"""Chinese first, English second, on a screen of any width."""

import pytest

pytestmark = pytest.mark.browser


def test_a_visitor_chooses_english_and_goes_back_to_chinese(town):
    visitor = town.visitor()
    visitor.open("/items")
    assert visitor.page.locator("html").get_attribute("lang") == "zh-Hans"
    visitor.follow("English")
    assert visitor.page.locator("html").get_attribute("lang") == "en"
    assert visitor.page.url.endswith("/items")
    visitor.follow("中文")
    assert visitor.page.locator("html").get_attribute("lang") == "zh-Hans"


def test_each_role_signs_in_on_a_phone_and_sees_its_workbench(town):
    phone = {"viewport": {"width": 390, "height": 844}}
    for person in (town.city.clerk, town.city.operator, town.city.supervisor):
        visitor = town.visitor(person, **phone)
        assert visitor.reads("工作台")
