"""Two people answer an application for repair: each reads what it says before it decides."""

import pytest

from market.credit.repair import actions, queries
from tests.market.credit.cases.test_case_process import a_decided_case, acting, found
from tests.market.credit.cases.test_repairs import apply_for, months_served
from tests.market.factories.accounts import sign_in
from tests.market.factories.credit import a_decider
from tests.market.factories.firms import PASSWORD

CORRECTION = "已全额退还多收费用，附银行回单和业主确认。"
REASONS = "经核对银行回单和业主书面确认，所述退还情况已经逐项查明。"
GRANT, REFUSE = "同意信用修复", "不予信用修复"


def above_the_form(page):
    """Return what a page says before its form."""
    before, form, _ = page.partition("<main")[2].partition("<form")
    assert form
    return before


@pytest.mark.parametrize("grant", [True, False])
def test_the_application_and_the_draft_are_on_the_page_that_decides(
    client, fast_here, clock, grant
):
    _, delegate, case = a_decided_case(fast_here, clock)
    months_served(clock, case, 3)
    repair = apply_for(fast_here, delegate, case)
    drafter, signer = a_decider(fast_here), a_decider(fast_here)
    address = f"/credit/cases/{case.number}/repair"
    sign_in(client, drafter.user, PASSWORD)
    page = above_the_form(client.get(f"{address}/answer").text)
    assert repair.number in page
    assert CORRECTION in page
    assert "拟定的答复" not in page
    with acting(fast_here, drafter) as work:
        of = found(work, case)
        actions.draft(work, of, queries.pending_or_missing(work, of), grant=grant, text=REASONS)
    drafted = client.get(f"{address}/answer").text  # It cannot be taken any more, but is read.
    sign_in(client, signer.user, PASSWORD)
    signed = above_the_form(client.get(f"{address}/sign").text)
    for page in (drafted, signed, client.get(f"/credit/cases/{case.number}").text):
        assert repair.number in page
        assert CORRECTION in page
        assert REASONS in page
        assert (GRANT if grant else REFUSE) in page
        assert (REFUSE if grant else GRANT) not in page
    sign_in(client, delegate.user, PASSWORD)
    own = client.get(f"/credit/cases/{case.number}").text
    assert CORRECTION in own
    assert REASONS not in own  # Nothing is said to the firm before two people have agreed.
    assert "拟定的答复" not in own
