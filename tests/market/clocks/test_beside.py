"""Whoever sees a contract, an invoice or a check finds every clock that times it."""

from datetime import timedelta

from sqlalchemy import select

from market.clocks.beside import numbered
from market.clocks.kinds import OBJECTION_REPLY, PAYMENT
from market.clocks.model import Clock
from market.db import Actor
from market.needs.queries import by_id as need_by_id
from tests.market.factories.accounts import sign_in
from tests.market.factories.clocks import a_clock
from tests.market.factories.contracts import an_accepted_contract
from tests.market.factories.firms import PASSWORD
from tests.market.factories.payments import an_invoice


def test_the_pages_of_a_contract_lead_to_its_review_and_to_its_payment(app, fast_here, clock):
    agreed = an_accepted_contract(fast_here, clock)
    an_invoice(agreed, 9_800_000)
    number = agreed.contract().number
    with fast_here.sessions() as session:
        found = session.execute(select(Clock.kind, Clock.id).where(Clock.number == number)).all()
    assert {kind for kind, _ in found} == {"service", "owner-review", "payment"}
    with agreed.work() as work:
        need = need_by_id(work, agreed.contract().need_id).number
    stranger, owner = app.test_client(), app.test_client()
    sign_in(owner, agreed.owner.user, PASSWORD)
    pages = [
        stranger.get(f"/contracts/{number}"),
        stranger.get(f"/timelines/{need}"),
        owner.get(f"/contracts/mine/{agreed.contract_id}"),
        owner.get(f"/payments/{agreed.contract_id}"),
    ]
    for page in pages:
        assert page.status_code == 200
        for kind, clock_id in found:
            assert f'"/clocks/{clock_id}"' in page.text, (page.request.path, kind)
            assert stranger.get(f"/clocks/{clock_id}").status_code == 200


def test_a_clock_that_is_not_public_is_beside_its_own_sides_alone(fast_here):
    timed = a_clock(fast_here, kind=OBJECTION_REPLY)
    number = timed.clock().number
    for actor, seen in ((timed.firm, 1), (timed.owner, 1), (timed.operator, 1), (Actor("x"), 0)):
        with timed.work(actor) as work:
            assert len(numbered(work, number)) == seen
            assert numbered(work, number, without=timed.clock_id) == []


def test_an_owner_finds_the_clock_of_the_check_of_its_need(app, fast_here, clock):
    agreed = an_accepted_contract(fast_here, clock)
    need_id = agreed.contract().need_id
    with fast_here.sessions() as session:
        chosen = select(Clock.id).where(Clock.subject.like(f"need-check:{need_id}:%"))
        check = session.scalars(chosen).first()
    assert check is not None
    owner = app.test_client()
    sign_in(owner, agreed.owner.user, PASSWORD)
    assert f'"/clocks/{check}"' in owner.get(f"/needs/{need_id}/own").text


def test_what_is_overdue_beside_a_contract_is_said_as_on_the_clock_s_own_page(
    client, fast_here, clock
):
    agreed = an_accepted_contract(fast_here, clock)
    an_invoice(agreed, 9_800_000)
    clock.advance(timedelta(days=60, hours=10))
    contract = agreed.contract()
    with agreed.work() as work:
        found = numbered(work, contract.number)
        need = need_by_id(work, contract.need_id).number
    payment = next(one for one in found if one.kind is PAYMENT)
    words = f"已逾期 {-payment.said.left} 个自然日"
    for path in (
        f"/timelines/{need}",
        f"/contracts/{contract.number}",
        f"/clocks/{payment.clock.id}",
    ):
        page = client.get(path).text
        assert words in page, path
    assert "已逾期" in client.get(f"/timelines/{need}").text.split('id="clocks"')[1]
