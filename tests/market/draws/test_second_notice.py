"""What may follow a draw that was called off: a second notice, or only a new need."""

from datetime import timedelta

import pytest

from lottery.policy import parse_policy
from lottery.verify import examine
from market.draws import queries
from market.draws.bundles import frozen_bundle_of
from market.draws.errors_values import NoSecondNoticeError
from market.draws.model import Draw
from market.draws.rules import CUT_MARGIN, LOST_AFTER, DrawState, may_be_followed
from market.needs import actions as needs
from market.needs.actions import REASON_SHORTEST
from market.needs.queries import locked as locked_need
from market.needs.rules import NeedState
from tests.market.draws.believing import faults, outcomes, report, run_at
from tests.market.draws.test_closing import renotice
from tests.market.draws.test_pages import site_of
from tests.market.factories.draws import an_open_draw, enrol, publish
from tests.market.factories.witnesses import witnessed

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


def voided(city, late):
    """Return a draw whose worker was down, and came back so long after the value's instant."""
    draw = an_open_draw(city)
    enrol(city, draw)
    run_at(city, draw.phi_at + late)
    draw = city.draw(draw.id)
    assert draw.state is DrawState.VOID
    return draw


@pytest.mark.parametrize("late", [-CUT_MARGIN + SECOND, -SECOND, HOUR])
def test_no_second_notice_follows_a_draw_that_was_called_off_too_late(city, late):
    draw = voided(city, late)
    assert "不能再次公告" in city.need(draw.id).failure
    with pytest.raises(NoSecondNoticeError, match="照此另建一条需求"):
        renotice(city, draw)
    assert city.need(draw.id).state is NeedState.FAILED


def test_the_verifier_would_fail_it_for_ever_which_is_why(city, monkeypatch):
    draw = voided(city, HOUR)
    monkeypatch.setattr("market.draws.actions.publishing.may_be_followed", lambda **_: True)
    second = renotice(city, draw)
    enrol(city, second)
    run_at(city, second.enrol_close_at)
    with city.reading() as work:
        data = frozen_bundle_of(work, city.here, city.draw(second.id))
    found = examine(data, parse_policy(city.policy().encode()))
    assert outcomes(found)["V3"] == "passed"
    assert outcomes(found)["V12"] == "failed"


@pytest.mark.parametrize("late", [-CUT_MARGIN, LOST_AFTER])
def test_what_was_called_off_in_time_or_is_lost_may_be_followed(city, late):
    draw = voided(city, late)
    run_at(city, city.clock() + 5 * SECOND)
    second = renotice(city, draw)
    enrol(city, second)
    run_at(city, second.enrol_close_at)
    run_at(city, second.phi_at)
    assert faults(report(city, second)) == []


def test_a_notice_that_was_already_asked_for_is_not_published_either(city, monkeypatch):
    draw = voided(city, HOUR)
    with monkeypatch.context() as patched:
        patched.setattr("market.draws.actions.publishing.may_be_followed", lambda **_: True)
        with city.work(city.clerk) as work:
            needs.renotice(work, locked_need(work, draw.need_id))
        with city.work(city.approver) as work:
            needs.approve(work, locked_need(work, draw.need_id))
    need = city.need(draw.id)
    with pytest.raises(NoSecondNoticeError):
        publish(city, need)
    page = site_of(city).as_(city.operator).get(f"/needs/{need.id}/check").text
    assert "有不符合的要点，不能发布公告" in page
    assert "不能再次公告" in page
    with city.work(city.operator) as work:
        needs.return_to_owner(work, locked_need(work, need.id), "理" * REASON_SHORTEST)
    owner = site_of(city).as_(city.clerk)
    page = owner.get(f"/needs/{need.id}/own").text
    assert "照此另建一条需求" in page
    assert "提交审批" not in page


def test_a_calling_off_that_no_quorum_saw_in_time_is_not_followed(city, tmp_path):
    with witnessed(city, tmp_path / "witnesses") as (watched, stack, _):
        draw = an_open_draw(watched)
        enrol(watched, draw, watched.firms[0][1])
        stack.close()
        run_at(watched, draw.enrol_close_at)
        assert watched.draw(draw.id).state is DrawState.VOID
        with watched.reading() as work:
            stored = work.session.get_one(Draw, draw.id)
            assert queries.cut_of(work, stored) is None
        run_at(watched, draw.phi_at - CUT_MARGIN + SECOND)
        with pytest.raises(NoSecondNoticeError):
            renotice(watched, draw)


def test_the_owner_is_told_and_copies_the_need_with_one_click(city):
    draw = voided(city, HOUR)
    need = city.need(draw.id)
    client = site_of(city).as_(city.clerk)
    assert "照此另建一条需求" in client.get("/workbench").text
    page = client.get(f"/needs/{need.id}/own").text
    assert "修改并再次公告" not in page
    assert "本需求不能再次公告" in page
    assert f"/needs/new?item={need.item_code}&amp;copy={need.id}" in page
    assert client.get(f"/needs/{need.id}/renotice").status_code == 409
    form = client.get(f"/needs/new?item={need.item_code}&copy={need.id}").text
    assert need.title in form
    assert need.content in form
    other = site_of(city).as_(city.operator)
    assert other.get(f"/needs/new?item={need.item_code}&copy={need.id}").status_code == 403


def test_a_need_that_may_be_announced_again_is_not_offered_to_be_replaced(city):
    draw = an_open_draw(city)
    client = site_of(city).as_(city.clerk)
    assert "照此另建" not in client.get(f"/needs/{draw.need_id}/own").text
    run_at(city, draw.enrol_close_at)
    page = site_of(city).as_(city.clerk).get(f"/needs/{draw.need_id}/own").text
    assert "修改并再次公告" in page
    assert "照此另建" not in page


def test_a_need_of_somebody_else_is_not_copied(city):
    client = site_of(city).as_(city.clerk)
    draw = an_open_draw(city)
    need = city.need(draw.id)
    assert client.get(f"/needs/new?item={need.item_code}&copy={need.id + 99}").status_code == 404


@pytest.mark.parametrize(
    ("seconds", "is_kept", "is_looked_for", "may"),
    [
        (-61, True, False, True),
        (-60, False, True, True),
        (-60, False, False, False),
        (-59, True, True, False),
        (604_799, True, True, False),
        (604_800, False, False, True),
    ],
)
def test_when_a_notice_may_follow(clock, seconds, is_kept, is_looked_for, may):
    phi_at = clock()
    found = may_be_followed(
        voided_at=phi_at + seconds * SECOND,
        phi_at=phi_at,
        is_kept=is_kept,
        is_looked_for=is_looked_for,
    )
    assert found is may


def test_a_log_with_witnesses_is_not_said_to_have_none(city, tmp_path):
    alone = "尚无独立见证人"
    item = "/needs/new?item=ZJ-01-001-02"
    assert alone in site_of(city).as_(city.clerk).get(item).text
    with witnessed(city, tmp_path / "witnesses") as (watched, _, _):
        assert alone not in site_of(watched).as_(watched.clerk).get(item).text
        an_open_draw(watched, mode="A")
        needs_page = site_of(watched).as_().get("/needs/XQ-2026-000001")
        assert needs_page.status_code == 200
        assert alone not in needs_page.text
