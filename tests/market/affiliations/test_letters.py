"""Each firm of a case gets its own numbered letter and a message that cannot be switched off."""

import json

import pytest
from sqlalchemy import select

from market.affiliations import actions, letters, queries
from market.affiliations.errors import IdentityError
from market.affiliations.rules import Ground
from market.clock import BEIJING
from market.db import unit_of_work
from market.firms import queries as firms
from market.letters.model import Letter
from market.letters.queries import standing
from market.messages.kinds import kind_of
from market.messages.model import Message
from tests.market.factories.accounts import sign_in
from tests.market.factories.affiliations import (
    ANSWER,
    DECISION,
    FACTS,
    JOB,
    OBJECTION,
    a_case,
    a_group,
    decide,
    speak,
)
from tests.market.factories.firms import PASSWORD, an_id_number, an_operator, some_firms

KINDS = "affiliation."


@pytest.fixture
def two(fast_here, clock):
    """Two listed firms with their delegates."""
    return some_firms(fast_here, clock, 2)


def told(here, org_id):
    with unit_of_work(here.sessions, JOB, here.clock) as work:
        wanted = select(Message).where(Message.org_id == org_id, Message.kind.startswith(KINDS))
        return [
            (one.kind.removeprefix(KINDS), json.loads(one.facts), one.path)
            for one in work.session.scalars(wanted.order_by(Message.id))
        ]


def sent(here, org_id):
    with unit_of_work(here.sessions, JOB, here.clock) as work:
        wanted = select(Letter).where(Letter.org_id == org_id).order_by(Letter.id)
        return [standing(work, one) for one in work.session.scalars(wanted)]


def test_each_firm_is_written_to_when_a_case_opens_and_when_it_is_decided(fast_here, two):
    (first, one), (second, other) = two
    case = a_case(fast_here, first, second)
    for firm, mate in ((first, second), (second, first)):
        [(kind, facts, path)] = told(fast_here, firm.organisation_id)
        assert (kind, path) == ("case-opened", f"/affiliations/cases/{case.number}")
        assert facts["others"] == mate.name
        [notice] = sent(fast_here, firm.organisation_id)
        assert notice.letter.number == facts["letter"]
        assert FACTS in "".join(notice.letter.paragraphs)
    speak(fast_here, case, one, other)
    group = decide(fast_here, case)
    since = group.effective_at.astimezone(BEIJING)
    for firm in (first, second):
        kind, facts, _ = told(fast_here, firm.organisation_id)[-1]
        assert kind == "group-confirmed"
        decision = sent(fast_here, firm.organisation_id)[-1].letter
        assert decision.number == facts["letter"]
        assert "提出异议" in decision.remedies
        said = "".join(decision.paragraphs)
        assert DECISION in said
        assert f"自{since:%Y年%-m月%-d日}0时起生效" in said
        assert "名单尚未冻结的摇号同样适用" in said
        assert kind_of(KINDS + kind).must


def test_whoever_is_no_group_is_told_so(fast_here, two):
    (first, one), (second, other) = two
    case = a_case(fast_here, first, second)
    speak(fast_here, case, one, other)
    decide(fast_here, case, confirm=False)
    kinds = [kind for kind, *_ in told(fast_here, first.organisation_id)]
    assert kinds == ["case-opened", "group-rejected"]
    assert len(sent(fast_here, first.organisation_id)) == 1


@pytest.mark.parametrize("uphold", [True, False])
def test_an_answer_is_told_and_what_is_undone_is_withdrawn(fast_here, clock, two, uphold):
    group = a_group(fast_here, clock, *two)
    (first, one), (second, _) = two
    with unit_of_work(fast_here.sessions, one.actor, clock) as work:
        actions.object_to(
            work, firms.own(work), OBJECTION, group=queries.own_group(work, group.number)
        )
    with unit_of_work(fast_here.sessions, an_operator(fast_here).actor, clock) as work:
        [(objection, _)] = queries.objections(work)
        actions.answer(work, objection, uphold=uphold, text=ANSWER)
    kinds = [kind for kind, *_ in told(fast_here, first.organisation_id)]
    assert ("group-undone" in kinds) is uphold
    assert kinds[-1] == "objection-answered"
    others = [kind for kind, *_ in told(fast_here, second.organisation_id)]
    assert (others[-1] == "group-undone") is uphold
    for firm in (first, second):
        decision = sent(fast_here, firm.organisation_id)[-1]
        assert decision.letter.kind == letters.DECISION.code
        assert (decision.withdrawal is not None) is uphold


def test_nobody_s_identity_number_goes_to_the_others(fast_here, two):
    clerk = an_operator(fast_here)
    chosen = [firm for firm, _ in two]
    with (
        pytest.raises(IdentityError),
        unit_of_work(fast_here.sessions, clerk.actor, fast_here.clock) as work,
    ):
        found = [firms.firm_by_id(work, firm.id) for firm in chosen]
        actions.open_case(work, found, Ground.CONTROLLER, f"{FACTS}证件号 {an_id_number()}。")


def test_a_firm_sees_its_own_letters_and_the_operator_all(client, fast_here, two):
    (first, one), (second, _) = two
    case = a_case(fast_here, first, second)
    numbers = [sent(fast_here, firm.organisation_id)[0].letter.number for firm in (first, second)]
    page = f"/affiliations/cases/{case.number}"
    sign_in(client, one.user, PASSWORD)
    own = client.get(page).text
    assert numbers[0] in own
    assert numbers[1] not in own
    sign_in(client, an_operator(fast_here).user, PASSWORD)
    seen = client.get(page).text
    assert all(number in seen for number in numbers)
