"""The rules of complaints: every state by every move, what holds an award, how few are hidden."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.complaints.counts import OTHERS, Count, without_small
from market.complaints.rules import (
    ABUSE_MOVES,
    COMPLAINT_MOVES,
    GROUNDS,
    NOT_OVER,
    OF_THE_FIRM,
    AbuseMove,
    AbuseState,
    Against,
    ComplaintMove,
    ComplaintState,
    IllegalComplaintMoveError,
    Matter,
    NoFreeze,
    Outcome,
    Remedy,
    Tier,
    advance,
    advance_abuse,
    may_confirm,
    remedies_of,
    why_no_freeze,
)

S, M, A, D = ComplaintState, ComplaintMove, AbuseState, AbuseMove
ALLOWED = {
    S.RECEIVED: {M.ASSIGN, M.TRANSFER, M.VERIFY, M.ACCEPT, M.PROPOSE_REFUSAL, M.WITHDRAW},
    S.REFUSING: {M.TAKE_BACK, M.SEND_BACK, M.REFUSE, M.WITHDRAW},
    S.ACCEPTED: {M.VERIFY, M.ASK, M.REPLY, M.HEAR, M.STATE, M.PROPOSE, M.WITHDRAW},
    S.PROPOSED: {M.TAKE_BACK, M.SEND_BACK, M.UPHOLD, M.UPHOLD_PARTLY, M.REJECT},
}


@pytest.mark.parametrize(("state", "move"), list(product(S, M)))
def test_every_state_by_every_move(state, move):
    if move in ALLOWED.get(state, set()):
        assert advance(state, move) is COMPLAINT_MOVES[state, move]
    else:
        with pytest.raises(IllegalComplaintMoveError):
            advance(state, move)


def test_nothing_is_decided_that_was_not_accepted_and_proposed():
    into = {state: {was for (was, _), to in COMPLAINT_MOVES.items() if to is state} for state in S}
    for state in (S.UPHELD, S.PARTLY, S.REJECTED):
        assert into[state] == {S.PROPOSED}
    assert into[S.PROPOSED] == {S.ACCEPTED}
    assert into[S.NOT_ACCEPTED] == {S.REFUSING}
    assert into[S.REFUSING] == {S.RECEIVED}


def test_what_is_over_stays_over_and_everything_can_end():
    assert {state for state, _ in COMPLAINT_MOVES} == set(NOT_OVER)
    reached = {S.RECEIVED}
    for _ in S:
        reached |= {to for (was, _), to in COMPLAINT_MOVES.items() if was in reached}
    assert reached == set(S)


@pytest.mark.parametrize(("state", "move"), list(product(A, D)))
def test_every_state_of_a_finding_by_every_move(state, move):
    allowed = {
        A.PROPOSED: {D.REPLY, D.CONFIRM, D.DROP, D.TAKE_BACK},
        A.REPLIED: {D.CONFIRM, D.DROP, D.TAKE_BACK},
        A.CONFIRMED: {D.WITHDRAW},
    }
    if move in allowed.get(state, set()):
        assert advance_abuse(state, move) is ABUSE_MOVES[state, move]
    else:
        with pytest.raises(IllegalComplaintMoveError):
            advance_abuse(state, move)


def test_nobody_is_found_malicious_unheard():
    assert not may_confirm(A.PROPOSED, is_due=False)
    assert may_confirm(A.PROPOSED, is_due=True)
    assert may_confirm(A.REPLIED, is_due=False)
    assert not may_confirm(A.DROPPED, is_due=True)
    assert not may_confirm(A.TAKEN_BACK, is_due=True)


@pytest.mark.parametrize(
    ("differences", "expected"),
    [
        ({}, NoFreeze.UNVERIFIED),
        ({"tier": Tier.VERIFIED}, NoFreeze.NONE),
        ({"has_award": False}, NoFreeze.NO_AWARD),
        ({"is_over": True}, NoFreeze.OVER),
        ({"is_signed": True}, NoFreeze.SIGNED),
        ({"tier": Tier.ANONYMOUS}, NoFreeze.ANONYMOUS),
        ({"tier": Tier.VERIFIED, "was_malicious": True}, NoFreeze.ABUSED),
        ({"tier": Tier.VERIFIED, "held_before": True}, NoFreeze.AGAIN),
        # It is not told before the complainant was reached: that would tell who complained.
        ({"held_before": True}, NoFreeze.UNVERIFIED),
    ],
)
def test_what_an_accepted_complaint_stops(differences, expected):
    usual = {
        "has_award": True,
        "is_over": False,
        "is_signed": False,
        "tier": Tier.NAMED,
        "was_malicious": False,
        "held_before": False,
    }
    assert why_no_freeze(**(usual | differences)) is expected


@pytest.mark.parametrize(("matter", "outcome"), list(product(Matter, Outcome)))
def test_an_award_is_annulled_only_where_an_objection_could_and_its_firm_was_heard(matter, outcome):
    for against, verifies, has_award, is_over, is_heard in product(
        Against, (True, False, None), *((True, False),) * 3
    ):
        found = remedies_of(
            matter,
            outcome,
            against=against,
            has_award=has_award,
            is_over=is_over,
            verifies=verifies,
            is_heard=is_heard,
        )
        may = outcome is not Outcome.REJECTED and has_award and not is_over and matter in GROUNDS
        if matter in OF_THE_FIRM:
            may = may and against is Against.FIRM
        if matter is Matter.LOTTERY:
            may = may and verifies is False
        assert found == ((Remedy.NONE, Remedy.ANNUL) if may and is_heard else (Remedy.NONE,))


GROUPS = st.lists(st.integers(0, 30), max_size=8).map(
    lambda sizes: [(f"g{place}", Count(received=size)) for place, size in enumerate(sizes)]
)


@given(GROUPS, st.integers(1, 10))
def test_no_group_is_shown_that_is_small_nor_can_be_told_from_the_total(rows, least):
    shown = without_small(rows, least)
    assert all(count.received >= least for _, count in shown)
    total = sum(count.received for _, count in rows)
    if shown:
        assert sum(count.received for _, count in shown) == total
    else:
        assert total < least
    known = dict(rows)
    for name, count in shown:
        assert name == OTHERS or known[name] == count


def test_shares_are_of_those_that_were_answered():
    count = Count(received=9, accepted=3, refused=1, decided=2, upheld=1, days=9)
    assert (count.accepted_per_cent, count.upheld_per_cent, count.mean_days) == (75, 50, 4)
    assert (Count().accepted_per_cent, Count().upheld_per_cent, Count().mean_days) == (None,) * 3
