"""Merit, then lottery: the best by record are on the list, and one of them is drawn."""

from pathlib import Path

import pytest

from market.credit import actions as credit
from market.credit.rules import BreachKind
from market.draws.rules import DrawState
from tests.market.factories.draws import enrol
from tests.market.factories.rules import own_rules
from tests.stories.acts import announce, check_the_draw, post
from tests.stories.conftest import Town

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}}


def test_only_the_best_by_record_are_drawn_from_and_the_page_says_why(town: Town, tmp_path: Path):
    with own_rules(tmp_path / "rules", "platform-selection-2024", shortlist="2"):
        for place in (1, 3):
            a_red_card(town, place)
        post(town.visitor(town.city.clerk), "滨河公园改造", "择优后摇号")
        draw = announce(town, "择优后摇号", "排在前 2 位的列入名单")
        number = town.number(draw)
        late = town.visitor(town.city.firms[1][1], **PHONE)
        late.open(f"/draws/{number}/enrol")
        late.press("确认报名")
        enrol(
            town.city, draw, *(person for _, person in (town.city.firms[0], *town.city.firms[2:]))
        )
        draw = town.hold(draw)
        assert draw.state is DrawState.DRAWN
        what_anybody_sees(town, number)
        late.sign_in_again()
        late.open("/draws/mine")
        late.follow("回执")
        assert late.reads("贵机构符合报名条件，但不满足")
    (award,) = town.city.awards(draw.id)
    assert award.firm_id in {town.city.firms[0][0].id, town.city.firms[2][0].id}


def a_red_card(town: Town, place: int) -> None:
    """Give a firm a red card: it costs points."""
    with town.city.work() as work:
        credit.enter_breach(
            work,
            town.city.firms[place][0],
            BreachKind.RED_CARD,
            source="card",
            source_id=place,
            occurred_at=work.now,
            evidence="服务逾期",
        )


def what_anybody_sees(town: Town, number: str) -> None:
    """All scores are there, who is listed and who is not; the draw checks."""
    public = town.visitor(**PHONE)
    public.open(f"/draws/{number}")
    public.follow("查看规则和全部报价或分数")
    rows = {row.inner_text() for row in public.page.locator("#merits tbody tr").all()}
    for place, (firm, _) in enumerate(town.city.firms):
        line = next(row for row in rows if firm.name in row)
        score, listed = ("95", "未列入") if place in {1, 3} else ("100", "列入")
        assert score in line
        assert line.strip().endswith(listed)
    public.follow("查看摇号")
    check_the_draw(town, public)
