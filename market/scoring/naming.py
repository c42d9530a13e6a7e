"""Whether a proposal says whose it is: names and codes of the firm, and people's numbers. Pure.

What a machine finds: the firm's name, with and without its legal form, also with marks between its
characters; its codes and telephone numbers; the name under which it is known (字号), and the names
of its people, also of two or three characters; identity numbers, mobile numbers and e-mail
addresses. It looks in the text of the pages and in whatever else is written in the file
(``market.scoring.written``).

What it does not find: what is drawn, scanned or outlined; the look of stamps and annotations;
data inside pictures; names in pinyin or English, paraphrases, other abbreviations, and a style
that somebody knows. A name of two characters counts where it stands alone, after a word such as
联系人, or before one such as 公司: in the midst of a sentence it may be part of other words. The
firm says that there is nothing of all this, and the notice says what follows.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Final

from pypdf import PdfReader

from market.errors import msgid
from market.files import BrokenFileError
from market.personal import ID_NUMBER, MAIL, MOBILE
from market.scoring.errors import OddProposalError, TooManyPagesError
from market.scoring.written import hidden_texts

MOST_TEXT: Final = 2_000_000
# Names so short are also parts of other words.
SHORT_NAME: Final = 3
AMBIGUOUS_NAME: Final = 2
_LONGEST_KNOWN: Final = 4
_BLANK: Final = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_BLANK_IN_LINE: Final = re.compile(r"[^\S\n]+|[\u200b-\u200f\u2060\ufeff]+")
_SUFFIX: Final = re.compile(r"(股份有限公司|有限责任公司|有限公司|事务所|研究院|设计院)(\(.*?\))?$")
_BRACKETS: Final = re.compile(r"\([^)]*\)")
_PROVINCES: Final = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|"
    "广东|广西|海南|四川|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆|内蒙古"
)
_CITIES: Final = (
    "石家庄|太原|沈阳|大连|长春|哈尔滨|南京|苏州|无锡|常州|杭州|宁波|温州|合肥|福州|厦门|南昌|"
    "济南|青岛|烟台|郑州|洛阳|武汉|宜昌|长沙|广州|深圳|珠海|佛山|东莞|中山|惠州|南宁|桂林|海口|"
    "三亚|成都|绵阳|贵阳|昆明|拉萨|西安|兰州|西宁|银川|乌鲁木齐|呼和浩特"
)
# Where a firm is: what stands before the name under which it is known.
_PLACE: Final = re.compile(
    rf"^(?:中国)?(?:(?:{_PROVINCES})(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区)?)?"
    rf"(?:(?:{_CITIES})市?|[一-鿿]{{2,4}}?(?:市|自治州|盟|地区))?"
    r"(?:[一-鿿]{1,4}?(?:自治县|新区|开发区|区|县|旗))?"
)
# What a firm does: what stands behind that name.
_TRADE: Final = re.compile(
    "工程|建设|建筑|造价|咨询|招标|代理|评估|评价|检测|检验|测绘|测试|勘察|勘测|设计|监理|环境|环保|"
    "生态|科技|技术|会计|律师|税务|资产|土地|房地产|地产|地理|信息|数据|规划|水利|水务|安全|节能|"
    "气象|地质|岩土|林业|农业|交通|公路|电力|能源|管理|服务|项目|投资|顾问|审计|鉴定|质量|消防|市政|"
    "国际|集团|控股|股份|实业|企业|研究|第[一二三四五六七八九十]"
)
_BEFORE_NAME: Final = (
    "我司|我公司|本公司|我所|我院|我们|负责人|联系人|代表人|法人|经理|姓名|编制人?|编写人?|审核人?|"
    "审定人?|校核人?|总工|作者|主编|署名"
)
_AFTER_NAME: Final = (
    "公司|集团|事务所|研究院|设计院|咨询|造价|工程|建设|建筑|检测|检验|评估|评价|测绘|勘察|勘测|设计|"
    "监理|环保|环境|科技|技术|会计|律师|招标|规划|先生|女士|同志|经理|总工|工程师|主任|老师|所长|"
    "院长|董事长|总经理"
)
_HAN: Final = "[一-鿿]"
_MARK: Final = re.compile(r"[\W_]+")
_ID: Final = re.compile(r"(?<!\d)[1-9]\d{16}[\dx](?!\d)")
_ANY_ID: Final = re.compile(_ID.pattern, re.IGNORECASE)
_MOBILE: Final = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10x98765432"

OF_FIRM: Final = msgid("机构名称或代码")
OF_SHORT: Final = msgid("机构简称或人员姓名")


def plain(text: str) -> str:
    """Return a text as it is searched: one width, one case, no blanks.

    Args:
        text: As the file has it.

    Source: platform default.
    """
    return _BLANK.sub("", unicodedata.normalize("NFKC", text)).casefold()


def names_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return what may not stand in a firm's proposal: its names and codes, as they are searched.

    Args:
        names: Names and codes of the firm, names of its people; a company's name also counts
            without its legal form, and by the name under which it is known.

    Returns:
        Each once, the shortest first; nothing of one character.

    Source: platform default.
    """
    found = {plain(each) for each in names}
    found |= {_SUFFIX.sub("", each) for each in found}
    found |= {known for each in tuple(found) for known in known_as(each)}
    return tuple(sorted({each for each in found if len(each) >= AMBIGUOUS_NAME}, key=_by_length))


def _by_length(name: str) -> tuple[int, str]:
    return (len(name), name)


def known_as(name: str) -> tuple[str, ...]:
    """Return the names under which a company is known (字号): without place, trade and form.

    Args:
        name: A company's name as it is searched.

    Returns:
        The two to four characters between where it is and what it does; of four, the last two as
        well, since a town may come first. Nothing where the name says only place and trade.

    Source: 企业名称登记管理规定（国务院令第734号）第六条 (region, 字号, trade, form), as a model.
    """
    rest = _BRACKETS.sub("", name)
    trade = _TRADE.search(rest)
    if trade is None or trade.start() == 0:
        return ()
    before = rest[: trade.start()]
    known = _PLACE.sub("", before)
    if not AMBIGUOUS_NAME <= len(known) <= _LONGEST_KNOWN:
        return ()
    return (known, known[-2:]) if len(known) == _LONGEST_KNOWN else (known,)


def telling(text: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return what in a text tells whose it is, in words.

    Args:
        text: As the file has it.
        names: As ``names_of`` gave them.

    Returns:
        Nothing if the text tells nothing that a machine can find. A short name is quoted, so
        that its firm finds it.

    Source: platform default.
    """
    searched, lines = plain(text), unicodedata.normalize("NFKC", text).casefold()
    whole = [name for name in names if len(name) > SHORT_NAME and _holds(searched, name)]
    found = [OF_FIRM] if whole else []
    found += [
        f"{OF_SHORT}“{name}”"
        for name in _short_names(searched, lines, names)
        if not any(name in each for each in whole)
    ]
    if any(_is_id(match.group()) for match in _ID.finditer(lines)):
        found.append(ID_NUMBER)
    if _MOBILE.search(lines):
        found.append(MOBILE)
    if _MAIL.search(lines):
        found.append(MAIL)
    return tuple(found)


def _holds(searched: str, name: str) -> bool:
    """Whether a name stands in a text, also with dots or strokes between its characters."""
    return name in searched or _MARK.sub("", name) in _MARK.sub("", searched)


def without_numbers(text: str, put: str) -> str:
    """Return a text in which something else stands for numbers and addresses of persons.

    Args:
        text: As somebody wrote it.
        put: What is put for an identity or mobile number, or an e-mail address.

    Source: platform default.
    """
    text = _ANY_ID.sub(lambda one: put if _is_id(one.group().casefold()) else one.group(), text)
    return _MAIL.sub(put, _MOBILE.sub(put, text))


def _short_names(searched: str, lines: str, names: Sequence[str]) -> Iterator[str]:
    """Return the short names that a text tells: of three characters, or of two where clear."""
    whole_lines = _BLANK_IN_LINE.sub("", lines)
    for name in names:
        if len(name) == SHORT_NAME and name in searched:
            yield name
        elif len(name) == AMBIGUOUS_NAME and name in searched:
            here = re.escape(name)
            alone = re.compile(rf"(?<!{_HAN}){here}(?!{_HAN})")
            clear = re.compile(rf"(?:{_BEFORE_NAME})[:为是由]?{here}|{here}(?:{_AFTER_NAME})")
            if alone.search(lines) or alone.search(whole_lines) or clear.search(whole_lines):
                yield name


def _is_id(number: str) -> bool:
    """Whether eighteen characters are an identity number: GB 11643 says so by the last of them."""
    rest = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False)) % 11
    return _CHECKS[rest] == number[-1]


def text_of(data: bytes, most_pages: int) -> tuple[str, int]:
    """Return all that is written in a PDF, on its pages and elsewhere, and how many pages it has.

    Args:
        data: A PDF that its parser has opened before.
        most_pages: How many pages are read.

    Raises:
        TooManyPagesError: It has more.
        OddProposalError: It has more text than anybody writes.
        BrokenFileError: It cannot be read.

    Source: platform default.
    """
    try:
        reader = PdfReader(BytesIO(data))
        pages = len(reader.pages)
    except Exception as error:  # a parser fed with hostile bytes may raise anything
        raise BrokenFileError(kind="pdf") from error
    if pages > most_pages:
        raise TooManyPagesError(pages, most_pages)
    parts, size = [], 0
    try:
        for part in _parts(reader):
            parts.append(part)
            size += len(part) + 1
            if size > MOST_TEXT:
                break
    except Exception as error:  # a parser fed with hostile bytes may raise anything
        raise BrokenFileError(kind="pdf") from error
    if size > MOST_TEXT:
        raise OddProposalError
    return "\n".join(parts), pages


def _parts(reader: PdfReader) -> Iterator[str]:
    """Return what is written besides the pages, and the text of each page."""
    yield from hidden_texts(reader)
    for page in reader.pages:
        yield page.extract_text()
