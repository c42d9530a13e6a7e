"""What may happen to a document and to an owner's registration, in every state."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.documents import owner_rules, rules
from market.documents.owner_rules import (
    BuyerDeed,
    IllegalOwnerMoveError,
    OwnerMove,
    OwnerState,
    Scope,
    Shortfall,
    shortfall,
)
from market.documents.rules import (
    ALLOWED,
    DocKind,
    DocMove,
    DocState,
    DocumentDecidedError,
    DocumentKindError,
    DocumentReasonError,
    Subject,
    Suspicion,
    check_kind,
    reason_of,
    stored_suspicions,
    suspicions_of,
)

DAY = date(2026, 3, 2)
DOCUMENT = {
    (DocState.HELD, DocMove.CLEAR): DocState.CLEARED,
    (DocState.HELD, DocMove.REJECT): DocState.REJECTED,
    (DocState.HELD, DocMove.REPLACE): DocState.REPLACED,
    (DocState.CLEARED, DocMove.REPLACE): DocState.REPLACED,
    (DocState.REJECTED, DocMove.REPLACE): DocState.REPLACED,
}
OWNER = {
    (OwnerState.DRAFT, OwnerMove.SUBMIT): OwnerState.SUBMITTED,
    (OwnerState.RETURNED, OwnerMove.SUBMIT): OwnerState.SUBMITTED,
    (OwnerState.SUBMITTED, OwnerMove.RETURN): OwnerState.RETURNED,
    (OwnerState.SUBMITTED, OwnerMove.PASS): OwnerState.CHECKED,
}


@pytest.mark.parametrize("move", DocMove)
@pytest.mark.parametrize("state", DocState)
def test_every_move_of_a_document(state, move):
    if (state, move) in DOCUMENT:
        assert rules.advance(state, move) is DOCUMENT[state, move]
        return
    with pytest.raises(DocumentDecidedError):
        rules.advance(state, move)


@pytest.mark.parametrize("move", OwnerMove)
@pytest.mark.parametrize("state", OwnerState)
def test_every_move_of_an_owner(state, move):
    if (state, move) in OWNER:
        assert owner_rules.advance(state, move) is OWNER[state, move]
        return
    with pytest.raises(IllegalOwnerMoveError):
        owner_rules.advance(state, move)


@pytest.mark.parametrize("kind", DocKind)
@pytest.mark.parametrize("subject", Subject)
def test_each_subject_is_proved_by_its_own_kinds(subject, kind):
    if kind in ALLOWED[subject]:
        check_kind(subject, kind)
        return
    with pytest.raises(DocumentKindError):
        check_kind(subject, kind)


def test_a_reason_is_words_and_not_blanks():
    assert reason_of("  照片不清晰 ", required=True) == "照片不清晰"
    assert reason_of(" ", required=False) == ""
    with pytest.raises(DocumentReasonError):
        reason_of("     不清", required=True)


@given(st.sets(st.sampled_from(Suspicion)))
def test_suspicions_are_read_as_they_were_stored(found):
    assert set(suspicions_of(stored_suspicions(found))) == found


def a_scope(**differences) -> Scope:
    usual = {
        "deeds": frozenset({BuyerDeed.POST}),
        "items": frozenset({"ZJ-01"}),
        "ceiling_fen": 100,
        "from_on": DAY,
        "to_on": DAY,
    }
    return Scope(**(usual | differences))


@pytest.mark.parametrize(
    ("scope", "lacking"),
    [
        (a_scope(), None),
        (a_scope(items=frozenset()), None),
        (a_scope(deeds=frozenset({BuyerDeed.APPROVE})), Shortfall.DEED),
        (a_scope(from_on=DAY + timedelta(days=1)), Shortfall.TERM),
        (a_scope(to_on=DAY - timedelta(days=1)), Shortfall.TERM),
        (a_scope(items=frozenset({"ZJ-02"})), Shortfall.ITEM),
        (a_scope(ceiling_fen=99), Shortfall.CEILING),
    ],
)
def test_each_side_of_an_authority_has_its_own_reason(scope, lacking):
    assert shortfall([scope], BuyerDeed.POST, "ZJ-01", 100, DAY) is lacking


def test_nobody_acts_without_an_authority():
    assert shortfall([], BuyerDeed.POST, "ZJ-01", 0, DAY) is Shortfall.NONE


def test_two_authorities_are_not_added_up():
    small = a_scope(ceiling_fen=99)
    other = a_scope(items=frozenset({"ZJ-02"}), ceiling_fen=10_000)
    assert shortfall([other, small], BuyerDeed.POST, "ZJ-01", 100, DAY) is Shortfall.CEILING


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
SCOPES = st.builds(
    a_scope,
    deeds=st.frozensets(st.sampled_from(BuyerDeed)),
    items=st.frozensets(st.sampled_from(["ZJ-01", "ZJ-02"])),
    ceiling_fen=st.integers(1, 1000),
    from_on=DAYS,
    to_on=DAYS,
)


@given(st.lists(SCOPES, max_size=4), SCOPES, st.integers(1, 1000), DAYS)
def test_one_more_authority_never_takes_a_right_away(held, more, fen, day):
    wanted = (BuyerDeed.POST, "ZJ-01", fen, day)
    if shortfall(held, *wanted) is None:
        assert shortfall([*held, more], *wanted) is None


@given(st.lists(SCOPES, max_size=4), st.integers(1, 999), DAYS)
def test_who_may_buy_for_more_may_buy_for_less(held, fen, day):
    if shortfall(held, BuyerDeed.POST, "ZJ-01", fen + 1, day) is None:
        assert shortfall(held, BuyerDeed.POST, "ZJ-01", fen, day) is None
