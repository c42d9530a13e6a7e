"""Every rule of eligibility fails alone, all fail together, and what is unknown fails."""

import hashlib
import json
from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from market.catalogue.queries import item
from market.catalogue.rules import Qualification, QualificationKind
from market.draws.eligibility import ASKS, Asked, Rule, failures, in_words, rules_of
from market.draws.eligibility_document import document
from market.draws.uncomputable import Missing, failure_of
from market.firms.rules import FirmFacts, FirmState, ServiceState, Standing
from market.tariffs.comparing import Hindrance

DAY = date(2026, 3, 2)
ITEM = item("ZJ-03-001-02", DAY)
OWNER = "12440300MA5000011X"
FIRM = "91440300MA5000022Y"
HELD = Qualification(
    kind=QualificationKind.CREDIT_PLATFORM,
    name="环境影响评价信用平台",
    valid_from_on=date(2020, 1, 1),
    valid_to_on=date(2026, 12, 31),
)
GOOD = FirmFacts(
    code=FIRM,
    state=FirmState.LISTED,
    standing=Standing.ACTIVE,
    service_state=ServiceState.OFFERED,
    promised_working_days=10,
    qualifications=(HELD,),
    staff_count=2,
    fee_published=True,
)
ASKED = Asked(owner_code=OWNER, staff_required=2)


def rules(found) -> list[Rule]:
    return [failure.rule for failure in found]


def test_a_firm_that_meets_every_rule_has_no_failure():
    assert failures(ITEM, GOOD, ASKED, DAY) == []


EXPIRED = replace(HELD, valid_to_on=date(2026, 3, 1))
LATER = replace(HELD, valid_from_on=date(2026, 3, 3))
OTHER = replace(HELD, name="别的平台")

BAD_FACTS = [
    *(({"state": state}, Rule.LISTED) for state in FirmState if state is not FirmState.LISTED),
    *(
        ({"standing": standing}, Rule.STANDING)
        for standing in Standing
        if standing is not Standing.ACTIVE
    ),
    *(
        ({"service_state": state}, Rule.SERVICE)
        for state in (*ServiceState, None)
        if state is not ServiceState.OFFERED
    ),
    ({"qualifications": ()}, Rule.QUALIFICATION),
    ({"qualifications": (EXPIRED,)}, Rule.QUALIFICATION),
    ({"qualifications": (LATER,)}, Rule.QUALIFICATION),
    ({"qualifications": (OTHER,)}, Rule.QUALIFICATION),
    ({"staff_count": 1}, Rule.STAFF),
    ({"staff_count": 0}, Rule.STAFF),
    ({"fee_published": False}, Rule.FEE),
    ({"code": OWNER}, Rule.OWNER),
]
BAD_ASKED = [
    ({"recusals": {FIRM: "近三年有诉讼"}}, Rule.RECUSAL),
    ({"conflicts": ("环评技术评估",)}, Rule.CONFLICT),
    ({"excluded_for": "提供虚假材料"}, Rule.EXCLUSION),
    ({"undeclared": True}, Rule.DECLARATION),
    ({"interests": ("受业主控制",)}, Rule.INTEREST),
    ({"group": "GL-2026-000001"}, Rule.TICKET),
    ({"uncomputable": failure_of(Missing(why=Hindrance.NOTHING))}, Rule.COMPUTABLE),
    ({"projects_required": 2, "projects_held": 1}, Rule.RECORD),
]


@pytest.mark.parametrize(("difference", "rule"), BAD_FACTS)
def test_each_fact_that_is_wrong_is_named_by_its_rule(difference, rule):
    found = failures(ITEM, replace(GOOD, **difference), ASKED, DAY)
    assert set(rules(found)) == {rule}
    assert all(str(failure) for failure in found)


@pytest.mark.parametrize(("difference", "rule"), BAD_ASKED)
def test_each_interest_is_named_by_its_rule(difference, rule):
    assert rules(failures(ITEM, GOOD, replace(ASKED, **difference), DAY)) == [rule]


@pytest.mark.parametrize(
    ("one", "other"),
    [(a, b) for a, b in product(BAD_FACTS, BAD_FACTS) if not set(a[0]) & set(b[0])],
)
def test_no_failure_hides_another(one, other):
    found = failures(ITEM, replace(GOOD, **one[0], **other[0]), ASKED, DAY)
    assert {one[1], other[1]} <= set(rules(found))


def test_all_failures_come_in_the_order_of_the_rules():
    worst = replace(
        GOOD,
        code=OWNER,
        state=FirmState.LEFT,
        standing=Standing.BLACKLISTED,
        service_state=None,
        qualifications=(),
        staff_count=0,
        fee_published=False,
    )
    asked = Asked(
        owner_code=OWNER,
        staff_required=9,
        projects_required=1,
        recusals={OWNER: "本单位"},
        conflicts=("评估",),
        excluded_for="串通报名",
        uncomputable=failure_of(Missing(why=Hindrance.NO_FEE)),
        undeclared=True,
        interests=("受业主控制",),
        group="GL-2026-000001",
    )
    found = rules(failures(ITEM, worst, asked, DAY))
    assert list(dict.fromkeys(found)) == rules_of()


def test_an_item_that_is_no_longer_in_force_lets_nobody_in():
    assert rules(failures(None, GOOD, ASKED, DAY)) == [Rule.QUALIFICATION]


def test_the_last_day_of_a_qualification_still_counts():
    last = replace(HELD, valid_to_on=DAY)
    assert failures(ITEM, replace(GOOD, qualifications=(last,)), ASKED, DAY) == []


def test_the_end_of_a_suspension_is_named():
    suspended = replace(GOOD, standing=Standing.SUSPENDED)
    asked = replace(ASKED, standing_until="2026-09-01 00:00")
    [failure] = failures(ITEM, suspended, asked, DAY)
    assert "2026-09-01" in str(failure)


def test_the_owner_can_ask_for_more_people_but_not_for_fewer():
    asked = Asked(owner_code=OWNER, staff_required=0)
    assert rules(failures(ITEM, replace(GOOD, staff_count=0), asked, DAY)) == [Rule.STAFF]
    more = Asked(owner_code=OWNER, staff_required=5)
    [failure] = failures(ITEM, GOOD, more, DAY)
    assert str(failure) == "执业人员不足：业主要求5人，现有2人"


def test_the_words_name_every_failure():
    found = failures(ITEM, replace(GOOD, fee_published=False, staff_count=0), ASKED, DAY)
    assert in_words(found).count("；") == len(found) - 1


def test_every_rule_says_what_it_asks():
    assert set(ASKS) == set(Rule)


def test_the_published_rules_are_canonical_and_change_with_what_is_asked():
    one, other = document(ITEM, ASKED), document(ITEM, replace(ASKED, staff_required=3))
    body = json.loads(one)
    again = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert one == again
    assert hashlib.sha256(one).digest() != hashlib.sha256(other).digest()
    assert [rule["rule"] for rule in body["rules"]] == [rule.value for rule in rules_of()]
