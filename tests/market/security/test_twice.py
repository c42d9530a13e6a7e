"""Every form that takes effect, sent twice with one key, takes effect once (R12).

The forms that need nothing filled in, and those filled in below, at whatever in the small market
they can be about. ``tests/market/web/test_once.py`` sends them at the same moment.
"""

from typing import Final

import pytest

from market import log
from market.web.once import fresh_key
from tests.market.security.routes import Route, routes
from tests.market.security.world import PEOPLE

# What several forms ask for; a form takes what it knows.
FILLED_IN: Final = {
    "reason": "现场情况与申请不符，请补充材料后重新提交。",
    "text": "现场情况与申请不符，请补充材料后重新提交。",
    "answer": "情况属实，同意。",
    "why": "条件已经具备。",
    "evidence": "现场拆迁未完成，测点无法布设，见照片。",
    "comment": "请核对后重新提交。",
    "contact_name": "李丽",
    "contact_phone": "0839-8800000",
    "materials": "立项批复、用地红线图各一份",
    "words": "近期人员均已安排其他项目。",
    "reply": "材料系前任经办人误传，我单位已更换并提交说明。",
    "agree": "1",
    "confirm": "y",
    "sure": "y",
    "signer_name": "陈立",
}
# Signing in and out is not a matter of forms that take effect once.
NOT_FORMS: Final = {"accounts.sign_in", "accounts.sign_out"}
AT_LEAST: Final = 15
MOST_THINGS: Final = 5  # for each route


@pytest.fixture(scope="module")
def town(open_town):
    return open_town(csrf=False)


def is_strange(town, name: str, thing) -> bool:
    """Tell whether a thing is others' and the visitor is of a firm or an owner: it is no try."""
    user = town.user(name)
    tenant = name.startswith(("clerk", "approver", "firm", "agent"))
    return bool(thing.parties) and tenant and user.organisation_id not in thing.parties


def took_effect(town, visitors, route: Route):
    """Send a form about one thing after another until it takes effect; return how."""
    for thing in town.things(route)[:MOST_THINGS]:
        for name in visitors:
            if is_strange(town, name, thing):
                continue
            form = FILLED_IN | {"request_key": fresh_key()}
            answer = visitors[name].call(route, thing.values, data=form)
            if answer.status_code == 303 and town.writes:
                return visitors[name], thing, form, answer
            if town.writes:
                town.put_back()
    return None


def test_a_form_sent_twice_takes_effect_once(town):
    everybody = [*filter(None, PEOPLE.values()), "clerk2", "approver2", "firm12", "firm24"]
    visitors = {name: town.visitor(name) for name in everybody}
    may = {
        name: {
            str(route)
            for route in routes(town.app)
            if route.access in town.permissions_of_user(name)
        }
        for name in everybody
    }
    town.keep()
    worked, wrong = set(), []
    for route in routes(town.app):
        if route.method != "POST" or route.endpoint in NOT_FORMS:
            continue
        allowed = {name: visitor for name, visitor in visitors.items() if str(route) in may[name]}
        found = took_effect(town, allowed, route)
        if found is None:
            continue
        visitor, thing, form, first = found
        worked.add(route.endpoint)
        log.sequence(town.here)  # which anybody may do at any time, and a form may too
        before = town.counts()
        second = visitor.call(route, thing.values, data=form)
        if (second.status_code, second.location) != (303, first.location):
            wrong.append((str(route), second.status, second.location, first.location))
        changed = {name for name, count in town.counts().items() if count != before[name]}
        if changed:
            wrong.append((str(route), "had an effect twice", changed))
        town.put_back()
    assert wrong == []
    assert len(worked) >= AT_LEAST, sorted(worked)
