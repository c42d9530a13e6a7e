"""Whether a contract follows the model contract of its service: asked, kept and shown."""

from io import BytesIO
from itertools import product

import pytest

from market.catalogue.contract_texts import actions
from market.contracts.rules import ModelUse, ModelUseMissingError, judged_use
from market.needs.model import Need
from tests.market.catalogue.test_contract_texts import a_text, decide
from tests.market.factories.accounts import sign_in
from tests.market.factories.contracts import a_pdf, file_it
from tests.market.factories.draws import ITEM, a_confirmed_award
from tests.market.factories.firms import PASSWORD, an_operator

NAME = "可行性研究咨询合同参考文本"


@pytest.mark.parametrize(("said", "has_model"), list(product(ModelUse, (False, True))))
def test_every_case(said, has_model):
    if not has_model:
        assert judged_use(said, has_model=False) is ModelUse.NONE
    elif said is ModelUse.NONE:
        with pytest.raises(ModelUseMissingError):
            judged_use(said, has_model=True)
    else:
        assert judged_use(said, has_model=True) is said


def test_it_is_asked_where_there_is_a_model_and_published(app, fast_here, clock):
    drawn = a_confirmed_award(fast_here, clock)
    text_id = a_text(fast_here, drawn.city.operator, item_code=ITEM, model_id="", title=NAME)
    decide(fast_here, an_operator(fast_here), text_id, actions.confirm)
    with pytest.raises(ModelUseMissingError):
        file_it(drawn, drawn.delegate)
    browser = app.test_client()
    with drawn.city.reading() as work:
        number = work.session.get_one(Need, drawn.award.need_id).number
    assert NAME in browser.get(f"/needs/{number}").text
    sign_in(browser, drawn.delegate.user, PASSWORD)
    path = f"/awards/{drawn.award.id}/contract"
    page = browser.get(path).text
    assert NAME in page
    assert f"/contract-texts/{text_id}" in page
    data = {
        "price_fen": "98000",
        "signed_on": "2026-03-20",
        "service_working_days": "15",
        "payer": "owner",
        "for_own_review": "own",
    }
    silent = browser.post(path, data=data | {"file": (BytesIO(a_pdf()), "合同.pdf")})
    assert "请说明所签合同是否采用了示范文本" in silent.text
    data |= {"model_use": "adapted", "file": (BytesIO(a_pdf()), "合同.pdf")}
    filed = browser.post(path, data=data)
    assert filed.status_code == 303, filed.text
    shown = browser.get(filed.location).text
    assert "以示范文本为基础，有修改" in shown
    assert NAME in shown
