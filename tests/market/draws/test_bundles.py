"""The bundle: the same bytes each time, believed as it is, and not after any change."""

import subprocess
import sys
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.keys import KeyType, Signer
from lottery.bundle import read
from lottery.errors import BundleError
from lottery.policy import parse_policy
from lottery.verify import examine
from market import log
from market.draws import bundles, jobs, verification
from market.draws.bundles import bundle_of
from market.draws.errors import NoBundleYetError
from tests.market.factories.draws import a_drawn_draw, a_frozen_draw, an_open_draw, enrol


def bundle(city, draw) -> bytes:
    with city.reading() as work:
        return bundle_of(work, city.here, draw)


@pytest.mark.parametrize("make", [an_open_draw, a_frozen_draw])
def test_there_is_no_bundle_before_the_result(city, make):
    draw = make(city)
    with pytest.raises(NoBundleYetError):
        bundle(city, draw)


def test_the_bundle_names_the_draw_and_holds_all_its_entries(city):
    draw = a_drawn_draw(city)
    parts = read(bundle(city, draw))
    assert parts.draw == draw.draw_hash
    assert len(parts.entries) == 1 + 4 + 4
    assert parts.cut is not None


def test_the_log_grows_and_the_bundle_still_verifies(city):
    draw = a_drawn_draw(city)
    before = bundle(city, draw)
    other = an_open_draw(city)
    enrol(city, other)
    city.clock.move_to(other.enrol_close_at)

    jobs.run_due(city.here)
    after = bundle(city, draw)
    policy = parse_policy(city.policy().encode())
    assert before != after
    assert examine(before, policy).ok
    assert examine(after, policy).ok


@pytest.fixture
def whole(city):
    draw = a_drawn_draw(city)
    return bundle(city, draw), parse_policy(city.policy().encode())


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_no_byte_of_the_content_can_be_changed(whole, data):
    """A byte of the zip's own head may mean nothing; then the content is what it was."""
    good, policy = whole
    place = data.draw(st.integers(0, len(good) - 1))
    mask = data.draw(st.integers(1, 255))
    bad = good[:place] + bytes([good[place] ^ mask]) + good[place + 1 :]
    with suppress(BundleError):
        assert not examine(bad, policy).ok or read(bad) == read(good)


def test_a_policy_that_trusts_another_key_does_not_believe_it(whole, city):
    good, _ = whole
    forged = Signer(city.here.config.origin, KeyType.ED25519, bytes(32)).verifier.vkey
    report = examine(good, parse_policy(f"log {forged}\nquorum none\n".encode()))
    assert not report.ok
    assert report.checks[0].outcome == "failed"


def test_the_command_for_outsiders_says_so_too(city, tmp_path):
    draw = a_drawn_draw(city)
    good = bundle(city, draw)
    (tmp_path / "policy").write_text(city.policy(), "utf-8")
    command = [sys.executable, "-m", "lottery", "verify"]
    for name, content, code in (
        ("good.zip", good, 0),
        ("bad.zip", good.replace(b'"k":1', b'"k":2', 1), 1),
        ("none.zip", b"nothing", 2),
    ):
        (tmp_path / name).write_bytes(content)
        done = subprocess.run(
            [*command, tmp_path / name, "--policy", tmp_path / "policy"],
            capture_output=True,
            check=False,
        )
        assert done.returncode == code, done.stdout.decode() + done.stderr.decode()


def test_with_the_whole_log_and_the_receipts_nothing_is_left_out(city, tmp_path):
    draw = an_open_draw(city)
    made = enrol(city, draw)
    log.sequence(city.here)
    with city.reading() as work:
        receipts = [log.receipt(work, city.here, each.submission_id) for each in made]
    for at in (draw.enrol_close_at, draw.phi_at):
        city.clock.move_to(at)
        jobs.run_due(city.here)
    log.export(city.here, tmp_path / "log")
    (tmp_path / "policy").write_text(city.policy(), "utf-8")
    (tmp_path / "draw.zip").write_bytes(bundle(city, city.draw(draw.id)))
    words = [tmp_path / "draw.zip", "--policy", tmp_path / "policy", "--log", tmp_path / "log"]
    for number, receipt in enumerate(receipts):
        (tmp_path / f"{number}.tlog-proof").write_text(receipt, "utf-8")
        words += ["--receipt", tmp_path / f"{number}.tlog-proof"]
    done = subprocess.run(
        [sys.executable, "-m", "lottery", "verify", *words], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()


def test_the_verification_a_page_shows_is_made_once_for_each_size_of_the_log(city):
    draw = a_drawn_draw(city)
    with city.reading() as work:
        first = verification.report_of(work, city.here, draw)
        assert first is not None
        assert first.ok
        assert verification.report_of(work, city.here, draw) is first
    an_open_draw(city)

    log.sequence(city.here)
    with city.reading() as work:
        assert verification.report_of(work, city.here, draw, fresh=False) is first
        again = verification.report_of(work, city.here, draw)
        assert again is not first
        assert again.ok


def test_before_the_result_there_is_no_verification(city):
    draw = an_open_draw(city)
    with city.reading() as work:
        assert verification.report_of(work, city.here, draw) is None
    assert bundles.size_of(b"origin\n17\nroot\n") == 17
