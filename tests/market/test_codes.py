"""Numbers that identify: real codes pass, one wrong character never does."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from market.codes import (
    ALPHABET,
    CodeBodyError,
    CodeCharacterError,
    CodeCheckError,
    CodeLengthError,
    CodeRegionError,
    CodeRegistryError,
    IdNumberError,
    PhoneError,
    check_character,
    credit_code,
    id_number,
    make_code,
    mobile,
    phone,
    read_credit_code,
)

# Codes that large companies print on their own sites, and one of a village collective.
REAL = (
    "91110000802100433B",
    "91330100799655058B",
    "9144030071526726XG",
    "914403001922038216",
    "91110108551385082Q",
    "N2440100MF1234567Q",
)

bodies = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8)
prefixes = st.sampled_from(["91", "92", "93", "11", "12", "51", "52", "31", "N2", "Y1", "A1"])
codes = st.builds(make_code, prefixes, st.sampled_from(["100000", "440100", "659001"]), bodies)


@pytest.mark.parametrize("code", REAL)
def test_real_codes_are_valid(code: str):
    assert read_credit_code(code).errors == ()
    assert credit_code(code) == code


@given(codes)
@settings(max_examples=50, deadline=None)
def test_made_codes_are_valid(code: str):
    read = read_credit_code(code)
    assert read.is_valid
    assert read.prefix + read.region + read.body + code[17] == code


@given(codes, st.integers(0, 17), st.sampled_from(ALPHABET))
@settings(max_examples=80, deadline=None)
def test_one_wrong_character_is_always_noticed(code: str, place: int, character: str):
    assume(code[place] != character)
    assert not read_credit_code(code[:place] + character + code[place + 1 :]).is_valid


@given(codes, st.integers(0, 16))
@settings(max_examples=80, deadline=None)
def test_two_swapped_neighbours_are_always_noticed(code: str, place: int):
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assume(swapped != code)
    assert not read_credit_code(swapped).is_valid


def test_the_inner_check_is_an_error_of_its_own():
    first_17 = "91440101MA5ABCDE1"
    read = read_credit_code(first_17 + check_character(first_17))
    assert [type(error) for error in read.errors] == [CodeBodyError]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", CodeLengthError),
        ("9111000080210043", CodeLengthError),
        ("91110000802100433B0", CodeLengthError),
        ("9111000080210043OB", CodeCharacterError),
        ("9111000080210043中B", CodeCharacterError),
        ("Z1110000802100433B", CodeCharacterError),
        ("91110000802100433C", CodeCheckError),
        ("H1110000802100433B", CodeRegistryError),
        ("91990000802100433B", CodeRegionError),
        ("91A10000802100433B", CodeRegionError),
    ],
)
def test_each_fault_is_named(text: str, error: type):
    assert error in {type(e) for e in read_credit_code(text).errors}
    with pytest.raises(error) as caught:
        credit_code(text, field="code")
    assert caught.value.field == "code"


@pytest.mark.parametrize(
    "typed",
    ["91110000 8021 00433b", "９１１１００００８０２１００４３３Ｂ", " 91-110000-802100433-B\t"],
)
def test_habits_of_typing_are_forgiven(typed: str):
    assert credit_code(typed) == "91110000802100433B"


def test_parts_that_make_no_code_are_refused():
    with pytest.raises(ValueError, match="999999"):
        make_code("91", "999999", "MA5ABCDE")


@pytest.mark.parametrize("typed", ["13812345678", "+86 199-1234-5678", "１３８１２３４５６７８"])
def test_mobile_numbers(typed: str):
    assert len(mobile(typed)) == 11
    assert phone(typed) == mobile(typed)


@pytest.mark.parametrize("typed", ["", "12812345678", "1381234567", "138123456789", "١٣٨١٢٣٤٥٦٧٨"])
def test_what_is_no_mobile_number(typed: str):
    with pytest.raises(PhoneError) as caught:
        mobile(typed)
    assert caught.value.field == "mobile"


def test_landlines_and_hotlines():
    assert phone("（020）8123-4567") == "02081234567"
    assert phone("0797-8123456") == "07978123456"
    assert phone("400-800-8888") == "4008008888"
    assert phone("12345", hotline=True) == "12345"
    for typed in ("12345", "81234567", "020-1"):
        with pytest.raises(PhoneError):
            phone(typed)


def test_an_identity_number_gives_a_birthday_and_hides_itself():
    person = id_number("11010519491231002x")  # the example of the standard
    assert person.birth_on.isoformat() == "1949-12-31"
    assert person.masked == "1101**********002X"
    assert "19491231" not in repr(person)
    assert person.digest(b"a" * 32) == id_number("11010519491231002X").digest(b"a" * 32)
    assert person.digest(b"a" * 32) != person.digest(b"b" * 32)


@pytest.mark.parametrize(
    "typed",
    ["", "110105194912310021", "11010519490231002X", "99010519491231002X", "1101051949123100"],
)
def test_what_is_no_identity_number(typed: str):
    with pytest.raises(IdNumberError) as caught:
        id_number(typed)
    assert typed not in str(caught.value) or not typed
