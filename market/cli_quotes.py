"""``zjcs quote``: a firm's quote made and checked on its own computer, without any database."""

import json
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

from market import codes
from market.errors import MarketError, msgid
from market.money import plain_decimal
from market.needs.prices import MOST_BP, price_at
from market.quotes.rules import MOST_FEN, commitment

FILE_FORMAT: Final = "zjcs/quote-file/v1"
SALT_BYTES: Final = 32
_NOTICE: Final = re.compile(r"GG-[0-9]{4}-[0-9]{6,}", re.ASCII)


class QuoteAmountError(MarketError):
    """What was given is no amount of money."""

    sentence = msgid("金额须大于 0、最多两位小数，例如 12500.00（单位：元）。请改正后再运行。")


class QuotePriceError(MarketError):
    """Neither one amount, nor a discount with its ceiling, was given."""

    sentence = msgid("请只给出 --yuan，或同时给出 --discount 和 --ceiling，以公告的报价方式为准。")


class QuoteDiscountError(MarketError):
    """What was given is no discount."""

    sentence = msgid(
        "下浮率须在 0 到 99.99 之间、最多两位小数，例如 8.50（单位：%）。请改正后再运行。"
    )


class QuoteNoticeError(MarketError):
    """What was given is no notice's number: a quote made for it could never be opened."""

    sentence = msgid("“%(notice)s”不是公告编号。编号如 GG-2026-000001，请从公告页面复制。")

    def __init__(self, notice: str) -> None:
        super().__init__(notice=notice)


class QuoteFileExistsError(MarketError):
    """A file of this name is there: it may be the only thing that opens a sealed quote."""

    sentence = msgid("%(path)s 已经存在，没有覆盖。封存后丢失报价文件就不能开启，请换一个文件名。")

    def __init__(self, path: Path) -> None:
        super().__init__(path=path)


class QuoteFileError(MarketError):
    """The file is no quote file."""

    sentence = msgid("%(path)s 不是报价文件。请使用 zjcs quote make 或封存页面写出的文件。")

    def __init__(self, path: Path) -> None:
        super().__init__(path=path)


@click.group("quote")
def quote() -> None:
    """报价：在机构自己的电脑上生成报价文件和承诺值，不连接任何服务器。"""


@quote.command("make")
@click.option("--notice", required=True, help="公告编号，如 GG-2026-000001。")
@click.option("--firm", required=True, help="机构的统一社会信用代码。")
@click.option("--yuan", help="报价，单位元，最多两位小数。")
@click.option("--discount", help="公告按下浮率报价时：下浮率，单位 %，最多两位小数，如 8.50。")
@click.option("--ceiling", help="与 --discount 一起：公告的服务费上限，单位元。")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="报价文件写到哪里；已有同名文件时拒绝覆盖。",
)
def make(
    *,
    notice: str,
    firm: str,
    yuan: str | None,
    discount: str | None,
    ceiling: str | None,
    out: Path,
) -> None:
    """生成盐值，写出报价文件，显示承诺值。只把承诺值粘贴到封存页面，文件自己保管。"""
    body = {
        "format": FILE_FORMAT,
        "notice": _notice(notice),
        "firm": codes.credit_code(firm),
        "amount_fen": _price(yuan, discount, ceiling),
        "salt": secrets.token_hex(SALT_BYTES),
    }
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise QuoteFileExistsError(out) from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(json.dumps(body, sort_keys=True) + "\n")
    click.echo(_commitment(body, out))


@quote.command("check")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(path: Path) -> None:
    """显示报价文件的公告、机构、金额和承诺值，供与页面上封存的承诺值核对。"""
    try:
        body = json.loads(path.read_text("utf-8"))
    except ValueError:
        raise QuoteFileError(path) from None
    found = _commitment(body, path)
    fen = body["amount_fen"]
    click.echo(f"{body['notice']}  {body['firm']}  {fen // 100}.{fen % 100:02d} 元  {found}")


def _notice(text: str) -> str:
    notice = text.strip().upper()
    if not _NOTICE.fullmatch(notice):
        raise QuoteNoticeError(text)
    return notice


def _price(yuan: str | None, discount: str | None, ceiling: str | None) -> int:
    """Return the quote in fen: as it was given, or as a discount makes it of the ceiling."""
    if yuan is not None and discount is None and ceiling is None:
        return _fen(yuan)
    if yuan is not None or discount is None or ceiling is None:
        raise QuotePriceError
    return price_at(_fen(ceiling), _points(discount))


def _points(discount: str) -> int:
    percent = plain_decimal(discount.rstrip("%"))
    if percent is None:
        raise QuoteDiscountError
    points = percent * 100
    if points != points.to_integral_value() or not 0 <= points <= MOST_BP:
        raise QuoteDiscountError
    return int(points)


def _fen(yuan: str) -> int:
    amount = plain_decimal(yuan)
    if amount is None:
        raise QuoteAmountError
    fen = amount * 100
    if fen != fen.to_integral_value() or not 0 < fen <= MOST_FEN:
        raise QuoteAmountError
    return int(fen)


def _commitment(body: Mapping[str, Any], path: Path) -> str:
    try:
        if body["format"] != FILE_FORMAT:
            raise QuoteFileError(path)
        return commitment(
            notice=body["notice"],
            firm=body["firm"],
            amount_fen=body["amount_fen"],
            salt_hex=body["salt"],
        )
    except (LookupError, TypeError, ValueError):
        raise QuoteFileError(path) from None


commands = [quote]
