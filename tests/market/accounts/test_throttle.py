from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from market.accounts import doors, jobs, throttle
from market.accounts.errors import TooManyAttemptsError, WrongPasswordError
from market.accounts.model import SignInAttempt, UserSession
from market.accounts.rules import (
    ENROL_PER_ADDRESS,
    PER_ACCOUNT,
    PER_ADDRESS,
    PER_KNOWN_ADDRESS,
    AttemptKind,
    AttemptOutcome,
)
from market.accounts.throttle import Try
from market.installation import Installation
from tests.market.factories.accounts import PASSWORD, a_person

HOME = "192.0.2.1"


def guess(here, username, address, password="not the password"):
    try:
        doors.sign_in(here, username=username, password=password, address=address)
    except (WrongPasswordError, TooManyAttemptsError) as error:
        return type(error)
    return None


def rows(here, *where):
    with here.sessions() as session:
        return session.scalar(select(func.count()).select_from(SignInAttempt).where(*where))


def test_an_account_is_guessed_at_only_so_often_from_whatever_addresses(here, clock):
    user = a_person(here)
    answers = [guess(here, user.username, f"198.51.100.{n}") for n in range(PER_ACCOUNT.tries + 5)]
    assert answers == [WrongPasswordError] * PER_ACCOUNT.tries + [TooManyAttemptsError] * 5
    assert guess(here, user.username, "203.0.113.9", PASSWORD) is TooManyAttemptsError
    clock.advance(PER_ACCOUNT.window)
    assert guess(here, user.username, "203.0.113.9", PASSWORD) is None


def test_an_address_guesses_only_so_often_at_whatever_accounts(fast_here):
    answers = [guess(fast_here, f"someone{n}", HOME) for n in range(PER_ADDRESS.tries + 3)]
    assert answers == [WrongPasswordError] * PER_ADDRESS.tries + [TooManyAttemptsError] * 3
    assert guess(fast_here, "another", "192.0.2.2") is WrongPasswordError


def test_names_that_do_not_exist_are_counted_like_those_that_do(fast_here):
    answers = [guess(fast_here, "nobody", f"10.0.0.{n}") for n in range(PER_ACCOUNT.tries + 1)]
    assert answers[-1] is TooManyAttemptsError
    assert guess(fast_here, "  NoBody ", "10.0.1.1") is TooManyAttemptsError


def test_a_victim_signs_in_from_where_they_signed_in_before(here, clock):
    user = a_person(here)
    assert guess(here, user.username, HOME, PASSWORD) is None
    clock.advance(timedelta(days=30))
    for n in range(PER_ACCOUNT.tries):
        guess(here, user.username, f"198.51.100.{n}")
    for n in range(PER_ADDRESS.tries):
        guess(here, f"stranger{n}", HOME)
    assert guess(here, user.username, "198.51.100.77") is TooManyAttemptsError
    assert guess(here, "stranger", HOME) is TooManyAttemptsError
    assert guess(here, user.username, HOME, PASSWORD) is None


def test_a_known_address_has_a_limit_too(fast_here):
    user = a_person(fast_here)
    assert guess(fast_here, user.username, HOME, PASSWORD) is None
    answers = [guess(fast_here, user.username, HOME) for _ in range(PER_KNOWN_ADDRESS.tries + 1)]
    assert answers[-2:] == [WrongPasswordError, TooManyAttemptsError]


def test_signing_in_often_is_not_guessing(fast_here):
    user = a_person(fast_here)
    for _ in range(PER_ACCOUNT.tries + PER_KNOWN_ADDRESS.tries + 2):
        assert guess(fast_here, user.username, HOME, PASSWORD) is None


def test_the_refusal_says_when_to_come_back(fast_here, clock):
    for n in range(PER_ACCOUNT.tries):
        guess(fast_here, "somebody", f"198.51.100.{n}")
        clock.advance(timedelta(seconds=30))
    with pytest.raises(TooManyAttemptsError) as caught:
        doors.sign_in(fast_here, username="somebody", password="x", address=HOME)
    wait = PER_ACCOUNT.window - timedelta(seconds=30 * PER_ACCOUNT.tries)
    assert caught.value.retry_after_seconds == wait.total_seconds()
    clock.advance(wait - timedelta(seconds=1))
    assert guess(fast_here, "somebody", HOME) is TooManyAttemptsError
    clock.advance(timedelta(seconds=1))
    assert guess(fast_here, "somebody", HOME) is WrongPasswordError


def test_parallel_guesses_on_several_nodes_do_not_get_through(here):
    user = a_person(here)
    nodes = [here, Installation.open(here.config, here.clock)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda n: guess(nodes[n % 2], user.username, f"10.0.0.{n}"), range(32))
        )
    assert answers.count(WrongPasswordError) <= PER_ACCOUNT.tries
    assert answers.count(WrongPasswordError) + answers.count(TooManyAttemptsError) == len(answers)
    assert rows(here) == answers.count(WrongPasswordError)
    nodes[1].engine.dispose()


def test_the_counters_survive_a_restart(fast_here):
    for n in range(PER_ACCOUNT.tries):
        guess(fast_here, "somebody", f"198.51.100.{n}")
    again = Installation.open(fast_here.config, fast_here.clock)
    assert guess(again, "somebody", HOME) is TooManyAttemptsError
    again.engine.dispose()


def test_a_try_whose_process_died_counts(fast_here):
    for n in range(PER_ACCOUNT.tries):
        throttle.claim(fast_here, Try.at(AttemptKind.SIGN_IN, "somebody", f"198.51.100.{n}"))
    assert guess(fast_here, "somebody", HOME) is TooManyAttemptsError


def test_a_refused_try_leaves_no_row_and_so_does_not_prolong_the_wait(fast_here):
    for n in range(PER_ACCOUNT.tries + 20):
        guess(fast_here, "somebody", f"198.51.100.{n}")
    assert rows(fast_here) == PER_ACCOUNT.tries


def test_what_was_typed_as_a_name_is_not_kept(fast_here):
    guess(fast_here, "Oh my secret password", HOME)
    with fast_here.sessions() as session:
        (row,) = session.scalars(select(SignInAttempt))
    assert "secret" not in row.account_digest
    assert row.outcome is AttemptOutcome.FAILED


@pytest.mark.parametrize("typed", ["\0", "\ud800", "x" * 5000, "王", ""])
def test_a_name_no_account_can_have_is_a_wrong_password(here, typed):
    assert guess(here, typed, HOME) is WrongPasswordError


def test_registrations_from_an_address_are_counted_however_they_end(fast_here, clock):
    for n in range(ENROL_PER_ADDRESS.tries):
        doors.claim_enrolment(fast_here, f"code{n}", HOME)
    with pytest.raises(TooManyAttemptsError):
        doors.claim_enrolment(fast_here, "another", HOME)
    doors.claim_enrolment(fast_here, "another", "192.0.2.2")
    clock.advance(ENROL_PER_ADDRESS.window)
    doors.claim_enrolment(fast_here, "another", HOME)


def test_the_sweep_forgets_what_no_rule_asks_for_and_nothing_else(here, clock):
    user = a_person(here)
    guess(here, user.username, HOME, PASSWORD)
    guess(here, user.username, HOME)
    assert jobs.sweep(here) == 0
    clock.advance(timedelta(hours=2))
    assert jobs.sweep(here) == 2  # the failed try and the idle session
    assert jobs.sweep(here) == 0
    assert rows(here, SignInAttempt.outcome == AttemptOutcome.SUCCEEDED) == 1
    clock.advance(timedelta(days=90))
    assert jobs.sweep(here) == 1
    with here.sessions() as session:
        assert not session.scalars(select(UserSession)).all()
