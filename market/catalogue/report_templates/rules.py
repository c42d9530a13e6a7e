"""The rules of a template: lines that each ask for something. Pure functions, no I/O."""

from typing import Final

from market.errors import MarketError, msgid

LONGEST: Final = 1500
MOST_LINES: Final = 15
LINE_SHORTEST: Final = 3
ENDS: Final = ("：", ":")


class TemplateLinesError(MarketError):
    """A template asks, line by line."""

    sentence = msgid(
        "请逐行填写要求报告的内容，每行至少 2 个字并以冒号结尾，"
        "最多 %(most)s 行、共 %(longest)s 个字。"
    )

    def __init__(self) -> None:
        super().__init__(field="text", most=MOST_LINES, longest=LONGEST)


def lines_of(text: str) -> str:
    """Return a template as it is kept.

    Args:
        text: What was typed, one thing to report on in each line.

    Returns:
        The lines that say something, without blanks around them.

    Raises:
        TemplateLinesError: There is none, there are too many, or one asks for nothing.

    Source: platform default.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    asks = all(len(line) >= LINE_SHORTEST and line.endswith(ENDS) for line in lines)
    found = "\n".join(lines)
    if not lines or len(lines) > MOST_LINES or len(found) > LONGEST or not asks:
        raise TemplateLinesError
    return found
