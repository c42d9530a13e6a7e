"""Firms seal their quotes in their own browsers, open them after the close, and anybody checks."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from market.draws.model import Draw
from market.draws.rules import DrawState
from tests.market.factories.draws import a_checked_need, publish
from tests.stories.conftest import Town, Visitor

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}}


def test_the_lowest_sealed_quote_wins_and_anybody_recomputes_it(town: Town, tmp_path: Path):
    draw = a_published_need(town)
    number = town.number(draw)
    firms = [town.visitor(town.city.firms[0][1], **PHONE)]
    firms += [town.visitor(person) for _, person in town.city.firms[1:3]]
    files = [
        seal(firm, number, yuan, tmp_path)
        for firm, yuan in zip(firms, ("90000", "88000.50", "95,000"), strict=True)
    ]
    # The first one thinks better of it: only what it sealed last counts.
    files[0] = seal(firms[0], number, "87500", tmp_path, again=True)
    nothing_is_shown_yet(town, number)
    town.wait_until(draw.enrol_close_at)
    the_opening(town, firms, number, files)
    town.wait_until(draw.freeze_by_at)
    draw = town.hold(draw)
    assert draw.state is DrawState.DRAWN
    assert town.city.awards(draw.id)[0].price_fen == 8_750_000
    what_anybody_sees(town, number)


def a_published_need(town: Town) -> Draw:
    """An owner chooses the method on the form; the others do their part."""
    need = a_checked_need(town.city, mode="D2", method="quote_lowest", floor_fen=5_000_000)
    owner = town.visitor(town.city.clerk)
    owner.open(f"/needs/{need.number}")
    assert owner.reads("封存报价，最低价")
    owner.open(f"/needs/new?item={need.item_code}")
    owner.page.get_by_label("封存报价，最低价").check()
    assert owner.page.get_by_label("报价下限").is_visible()
    draw = publish(town.city, need)
    public = town.visitor()
    public.open(f"/needs/{need.number}")
    for words in ("封存报价，最低价", "¥50,000.00", "报价最低的机构列入名单", "开启报价（最迟）"):
        assert public.reads(words)
    return draw


def seal(firm: Visitor, number: str, yuan: str, folder: Path, *, again: bool = False) -> Path:
    """Enrol and seal, or seal another quote; return the file that the browser saved."""
    if again:
        firm.open(f"/quotes/{number}/own")
    else:
        firm.open(f"/draws/{number}/enrol")
        assert firm.reads("本公告须封存报价")
        firm.press("确认报名")
        assert firm.reads("还没有封存报价")
        refused_before_anything_is_sent(firm)
    firm.page.locator("#quote-yuan").fill(yuan)
    with firm.page.expect_navigation(), firm.page.expect_download() as saved:
        firm.page.get_by_role("button", name="生成报价文件并封存").click()
    firm.look()
    assert firm.is_told("报价已封存")
    path = folder / f"{saved.value.suggested_filename}"
    saved.value.save_as(path)
    body = json.loads(path.read_text())
    text = f"zjcs/quote/v1\n{number}\n{body['firm']}\n{body['amount_fen']}\n{body['salt']}\n"
    assert hashlib.sha256(text.encode()).hexdigest() in firm.page.content()
    assert body["salt"] not in firm.page.content()
    return path


def refused_before_anything_is_sent(firm: Visitor) -> None:
    for yuan, words in (("98000.01", "高于服务费上限"), ("1", "低于报价下限"), ("x", "请填写金额")):
        firm.page.locator("#quote-yuan").fill(yuan)
        firm.page.get_by_role("button", name="生成报价文件并封存").click()
        assert firm.reads(words)


def nothing_is_shown_yet(town: Town, number: str) -> None:
    public = town.visitor()
    public.open(f"/quotes/{number}")
    assert public.reads("已封存报价（家）")
    assert not public.reads("87,500")


def the_opening(town: Town, firms: list[Visitor], number: str, files: list[Path]) -> None:
    for place, (firm, file) in enumerate(zip(firms, files, strict=True)):
        firm.sign_in_again()
        firm.follow("开启报价")
        other = files[place - 1]
        firm.page.locator("#quote-file").set_input_files(other)
        firm.page.get_by_text("不是本公告、本机构的报价文件").wait_for()
        firm.page.locator("#quote-file").set_input_files(file)
        firm.page.get_by_text("已读入报价文件").wait_for()
        firm.press("开启报价")
        assert firm.is_told("报价已开启")
    nothing_is_shown_yet(town, number)


def what_anybody_sees(town: Town, number: str) -> None:
    for options in ({}, PHONE):
        public = town.visitor(**options)
        public.open(f"/draws/{number}")
        public.follow("查看规则和全部报价或分数")
        for words in ("¥87,500.00", "¥88,000.50", "¥95,000.00", "最低有效报价，列入名单"):
            assert public.reads(words)
        shown = public.page.locator("#quotes tbody tr").first
        command = shown.locator("code").last.text_content()
        text = re.fullmatch(r"printf '(.*)' \| sha256sum", command)[1].replace("\\n", "\n")
        assert hashlib.sha256(text.encode()).hexdigest() in shown.inner_html()
