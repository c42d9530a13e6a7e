"""Draws under real witnesses: nothing is drawn that they have not seen in time."""

from datetime import timedelta

import pytest

from lottery.policy import parse_policy
from lottery.verify import alpha_to_prove
from market import log
from market.draws import jobs, queries
from market.draws.bundles import bundle_of, frozen_bundle_of
from market.draws.errors import NoBundleYetError
from market.draws.rules import CUT_MARGIN, LATEST_FREEZE, STOP_MARGIN, DrawState, Wait
from market.needs.rules import NeedState
from tests.market.draws.believing import outcomes, report, run_at
from tests.market.factories.draws import (
    a_city,
    a_frozen_draw,
    a_supervisor_key,
    an_open_draw,
    enrol,
    withdraw_notice,
)
from tests.market.factories.witnesses import witnessed

SECOND = timedelta(seconds=1)


@pytest.fixture
def watched(city, tmp_path):
    with witnessed(city, tmp_path / "witnesses") as (seen, stack, running):
        yield seen, stack, running


def test_on_both_databases_a_witnessed_draw_is_believed_without_a_flag_on_its_time(
    here, clock, tmp_path
):
    with witnessed(a_city(here, clock), tmp_path / "witnesses") as (city, _, _):
        draw = a_frozen_draw(city)
        with city.reading() as work:
            cut = queries.cut_of(work, draw)
        assert cut is not None
        assert cut.quorum_at == draw.frozen_at
        run_at(city, draw.phi_at)
        draw = city.draw(draw.id)
        assert draw.state is DrawState.DRAWN
        found = report(city, draw)
        assert [(c.name, c.detail.en) for c in found.checks if not c.ok] == []
        # What is flagged is mode D1 alone.
        (said,) = (check.detail.en for check in found.checks if check.name == "V5")
        assert "saw it before" in said
        assert "not witnessed" not in said


def test_without_a_quorum_the_draw_stops_visibly_and_is_called_off_before_the_value(watched):
    city, stack, _ = watched
    draw = an_open_draw(city)
    enrol(city, draw)
    stack.close()
    run_at(city, draw.enrol_close_at)
    draw = city.draw(draw.id)
    assert draw.state is DrawState.FROZEN
    with city.reading() as work:
        assert queries.cut_of(work, draw) is None
        assert [b.kind for b in queries.what_blocks(work, city.here, draw)] == [Wait.QUORUM]
    run_at(city, draw.phi_at - STOP_MARGIN - SECOND)
    assert city.draw(draw.id).state is DrawState.FROZEN
    run_at(city, draw.phi_at - STOP_MARGIN + 5 * SECOND)
    draw = city.draw(draw.id)
    assert (draw.state, draw.void_reason) == (DrawState.VOID, "no_quorum")
    assert city.need(draw.id).state is NeedState.FAILED
    assert "足够的见证人" in city.need(draw.id).failure
    run_at(city, draw.phi_at + timedelta(hours=1))
    assert city.draw(draw.id).state is DrawState.VOID
    with city.reading() as work:
        assert not queries.has_entry(work, draw, "phi")
        assert queries.cut_of(work, draw) is None


def test_a_draw_called_off_for_want_of_witnesses_is_believed_if_they_come_back_in_time(watched):
    city, _, _ = watched
    path = city.here.config.policy_file
    policy = path.read_text("utf-8")
    path.write_text(policy.replace("//127.0.0.1:", "//127.0.0.2:"), "utf-8")
    draw = an_open_draw(city)
    enrol(city, draw)
    run_at(city, draw.enrol_close_at)
    run_at(city, draw.phi_at - STOP_MARGIN)
    assert city.draw(draw.id).state is DrawState.VOID
    path.write_text(policy, "utf-8")
    run_at(city, draw.phi_at - CUT_MARGIN)
    with city.reading() as work:
        cut = queries.cut_of(work, draw)
    assert cut is not None
    assert cut.quorum_at <= draw.phi_at - CUT_MARGIN
    assert report(city, city.draw(draw.id)).ok


def test_what_a_quorum_has_seen_stays_seen(watched):
    city, stack, _ = watched
    draw = an_open_draw(city)
    enrol(city, draw)
    run_at(city, draw.enrol_close_at)
    with city.reading() as work:
        assert queries.cut_of(work, city.draw(draw.id)) is not None
    stack.close()
    # The witnesses have gone, but what they said of the list stays said.
    run_at(city, draw.phi_at)
    assert city.draw(draw.id).state is DrawState.DRAWN


def test_a_worker_that_missed_the_minute_without_quorum_cannot_draw_and_says_so(watched):
    city, stack, _ = watched
    draw = an_open_draw(city)
    enrol(city, draw)
    stack.close()
    run_at(city, draw.enrol_close_at)
    run_at(city, draw.phi_at - CUT_MARGIN)
    assert city.draw(draw.id).state is DrawState.FROZEN
    run_at(city, draw.phi_at)
    draw = city.draw(draw.id)
    assert draw.state is DrawState.FROZEN
    with city.reading() as work:
        [block] = queries.what_blocks(work, city.here, draw)
        assert block.kind is Wait.NO_QUORUM
        assert block.stops
        assert queries.evidence_of(work, queries.awaited(work, draw)) is None
    for days in (0, 6, 8):
        run_at(city, draw.phi_at + timedelta(days=days))
        assert city.draw(draw.id).state is DrawState.FROZEN
        with city.reading() as work:
            assert not queries.has_entry(work, draw, "result")


def test_a_void_is_witnessed_too(watched):
    city, _, _ = watched
    draw = an_open_draw(city)
    enrol(city, draw, city.firms[0][1])
    run_at(city, draw.enrol_close_at)
    draw = city.draw(draw.id)
    assert draw.void_reason == "too_few_enrolled"
    with city.reading() as work:
        assert queries.cut_of(work, draw) is not None
    # It came after CLOSE, so the verifier tells the reader to ask why.
    found = report(city, draw)
    assert outcomes(found)["V12"] == "flagged"
    assert found.ok


def test_a_late_list_is_frozen_while_witnesses_can_still_see_it_and_shows_as_late(watched):
    city, _, _ = watched
    draw = an_open_draw(city)
    enrol(city, draw)
    run_at(city, draw.phi_at - LATEST_FREEZE)
    draw = city.draw(draw.id)
    assert draw.state is DrawState.FROZEN
    assert draw.frozen_at > draw.freeze_by_at
    run_at(city, draw.phi_at)
    found = report(city, city.draw(draw.id))
    assert outcomes(found)["V13"] == "flagged"
    assert [(c.name, c.detail.en) for c in found.checks if not c.ok] == []
    [late] = [step for step in queries.timeline(city.draw(draw.id)) if step.moment == "frozen"]
    assert late.is_late


def test_a_list_that_witnesses_could_not_see_in_time_is_not_frozen(watched):
    city, _, _ = watched
    draw = an_open_draw(city)
    enrol(city, draw)
    run_at(city, draw.phi_at - LATEST_FREEZE + SECOND)
    draw = city.draw(draw.id)
    assert (draw.state, draw.void_reason) == (DrawState.VOID, "freeze_missed")
    assert report(city, draw).ok


def test_enrolments_get_their_bundle_only_from_a_quorum(watched):
    city, stack, _ = watched
    draw = a_frozen_draw(city)
    stack.close()
    run_at(city, draw.phi_at)
    draw = city.draw(draw.id)
    assert draw.state is DrawState.DRAWN
    with city.reading() as work, pytest.raises(log.NotYetLoggedError):
        bundle_of(work, city.here, draw)


def test_the_owner_may_withdraw_before_the_close_and_the_witnesses_see_it(watched):
    city, _, _ = watched
    draw = an_open_draw(city)
    withdraw_notice(city, draw)
    jobs.run_due(city.here)
    found = report(city, city.draw(draw.id))
    assert found.ok
    assert outcomes(found)["V12"] == "passed"


def test_a_supervisor_proves_only_a_list_that_witnesses_have_seen(watched):
    city, stack, _ = watched
    a_supervisor_key(city)
    draw = an_open_draw(city, mode="D2")
    enrol(city, draw)
    run_at(city, draw.enrol_close_at)
    with city.reading() as work:
        data = frozen_bundle_of(work, city.here, city.draw(draw.id))
        alpha = queries.alpha_of(work, city.draw(draw.id))
    now = int(draw.phi_at.timestamp())
    assert alpha_to_prove(data, parse_policy(city.policy().encode()), now=now) == alpha
    stack.close()
    unseen = an_open_draw(city, mode="D2")
    enrol(city, unseen)
    run_at(city, unseen.enrol_close_at)
    with city.reading() as work, pytest.raises(NoBundleYetError):
        frozen_bundle_of(work, city.here, city.draw(unseen.id))
