"""Contributors: committed before the close, revealed after the freeze, never waited for."""

from datetime import timedelta

import pytest

from lottery.beacon import ed25519
from lottery.entries import Close, Freeze, decode
from lottery.seed import commit as commitment_of
from market.access import OrgKind, Role
from market.accounts.queries import organisation
from market.draws import actions, queries
from market.draws.errors import (
    CommitRefusedError,
    CommittedAlreadyError,
    ContributorKeyError,
    EnrolmentClosedError,
    KeyTakenError,
    NoContributorError,
    NotCommittedError,
    RevealClosedError,
    RevealedAlreadyError,
    RevealRefusedError,
)
from market.draws.errors_values import NotHeldError, SecretShownError
from market.draws.model import Draw
from market.draws.protocol import to_sign
from market.draws.rules import Absence, DrawState, Wait
from market.errors import ForbiddenError
from tests.market.draws.believing import faults, outcomes, report, run_at
from tests.market.factories.draws import a_city, a_contributor, an_open_draw, enrol
from tests.market.factories.firms import a_person

OWNER, REGULATOR = b"\x01" * 32, b"\x02" * 32
VALUE = b"\x33" * 32
SECOND = timedelta(seconds=1)


def contributors(city):
    """Give the owner and a regulator keys; return name, person and secret of each."""
    officer = a_person(city.here, OrgKind.REGULATOR, Role.REGULATOR_OFFICER)
    return [
        (a_contributor(city, city.clerk, OWNER), city.clerk, OWNER),
        (a_contributor(city, officer, REGULATOR), officer, REGULATOR),
    ]


def commit(city, draw, who, person, secret, *, value=VALUE):
    made = commitment_of(bytes.fromhex(draw.draw_hash), who, value)
    with city.work(person) as work:
        signature = ed25519.sign(secret, to_sign(draw, made))
        draw = work.session.get_one(Draw, draw.id)
        return actions.contributions.commit(work, draw, who, made, signature)


def reveal(city, draw, who, person, value=VALUE):
    with city.work(person) as work:
        draw = work.session.get_one(Draw, draw.id)
        return actions.contributions.reveal(work, draw, who, value)


def entry(city, draw, kind):
    with city.reading() as work:
        return decode(queries.entries_of(work, draw, kind)[0].body)


def cut(city, draw):
    with city.reading() as work:
        return queries.cut_of(work, draw)


@pytest.fixture
def named(city):
    parties = contributors(city)
    draw = an_open_draw(city)
    enrol(city, draw)
    return city, draw, parties


def test_both_reveal_and_the_draw_is_believed(here, clock):
    city = a_city(here, clock)
    parties = contributors(city)
    draw = an_open_draw(city)
    enrol(city, draw)
    for who, person, secret in parties:
        commit(city, draw, who, person, secret, value=secret)
    run_at(city, draw.enrol_close_at)
    closed, frozen = entry(city, draw, "close"), entry(city, draw, "freeze")
    assert isinstance(closed, Close)
    assert isinstance(frozen, Freeze)
    assert (closed.commits, len([c for c in frozen.commits if c])) == (2, 2)
    assert cut(city, draw) is None
    with city.reading() as work:
        [block] = queries.what_blocks(work, here, city.draw(draw.id))
        assert (block.kind, block.facts["count"]) == (Wait.REVEALS, 2)
    for who, person, secret in parties:
        assert cut(city, draw) is None
        reveal(city, draw, who, person, secret)
        run_at(city, city.clock() + SECOND)
    assert cut(city, draw) is not None
    run_at(city, draw.phi_at)
    assert city.draw(draw.id).state is DrawState.DRAWN
    found = report(city, draw)
    assert faults(found) == []
    assert outcomes(found)["V7"] == "passed"
    with city.reading() as work:
        assert queries.absences_of(work, draw) == []


def test_the_notice_names_who_has_a_key_and_the_owner_only_its_own(city):
    other = a_person(city.here, OrgKind.OWNER, Role.OWNER_CLERK)
    a_contributor(city, other, b"\x09" * 32)
    parties = contributors(city)
    draw = an_open_draw(city)
    notice = entry(city, draw, "notice")
    assert [each.who for each in notice.contributors] == [who for who, _, _ in parties]
    assert [each.key for each in notice.contributors] == [
        ed25519.public_key(secret).hex() for _, _, secret in parties
    ]


def test_who_does_not_reveal_is_marked_and_nobody_waits(named):
    city, draw, parties = named
    for who, person, secret in parties:
        commit(city, draw, who, person, secret)
    run_at(city, draw.enrol_close_at)
    who, person, _ = parties[0]
    reveal(city, draw, who, person)
    run_at(city, draw.reveal_by_at)
    assert cut(city, draw) is None
    run_at(city, draw.reveal_by_at + SECOND)
    assert cut(city, draw) is not None
    run_at(city, draw.phi_at)
    found = report(city, draw)
    assert faults(found) == []
    assert outcomes(found)["V7"] == "flagged"
    with city.reading() as work:
        [absent] = queries.absences_of(work, draw)
    assert (absent.who, absent.was) == (parties[1][0], Absence.NO_REVEAL)


def test_who_does_not_commit_is_marked_and_the_cut_does_not_wait(named):
    city, draw, parties = named
    commit(city, draw, *parties[0])
    run_at(city, draw.enrol_close_at)
    reveal(city, draw, parties[0][0], parties[0][1])
    run_at(city, city.clock() + SECOND)
    assert cut(city, draw) is not None
    with city.reading() as work:
        [absent] = queries.absences_of(work, draw)
    assert (absent.who, absent.was) == (parties[1][0], Absence.NO_COMMIT)
    run_at(city, draw.phi_at)
    assert faults(report(city, draw)) == []


def test_a_reveal_after_its_time_or_after_the_cut_is_refused(named):
    city, draw, parties = named
    for party in parties:
        commit(city, draw, *party)
    who, person, _ = parties[0]
    with pytest.raises(RevealClosedError):
        reveal(city, draw, who, person)
    run_at(city, draw.enrol_close_at)
    city.clock.move_to(draw.reveal_by_at)
    reveal(city, draw, who, person)
    with pytest.raises(RevealedAlreadyError):
        reveal(city, draw, who, person)
    city.clock.move_to(draw.reveal_by_at + SECOND)
    with pytest.raises(RevealClosedError):
        reveal(city, draw, parties[1][0], parties[1][1])


def test_only_the_right_value_in_the_right_name_is_taken(named):
    city, draw, parties = named
    who, person, secret = parties[0]
    with pytest.raises(CommitRefusedError):
        commit(city, draw, who, person, b"\x07" * 32)
    with pytest.raises(ForbiddenError):
        commit(city, draw, who, parties[1][1], secret)
    with pytest.raises(NoContributorError):
        commit(city, draw, "supervisor:nobody", person, secret)
    commit(city, draw, who, person, secret)
    with pytest.raises(CommittedAlreadyError):
        commit(city, draw, who, person, secret)
    run_at(city, draw.enrol_close_at)
    for wrong in (b"\x00" * 32, VALUE[:-1], b""):
        with pytest.raises(RevealRefusedError):
            reveal(city, draw, who, person, wrong)
    with pytest.raises(NotCommittedError):
        reveal(city, draw, parties[1][0], parties[1][1])


def test_at_the_closing_second_it_is_too_late_to_commit(named):
    city, draw, parties = named
    city.clock.move_to(draw.enrol_close_at)
    with pytest.raises(EnrolmentClosedError):
        commit(city, draw, *parties[0])


def test_whoever_was_absent_twice_is_left_out_until_it_registers_again(city):
    parties = contributors(city)
    who, person, _ = parties[0]
    for times in (1, 2):
        draw = an_open_draw(city)
        enrol(city, draw)
        run_at(city, draw.enrol_close_at)
        run_at(city, draw.phi_at)
        with city.reading() as work:
            assert len(queries.absences_of(work, draw)) == 2
        assert city.draw(draw.id).state is DrawState.DRAWN, times
    assert entry(city, an_open_draw(city), "notice").contributors == ()
    a_contributor(city, person, b"\x08" * 32)
    notice = entry(city, an_open_draw(city), "notice")
    assert [each.who for each in notice.contributors] == [who]


def test_a_late_list_is_not_the_contributors_fault(named):
    city, draw, parties = named
    commit(city, draw, *parties[0])
    run_at(city, draw.reveal_by_at + timedelta(minutes=5))
    draw = city.draw(draw.id)
    assert draw.state is DrawState.FROZEN
    with city.reading() as work:
        [absent] = queries.absences_of(work, draw)
    assert (absent.who, absent.was) == (parties[1][0], Absence.NO_COMMIT)
    run_at(city, draw.phi_at)
    assert faults(report(city, draw)) == []


def test_a_key_is_registered_by_its_own_organisation_and_once(city):
    who = a_contributor(city, city.clerk, OWNER)
    with pytest.raises(KeyTakenError):
        a_contributor(city, city.clerk, OWNER)
    with city.work(city.operator) as work, pytest.raises(ForbiddenError):
        actions.contributions.register_key(work, who, ed25519.public_key(REGULATOR), bytes(64))
    with city.work(city.clerk) as work:
        for key in (b"", b"\x01" * 31, bytes(32)):
            with pytest.raises(ContributorKeyError):
                actions.contributions.register_key(work, who, key, bytes(64))


def test_a_key_is_registered_by_whoever_shows_that_it_holds_it(city):
    key = ed25519.public_key(OWNER)
    with city.work(city.clerk) as work:
        who = queries.who_of(organisation(work, work.org_id))
        message = actions.contributions.possession_message(who)
        proof = ed25519.sign(OWNER, message)
        for wrong in (b"", bytes(64), ed25519.sign(OWNER, message + b"x"), proof[:-1]):
            with pytest.raises(NotHeldError):
                actions.contributions.register_key(work, who, key, wrong)
        with pytest.raises(SecretShownError):
            actions.contributions.register_key(work, who, OWNER, proof)
        with pytest.raises(NotHeldError):
            actions.contributions.register_key(work, who, OWNER, bytes(64))
        assert actions.contributions.register_key(work, who, key, proof).public_key == key.hex()
