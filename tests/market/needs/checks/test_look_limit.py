"""What a form asks by itself while it is typed is counted: nobody types sixty times a minute."""

from datetime import timedelta

from market.accounts import doors
from market.accounts.rules import LOOK_PER_ACCOUNT
from tests.market.factories.needs import ITEM, an_owner

LOOK = f"/needs/look?item={ITEM}"


def test_a_form_asks_only_so_often_and_nobody_else_is_stopped(
    fast_here, clock, clerk, owner, browser
):
    for _ in range(LOOK_PER_ACCOUNT.tries - 1):
        doors.claim_look(fast_here, owner.clerk.id)
    assert clerk.post(LOOK, data={}).status_code == 200
    stopped = clerk.post(LOOK, data={})
    assert stopped.status_code == 429
    assert "填写和保存不受影响" in stopped.text
    # The form itself goes on, and so does everybody else's.
    assert clerk.get(f"/needs/new?item={ITEM}").status_code == 200
    assert browser(an_owner(fast_here).clerk).post(LOOK, data={}).status_code == 200
    clock.advance(LOOK_PER_ACCOUNT.window + timedelta(seconds=1))
    assert clerk.post(LOOK, data={}).status_code == 200
