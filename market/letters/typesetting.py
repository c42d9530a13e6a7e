"""A letter as a PDF: the same row gives the same bytes, on every machine.

A letter head, the number, the text, what can be done against it, a place for the seal, and at
the foot of each page how anybody checks it. Fonts are embedded as far as they are used.
"""

import logging
from collections.abc import Callable
from datetime import date
from typing import Final

import pylopdf_fonts_zh_cn as fonts
from fpdf import FPDF
from fpdf.fonts import TTFFont

from market.letters.kinds import kind_of
from market.letters.model import Letter
from market.letters.rules import spelled
from market.web.qr import TooLongForACodeError, modules_of

# It tells of every table of a font that it leaves out.
logging.getLogger("fontTools").setLevel(logging.WARNING)

# In millimetres and points, after GB/T 9704-2012 (layout of official documents), which asks for
# larger type than a letter with a code at its foot has room for: platform default.
WIDTH, HEIGHT = 210.0, 297.0
LEFT, RIGHT, TOP, FOOT = 28.0, 26.0, 24.0, 46.0
# The size of the text and its lines: the first at which the seal does not stand on a page alone.
SIZES: Final = ((14.0, 8.8), (13.0, 8.1), (12.0, 7.5))
QR_SIDE: Final = 25.0
# Where a letter is checked, after the address of the site.
CHECK: Final = "/letters/check"
_RED: Final = (190, 20, 30)
_GREY: Final = (90, 90, 90)
_BLACK: Final = (0, 0, 0)
# What no line begins with, and what no line ends with.
_NOT_FIRST: Final = frozenset("，。、；：？！）》〉」』】”’…—·％%,.;:?!)]}")
_NOT_LAST: Final = frozenset("（《〈「『【“‘([{")
_INDENT: Final = "\u3000\u3000"


def lines_of(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Return a text in lines that fit a width; Latin words and numbers stay whole.

    No line begins with a closing mark or ends with an opening one, where a break is possible.
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line and measure(line + piece) > width:
            lines.append(line.rstrip(" "))
            line = piece.lstrip(" ")
        else:
            line += piece
        while measure(line) > width and len(line) > 1:  # a word longer than a line
            cut = next(
                n for n in range(len(line) - 1, 0, -1) if n == 1 or measure(line[:n]) <= width
            )
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line] if line or not lines else lines


def _pieces(text: str) -> list[str]:
    """Return what is not broken: a word, or a character with the marks that cling to it."""
    pieces: list[str] = []
    for character in text:
        last = pieces[-1] if pieces else ""
        clings = last and (
            character in _NOT_FIRST
            or last[-1] in _NOT_LAST
            or (_is_word(character) and _is_word(last[-1]))
            or (character.isdigit() and last[-1] in ".," and last[-2:-1].isdigit())
        )
        if clings:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _is_word(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character in "-_/@#+")


class _Sheet(FPDF):
    """A letter being set; each page has its foot."""

    def __init__(self, letter: Letter, site_url: str, points: float, leading: float) -> None:
        super().__init__(format="A4")
        self.points, self.leading = points, leading
        self.letter, self.site_url = letter, site_url
        self.set_auto_page_break(auto=False)
        self.set_margins(LEFT, TOP, RIGHT)
        # Text begins and ends where the lines above and below it do.
        self.c_margin = 0
        self.set_creation_date(letter.issued_at)
        self.set_title(f"{letter.title} {letter.number}")
        self.set_author(letter.issuer)
        self.set_lang("zh-CN")
        self.add_font("serif", "", fonts.serif_path())
        self.add_font("sans", "", fonts.sans_path())
        self.add_page()

    def close_fonts(self) -> None:
        """Close the font files, which fpdf2 reads from until the sheet is written out."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()

    def footer(self) -> None:
        """Say on each page how the letter is checked."""
        letter, top = self.letter, HEIGHT - FOOT + 6
        self.set_draw_color(*_GREY)
        self.line(LEFT, top, WIDTH - RIGHT, top)
        address = f"{self.site_url}{CHECK}"
        has_code = bool(self.site_url) and self._draw_code(
            f"{address}?number={letter.number}&code={letter.code}", top + 3
        )
        where = (
            f"打开 {address}，"
            if self.site_url
            else f"打开本平台网址后加 {CHECK} 的“文书核验”页面，"
        )
        words = (
            f"文号：{letter.number}　　核验码：{spelled(letter.code)}",
            f"任何人可以{'扫描二维码，或者' if has_code else ''}{where}",
            "输入文号和核验码，核对本文书是否真实、是否仍然有效。",
            f"第 {self.page_no()} 页，共 {{nb}} 页",
        )
        left = LEFT + (QR_SIDE + 6 if has_code else 0)
        self.set_text_color(*_GREY)
        self.set_font("sans", size=9)
        for place, text in enumerate(words):
            self.set_xy(left, top + 4 + place * 6)
            self.cell(w=WIDTH - RIGHT - left, h=5, text=text)
        self.set_text_color(*_BLACK)

    def _draw_code(self, text: str, top: float) -> bool:
        try:
            grid = modules_of(text)
        except TooLongForACodeError:
            return False
        side = QR_SIDE / len(grid)
        self.set_fill_color(*_BLACK)
        for y, row in enumerate(grid):
            for x, dark in enumerate(row):
                if dark:
                    self.rect(LEFT + x * side, top + y * side, side, side, style="F")
        return True

    def room(self, height: float) -> None:
        """Begin a new page unless so much room is left."""
        if self.get_y() + height > HEIGHT - FOOT:
            self.add_page()

    def middle(self, text: str, points: float, line: float) -> None:
        """Set a text in the middle of its lines."""
        self.set_font_size(points)
        for words in lines_of(text, self.epw, self.get_string_width):
            self.room(line)
            self.set_x(LEFT)
            self.cell(w=self.epw, h=line, text=words, align="C", new_x="LMARGIN", new_y="NEXT")

    def paragraph(self, text: str, *, indent: str = _INDENT) -> None:
        """Set a paragraph; its first line is indented."""
        for one in text.split("\n"):
            for words in lines_of(indent + one, self.epw, self.get_string_width):
                self.room(self.leading)
                self.set_x(LEFT)
                self.cell(w=self.epw, h=self.leading, text=words, new_x="LMARGIN", new_y="NEXT")


def rendered(letter: Letter, *, city: str, site_url: str) -> bytes:
    """Return a letter as a PDF; ``site_url`` is where people check it, if the site has one."""
    for size in SIZES:
        sheet = _Sheet(letter, site_url, *size)
        try:
            _head(sheet, letter, city)
            _body(sheet, letter)
            before = sheet.page_no()
            _sign(sheet, letter)
            if sheet.page_no() == before or size == SIZES[-1]:
                return bytes(sheet.output())
        finally:
            sheet.close_fonts()
    raise ValueError("no size to set a letter in")


def _body(sheet: _Sheet, letter: Letter) -> None:
    sheet.set_font("serif", size=sheet.points)
    code = f"（统一社会信用代码 {letter.recipient_code}）：" if letter.recipient_code else "："
    whole = letter.recipient + code
    # A long name has its line, and the code the next: neither is broken in the middle.
    apart = sheet.get_string_width(whole) > sheet.epw
    for text in (letter.recipient, code) if apart else (whole,):
        sheet.paragraph(text, indent="")
    for text in letter.paragraphs:
        sheet.paragraph(text)
    if letter.remedies:
        sheet.ln(sheet.leading / 3)
        sheet.paragraph(letter.remedies)


def _head(sheet: _Sheet, letter: Letter, city: str) -> None:
    sheet.set_font("serif")
    sheet.set_text_color(*_GREY)
    sheet.middle(f"{city}中介超市", 11, 7)
    sheet.set_text_color(*_RED)
    sheet.middle(letter.issuer or city, 24, 14)
    sheet.set_text_color(*_BLACK)
    sheet.middle(letter.number, SIZES[0][0], 12)
    sheet.set_draw_color(*_RED)
    sheet.set_line_width(0.7)
    sheet.line(LEFT, sheet.get_y() + 1, WIDTH - RIGHT, sheet.get_y() + 1)
    sheet.set_line_width(0.2)
    sheet.ln(10)
    sheet.middle(letter.title or kind_of(letter.kind).name, 20, 13)
    sheet.ln(5)


def _sign(sheet: _Sheet, letter: Letter) -> None:
    """Leave a place for the seal over the name and the day."""
    line = sheet.leading
    sheet.room(4 * line)
    sheet.ln(line)
    for text in (letter.issuer, _day(letter.issued_on), "（盖章）"):
        sheet.set_x(LEFT)
        sheet.cell(w=sheet.epw - 14, h=line, text=text, align="R", new_x="LMARGIN", new_y="NEXT")


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"
