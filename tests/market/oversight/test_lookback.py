"""回头看: an item says why somebody should look at it again."""

from datetime import timedelta

from market.access import OrgKind, Role
from market.db import reading_work
from market.oversight.lookback import ItemUse, LookbackFlag, items_used
from tests.market.factories.accounts import a_person, sign_in
from tests.market.factories.draws import ITEM, a_city, an_open_draw


def used(here, person, flag=None):
    with reading_work(here.sessions, person.actor, here.clock) as work:
        return {each.item.code: each for each in items_used(work, flag)}


def test_an_item_without_notice_or_firm_is_flagged_until_it_is_used(fast_here, clock):
    city = a_city(fast_here, clock)
    before = used(fast_here, city.operator)
    assert LookbackFlag.UNUSED in before[ITEM].flags
    an_open_draw(city)
    after = used(fast_here, city.operator)
    assert after[ITEM].notices == 1
    assert LookbackFlag.UNUSED not in after[ITEM].flags
    assert LookbackFlag.NO_FIRM not in after[ITEM].flags
    others = {each.item.code for each in after.values() if each.firms == 0}
    assert set(used(fast_here, city.operator, LookbackFlag.NO_FIRM)) == others
    clock.advance(timedelta(days=367))
    assert LookbackFlag.UNUSED in used(fast_here, city.operator)[ITEM].flags


def test_few_firms_are_not_none_and_three_are_enough(fast_here, clock):
    city = a_city(fast_here, clock)
    item = used(fast_here, city.operator)[ITEM].item
    found = {firms: ItemUse(item=item, notices=1, firms=firms).flags for firms in (0, 1, 2, 3)}
    assert LookbackFlag.NO_FIRM in found[0]
    assert all(LookbackFlag.FEW_FIRMS in found[firms] for firms in (1, 2))
    few = {LookbackFlag.NO_FIRM, LookbackFlag.FEW_FIRMS}
    assert not few & set(found[3])


def test_the_board_is_filtered_and_leads_to_the_item(fast_here, client):
    sign_in(client, a_person(fast_here, Role.OPERATOR_CLERK, kind=OrgKind.OPERATOR))
    page = client.get("/oversight/catalogue?flag=no-firm").text
    assert "没有机构提供" in page
    assert f"/catalogue/{ITEM}" in page or f"/items/{ITEM}" in page
    file = client.get("/oversight/catalogue?format=csv").text
    assert ITEM in file
