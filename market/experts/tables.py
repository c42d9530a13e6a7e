"""The pool as a table: which columns a list of experts has, and how its rows are read."""

import re
from datetime import date
from typing import Final

from market.errors import msgid
from market.experts.actions import ExpertFacts
from market.sheets.columns import Column, ReadRow
from market.sheets.errors import EmptyCellError

MOST_ROWS: Final = 2_000
_BETWEEN: Final = re.compile(r"[\s、，,；;]+")


def _items(text: str, today: date) -> tuple[str, ...]:
    del today
    found = tuple(code for code in _BETWEEN.split(text.upper()) if code)
    if not found:
        raise EmptyCellError
    return found


EXPERT_COLUMNS: Final[tuple[Column, ...]] = (
    Column(key="name", heading=msgid("姓名"), characters=50, is_name=True),
    Column(key="id_number", heading=msgid("身份证号码"), characters=40, private=True),
    Column(key="title", heading=msgid("职称或职务"), characters=100, aliases=("职称",)),
    Column(
        key="employer_name", heading=msgid("工作单位"), characters=200, is_name=True,
    ),
    Column(
        key="employer_code",
        heading=msgid("工作单位统一社会信用代码"),
        characters=40,
        aliases=("统一社会信用代码",),
    ),
    Column(key="evidence", heading=msgid("聘任依据"), characters=200),
    Column(
        key="items",
        heading=msgid("评审事项"),
        characters=1000,
        read=_items,
        hint=msgid("事项编码，用顿号隔开"),
    ),
)  # fmt: skip


def facts_of(row: ReadRow) -> ExpertFacts:
    """Return what a row without problems says of an expert."""
    values = row.values
    items = values["items"]
    return ExpertFacts(
        name=str(values["name"]),
        title=str(values["title"]),
        employer_name=str(values["employer_name"]),
        employer_code=str(values["employer_code"]),
        evidence=str(values["evidence"]),
        items=items if isinstance(items, tuple) else (),
    )
