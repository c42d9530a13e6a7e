"""Who pays: an applicant never for an authority's own review, and otherwise in sight."""

from itertools import product

import pytest

from market.catalogue.files import current_catalogue
from market.contracts.payers import (
    Payer,
    PayerVerdict,
    ShiftedChargeError,
    check_payer,
    judge_payer,
)
from tests.market.factories.accounts import sign_in
from tests.market.factories.contracts import file_it
from tests.market.factories.draws import a_confirmed_award
from tests.market.factories.firms import PASSWORD


@pytest.mark.parametrize(
    ("payer", "review", "law"), list(product(Payer, (False, True), (False, True)))
)
def test_every_case(payer, review, law):
    found = judge_payer(payer, for_own_review=review, authority_pays=law)
    if payer is Payer.OWNER:
        assert found is PayerVerdict.FINE
    elif review and law:
        assert found is PayerVerdict.STOPPED
        with pytest.raises(ShiftedChargeError, match="第四十三条"):
            check_payer(payer, for_own_review=review, authority_pays=law, rule="第四十三条")
    else:
        assert found is PayerVerdict.FLAGGED
        check_payer(payer, for_own_review=review, authority_pays=law, rule="")


def test_the_catalogue_names_what_authorities_commission(clock):
    items = current_catalogue().on(clock().date()).values()
    named = {item.code for item in items if item.commissioned_by_authority}
    assert named >= {"ZJ-01-002-01"}
    assert all("委托" in item.scope for item in items if item.code in named)


def test_a_charge_for_an_own_review_is_not_moved_onto_an_applicant(app, fast_here, clock):
    drawn = a_confirmed_award(fast_here, clock)
    with pytest.raises(ShiftedChargeError, match="优化营商环境条例"):
        file_it(drawn, drawn.delegate, payer=Payer.APPLICANT, for_own_review=True)
    agreed = file_it(drawn, drawn.delegate, payer=Payer.APPLICANT)
    assert agreed.contract().payer is Payer.APPLICANT
    agreed.return_filing()
    with pytest.raises(ShiftedChargeError):
        agreed.refile(payer=Payer.APPLICANT, for_own_review=True)
    browser = app.test_client()
    sign_in(browser, agreed.firm.user, PASSWORD)
    shown = browser.get(f"/contracts/mine/{agreed.contract_id}/refile").text
    chosen = [line for line in shown.splitlines() if "checked" in line]
    assert any('value="applicant"' in line for line in chosen)
    agreed.refile(for_own_review=True)
    assert agreed.contract().payer is Payer.OWNER
    assert agreed.contract().for_own_review
