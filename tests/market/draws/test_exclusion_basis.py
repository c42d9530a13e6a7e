"""A number of the platform on which an exclusion rests is a decision about that very firm."""

import pytest

from market.affiliations import queries as groups
from market.affiliations.actions import decide as decide_group
from market.complaints import basis as complaint_basis
from market.credit.cases import actions as cases
from market.credit.cases import excluding as case_basis
from market.credit.cases import queries as case_queries
from market.credit.rules import Measure
from market.draws.basis import (
    MissingBasisError,
    OthersBasisError,
    UndecidedBasisError,
    known_of,
)
from market.draws.exclusion_rules import BasisKind, ExclusionStep
from market.draws.exclusion_rules import BasisKind as B
from market.letters import actions as letters
from market.letters.kinds import LetterKind, declare
from tests.market.factories.affiliations import DECISION, speak
from tests.market.factories.affiliations import a_case as a_group_case
from tests.market.factories.complaints import accepted, decided, filed, heard, proposed
from tests.market.factories.credit import (
    a_decider,
    a_proposal,
    a_report,
    an_officer,
    breaches_of,
    decide,
    working_days_later,
)
from tests.market.factories.draws import (
    a_drawn_need,
    an_open_draw,
    decide_exclusion,
    propose_exclusion,
)
from tests.market.factories.firms import an_operator
from tests.market.factories.objections import officers

RULING = declare(
    LetterKind(code="test.ruling", name="测试决定书", series="WTT", remedies="", contestable=True)
)
ADVICE = declare(LetterKind(code="test.advice", name="测试告知书", series="WTA"))


def known(city, number, firm) -> BasisKind:
    with city.reading() as work:
        return known_of(work, number, firm)


def test_a_case_counts_once_it_is_decided_and_only_against_its_firm(city, clock):
    (firm, _), (other, _), *_ = city.firms
    officer = an_officer(city.here)
    a_report(city.here, firm, officer)
    case = a_proposal(
        city.here,
        firm,
        officer,
        measure=Measure.BLACKLIST,
        months=12,
        breaches=breaches_of(city.here, firm),
    )
    assert known(city, case.number, firm) is B.UNDECIDED
    assert known(city, case.number, other) is B.OTHERS
    assert known(city, "AJ-2026-999999", firm) is B.MISSING
    draw = an_open_draw(city)
    with pytest.raises(UndecidedBasisError):
        propose_exclusion(city, draw, firm.code, basis=case.number)
    with pytest.raises(OthersBasisError):
        propose_exclusion(city, draw, other.code, basis=case.number)
    with pytest.raises(MissingBasisError):
        propose_exclusion(city, draw, firm.code, basis="ＡＪ-2026-999999")
    with city.work(a_decider(city.here)) as work:
        cases.notify(work, case_queries.case(work, case.number))
    working_days_later(clock, 5)
    decide(city.here, case, a_decider(city.here))
    assert known(city, case.number, firm) is B.DECIDED
    assert known(city, case.number, other) is B.OTHERS


def test_a_complaint_counts_once_it_is_upheld(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, decider = officers(city)
    one = heard(city, accepted(city, filed(drawn).one, officer), officer, drawn.delegate)
    winner = next(firm for firm, person in city.firms if person is drawn.delegate)
    other = next(firm for firm, person in city.firms if person is not drawn.delegate)
    assert known(city, one.number, winner) is B.UNDECIDED
    assert known(city, one.number, other) is B.OTHERS
    decided(city, proposed(city, one, officer), decider)
    assert known(city, one.number, winner) is B.DECIDED
    assert known(city, "TS-2026-999999", winner) is B.MISSING


def test_a_group_counts_once_it_is_confirmed(city):
    (first, one), (second, two), (other, _), *_ = city.firms
    case = a_group_case(city.here, first, second)
    assert known(city, case.number, first) is B.UNDECIDED
    assert known(city, case.number, other) is B.OTHERS
    speak(city.here, case, one, two)
    with city.work(an_operator(city.here)) as work:
        decide_group(work, groups.group(work, case.number), confirm=True, text=DECISION)
    assert known(city, case.number, second) is B.DECIDED


def test_a_letter_counts_while_it_stands_and_what_is_not_of_the_platform_is_left(city):
    (firm, _), (other, _), *_ = city.firms
    with city.work(city.operator) as work:
        said = [
            letters.issue(
                work,
                kind,
                org_id=firm.organisation_id,
                subject="test:1",
                title=kind.name,
                paragraphs=["测试。"],
                remedies="",
            )
            for kind in (RULING, ADVICE)
        ]
    ruling, advice = said
    assert known(city, ruling.number, firm) is B.DECIDED
    assert known(city, advice.number, firm) is B.UNDECIDED
    assert known(city, ruling.number, other) is B.OTHERS
    draw = an_open_draw(city)
    row = propose_exclusion(city, draw, firm.code, basis=ruling.number)
    with city.work(city.operator) as work:
        letters.withdraw(work, work.session.merge(ruling), reason="有误")
    with pytest.raises(UndecidedBasisError):
        decide_exclusion(city, row)
    decide_exclusion(city, row, ExclusionStep.REFUSE, "所依据的决定书已经撤销。")
    for outside in ("川建罚〔2026〕12号", "ZJ-2026-1", "12345-2026-1"):
        assert known(city, outside, firm) is B.OUTSIDE


def test_features_that_know_numbers_are_loaded():
    assert case_basis.of_case
    assert complaint_basis.of_complaint
