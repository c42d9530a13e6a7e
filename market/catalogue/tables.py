"""The catalogue as a table, and a table as items of the catalogue.

Items are dated data: a table is not entered into a database, it becomes files that a city checks,
locks and puts into its rules folder (docs/regulations.md).
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from market.catalogue.columns import ITEM_COLUMNS
from market.catalogue.files import CODE, Catalogue
from market.catalogue.rules import AuthorityReview, Fee, Group, Item, StaffNeed
from market.errors import MarketError, msgid
from market.sheets.columns import Problem, ReadRow, headings, problem_of, read_rows
from market.sheets.errors import TwiceInFileError
from market.sheets.reading import read_sheet


class ItemCodeError(MarketError):
    """A code that no item can have."""

    sentence = msgid(
        "编码应为 ZJ-类别-三位类型-两位变体，且类别与“类别编码”一致，例如 ZJ-03-001-02"
    )

    def __init__(self) -> None:
        super().__init__(field="code")


class NoDaysError(MarketError):
    """An item without a time limit."""

    sentence = msgid("时限至少 1 个工作日")

    def __init__(self) -> None:
        super().__init__(field="time_limit_working_days")


def item_cells(item: Item) -> list[str]:
    """Return an item as a row of the table."""
    flat: dict[str, object] = {name: getattr(item, name) for name in item.__dataclass_fields__} | {
        "group_code": item.group.code,
        "group_zh": item.group.name_zh,
        "group_en": item.group.name_en,
        "staff_count": item.staff.count if item.staff else None,
        "staff_certificate": item.staff.certificate if item.staff else "",
        "staff_confirm": bool(item.staff and item.staff.confirm),
        "review_by": item.review.by if item.review else "",
        "review_working_days": item.review.working_days if item.review else None,
        "review_source": item.review.source if item.review else "",
        "review_confirm": bool(item.review and item.review.confirm),
        "fee_kind": item.fee.kind,
        "fee_document": item.fee.document,
        "fee_number": item.fee.number,
        "fee_note": item.fee.note,
        "fee_confirm": item.fee.confirm,
    }
    return [column.shown(flat) for column in ITEM_COLUMNS]


def read_items(content: bytes, first: date) -> tuple[list[Item], list[Problem]]:
    """Read a table of items that begin on a day, and what is wrong with it.

    Raises:
        SheetError: The file is no table with the right heading.
    """
    sheet = read_sheet(content, headings(ITEM_COLUMNS))
    rows = read_rows(sheet, ITEM_COLUMNS, first)
    items: list[Item] = []
    problems = [problem for row in rows for problem in row.problems]
    seen: dict[str, int] = {}
    for row in rows:
        if row.problems:
            continue
        try:
            items.append(_item(row, first, seen))
        except MarketError as error:
            problems.append(problem_of(ITEM_COLUMNS, row, error))
    return items, sorted(problems, key=lambda problem: problem.row)


def _item(row: ReadRow, first: date, seen: dict[str, int]) -> Item:
    values = dict(row.values)
    group = Group(
        code=str(values.pop("group_code")),
        name_zh=str(values.pop("group_zh")),
        name_en=str(values.pop("group_en")),
    )
    code = str(values["code"])
    if not CODE.fullmatch(code) or not code.startswith(f"ZJ-{group.code}-"):
        raise ItemCodeError
    if not values["time_limit_working_days"]:
        raise NoDaysError
    if seen.setdefault(code, row.number) != row.number:
        raise TwiceInFileError(seen[code], "code")
    staff = {name: values.pop(f"staff_{name}") for name in ("count", "certificate", "confirm")}
    review = {name: values.pop(f"review_{name}") for name in AuthorityReview.__dataclass_fields__}
    fee = {name: values.pop(f"fee_{name}") for name in Fee.__dataclass_fields__}
    return Item(
        **values,  # type: ignore[arg-type]  # read by key, each by its own reader
        group=group,
        staff=StaffNeed(**staff) if staff["count"] else None,  # type: ignore[arg-type]  # likewise
        review=AuthorityReview(**review) if review["working_days"] else None,  # type: ignore[arg-type]  # likewise
        fee=Fee(**fee),  # type: ignore[arg-type]  # likewise
        effective_from=first,
    )


def changed(items: Iterable[Item], catalogue: Catalogue, first: date) -> list[Item]:
    """Return the items that the catalogue does not have just so on the day."""
    there = catalogue.on(first)
    return [
        item
        for item in items
        if item.code not in there or _just(there[item.code], first) != _just(item, first)
    ]


def _just(item: Item, first: date) -> Item:
    return replace(
        item, effective_from=first, incompatible_with=tuple(sorted(item.incompatible_with))
    )
