"""Ratings are blind, sealed and released together; bad ones are heard, examined, called about."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from audit.store import submissions
from market.clock import BEIJING
from market.clocks.card_rules import Trigger
from market.clocks.model import Card
from market.contracts.ending import actions as ending
from market.contracts.ending.queries import of_contract
from market.errors import MissingError, SeparationOfDutiesError
from market.messages.model import Message
from market.needs.scope import authority_of
from market.payments import queries as payments
from market.ratings import queries
from market.ratings.errors import RatingLateError
from market.ratings.model import RatingOpening
from market.ratings.reviews import actions as reviews
from market.ratings.reviews import queries as found
from market.ratings.reviews.errors import (
    AppealLateError,
    CallTimeError,
    CallTwiceError,
    PartyToRatingError,
    ReviewTextError,
)
from market.ratings.reviews.rules import (
    CallAnswer,
    CallOverError,
    CallState,
    CallWhy,
    Finding,
    IllegalReviewMoveError,
    ReviewState,
)
from market.ratings.rules import (
    Content,
    Direction,
    IllegalRatingMoveError,
    RatingState,
    Scores,
    WhyLow,
    comment_digest,
    commitment,
)
from tests.market.draws.together import together
from tests.market.factories.contracts import a_running_contract
from tests.market.factories.ratings import (
    APPEAL,
    COMMENT,
    FIVE_DAYS,
    REASONS,
    a_done_contract,
    a_manager,
    an_authority,
    appeal,
    decide,
    give,
    give_both,
    propose,
    rows,
    said,
    sweep,
    the_review,
)

D, S = Direction, RatingState
BOTH = (D.OWNER_FIRM, D.FIRM_OWNER)


def states(agreed):
    return {direction: row.rating.state for direction, row in rows(agreed).items()}


def logged(here, kind):
    with here.sessions() as session:
        bodies = session.scalars(select(submissions.c.body).order_by(submissions.c.id))
        told = [json.loads(body) for body in bodies if body.startswith(b"{")]
    return [entry for entry in told if entry.get("t") == f"zjcs/{kind}"]


def everything_stored(here):
    """Return all that the database holds of ratings and the log, as text."""
    tables = ("rating", "rating_seal", "rating_opening", "rating_review", "log_submission")
    with here.engine.connect() as connection:
        names = {
            row[0]
            for row in connection.execute(text("SELECT name FROM sqlite_master WHERE type='table'"))
        }
        return "\n".join(
            str(tuple(row))
            for name in tables
            if name in names
            for row in connection.execute(text(f"SELECT * FROM {name}"))
        )


def test_a_contract_that_is_done_asks_both_sides_and_the_authority(here, clock):
    agreed, officer = a_done_contract(here, clock, authority=True)
    found_rows = rows(agreed)
    assert set(found_rows) == set(D)
    assert set(states(agreed).values()) == {S.WAITING}
    due = datetime(2026, 3, 10, tzinfo=BEIJING)
    assert found_rows[D.OWNER_FIRM].rating.due_at is not None
    assert {row.rating.due_at for row in found_rows.values()} == {
        found_rows[D.OWNER_FIRM].rating.due_at
    }
    assert found_rows[D.OWNER_FIRM].rating.due_at > due - timedelta(days=1)
    assert found_rows[D.AUTHORITY_FIRM].rating.rater_org_id == officer.actor.org_id
    assert found_rows[D.FIRM_AUTHORITY].rating.rated_org_id == officer.actor.org_id
    assert len(logged(here, "rating.asked.v1")) == 4


def test_a_contract_that_was_ended_is_rated_as_well(fast_here, clock):
    agreed = a_running_contract(fast_here, clock)

    def ask(work, contract):
        assert not payments.ledger_of(work, contract).lines
        ending.ask(work, contract, settled_fen=0, text=REASONS)

    def agree(work, contract):
        (row,) = of_contract(work, contract)
        ending.answer(work, row, contract, agree=True, text="")

    agreed.do(agreed.firm, ask)
    agreed.do(agreed.owner, agree)
    assert set(rows(agreed)) == set(BOTH)


def test_nobody_can_read_a_rating_before_the_other_side_is_in(fast_here, clock):
    agreed, _ = a_done_contract(fast_here, clock)
    secret = said(1, comment="这句话在公开之前谁也看不到。")
    give(agreed, agreed.owner, D.OWNER_FIRM, secret)
    assert states(agreed) == {D.OWNER_FIRM: S.SEALED, D.FIRM_OWNER: S.WAITING}
    row = rows(agreed)[D.OWNER_FIRM]
    assert (row.opening, row.rating.overall_tenths, row.rating.released_at) == (None, None, None)
    with agreed.work() as work:
        assert queries.count_released(work) == 0
        assert work.session.scalar(select(RatingOpening)) is None
        bodies = b"".join(
            work.session.scalars(select(submissions.c.body).order_by(submissions.c.id))
        ).decode()
    assert "谁也看不到" not in everything_stored(fast_here) + bodies
    (sealed,) = logged(fast_here, "rating.sealed.v1")
    assert sealed["commitment"] == row.seal.commitment
    assert not {"scores", "comment", "salt"} & set(sealed)
    give(agreed, agreed.firm, D.FIRM_OWNER, said(4))
    assert set(states(agreed).values()) == {S.RELEASED}
    opened = rows(agreed)
    assert opened[D.OWNER_FIRM].opening.comment == secret.comment
    assert opened[D.OWNER_FIRM].rating.overall_tenths == 10
    assert opened[D.OWNER_FIRM].rating.released_at == opened[D.FIRM_OWNER].rating.released_at


def test_a_citizen_recomputes_the_commitment_from_the_log_and_the_page(here, clock):
    agreed, _ = a_done_contract(here, clock)
    give_both(agreed, said(2), said(3, comment=""))
    sealed = {one["direction"]: one["commitment"] for one in logged(here, "rating.sealed.v1")}
    opened = logged(here, "rating.opened.v1")
    assert len(opened) == len(sealed) == 2
    pages = rows(agreed)
    for one in opened:
        page = pages[Direction(one["direction"])].opening
        assert comment_digest(page.comment, page.comment_salt) == one["comment_digest"]
        scores = dict(
            zip(
                ("quality", "timeliness", "attitude", "money", "conduct"),
                one["scores"],
                strict=True,
            )
        )
        recomputed = commitment(
            contract=one["contract"],
            direction=Direction(one["direction"]),
            content=Content(
                scores=Scores(**scores), reasons=tuple(WhyLow(code) for code in one["reasons"])
            ),
            digest=one["comment_digest"],
            salt_hex=one["salt"],
        )
        assert recomputed == one["commitment"] == sealed[one["direction"]]


def test_silence_is_shown_as_such_and_opens_the_other_sides_rating(here, clock):
    agreed, _ = a_done_contract(here, clock)
    give(agreed, agreed.owner, D.OWNER_FIRM, said(5))
    due_at = rows(agreed)[D.FIRM_OWNER].rating.due_at
    clock.move_to(due_at - timedelta(seconds=1))
    assert sweep(agreed) == 0
    clock.move_to(due_at)
    with pytest.raises(RatingLateError):
        give(agreed, agreed.firm, D.FIRM_OWNER, said())
    assert sweep(agreed) == 1
    assert states(agreed) == {D.OWNER_FIRM: S.RELEASED, D.FIRM_OWNER: S.DEFAULTED}
    assert rows(agreed)[D.FIRM_OWNER].rating.overall_tenths is None
    assert sweep(agreed) == 0
    with pytest.raises(IllegalRatingMoveError):
        give(agreed, agreed.firm, D.FIRM_OWNER, said())
    assert len(logged(here, "rating.lapsed.v1")) == len(logged(here, "rating.defaulted.v1")) == 1


def test_the_sides_are_told_and_who_is_late_gets_a_card(here, clock):
    agreed, _ = a_done_contract(here, clock)
    give(agreed, agreed.owner, D.OWNER_FIRM, said(1))
    clock.advance(FIVE_DAYS)
    sweep(agreed)
    owner, firm = agreed.owner.actor.org_id, agreed.firm.actor.org_id
    with agreed.work() as work:
        (card,) = work.session.scalars(select(Card).where(Card.trigger == Trigger.LATE_RATING))
        told = {
            (message.kind, message.org_id)
            for message in work.session.scalars(select(Message))
            if message.kind.startswith("rating.")
        }
    assert (card.org_id, card.reached_at) == (firm, rows(agreed)[D.FIRM_OWNER].rating.due_at)
    assert told == {
        ("rating.asked", owner),
        ("rating.asked", firm),
        ("rating.released", owner),
        ("rating.released", firm),
        ("rating.bad", firm),
    }


def test_both_silent_are_both_shown_as_silent_however_late_the_worker_comes(fast_here, clock):
    agreed, _ = a_done_contract(fast_here, clock)
    clock.advance(timedelta(days=40))
    assert sweep(agreed) == 2
    assert set(states(agreed).values()) == {S.DEFAULTED}


@pytest.mark.parametrize("is_given", [True, False])
def test_whoever_still_rates_has_read_nothing_of_the_others(fast_here, clock, is_given):
    agreed, officer = a_done_contract(fast_here, clock, authority=True)
    give_both(agreed, said(1), said(1))
    give(agreed, officer, D.AUTHORITY_FIRM, said(5))
    now = states(agreed)
    assert (now[D.OWNER_FIRM], now[D.AUTHORITY_FIRM]) == (S.SEALED, S.SEALED)
    with agreed.work() as work:
        assert not work.session.scalars(select(RatingOpening)).all()
    if is_given:
        give(agreed, agreed.firm, D.FIRM_AUTHORITY, said(4))
        assert set(states(agreed).values()) == {S.RELEASED}
    else:
        clock.advance(timedelta(days=40))
        sweep(agreed)
        after = states(agreed)
        assert after.pop(D.FIRM_AUTHORITY) is S.DEFAULTED
        assert set(after.values()) == {S.RELEASED}


def test_nobody_rates_for_another_nor_twice(fast_here, clock):
    agreed, officer = a_done_contract(fast_here, clock, authority=True)
    for person, way in (
        (agreed.firm, D.OWNER_FIRM),
        (officer, D.OWNER_FIRM),
        (agreed.operator, D.OWNER_FIRM),
        (agreed.owner, D.AUTHORITY_FIRM),
    ):
        with pytest.raises(MissingError):
            give(agreed, person, way, said())
    give(agreed, agreed.owner, D.OWNER_FIRM, said())
    with pytest.raises(IllegalRatingMoveError):
        give(agreed, agreed.owner, D.OWNER_FIRM, said(1))


def test_both_at_once_are_both_kept_and_released_once(here, clock):
    agreed, _ = a_done_contract(here, clock)
    people = ((agreed.owner, D.OWNER_FIRM), (agreed.firm, D.FIRM_OWNER))
    together(2, lambda place: give(agreed, *people[place], said(4)))
    assert set(states(agreed).values()) == {S.RELEASED}
    assert len(logged(here, "rating.opened.v1")) == 2


def test_the_authority_that_names_the_group_comes_before_one_that_looks_after_all(fast_here, clock):
    agreed, everywhere = a_done_contract(fast_here, clock, authority=True)
    code = "ZJ-01-0001"
    other = an_authority(agreed, "07")
    naming = an_authority(agreed, "01")
    an_authority(agreed, "01")
    with agreed.work() as work:
        assert authority_of(work, code) == naming.actor.org_id
        assert authority_of(work, "ZJ-07-0001") == other.actor.org_id
        assert authority_of(work, "ZJ-09-0001") == everywhere.actor.org_id


def bad(here, clock):
    agreed, _ = a_done_contract(here, clock)
    give_both(agreed, said(2))
    return agreed


def test_a_bad_rating_is_heard_proposed_and_decided_by_two(here, clock):
    agreed = bad(here, clock)
    manager = a_manager(agreed)
    review = the_review(agreed).review
    assert review.state is ReviewState.HEARING
    assert review.number.startswith("HC-2026-")
    assert review.appeal_by_at < review.due_at
    with pytest.raises(IllegalReviewMoveError):
        propose(agreed, Finding.STANDS)
    with agreed.work(agreed.owner) as work, pytest.raises(MissingError):
        found.for_rated(work, review.number)
    appeal(agreed)
    with pytest.raises(IllegalReviewMoveError):
        appeal(agreed)
    propose(agreed, Finding.OFF_MATTER)
    with pytest.raises(SeparationOfDutiesError):
        decide(agreed, agreed.operator)
    decide(agreed, manager, agree=False)
    assert the_review(agreed).review.state is ReviewState.EXAMINING
    propose(agreed, Finding.STANDS)
    decide(agreed, manager)
    done = the_review(agreed).review
    assert (done.state, done.finding, done.appeal) == (ReviewState.STANDS, Finding.STANDS, APPEAL)
    assert states(agreed)[D.OWNER_FIRM] is S.RELEASED
    told = [one["state"] for one in logged(here, "rating.review.v1")]
    assert told == ["hearing", "examining", "proposed", "examining", "proposed", "stands"]


@pytest.mark.parametrize(
    ("finding", "state"),
    [(Finding.INSULT, S.TRIMMED), (Finding.PERSONAL, S.TRIMMED), (Finding.CONFLICT, S.HIDDEN)],
)
def test_what_is_hidden_stays_for_audit(fast_here, clock, finding, state):
    agreed = bad(fast_here, clock)
    manager = a_manager(agreed)
    appeal(agreed)
    propose(agreed, finding)
    decide(agreed, manager)
    assert states(agreed)[D.OWNER_FIRM] is state
    assert rows(agreed)[D.OWNER_FIRM].opening.comment == COMMENT
    (told,) = logged(fast_here, "rating.taken-down.v1")
    assert told["review"] == the_review(agreed).review.number


def test_who_does_not_appeal_is_heard_when_the_time_is_over(here, clock):
    agreed = bad(here, clock)
    clock.advance(FIVE_DAYS)
    with pytest.raises(AppealLateError):
        appeal(agreed)
    assert sweep(agreed) == 1
    assert the_review(agreed).review.state is ReviewState.EXAMINING
    assert sweep(agreed) == 0
    with agreed.work() as work:
        assert found.late(work) == []
    clock.advance(timedelta(days=30))
    with agreed.work() as work:
        (late,) = found.late(work)
    assert late.review.state is ReviewState.EXAMINING


def test_neither_side_of_a_rating_finds_whether_it_stands(fast_here, clock):
    agreed = bad(fast_here, clock)
    appeal(agreed)
    for person in (agreed.owner, agreed.firm):
        with agreed.work(person) as work, pytest.raises(PartyToRatingError):
            reviews.propose(work, the_review(agreed).review, Finding.STANDS, REASONS)
    with agreed.work(agreed.operator) as work, pytest.raises(ReviewTextError):
        reviews.propose(work, the_review(agreed).review, Finding.STANDS, "不行")


def the_call_back(agreed):
    with agreed.work() as work:
        (one,) = found.to_call(work)
        return one.call_back


def called(agreed, answer, at):
    with agreed.work(agreed.operator) as work:
        (calling,) = found.to_call(work)
        reviews.call(
            work,
            calling.call_back,
            called_at=at,
            whom="项目经办人王女士",
            answer=answer,
            note="已说明核查结论",
        )


def test_who_gave_a_bad_rating_is_called_back_after_the_decision(here, clock, monkeypatch):
    # The sample is drawn by chance: here it draws nobody.
    monkeypatch.setattr("market.ratings.reviews.actions.is_sampled", lambda *_: False)
    agreed = bad(here, clock)
    manager = a_manager(agreed)
    with agreed.work() as work:
        assert found.to_call(work) == []
    appeal(agreed)
    propose(agreed, Finding.STANDS)
    decide(agreed, manager)
    back = the_call_back(agreed)
    assert (back.why, back.state) == (CallWhy.BAD, CallState.DUE)
    with pytest.raises(CallTimeError):
        called(agreed, CallAnswer.SATISFIED, clock() + timedelta(minutes=1))
    with pytest.raises(CallTimeError):
        called(agreed, CallAnswer.SATISFIED, clock() - timedelta(days=1))
    called(agreed, CallAnswer.NOBODY, clock())
    with pytest.raises(CallTwiceError):
        called(agreed, CallAnswer.NOBODY, clock())
    clock.advance(timedelta(hours=1))
    with pytest.raises(CallTwiceError):
        called(agreed, CallAnswer.NOBODY, clock())
    called(agreed, CallAnswer.UNSATISFIED, clock())
    with agreed.work() as work:
        now = found.call_back(work, back.id).call_back
        assert [call.answer for call in found.calls_of(work, back.id)] == [
            CallAnswer.NOBODY,
            CallAnswer.UNSATISFIED,
        ]
    assert (now.state, now.closed_at) == (CallState.UNSATISFIED, clock())
    with agreed.work(agreed.operator) as work, pytest.raises(CallOverError):
        answer = {"whom": "王女士", "answer": CallAnswer.SATISFIED, "note": ""}
        reviews.call(work, back, called_at=clock(), **answer)
    told = logged(here, "rating.call-back.v1")
    assert [(one["state"], one["tries"]) for one in told] == [
        ("due", 0),
        ("due", 1),
        ("unsatisfied", 2),
    ]
    assert "王女士" not in str(told)


def test_the_log_names_no_words_of_people(fast_here, clock):
    agreed = bad(fast_here, clock)
    appeal(agreed)
    with agreed.work() as work:
        bodies = b"".join(
            work.session.scalars(select(submissions.c.body).order_by(submissions.c.id))
        ).decode()
    assert COMMENT not in bodies
    assert APPEAL not in bodies
