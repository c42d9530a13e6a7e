"""The words that shut firms out, and those that only sound like it."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.needs.checks.vocabulary import rules_on, vocabulary_of
from market.needs.checks.wording import hits, named, pattern_of, plain
from tests.market.needs.checks.sentences import GUILTY, INNOCENT

WORDS = vocabulary_of(rules_on(date(2026, 3, 2)))


@pytest.mark.parametrize(("ground", "sentence"), GUILTY)
def test_what_shuts_firms_out_is_found(ground: str, sentence: str):
    found = hits(sentence, WORDS)
    assert ground in {hit.ground for hit in found}, found
    for hit in found:
        assert hit.quote in plain(sentence)


@pytest.mark.parametrize("sentence", INNOCENT)
def test_innocent_words_pass(sentence: str):
    assert hits(sentence, WORDS) == []


# Written after the words were fixed: they were not changed for these.
HELD_OUT_INNOCENT = (
    "本项目不分所有制、不分地域，符合条件的机构都可以报名。",
    "投标人无需在本市设立分公司。",
    "须对场地内原有办公场所的土壤开展采样。",
    "应按照省级以上主管部门公布的技术导则编制。",
    "成果应包括当地气象、水文、地质等资料。",
    "承担单位须在20个工作日内完成外业。",
    "本项目总投资为国有资金，应按规定公开。",
    "须配合业主向市发展改革局报批。",
)
HELD_OUT_GUILTY = (
    ("place", "只接受本县注册的事务所参与。"),
    ("branch", "报名单位应在本区设立办事处。"),
    ("ownership", "央企优先。"),
    ("capital", "注册资金应达到200万元。"),
    ("local_record", "有本省同类业绩的加分。"),
    ("name_list", "参与报名的须是入围名单上的机构。"),
)


@pytest.mark.parametrize("sentence", HELD_OUT_INNOCENT)
def test_innocent_words_that_nobody_tuned_for_pass(sentence: str):
    assert hits(sentence, WORDS) == []


@pytest.mark.parametrize(("ground", "sentence"), HELD_OUT_GUILTY)
def test_guilty_words_that_nobody_tuned_for_are_found(ground: str, sentence: str):
    assert ground in {hit.ground for hit in hits(sentence, WORDS)}


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_text_is_read_and_every_quote_stands_in_it(text: str):
    for hit in hits(text, WORDS):
        assert hit.quote
        assert hit.quote in plain(text)


@given(
    st.lists(st.sampled_from([s for _, s in GUILTY] + list(INNOCENT)), max_size=6),
    st.randoms(use_true_random=False),
)
@settings(max_examples=40, deadline=None)
def test_sentences_are_judged_one_by_one_in_any_order(sentences, order):
    found = set(hits("".join(sentences), WORDS))
    assert found == {hit for sentence in sentences for hit in hits(sentence, WORDS)}
    order.shuffle(sentences)
    assert set(hits("\n".join(sentences), WORDS)) == found


def test_blanks_and_width_hide_nothing():
    assert hits("供应商须在本 市 注\u200b册。", WORDS)
    assert hits("注册资本不得低于５００万元。", WORDS)


def test_a_firm_that_is_named_is_found_and_whether_something_is_demanded():
    names = ("示范环境科技有限公司", "别家有限公司")
    assert named("须由示范环境科技有限公司承担。", names, WORDS) == [(names[0], True)]
    assert named("前期工作由示范环境科技有限公司完成。", names, WORDS) == [(names[0], False)]
    assert named("前期工作已经完成。", names, WORDS) == []


def test_a_brand_or_its_like_is_no_brand():
    assert hits("须使用指定品牌设备。", WORDS)
    assert hits("须使用指定品牌设备或相当于该性能的设备。", WORDS) == []


def test_a_phrase_of_an_unknown_set_is_loud():
    with pytest.raises(KeyError):
        pattern_of("{nobody}注册", {}, 10)


def test_a_long_text_is_read_quickly():
    assert hits("须在本市" * 1250, WORDS) == []
