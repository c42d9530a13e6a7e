"""The mean price: firms state discounts, a coefficient is drawn, and anybody checks it."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from market.draws.model import Draw
from market.draws.rules import DrawState
from tests.stories.acts import announce, check_the_draw, open_quote, post, seal
from tests.stories.conftest import Town, Visitor

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}}
# Off 98,000 yuan: 93,100.00, 92,120.00 and 90,160.00.
DISCOUNTS = ("5.00", "6", "8.0")
TERMS = ("封存报价，均价系数", "按下浮率", "95.00%", "100.00%", "开启报价（最迟）")


def test_the_drawn_coefficient_selects_a_firm_and_a_citizen_checks_it(town: Town, tmp_path: Path):
    post(town.visitor(town.city.clerk), "城东片区道路工程", "封存报价，均价系数", unit="按下浮率")
    draw = announce(town, *TERMS)
    number = town.number(draw)
    firms = [town.visitor(town.city.firms[0][1], **PHONE)]
    firms += [town.visitor(person) for _, person in town.city.firms[1:3]]
    pairs = zip(firms, DISCOUNTS, strict=True)
    files = [seal(firm, number, stated, tmp_path) for firm, stated in pairs]
    town.wait_until(draw.enrol_close_at)
    opened = [open_quote(firm, file) for firm, file in zip(firms, files, strict=True)]
    assert opened == [9_310_000, 9_212_000, 9_016_000]
    town.wait_until(draw.freeze_by_at)
    draw = town.hold(draw)
    assert draw.state is DrawState.DRAWN
    what_anybody_sees(town, draw, number)


def what_anybody_sees(town: Town, draw: Draw, number: str) -> None:
    """Coefficient, target and firm stand in one line; the draw itself turns green."""
    (award,) = town.city.awards(draw.id)
    winner = next(firm for firm, _ in town.city.firms if firm.id == award.firm_id)
    public = town.visitor(**PHONE)
    public.open(f"/draws/{number}")
    public.follow("查看规则和全部报价或分数")
    for words in ("下浮 5.00%", "¥92,120.00", "¥90,160.00", "91,793.33"):
        assert public.reads(words)
    coefficient = drawn(public)
    row = public.page.locator("#coefficients tbody tr", has_text="抽中")
    assert row.count() == 1
    line = row.inner_text()
    target = Decimal("9179333.33") * Decimal(coefficient) / 100 / 100
    assert f"{target:,.2f}"[:-1] in line
    assert winner.name in line
    public.follow("查看摇号")
    check_the_draw(town, public)
    assert winner.name in public.page.locator("#result").inner_text()


def drawn(public: Visitor) -> str:
    """Return the coefficient that was drawn, in percent, as the page tells it."""
    words = public.page.locator("#coefficients").inner_text()
    return re.search(r"抽中的系数：([\d.]+)%", words)[1]
