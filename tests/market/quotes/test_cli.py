"""``zjcs quote``: what a firm makes by itself opens what it sealed."""

import json

import pytest
from click.testing import CliRunner

from market.cli import main
from tests.market.factories.draws import enrol
from tests.market.factories.quotes import QuoteFile, a_quoted_draw, close, number_of, open_, seal

NOTICE = "GG-2026-000001"
FIRM = "91510822MAD000385T"


def run(*arguments):
    return CliRunner().invoke(main, ["quote", *map(str, arguments)])


def test_a_file_made_by_the_command_opens_what_it_sealed(city, tmp_path):
    draw = a_quoted_draw(city)
    enrol(city, draw)
    firm, person = city.firms[0]
    out = tmp_path / "quote.json"
    made = run("make", "--notice", number_of(city, draw), "--firm", firm.code,
               "--yuan", "87,500.5", "--out", out)  # fmt: skip
    assert made.exit_code == 0, made.output
    body = json.loads(out.read_text())
    kept = QuoteFile(body["notice"], body["firm"], body["amount_fen"], body["salt"])
    assert made.output.strip() == kept.commitment
    assert kept.amount_fen == 8_750_050
    assert out.stat().st_mode & 0o077 == 0
    shown = run("check", out)
    assert "87500.50 元" in shown.output
    assert kept.commitment in shown.output
    seal(city, draw, person, kept)
    close(city, draw)
    assert open_(city, draw, person, kept).amount_fen == 8_750_050


@pytest.mark.parametrize(
    ("notice", "firm", "said"),
    [
        ("GG-1", FIRM, "不是公告编号"),
        ("X", FIRM, "不是公告编号"),
        (f"{NOTICE} ", FIRM[:-1] + "1", "统一社会信用代码"),
        (NOTICE, "X", "统一社会信用代码"),
    ],
)
def test_a_quote_that_nobody_could_ever_open_is_not_made(tmp_path, notice, firm, said):
    out = tmp_path / "quote.json"
    found = run("make", "--notice", notice, "--firm", firm, "--yuan", "5", "--out", out)
    assert (found.exit_code, out.exists()) == (1, False)
    assert said in found.output


@pytest.mark.parametrize("yuan", ["", "0", "-1", "1.005", "Infinity", "many", "100000000001"])
def test_what_is_no_amount_is_refused(tmp_path, yuan):
    out = tmp_path / "quote.json"
    found = run("make", "--notice", NOTICE, "--firm", FIRM, "--yuan", yuan, "--out", out)
    assert (found.exit_code, out.exists()) == (1, False)
    assert "最多两位小数" in found.output


def test_a_file_is_never_overwritten_and_another_file_is_no_quote(tmp_path):
    out = tmp_path / "quote.json"
    for text in ("kept", "{}", "[]", '{"format": "zjcs/quote-file/v1", "salt": 5}'):
        out.write_text(text)
        assert run("check", out).exit_code == 1
        assert run(
            "make", "--notice", NOTICE, "--firm", FIRM, "--yuan", "1", "--out", out
        ).exit_code
        assert out.read_text() == text


def test_a_discount_is_sealed_as_the_amount_that_the_notice_makes_of_it(tmp_path):
    out = tmp_path / "quote.json"
    usual = ("make", "--notice", NOTICE, "--firm", FIRM, "--out", out)
    made = run(*usual, "--discount", "3.33%", "--ceiling", "99,999.99")
    assert made.exit_code == 0, made.output
    assert json.loads(out.read_text())["amount_fen"] == 9_999_999 - 332_999


@pytest.mark.parametrize(
    "given",
    [
        (),
        ("--yuan", "5", "--discount", "1", "--ceiling", "500"),
        ("--discount", "1"),
        ("--ceiling", "500"),
        ("--discount", "100", "--ceiling", "500"),
        ("--discount", "1.005", "--ceiling", "500"),
        ("--discount", "-1", "--ceiling", "500"),
        ("--discount", "many", "--ceiling", "500"),
    ],
)
def test_a_price_that_is_not_said_clearly_is_refused(tmp_path, given):
    out = tmp_path / "quote.json"
    found = run("make", "--notice", NOTICE, "--firm", FIRM, "--out", out, *given)
    assert (found.exit_code, out.exists()) == (1, False)
