"""A firm is told of its award, chooses SMS, and the operator sees what went out."""

from dataclasses import replace
from pathlib import Path

import pytest

from market.draws import jobs as draws
from market.messages import jobs as messages
from tests.market.factories.draws import a_drawn_need
from tests.stories.conftest import Town

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}}


def test_a_message_arrives_is_opened_and_the_next_one_comes_by_sms_too(town: Town, tmp_path: Path):
    drawn = a_drawn_need(town.here, town.city.clock, city=town.city)
    town.tick()
    firm = town.visitor(drawn.delegate, **PHONE)
    firm.follow("消息")
    assert firm.reads("中选结果已公告")
    firm.press("打开")
    assert firm.page.url.endswith(f"/awards/{drawn.award.number}")
    firm.open("/messages?unread=1")
    assert firm.reads("没有未读的消息")

    firm.follow("接收设置")
    firm.fill("手机号", "1380000")
    firm.press("保存")
    assert "11 位手机号" in firm.complaint("手机号")
    firm.fill("手机号", "13800001234")
    firm.page.get_by_label("采购、报名和选取 短信").check()
    firm.press("保存")
    assert firm.is_told("接收设置已保存")
    assert firm.page.get_by_label("采购、报名和选取 短信").is_checked()

    here = replace(town.here, config=replace(town.here.config, sms_dir=tmp_path / "sms"))
    town.city.clock.move_to(drawn.award.publicity_ends_at)
    draws.run_due(here)
    messages.sweep(here)
    assert messages.send(here) == 1
    [sms] = (tmp_path / "sms").glob("*.json")
    assert "前确认或者放弃" in sms.read_text("utf-8")

    operator = town.visitor(town.city.operator)
    operator.open("/messages/sent?channel=sms")
    assert operator.reads("138****1234")
    assert operator.reads("已送达通道")
    assert not operator.reads("13800001234")
