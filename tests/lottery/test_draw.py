"""Laws of the draw that no example can show."""

import hashlib
import string
from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lottery
from lottery.draw import check_weights
from lottery.errors import EmptyPoolError, MalformedIdError, RepeatedCandidateError, WeightError
from lottery.listing import list_root, read_list

ALPHABET = "".join(c for c in string.digits + string.ascii_uppercase if c not in "IOSVZ")
firm_ids = st.text(ALPHABET, min_size=18, max_size=18)
weights = st.integers(1, 6)
pools = st.dictionaries(firm_ids, weights, min_size=1, max_size=25)
seeds = st.binary(min_size=32, max_size=32)


def firm(number):
    return f"91310000{number:010d}"


@given(pool=pools, seed=seeds, data=st.data())
def test_the_order_of_the_list_does_not_matter(pool, seed, data):
    shuffled = dict(data.draw(st.permutations(sorted(pool.items()))))

    assert lottery.full_order(shuffled, seed) == lottery.full_order(pool, seed)


@given(pool=pools, seed=seeds, data=st.data())
def test_striking_out_firms_keeps_the_order_of_the_others(pool, seed, data):
    struck = data.draw(st.sets(st.sampled_from(sorted(pool))))
    rest = {firm: weight for firm, weight in pool.items() if firm not in struck}
    before = lottery.full_order(pool, seed)

    assert lottery.full_order(rest, seed) == [firm for firm in before if firm not in struck]


@given(pool=pools, seed=seeds, data=st.data())
def test_a_selection_is_the_beginning_of_the_whole_order(pool, seed, data):
    k = data.draw(st.integers(1, len(pool)))
    a = data.draw(st.integers(0, 30))
    selection = lottery.select(pool, seed, k, a)

    assert len(selection.winners) == k
    assert list(selection.order) == lottery.full_order(pool, seed)[: k + a]
    assert all(
        ticket.number == lottery.ticket(seed, ticket.firm_id, pool[ticket.firm_id])
        for ticket in selection.winners + selection.alternates
    )


@given(pool=pools, seed=seeds)
def test_every_firm_stands_in_the_order_exactly_once(pool, seed):
    assert sorted(lottery.full_order(pool, seed)) == sorted(pool)


@given(seed=seeds, firm_id=firm_ids, weight=st.integers(2, 20))
def test_more_weight_never_makes_a_ticket_worse(seed, firm_id, weight):
    heavy = lottery.ticket(seed, firm_id, weight)

    assert heavy <= lottery.ticket(seed, firm_id, weight - 1)
    assert heavy == min(
        hashlib.sha256(lottery.ticket_input(seed, firm_id, number)).digest()
        for number in range(weight)
    )


def test_orders_are_uniform_and_weights_are_proportional():
    # Fixed seeds, so that these counts never change: 24 orders of 4 firms, and weights 1:2:5.
    seeds_tried = [hashlib.sha256(b"%d" % number).digest() for number in range(2400)]
    four = {firm(number): 1 for number in range(4)}
    orders = Counter(tuple(lottery.full_order(four, seed)) for seed in seeds_tried)
    assert set(orders) == set(permutations(four))
    chi = sum((count - 100) ** 2 / 100 for count in orders.values())
    assert chi < 49.7, "chi-square with 23 degrees of freedom, p = 0.001"

    weighted = {firm(1): 1, firm(2): 2, firm(5): 5}
    first = Counter(lottery.full_order(weighted, seed)[0] for seed in seeds_tried)
    expected = {firm(1): 300, firm(2): 600, firm(5): 1500}
    chi = sum((first[who] - mean) ** 2 / mean for who, mean in expected.items())
    assert chi < 13.8, "chi-square with 2 degrees of freedom, p = 0.001"


def test_a_hundred_thousand_firms():
    pool = {firm(number): 1 for number in range(100_000)}
    seed = b"\7" * 32
    selection = lottery.select(pool, seed, 5, 10)

    assert selection.order == tuple(lottery.full_order(pool, seed)[:15])
    assert len(list_root((firm_id, 1, bytes(32)) for firm_id in pool)) == 32


def test_fewer_firms_than_places():
    with pytest.raises(EmptyPoolError, match=r"1 candidate\(s\) cannot fill 2") as refused:
        lottery.select({firm(1): 1}, bytes(32), 2, 0)
    assert (refused.value.candidates, refused.value.places) == (1, 2)


@pytest.mark.parametrize(("k", "a"), [(0, 1), (-1, 0), (1, -1)])
def test_a_draw_fills_at_least_one_place(k, a):
    with pytest.raises(ValueError, match="at least one place"):
        lottery.select({firm(1): 1}, bytes(32), k, a)


@pytest.mark.parametrize("code", ["", "91310000MA1FL0001", "91310000MA1FL000I7", "9131000" * 3])
@pytest.mark.parametrize("weight", [1, 2])
def test_a_firm_is_named_by_its_credit_code(code, weight):
    with pytest.raises(MalformedIdError):
        lottery.full_order({firm(1): 1, code: weight}, bytes(32))


@pytest.mark.parametrize("weight", [0, -1, 1001])
def test_weights_have_bounds(weight):
    with pytest.raises(WeightError):
        lottery.full_order({firm(1): 1, firm(2): weight}, bytes(32))
    with pytest.raises(WeightError):
        lottery.ticket(bytes(32), firm(1), weight)


def test_the_sum_of_weights_has_a_bound():
    pool = {firm(number): 1000 for number in range(16_778)}

    with pytest.raises(WeightError, match="sum of all weights"):
        check_weights(pool)


@pytest.mark.parametrize("seed", [b"", bytes(31), bytes(33)])
def test_a_seed_has_32_bytes(seed):
    with pytest.raises(ValueError, match="32 bytes"):
        lottery.full_order({firm(1): 1}, seed)


def candidate(number, **differences):
    values = {"firm_id": firm(number), "salt": "0a" * 32, "enrol_index": number}
    return lottery.Candidate(**values | {"enrol_hash": bytes(32)} | differences)


def test_a_list_is_sorted_and_reads_back():
    listed = lottery.FrozenList.of([candidate(3), candidate(1, weight=1000), candidate(2)])
    lines = read_list(listed.file)

    assert [line.firm_id for line in lines] == [firm(1), firm(2), firm(3)]
    assert [line.weight for line in lines] == [1000, 1, 1]
    assert listed.weight_total == 1002
    assert listed.digest == hashlib.sha256(listed.file).digest()
    assert listed.root == list_root((line.firm_id, line.weight, bytes(32)) for line in lines)


def test_a_firm_stands_in_a_list_once():
    with pytest.raises(RepeatedCandidateError):
        lottery.FrozenList.of([candidate(1), candidate(1, enrol_index=9)])


LINE = b'{"enrol":1,"firm":"913100000000000001","salt":"%b","weight":1}\n' % (b"0a" * 32)


@pytest.mark.parametrize(
    "data",
    [
        LINE[:-1],
        LINE + LINE,
        LINE + LINE.replace(b"01", b"00", 1),
        LINE + b"\n",
        LINE.replace(b'"weight":1', b'"weight":0'),
        LINE.replace(b'"weight":1', b'"weight":01'),
        LINE.replace(b'"enrol":1', b'"enrol":-1'),
        LINE.replace(b":", b": "),
        LINE.replace(b"0a", b"0A"),
        LINE.replace(b"91310", b"9131O"),
        b"\xff\n",
        b"[]\n",
    ],
)
def test_a_list_file_has_one_form(data):
    assert len(read_list(LINE)) == 1
    with pytest.raises(lottery.ListError):
        read_list(data)


@pytest.mark.parametrize(
    ("data", "number"),
    [
        (LINE[:-1], 1),
        (LINE + b"x", 2),
        (b"x\n" + LINE, 1),
        (LINE + b"\n", 2),
        (LINE + LINE, 2),
        (LINE + LINE.replace(b"01", b"02", 1) * 2, 3),
    ],
)
def test_the_faulty_line_of_a_list_is_named(data, number):
    with pytest.raises(lottery.ListError) as raised:
        read_list(data)

    assert raised.value.line == number


@given(st.binary(max_size=50))
@settings(max_examples=50)
def test_reading_any_list_raises_one_error_only(data):
    with pytest.raises(lottery.ListError):
        read_list(data + b"x")
