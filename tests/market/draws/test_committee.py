"""Mode C: the VRF values of several organisations, none of which can choose its own."""

import pytest
from sqlalchemy import update

from lottery.beacon import vrf
from market.draws import actions, lists, queries
from market.draws.errors import NoCommitteeError, NotWaitingError, NotYetPhiError, ProofRefusedError
from market.draws.model import Draw
from market.draws.rules import DrawState, Wait
from market.errors import ForbiddenError
from market.needs.model import Need
from tests.market.draws.believing import faults, report, run_at
from tests.market.factories.draws import (
    a_checked_need,
    a_city,
    a_frozen_draw,
    a_trustee,
    publish,
)

SECRETS = [bytes([number]) * 32 for number in (11, 12, 13)]


def committee(city, number=3):
    return [(a_trustee(city, secret), secret) for secret in SECRETS[:number]]


def prove(city, draw, person, secret, key=None):
    with city.work(person) as work:
        draw = work.session.get_one(Draw, draw.id)
        proof = vrf.prove(secret, queries.alpha_of(work, draw))
        actions.submit_trustee_proof(
            work, city.here, draw, key or vrf.public_key(secret).hex(), proof
        )


def test_the_last_proof_concludes_the_draw(here, clock):
    city = a_city(here, clock)
    members = committee(city)
    draw = a_frozen_draw(city, mode="C")
    run_at(city, draw.phi_at)
    with city.reading() as work:
        keys = queries.notice_entry(work, draw).phi.keys
        assert sorted(keys) == sorted(vrf.public_key(secret).hex() for secret in SECRETS)
        [block] = queries.what_blocks(work, here, city.draw(draw.id))
        assert block.kind is Wait.PROOFS
    for place, (person, secret) in enumerate(members):
        assert city.draw(draw.id).state is DrawState.FROZEN
        with city.work(person) as work:
            assert [row.draw.id for row in lists.waiting_for_supervisor(work)] == [draw.id]
        prove(city, draw, person, secret)
        with city.work(person) as work:
            assert lists.waiting_for_supervisor(work) == []
        if place < 2:
            with pytest.raises(NotWaitingError):
                prove(city, draw, person, secret)
    assert city.draw(draw.id).state is DrawState.DRAWN
    found = report(city, draw)
    assert faults(found) == []
    assert not found.is_demonstration


@pytest.mark.parametrize("number", [0, 1])
def test_fewer_than_two_are_no_committee(city, number):
    committee(city, number)
    with pytest.raises(NoCommitteeError):
        a_checked_need(city, mode="C")
    need = a_checked_need(city, mode="A")
    with city.work() as work:
        work.session.execute(update(Need).where(Need.id == need.id).values(mode="C"))
    with pytest.raises(NoCommitteeError):
        publish(city, need)


def test_a_member_proves_with_its_own_key_only(city):
    (one, secret), (_, other) = committee(city, 2)
    draw = a_frozen_draw(city, mode="C")
    with pytest.raises(NotYetPhiError):
        prove(city, draw, one, secret)
    run_at(city, draw.phi_at)
    with pytest.raises(ForbiddenError):
        prove(city, draw, one, other)
    with pytest.raises(ProofRefusedError):
        prove(city, draw, one, other, key=vrf.public_key(secret).hex())
    with pytest.raises(NotWaitingError):
        prove(city, draw, one, SECRETS[2])
    assert city.draw(draw.id).state is DrawState.FROZEN


def test_a_key_registered_later_does_not_reach_back(city):
    members = committee(city, 2)
    draw = a_frozen_draw(city, mode="C")
    a_trustee(city, SECRETS[2])
    run_at(city, draw.phi_at)
    for person, secret in members:
        prove(city, draw, person, secret)
    assert city.draw(draw.id).state is DrawState.DRAWN
