import re
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

import pytest

from market.accounts import doors
from market.accounts.errors import WrongPasswordError
from market.accounts.model import User
from market.accounts.passwords import Passwords, hasher, temporary_password
from market.accounts.rules import CommonPasswordError, check_password
from tests.market.factories.accounts import PASSWORD, a_person

CHEAP = hasher(64)


def test_a_hash_is_argon2id_at_the_configured_cost_and_salted():
    one, two = CHEAP.hash(PASSWORD), CHEAP.hash(PASSWORD)
    assert one.encoded.startswith("$argon2id$v=19$m=64,t=3,p=4$")
    assert one.encoded != two.encoded
    assert PASSWORD not in repr(one)


def test_a_password_matches_its_hash_only():
    encoded = CHEAP.hash(PASSWORD).encoded
    assert CHEAP.matches(encoded, PASSWORD)
    assert not CHEAP.matches(encoded, PASSWORD + " ")
    assert not CHEAP.matches("not a hash", PASSWORD)
    assert not CHEAP.matches(None, PASSWORD)


def test_full_width_and_composed_letters_are_the_same_password():
    assert CHEAP.matches(CHEAP.hash("Ｓtille Póst 42").encoded, "Stille Po\u0301st 42")


def test_a_chosen_password_is_checked_before_it_is_hashed():
    with pytest.raises(CommonPasswordError):
        CHEAP.choose("password123", "nobody")


def test_a_hash_of_another_cost_is_outdated_and_renewed_at_sign_in(fast_here):
    dearer = Passwords(128)
    user = a_person(fast_here, password=dearer.choose(PASSWORD, "nobody"))
    assert CHEAP.is_outdated(user.password_hash)
    doors.sign_in(fast_here, username=user.username, password=PASSWORD, address="192.0.2.1")
    with fast_here.sessions() as session:
        now = session.get_one(User, user.id).password_hash
    assert not CHEAP.is_outdated(now)
    assert CHEAP.matches(now, PASSWORD)


def test_a_wrong_password_renews_nothing(fast_here):
    user = a_person(fast_here, password=Passwords(128).choose(PASSWORD, "nobody"))
    with pytest.raises(WrongPasswordError):
        doors.sign_in(fast_here, username=user.username, password="x", address="192.0.2.1")
    with fast_here.sessions() as session:
        assert session.get_one(User, user.id).password_hash == user.password_hash


def test_a_name_that_does_not_exist_takes_as_long_as_a_wrong_password():
    passwords = Passwords(16384)
    encoded = passwords.hash(PASSWORD).encoded

    def fastest(known):
        times = []
        for _ in range(5):
            start = perf_counter()
            passwords.matches(known, "wrong")
            times.append(perf_counter() - start)
        return min(times)

    exists, missing = fastest(encoded), fastest(None)
    assert missing > exists / 2
    assert exists > missing / 2


def test_more_people_than_turns_are_served_one_after_another():
    encoded = CHEAP.hash(PASSWORD).encoded
    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(lambda _: CHEAP.matches(encoded, PASSWORD), range(32)))


def test_temporary_passwords_are_readable_different_and_good_enough():
    several = {temporary_password() for _ in range(50)}
    assert len(several) == 50
    for password in several:
        assert re.fullmatch(r"([2-9b-z]{4}-){3}[2-9b-z]{4}", password)
        check_password(password, "wang.li")
