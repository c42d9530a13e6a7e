"""Every entry reads back as it was written, and nothing outside its schema is read."""

import json
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lottery
from lottery.encoding import dumps_canonical, leaf_hash
from lottery.entries import MAX_ENTRY_BYTES, TYPES
from tests.lottery.story import DIGEST, FIRMS, Story, told

FIRM = FIRMS[0]


def logged_kinds():
    """Return one entry of every type."""
    story = told(Story(mode="D2"))
    story.call_off(9)
    logged = [lottery.decode(story.log.entries[index]) for index in story.mine]
    others = [
        lottery.Genesis(
            at=1,
            origin="log.example.cn/draw-log",
            policy=DIGEST,
            suite="ECVRF-EDWARDS25519-SHA512-TAI",
            chains=(DIGEST,),
            software=DIGEST,
            spec=DIGEST,
        ),
        lottery.Audit(at=1, size=2, rows=3, digest=DIGEST),
        lottery.Disqualify(
            at=1,
            draw=DIGEST,
            who=FIRM,
            reason="blacklisted",
            evidence=DIGEST,
            next_value=lottery.NextValue(phi=story.notice.phi, t_phi=700),
        ),
        lottery.Replace(
            at=800, draw=DIGEST, out_firm=FIRM, in_firm=FIRMS[1], rank=1, evidence=story.evidence()
        ),
    ]
    by_kind = {type(entry): entry for entry in [*logged, *others]}
    return [by_kind[cls] for cls in TYPES.values()]


ENTRIES = logged_kinds()
entries = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.kind)


@entries
def test_an_entry_reads_back(entry):
    data = entry.to_bytes()

    assert lottery.decode(data) == entry
    assert lottery.decode(data).to_bytes() == data
    assert json.loads(data)["t"] == f"ismdraw/{entry.kind}/v1"
    assert entry.leaf_hash == leaf_hash(data)


@entries
def test_no_member_may_be_missing_or_added(entry):
    members = json.loads(entry.to_bytes())
    for name in members:
        rest = {key: value for key, value in members.items() if key != name}
        with pytest.raises(lottery.EntryError):
            lottery.decode(dumps_canonical(rest))
    with pytest.raises(lottery.EntryError, match="no such member"):
        lottery.decode(dumps_canonical(members | {"zz": 1}))


@entries
def test_no_member_may_be_of_another_kind(entry):
    members = json.loads(entry.to_bytes())
    for name in members:
        for wrong in (True, [], {}, "", 2**53 - 1, [None], {"mode": "A"}, "\n"):
            if members[name] == wrong or _is_allowed(entry, name, wrong):
                continue
            with pytest.raises(lottery.EntryError):
                lottery.decode(dumps_canonical(members | {name: wrong}))


def _is_allowed(entry, name, value):
    """Say whether a value stands within the bounds of a member, by trying to make the entry."""
    attribute = {"out": "out_firm", "in": "in_firm", "next": "next_value"}.get(name, name)
    if attribute not in {item.name for item in fields(entry)}:
        return False
    as_python = tuple(value) if isinstance(value, list) else value
    try:
        replace(entry, **{attribute: as_python})
    except lottery.EntryError:
        return False
    return True


@entries
def test_other_types_and_versions_are_unknown(entry):
    members = json.loads(entry.to_bytes())
    for kind in (f"ismdraw/{entry.kind}/v2", f"ismdraw/{entry.kind}", entry.kind, "zjcs/x.v1"):
        with pytest.raises(lottery.EntryError, match="unknown"):
            lottery.decode(dumps_canonical(members | {"t": kind}))


@entries
def test_an_entry_of_the_draw_names_the_draw(entry):
    undrawn = (lottery.Genesis, lottery.Notice, lottery.Audit)

    assert isinstance(entry, lottery.DrawEntry) != isinstance(entry, undrawn)
    assert ("draw" in json.loads(entry.to_bytes())) == isinstance(entry, lottery.DrawEntry)


NOTICE = next(entry for entry in ENTRIES if isinstance(entry, lottery.Notice))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"k": 0}, "k: expected a whole number from 1"),
        ({"k": True}, "k: expected a whole number"),
        ({"k": 1.0}, "k: expected a whole number"),
        ({"a": 1001}, "a: expected"),
        ({"at": -1}, "at: expected"),
        ({"need": "2026 1"}, "need: expected"),
        ({"need": "编号"}, "need: expected"),
        ({"purchaser": "x"}, "purchaser: expected an 18-character"),
        ({"document": "AB" * 32}, "document: expected 64"),
        ({"document": "ab" * 31}, "document: expected 64"),
        ({"weight_rule": "by_rank"}, "weight_rule: expected one of equal, listed"),
        ({"alternates": "drawn"}, "alternates: expected one of ordered, fresh"),
        ({"alternates": "fresh"}, "a: expected 0"),
        ({"firm_commits": 1}, "firm_commits: expected true or false"),
        ({"attempt": 0}, "attempt: expected"),
        ({"prev": "none"}, "prev: expected 64"),
        ({"phi": None}, "phi: expected an object"),
        ({"phi": FIRM}, "phi: expected an object"),
        ({"contributors": (FIRM,)}, "contributors: expected an object"),
        ({"contributors": NOTICE.contributors * 2}, "one is named twice"),
        ({"contributors": list(NOTICE.contributors)}, "contributors: expected a tuple"),
    ],
)
def test_a_notice_outside_its_schema_cannot_be_made(changes, reason):
    with pytest.raises(lottery.EntryError, match=reason):
        replace(NOTICE, **changes)


@pytest.mark.parametrize(
    ("mode", "keys", "reason"),
    [
        (lottery.Mode.PLATFORM, ("ab" * 32, "cd" * 32), "mode D1 has 1 to 1"),
        (lottery.Mode.SUPERVISED, ("ab" * 32,), "mode D2 has 2 to 2"),
        (lottery.Mode.SUPERVISED, ("ab" * 32, "ab" * 32), "differ from one another"),
        (lottery.Mode.COMMITTEE, ("ab" * 32,), "mode C has 2 to 32"),
        (lottery.Mode.COMMITTEE, (), "expected 1 to 32"),
        (lottery.Mode.DRAND, ("ab" * 32,), "expected one of C, D1, D2"),
    ],
)
def test_a_mode_has_its_number_of_keys(mode, keys, reason):
    with pytest.raises(lottery.EntryError, match=reason):
        lottery.VrfSource(mode=mode, keys=keys)


@pytest.mark.parametrize("rank", [0, 2**24 + 1])
def test_a_rank_is_a_place_in_a_list(rank):
    replaced = next(entry for entry in ENTRIES if isinstance(entry, lottery.Replace))
    with pytest.raises(lottery.EntryError, match="rank: expected a whole number from 1"):
        replace(replaced, rank=rank)
    assert replace(replaced, rank=2**24)


@pytest.mark.parametrize("numbers", [(2, 1), (1, 1), (100,), (-1,)])
def test_numbers_ascend_and_have_two_digits(numbers):
    with pytest.raises(lottery.EntryError, match="numbers"):
        lottery.NumbersEvidence(numbers=numbers, source="x")
    assert lottery.NumbersEvidence(numbers=(0, 99), source="x")


@pytest.mark.parametrize(
    "value",
    [{"phi": None, "t_phi": 1}, {"t_phi": 1}, {"phi": {"mode": "A"}, "t_phi": 1}, 1, [], ""],
)
def test_a_next_value_is_null_or_whole(value):
    entry = next(entry for entry in ENTRIES if isinstance(entry, lottery.Disqualify))
    members = json.loads(entry.to_bytes())

    assert lottery.decode(dumps_canonical(members | {"next": None})).next_value is None
    with pytest.raises(lottery.EntryError, match="next: "):
        lottery.decode(dumps_canonical(members | {"next": value}))


@pytest.mark.parametrize(
    "phi",
    [
        {"mode": "A", "chain": "ab" * 32, "round": 0},
        {"mode": "A", "chain": "ab" * 32, "round": 1, "issue": "1"},
        {"mode": "A", "keys": ["ab" * 32]},
        {"mode": "E"},
        {"mode": ["A"]},
        {"mode": {}},
        {},
        [],
    ],
)
def test_a_source_is_of_one_closed_form(phi):
    members = json.loads(NOTICE.to_bytes())

    with pytest.raises(lottery.EntryError, match="phi: "):
        lottery.decode(dumps_canonical(members | {"phi": phi}))


def test_text_has_a_length_and_one_line():
    void = next(entry for entry in ENTRIES if isinstance(entry, lottery.Void))
    for text in ("", "字" * 201, "two\nlines", "\x7f"):
        with pytest.raises(lottery.EntryError, match="authority"):
            replace(void, authority=text)
    assert replace(void, authority="字" * 200)


def test_an_entry_has_a_greatest_length():
    with pytest.raises(lottery.EntryError, match="longer than 65535"):
        lottery.decode(b" " * (MAX_ENTRY_BYTES + 1))


@pytest.mark.parametrize(
    "data", [b"", b"null", b"[]", b"{}", b'{"t":1}', b'{"t":null}', b'"t"', b"\xff", b"1.5"]
)
def test_what_is_no_entry_is_refused(data):
    with pytest.raises(lottery.EntryError):
        lottery.decode(data)


@given(entry=st.sampled_from(ENTRIES), data=st.data())
def test_every_changed_byte_is_refused_or_is_another_entry(entry, data):
    body = bytearray(entry.to_bytes())
    place = data.draw(st.integers(0, len(body) - 1))
    body[place] ^= data.draw(st.integers(1, 255))
    try:
        other = lottery.decode(bytes(body))
    except lottery.EntryError:
        return
    assert other != entry
    assert other.to_bytes() == bytes(body)


def test_a_result_at_its_limits_fits_the_log():
    order = tuple(f"91310000{number:010d}" for number in range(2000))
    result = lottery.Result(at=1, draw=DIGEST, seed=DIGEST, order=order, order_digest=DIGEST)

    assert len(result.to_bytes()) <= MAX_ENTRY_BYTES


def test_a_freeze_stays_below_a_kilobyte_for_a_usual_draw():
    freeze = next(entry for entry in ENTRIES if isinstance(entry, lottery.Freeze))

    assert len(freeze.to_bytes()) < 1024
