"""The pool: entered by one, confirmed by another, and never enlarged for a need that is known."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from audit import store
from market.accounts.actions import change_password
from market.accounts.handing_over import ask, hand_over
from market.accounts.handover_rules import HandoverPurpose
from market.accounts.model import User
from market.db import unit_of_work
from market.errors import SeparationOfDutiesError
from market.experts import actions, queries
from market.experts.errors import (
    EvidenceMissingError,
    ExpertKnownError,
    IllegalExpertMoveError,
    NoExpertReasonError,
    NoSpecialtyError,
    NotYetDeclaredError,
    RenewalEarlyError,
    UnknownSpecialtyError,
)
from market.experts.rules import ExpertReason, ExpertState
from tests.market.factories.experts import (
    EVIDENCE,
    a_clerk,
    a_pending_expert,
    an_account,
    an_expert,
    expert_and_person,
    facts,
)
from tests.market.factories.firms import ITEM, SYSTEM, an_id_number, hashed

OTHER = "ZJ-03-001-01"
WORDS = "本人来函申请暂停半年。"
CHANGED = (ExpertReason.OTHER_ITEMS, "所在单位来函，增加评审事项。")


def pool(here, item_code=ITEM, known_by=None):
    with unit_of_work(here.sessions, SYSTEM, here.clock) as work:
        return [expert.code for expert in queries.qualified(work, item_code, known_by)]


def do(here, person, deed, expert, *rest):
    with unit_of_work(here.sessions, person.actor, here.clock) as work:
        deed(work, queries.expert_at(work, expert.code), *rest)
        return queries.expert_at(work, expert.code)


def test_an_expert_of_the_pool_can_be_drawn_for_the_item_and_for_no_other(here):
    expert = an_expert(here)
    assert pool(here) == [expert.code]
    assert pool(here, OTHER) == []
    assert expert.code.startswith("EX2026")
    assert len(expert.code) == 18
    assert set(expert.code) <= set("0123456789ABCDEFGHJKLMNPQRTUWXY")


def test_nobody_is_in_the_pool_before_a_second_person_confirmed(fast_here):
    here, clerk = fast_here, a_clerk(fast_here)
    expert = a_pending_expert(here, clerk=clerk)
    an_account(here, expert)
    assert pool(here) == []
    with pytest.raises(SeparationOfDutiesError):
        do(here, clerk, actions.confirm, expert)
    assert do(here, a_clerk(here), actions.confirm, expert).state is ExpertState.ACTIVE
    assert pool(here) == [expert.code]


def test_an_expert_without_an_account_is_not_drawn(fast_here, clock):
    here = fast_here
    expert = a_pending_expert(here)
    do(here, a_clerk(here), actions.confirm, expert)
    assert pool(here) == []
    published = clock()
    clock.advance(timedelta(minutes=1))
    an_account(here, expert)
    assert pool(here) == [expert.code]
    assert pool(here, known_by=published) == []


def test_a_renewal_in_time_is_no_break(fast_here, clock):
    here, expert = fast_here, an_expert(fast_here)
    clock.advance(timedelta(days=330))
    published = clock()
    clock.advance(timedelta(minutes=1))
    do(here, a_clerk(here), actions.renew, expert, EVIDENCE)
    assert pool(here, known_by=published) == [expert.code]


def test_one_person_is_in_the_pool_once_and_may_come_back_after_leaving(here):
    number = an_id_number()
    expert = a_pending_expert(here, number=number)
    with pytest.raises(ExpertKnownError, match=expert.code):
        a_pending_expert(here, number=number)
    do(here, a_clerk(here), actions.remove, expert, ExpertReason.OWN_WISH, WORDS)
    assert a_pending_expert(here, number=number).code != expert.code


@pytest.mark.parametrize(
    ("differences", "error"),
    [
        ({"items": ()}, NoSpecialtyError),
        ({"items": ("ZJ-99-001-01",)}, UnknownSpecialtyError),
        ({"evidence": " 聘书 "}, EvidenceMissingError),
    ],
)
def test_what_is_missing_is_said(fast_here, differences, error):
    with pytest.raises(error):
        a_pending_expert(fast_here, **differences)


def test_whoever_came_later_cannot_be_drawn_for_a_need_that_was_known(fast_here, clock):
    here = fast_here
    early = an_expert(here)
    published = clock()
    clock.advance(timedelta(hours=1))
    late = an_expert(here)
    assert set(pool(here)) == {early.code, late.code}
    assert pool(here, known_by=published) == [early.code]
    assert set(pool(here, known_by=clock())) == {early.code, late.code}


def test_who_was_paused_and_resumed_came_later(fast_here, clock):
    here, expert, published = fast_here, an_expert(fast_here), clock()
    clock.advance(timedelta(hours=1))
    clerk = a_clerk(here)
    do(here, clerk, actions.pause, expert, ExpertReason.OWN_WISH, WORDS)
    assert pool(here, known_by=published) == pool(here) == []
    with pytest.raises(SeparationOfDutiesError):
        do(here, clerk, actions.resume, expert)
    do(here, a_clerk(here), actions.resume, expert)
    assert pool(here) == [expert.code]
    assert pool(here, known_by=published) == []


def test_an_item_added_later_came_later_and_one_that_stayed_did_not(fast_here, clock):
    here, clerk = fast_here, a_clerk(fast_here)
    expert = an_expert(here)
    clock.advance(timedelta(hours=1))
    do(here, clerk, actions.change, expert, facts(items=(ITEM, OTHER)), *CHANGED)
    assert pool(here) == []
    do(here, a_clerk(here), actions.confirm, expert)
    changed = clock()
    with unit_of_work(here.sessions, SYSTEM, here.clock) as work:
        found = queries.expert_at(work, expert.code)
        assert queries.specialties_of(work, found) == (OTHER, ITEM)
    clock.advance(timedelta(hours=1))
    assert pool(here, OTHER, changed) == pool(here, ITEM, changed) == [expert.code]
    assert pool(here, OTHER, changed - timedelta(minutes=30)) == []


def test_a_change_says_why_what_it_replaced_and_is_confirmed_by_another(fast_here):
    here, clerk = fast_here, a_clerk(fast_here)
    expert = an_expert(here)
    for reason, words in ((ExpertReason.CONDUCT, CHANGED[1]), (ExpertReason.NEW_TITLE, "无")):
        with pytest.raises(NoExpertReasonError):
            do(here, clerk, actions.change, expert, facts(title="教授"), reason, words)
    new = facts(title="教授", employer_code=expert.employer_code)
    reason = (ExpertReason.NEW_TITLE, "聘书换发，职称已变动。")
    do(here, clerk, actions.change, expert, new, *reason)
    with pytest.raises(SeparationOfDutiesError):
        do(here, clerk, actions.confirm, expert)
    with unit_of_work(here.sessions, SYSTEM, here.clock) as work:
        deed = queries.deeds_of(work, expert)[0]
        body = work.session.scalars(
            select(store.submissions.c.body).order_by(store.submissions.c.id.desc()).limit(1)
        ).one()
    assert deed.changes == [("title", "高级工程师", "教授")]
    assert (deed.reason, deed.words) == reason
    assert json.loads(bytes(body))["reason"] == "new-title"


def test_who_was_given_a_password_later_came_later(fast_here, clock):
    here = fast_here
    expert, person = expert_and_person(here)
    first, second = a_clerk(here), a_clerk(here)
    published = clock()
    clock.advance(timedelta(minutes=1))
    assert pool(here, known_by=published) == [expert.code]
    with unit_of_work(here.sessions, first.actor, here.clock) as work:
        user = work.session.get_one(User, person.user.id)
        number = ask(work, user, HandoverPurpose.RESET, "本人来电，已回拨核实").id
    assert pool(here, known_by=published) == [expert.code]
    with unit_of_work(here.sessions, second.actor, here.clock) as work:
        hand_over(work, number, hashed())
        assert queries.reset_since(work, expert, published)
        assert not queries.reset_since(work, expert, work.now)
    assert pool(here) == []  # Others know the password.
    with unit_of_work(here.sessions, person.actor, here.clock) as work:
        change_password(work, work.session.get_one(User, person.user.id), hashed())
    assert pool(here) == [expert.code]
    assert pool(here, known_by=published) == []


def test_a_term_that_ended_is_out_of_the_draws_until_it_is_renewed(fast_here, clock):
    here = fast_here
    expert, person = expert_and_person(here)
    clerk = a_clerk(here)
    with pytest.raises(RenewalEarlyError):
        do(here, clerk, actions.renew, expert, EVIDENCE)
    clock.advance(timedelta(days=365))
    assert pool(here) == [expert.code]  # its last day
    clock.advance(timedelta(days=1))
    assert pool(here) == []
    with pytest.raises(NotYetDeclaredError):
        do(here, clerk, actions.renew, expert, EVIDENCE)
    with unit_of_work(here.sessions, person.actor, here.clock) as work:
        actions.declare(work, queries.own(work))
    renewed = do(here, clerk, actions.renew, expert, EVIDENCE)
    assert renewed.renew_by_on.isoformat() == "2028-03-03"
    assert pool(here) == [expert.code]
    assert pool(here, known_by=clock() - timedelta(minutes=1)) == []


def test_a_refusal_names_its_reason_and_is_put_right(fast_here):
    here, clerk, other = fast_here, a_clerk(fast_here), a_clerk(fast_here)
    expert = a_pending_expert(here, clerk=clerk)
    with pytest.raises(SeparationOfDutiesError):
        do(here, clerk, actions.refuse, expert, ExpertReason.EVIDENCE, "聘书上没有公章。")
    with pytest.raises(NoExpertReasonError):
        do(here, other, actions.refuse, expert, ExpertReason.CONDUCT, "聘书上没有公章。")
    with pytest.raises(NoExpertReasonError):
        do(here, other, actions.refuse, expert, ExpertReason.EVIDENCE, " 无 ")
    refused = do(here, other, actions.refuse, expert, ExpertReason.EVIDENCE, "聘书上没有公章。")
    assert refused.state is ExpertState.REFUSED
    with pytest.raises(IllegalExpertMoveError):
        do(here, other, actions.confirm, expert)
    do(here, other, actions.change, expert, facts(), *CHANGED)
    assert do(here, clerk, actions.confirm, expert).state is ExpertState.ACTIVE


def test_the_log_counts_the_pool_and_names_nobody(fast_here):
    here = fast_here
    clerk = a_clerk(here)
    expert, _ = expert_and_person(here, name="欧阳评审", employer_name="蓝天大学")
    do(here, clerk, actions.pause, expert, ExpertReason.UNDER_REVIEW, WORDS)
    with unit_of_work(here.sessions, SYSTEM, here.clock) as work:
        bodies = [
            bytes(body).decode(errors="replace")
            for body in work.session.scalars(
                select(store.submissions.c.body).order_by(store.submissions.c.id)
            )
        ]
    told = [json.loads(body) for body in bodies if "zjcs/expert.moved.v1" in body]
    assert [(one["move"], one["state"], one["reason"]) for one in told] == [
        ("enter", "pending", None),
        ("confirm", "active", None),
        ("pause", "paused", "under-review"),
    ]
    assert all(one["expert"] == expert.code and one["items"] == [ITEM] for one in told)
    secret = (expert.name, expert.employer_name, expert.employer_code, expert.id_digest, WORDS)
    assert not [word for word in secret if word in "".join(bodies)]


def test_two_operators_change_one_expert_and_the_second_is_told(here):
    expert = an_expert(here)
    do(here, a_clerk(here), actions.remove, expert, ExpertReason.CONDUCT, "违反评审纪律已核实。")
    for deed, rest in (
        (actions.pause, (ExpertReason.OWN_WISH, WORDS)),
        (actions.remove, (ExpertReason.OWN_WISH, WORDS)),
        (actions.change, (facts(), *CHANGED)),
        (actions.renew, (EVIDENCE,)),
    ):
        with pytest.raises(IllegalExpertMoveError):
            do(here, a_clerk(here), deed, expert, *rest)
