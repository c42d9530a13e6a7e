"""Each ground is found alone, a crowd is none, and suggestions come with reasons and strength."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market import regulations
from market.affiliations.detection import Profile, normal_address, normal_phone, suggest
from market.affiliations.profiles import limits_of
from market.affiliations.rules import Ground, Party, PartyRole, code_key, person_key
from tests.market.conftest import MONDAY_MORNING

LIMITS = limits_of(regulations.in_force("affiliations", MONDAY_MORNING.date()))
PERSON = person_key("f" * 64)
STATE = code_key("11440300MA5000099A")


def controlled_by(key):
    return (Party(role=PartyRole.CONTROLLER, key=key),)


def held_by(key, share):
    return (Party(role=PartyRole.SHAREHOLDER, key=key, share_bp=share),)


def grounds_of(first, second, *others):
    found = suggest([Profile(code="A", **first), Profile(code="B", **second), *others], LIMITS)
    return {(one.first, one.second): one.grounds for one in found}.get(("A", "B"), ())


SAME = [
    ({"parties": controlled_by(PERSON)}, {"parties": controlled_by(PERSON)}, Ground.CONTROLLER),
    ({"parties": controlled_by(code_key("B"))}, {}, Ground.CONTROLLER),
    ({"parties": held_by(code_key("B"), 5_000)}, {}, Ground.SHAREHOLDER),
    ({"legal_digest": "x"}, {"legal_digest": "x"}, Ground.LEGAL_REPRESENTATIVE),
    ({"parties": held_by(PERSON, 2_500)}, {"parties": held_by(PERSON, 4_000)}, Ground.SHAREHOLDER),
    ({"accounts": frozenset({"a"})}, {"accounts": frozenset({"a"})}, Ground.ACCOUNT),
    ({"phones": frozenset({"1"})}, {"phones": frozenset({"1", "2"})}, Ground.PHONE),
    ({"staff": frozenset({"s", "t"})}, {"staff": frozenset({"t"})}, Ground.STAFF),
    ({"addresses": frozenset({"路1号"})}, {"addresses": frozenset({"路1号"})}, Ground.ADDRESS),
    ({"users": frozenset({"张三"})}, {"users": frozenset({"张三"})}, Ground.SIGN_IN),
    ({"legal_name": "陈立"}, {"legal_name": "陈立"}, Ground.REPRESENTATIVE_NAME),
]
NOT_SAME = [
    ({}, {}),
    ({"parties": controlled_by(STATE)}, {"parties": controlled_by(STATE)}),
    ({"parties": held_by(STATE, 4_000)}, {"parties": held_by(STATE, 4_000)}),
    ({"parties": held_by(PERSON, 2_499)}, {"parties": held_by(PERSON, 4_000)}),
    ({"legal_digest": ""}, {"legal_digest": ""}),
    ({"phones": frozenset({""})}, {"phones": frozenset({""})}),
]


def test_every_ground_is_tried():
    assert {ground for _, _, ground in SAME} == set(Ground)


@pytest.mark.parametrize(("first", "second", "ground"), SAME)
def test_each_ground_is_found_alone(first, second, ground):
    assert grounds_of(first, second) == (ground,)


@pytest.mark.parametrize(("first", "second"), NOT_SAME)
def test_what_is_no_ground_is_not_suggested(first, second):
    assert grounds_of(first, second) == ()


def test_a_majority_is_control_and_a_share():
    first = {"parties": held_by(code_key("B"), 5_001)}
    assert grounds_of(first, {}) == (Ground.CONTROLLER, Ground.SHAREHOLDER)


def test_a_controller_above_two_chains_is_found():
    above = Profile(code="M", parties=controlled_by(PERSON))
    first, second = {"parties": held_by(code_key("M"), 6_000)}, {"parties": controlled_by(PERSON)}
    assert grounds_of(first, second, above) == (Ground.CONTROLLER,)


def test_a_crowd_at_one_address_is_no_reason():
    many = [Profile(code=f"{n:03d}", addresses=frozenset({"园区1号"})) for n in range(LIMITS.crowd)]
    assert len(suggest(many, LIMITS)) == LIMITS.crowd * (LIMITS.crowd - 1) // 2
    assert suggest([*many, Profile(code="Z", addresses=frozenset({"园区1号"}))], LIMITS) == []


def test_strengths_add_up_to_no_more_than_all_and_the_strongest_comes_first():
    same = {"legal_digest": "x", "parties": controlled_by(PERSON), "phones": frozenset({"1"})}
    found = suggest(
        [Profile(code="A", **same), Profile(code="B", **same),
         Profile(code="C", phones=frozenset({"1"}))],
        LIMITS,
    )  # fmt: skip
    assert [(one.first, one.second, one.strength) for one in found] == [
        ("A", "B", 100),
        ("A", "C", 30),
        ("B", "C", 30),
    ]


def test_one_representative_is_not_two_reasons():
    same = {"legal_digest": "x", "legal_name": "陈立"}
    assert grounds_of(same, same) == (Ground.LEGAL_REPRESENTATIVE,)


@pytest.mark.parametrize(
    "text",
    [
        "示范市滨河路8号2栋301",
        "某某省示范市滨河路 8 号 2 号楼301室",
        "示范市滨河路８号２座301房",
        "示范市滨河路8号-2幢-301",
    ],
)
def test_one_address_is_written_in_many_ways(text):
    assert normal_address(text) == "示范市滨河路8号2栋301"


def test_different_rooms_stay_different():
    assert normal_address("滨河路8号301室") != normal_address("滨河路8号302室")


@pytest.mark.parametrize("text", ["0755-86001234", "(0755) 86001234", "+86 0755 86001234"])
def test_one_telephone_is_written_in_many_ways(text):
    assert normal_phone(text) == "075586001234"


PROFILES = st.lists(
    st.builds(
        Profile,
        code=st.text("ABCDEFGH", min_size=1, max_size=2),
        phones=st.frozensets(st.sampled_from(["1", "2", "3"]), max_size=2),
        staff=st.frozensets(st.sampled_from(["x", "y"]), max_size=2),
    ),
    max_size=6,
    unique_by=lambda profile: profile.code,
)


@given(PROFILES)
def test_the_order_of_the_firms_does_not_matter(profiles):
    found = suggest(profiles, LIMITS)
    assert found == suggest(list(reversed(profiles)), LIMITS)
    assert all(one.first < one.second and 1 <= one.strength <= 100 for one in found)
