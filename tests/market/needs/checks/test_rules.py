"""Findings: their order, what must go, what must be explained, what has changed."""

from datetime import date

import pytest

from market import regulations
from market.needs.checks.rules import (
    ADVICE,
    TITLES,
    Finding,
    Ground,
    Severity,
    blocking,
    changed,
    in_order,
    unexplained,
)
from market.needs.checks.vocabulary import (
    WORDED,
    law_on,
    rules_on,
    severity_of,
    source_of,
    to_confirm,
    vocabulary_of,
)
from market.needs.checks.wording import pattern_of

DAY = date(2026, 3, 2)


def a_finding(ground=Ground.PLACE, severity=Severity.BLOCK, **more) -> Finding:
    return Finding(ground=ground, severity=severity, **more)


def test_every_ground_has_its_words():
    assert set(ADVICE) == set(TITLES) == set(Ground)


def test_what_must_go_comes_first_and_each_once():
    note = a_finding(Ground.BUILDER, Severity.NOTE)
    reason = a_finding(Ground.SCALE, Severity.JUSTIFY, about="ISO9001")
    place = a_finding(about="本市注册")
    assert in_order([note, reason, place, place]) == [place, reason, note]


def test_a_finding_is_the_same_for_the_same_words_in_the_same_field():
    one = a_finding(where="content", about="本市注册")
    assert one.key == a_finding(where="content", about="本市注册", facts={"quote": "别的"}).key
    others = (a_finding(where="title", about="本市注册"), a_finding(where="content", about="本县"))
    assert one.key not in {other.key for other in others}


@pytest.mark.parametrize("ground", Ground)
@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("explained", [False, True])
def test_what_holds_a_need_back(ground, severity, explained):
    finding = a_finding(ground, severity)
    have = [finding.key] if explained else []
    assert bool(blocking([finding])) is (severity is Severity.BLOCK)
    expected = severity is Severity.JUSTIFY and not explained
    assert bool(unexplained([finding], have)) is expected


def test_what_has_changed_since_is_said():
    old, new = a_finding(about="甲"), a_finding(Ground.SCALE, about="乙")
    assert not changed({old.key: old.ground}, [old])
    change = changed({old.key: old.ground}, [new])
    assert (change.new, change.gone) == ((Ground.SCALE,), (Ground.PLACE,))


def test_every_value_the_checks_read_is_there_and_has_a_source():
    rules, law = rules_on(DAY), law_on(DAY)
    words = vocabulary_of(rules)
    for ground in WORDED:
        assert severity_of(rules, f"{ground}.severity") in Severity
        assert words.phrases[ground]
        assert all(pattern_of(phrase, words.sets, words.gap) for phrase in words.phrases[ground])
        assert "公平竞争审查条例" in source_of(law, ground)
        assert to_confirm(law, ground)
    assert source_of(law, Ground.NOBODY) == "platform default"
    assert regulations.check() == []
