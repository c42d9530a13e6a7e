"""What nobody sees is no text: dropped before anything is checked, counted or kept."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import PasswordField, StringField, TextAreaField

from market.errors import MarketError
from market.plain import has_controls, seen, visible
from market.reasons import long_enough
from market.sheets.columns import Column, read_rows
from market.sheets.errors import EmptyCellError
from market.sheets.reading import Row, Sheet
from market.web.forms import MarketForm, at_most, long_text, required, text
from tests.market.web.test_design import an_app

# Drawn though Unicode calls them format characters: signs before a number, and a few that are
# refused for turning a text round.
DRAWN = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
FORMATS = [
    chr(code)
    for code in range(sys.maxunicode + 1)
    if unicodedata.category(chr(code)) == "Cf" and code not in DRAWN and not has_controls(chr(code))
]
LOOK_BLANK = list("\u115f\u1160\u17b4\u17b5\u2800\u3000\u3164\uffa0\u034f\ufe0f\u180e\U000e0100")
SEEN = [
    "👨‍👩‍👧",
    "🏳️‍🌈",
    "👩🏽‍💻",
    "❤️",
    "می‌خواهم",
    "क्‍ष",
    "葛\U000e0100城",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "第一行\n\n　第二行",
]


@pytest.mark.parametrize("hidden", [*FORMATS, *LOOK_BLANK], ids=ascii)
def test_what_nobody_sees_is_nothing(hidden):
    assert visible(hidden * 12) == ""
    assert visible(f" {hidden}理由{hidden}充分 {hidden}") in {"理由充分", f"理由{hidden}充分"}
    assert seen(hidden * 12) == 0


@pytest.mark.parametrize("words", SEEN, ids=ascii)
def test_what_is_drawn_with_them_is_kept(words):
    assert visible(words) == words


def test_what_turns_a_text_round_stays_to_be_refused():
    assert visible("金额\u202e001") == "金额\u202e001"


@given(st.text(st.sampled_from([*"ab 字❤👩م\n", *LOOK_BLANK, "\u200d", "\u200c", "\u200b"])))
def test_cleaning_twice_is_cleaning_once(words):
    once = visible(words)
    assert visible(once) == once
    assert seen(once) == seen(words) <= len(once)


@pytest.mark.parametrize(
    "words", ["\u200b" * 11, "好" + "\u200d" * 11, "❤" + "\ufe0f" * 11, "不" + " " * 20 + "好"]
)
def test_a_reason_is_as_long_as_one_sees_it(words):
    with pytest.raises(MarketError):
        long_enough(words, 10, MarketError)
    assert (
        long_enough("\u200b写明了理由，十个字以上。", 10, MarketError) == "写明了理由，十个字以上。"
    )


class WordsForm(MarketForm):
    line = text("一行", 10)
    lines = long_text("几行", 10)
    own = TextAreaField("手写的", [required(), at_most(10)])
    other = StringField("另一个")
    secret = PasswordField("密码")


def test_every_field_of_words_holds_what_one_sees():
    def sent(words):
        names = ("line", "lines", "own", "other", "secret")
        with an_app().test_request_context():
            form = WordsForm(MultiDict(dict.fromkeys(names, words)), meta={"csrf": False})
            return form, form.validate()

    form, is_valid = sent("\u200b" * 11)
    assert not is_valid
    assert set(form.errors) == {"line", "lines", "own"}
    form, is_valid = sent("\u2060理由\u3164 ")
    assert is_valid
    assert form.data == dict.fromkeys(("line", "lines", "own", "other"), "理由") | {
        "secret": "\u2060理由\u3164 "
    }
    form, is_valid = sent("金额\u202e001")
    assert not is_valid


def test_a_cell_of_a_table_is_no_fuller():
    columns = (Column(key="name", heading="名称", characters=9),)
    rows = (Row(1, ("名称*",)), Row(2, ("\u200b",)), Row(3, ("\ufeff甲\u200b公司",)))
    bad, good = read_rows(Sheet(rows, "UTF-8"), columns, None)
    assert isinstance(bad.problems[0].error, EmptyCellError)
    assert good.values["name"] == "甲公司"
