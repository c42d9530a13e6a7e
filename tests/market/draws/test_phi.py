"""The last value: only the right one, only in time, checked before it is stored."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from lottery.beacon import vrf
from market.draws import actions, jobs, queries
from market.draws.actions.keys import possession_alpha
from market.draws.errors import (
    KeyRefusedError,
    KeyTakenError,
    NoSupervisorKeyError,
    NotWaitingError,
    NotYetPhiError,
    ProofRefusedError,
    SignatureRefusedError,
    TimetableRefusedError,
    WrongRoundError,
)
from market.draws.model import BeaconRound, Draw
from market.draws.rules import DrawState
from market.errors import ForbiddenError
from market.needs.limits import LateRevealError, ShortTimetableError, timetable_at
from market.needs.queries import locked as locked_need
from market.needs.rules import NeedState, Timetable
from tests.market.draws.beacon_days import (
    BEACONS,
    PHI_AT,
    ROUND,
    SIGNATURE,
    a_frozen_draw_of_mode_a,
)
from tests.market.factories.draws import (
    SUPERVISOR_SECRET,
    a_checked_need,
    a_drawn_draw,
    a_frozen_draw,
    a_supervisor_key,
    an_open_draw,
    publish,
)


@pytest.fixture
def beacon_draw(city):
    draw = a_frozen_draw_of_mode_a(city)
    city.clock.move_to(PHI_AT)
    return city, draw


def carry(city, draw, number, signature):
    with city.work(city.operator) as work:
        actions.submit_phi_round(work, city.here, number, signature)


def rounds(city):
    with city.reading() as work:
        return work.session.scalars(select(BeaconRound.round)).all()


@pytest.mark.parametrize("number", [ROUND - 1, ROUND + 1, 1000])
def test_another_round_is_refused(beacon_draw, number):
    city, draw = beacon_draw
    with pytest.raises(WrongRoundError, match=str(ROUND)):
        carry(city, draw, number, BEACONS.get(number, SIGNATURE))
    assert not rounds(city)


@pytest.mark.parametrize(
    "signature",
    [BEACONS[1000], bytes(48), SIGNATURE[:-1], b""],
    ids=["another round", "zeros", "cut short", "nothing"],
)
def test_a_signature_that_is_not_the_rounds_is_refused(beacon_draw, signature):
    city, draw = beacon_draw
    with pytest.raises(SignatureRefusedError):
        carry(city, draw, ROUND, signature)
    assert city.draw(draw.id).state is DrawState.FROZEN
    assert not rounds(city)


def test_the_round_is_not_taken_before_its_instant(city):
    draw = a_frozen_draw_of_mode_a(city)
    city.clock.move_to(PHI_AT - timedelta(seconds=1))
    with pytest.raises(NotYetPhiError):
        carry(city, draw, ROUND, SIGNATURE)


def test_the_round_is_taken_once(beacon_draw):
    city, draw = beacon_draw
    carry(city, draw, ROUND, SIGNATURE)
    with pytest.raises(NotWaitingError):
        carry(city, draw, ROUND, SIGNATURE)
    assert len(city.awards(draw.id)) == 1


def test_while_the_round_is_missing_the_job_looks_again(beacon_draw):
    city, draw = beacon_draw
    jobs.run_due(city.here)
    assert city.draw(draw.id).next_check_at == PHI_AT + jobs.RETRY


def test_mode_d2_needs_a_supervisors_key_before_the_notice(city):
    with pytest.raises(NoSupervisorKeyError):
        a_checked_need(city, mode="D2")
    need = a_checked_need(city)
    with city.work() as work:
        locked_need(work, need.id).mode = "D2"
    with pytest.raises(NoSupervisorKeyError):
        publish(city, need)
    a_supervisor_key(city)
    draw = publish(city, need)
    assert draw.supervisor_key == vrf.public_key(SUPERVISOR_SECRET).hex()


def prove(city, draw, secret=SUPERVISOR_SECRET, who=None, alpha=None):
    with city.work(who or city.supervisor) as work:
        draw = work.session.get_one(Draw, draw.id)
        alpha = alpha or queries.alpha_of(work, draw)
        actions.submit_supervisor_proof(work, city.here, draw, vrf.prove(secret, alpha))


def test_a_proof_of_another_key_or_draw_is_refused(city):
    a_supervisor_key(city)
    draw = a_drawn_draw(city, mode="D2")
    with pytest.raises(ProofRefusedError):
        prove(city, draw, secret=bytes(32))
    with pytest.raises(ProofRefusedError):
        prove(city, draw, alpha=b"another draw")
    with city.work(city.supervisor) as work, pytest.raises(ProofRefusedError):
        draw = work.session.get_one(Draw, draw.id)
        actions.submit_supervisor_proof(work, city.here, draw, b"\xff" * 80)
    with city.reading() as work:
        assert list(queries.proofs_of(work, draw.freeze_hash)) == [draw.platform_key]


def test_the_proof_is_not_taken_before_its_instant(city):
    a_supervisor_key(city)
    draw = a_frozen_draw(city, mode="D2")
    with pytest.raises(NotYetPhiError):
        prove(city, draw)


def test_the_supervisor_may_be_first(city):
    a_supervisor_key(city)
    draw = a_frozen_draw(city, mode="D2")
    city.clock.move_to(draw.phi_at)
    prove(city, draw)
    assert city.draw(draw.id).state is DrawState.DRAWN


def test_only_the_supervisor_whom_the_notice_names_gives_a_proof(city):
    a_supervisor_key(city)
    draw = a_drawn_draw(city, mode="D2")
    with pytest.raises(ForbiddenError):
        prove(city, draw, who=city.operator)


def test_a_later_key_does_not_reach_back(city):
    a_supervisor_key(city)
    draw = an_open_draw(city, mode="D2")
    a_supervisor_key(city, bytes([7]) * 32)
    assert city.draw(draw.id).supervisor_key == vrf.public_key(SUPERVISOR_SECRET).hex()
    # The same organisation's latest key; that of another one is nobody's choice.
    assert an_open_draw(city, mode="D2").supervisor_key == vrf.public_key(bytes([7]) * 32).hex()


def test_a_key_is_registered_with_proof_that_it_is_held_and_once(city):
    a_supervisor_key(city)
    with pytest.raises(KeyTakenError):
        a_supervisor_key(city)
    other = bytes([9]) * 32
    with city.work(city.supervisor) as work:
        for key, alpha in (
            (vrf.public_key(other), b"something else"),
            (vrf.public_key(SUPERVISOR_SECRET), possession_alpha(work.actor.org_code)),
            (vrf.public_key(other)[:31], possession_alpha(work.actor.org_code)),
            (bytes(32), possession_alpha(work.actor.org_code)),
        ):
            with pytest.raises(KeyRefusedError):
                actions.register_trustee_key(work, key, vrf.prove(other, alpha))


def test_the_policy_pins_the_platforms_key_and_every_supervisors(city):
    a_supervisor_key(city)
    lines = city.policy().splitlines()
    assert lines[0].startswith("log ")
    platform = vrf.public_key(city.here.keys.vrf_secret).hex()
    assert f"#@ismdraw vrf-key platform {platform}" in lines
    supervisor = vrf.public_key(SUPERVISOR_SECRET).hex()
    assert f"#@ismdraw vrf-key supervisor {supervisor}" in lines


def test_a_timetable_shorter_than_the_rules_is_not_published(city):
    need = a_checked_need(city)
    now = city.clock()
    hours = [now + timedelta(hours=number) for number in range(1, 6)]
    hasty = Timetable(
        enrol_open_at=now,
        enrol_close_at=hours[0],
        freeze_by_at=hours[1],
        reveal_by_at=hours[1],
        phi_at=hours[1] + timedelta(minutes=9),
        result_by_at=hours[4],
    )
    with pytest.raises(ShortTimetableError):
        publish(city, need, hasty)
    with city.reading() as work:
        assert work.session.merge(need, load=True).state is NeedState.CHECK


def test_a_timetable_that_would_not_verify_is_not_published(city):
    need = a_checked_need(city)
    usual = timetable_at(city.clock(), need.ceiling_fen)
    late = usual.phi_at - timedelta(minutes=5) + timedelta(seconds=1)
    with pytest.raises(LateRevealError):
        publish(city, need, replace(usual, reveal_by_at=late))
    with pytest.raises(TimetableRefusedError, match="次序"):
        publish(
            city, need, replace(usual, freeze_by_at=usual.enrol_close_at - timedelta(minutes=1))
        )
    with city.reading() as work:
        assert work.session.merge(need, load=True).state is NeedState.CHECK


def test_a_platform_key_that_was_exchanged_stops_the_draw(city, clock, tmp_path):
    draw = a_frozen_draw(city)
    (city.here.config.keys_dir / "vrf.key").write_text("ab" * 32 + "\n")
    swapped = type(city.here).open(city.here.config, clock)
    clock.move_to(draw.phi_at)
    jobs.run_due(swapped)
    assert city.draw(draw.id).state is DrawState.FROZEN
    swapped.engine.dispose()
