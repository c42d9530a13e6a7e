"""Lists of firms as files, for the tests of the import."""

from market.firms import importing
from market.firms.tables import TAKERS, Subject
from market.firms.tables.firms import Firms
from market.sheets.model import SheetImport
from market.sheets.writing import Format, written
from tests.market.factories.firms import a_code

KEY = b"k" * 32
COLUMNS = Firms.columns[:11]  # what every list has; the rest is optional
HEAD = [column.heading for column in COLUMNS]


def a_row(**differences):
    """Return the cells of a firm that can be taken over."""
    usual = {
        "name": "甲工程咨询有限公司",
        "code": a_code(),
        "nature": "企业",
        "legal_representative": "陈立",
        "registered_on": "2015-06-01",
        "address": "滨河路 8 号",
        "business_scope": "工程咨询",
        "contact_name": "李丽",
        "contact_phone": "0755-86001234",
        "email": "",
        "physically_present": "否",
    }
    return [str((usual | differences)[column.key]) for column in COLUMNS]


def csv_of(*rows, head=HEAD, encoding="utf-8-sig"):
    """Return a CSV file with a heading."""
    return "\r\n".join(",".join(row) for row in [head, *rows]).encode(encoding)


def table_of(subject, *rows, form=Format.XLSX):
    """Return a table of a subject as a file; each row maps keys to texts."""
    columns = TAKERS[subject].columns
    cells = [[row.get(column.key, "") for column in columns] for row in rows]
    return written(form, [column.heading for column in columns], cells)


def judged(work, content, subject=Subject.FIRMS):
    """Return what a file says."""
    return importing.judge(work, subject, content, KEY)


def taken_over(work, content, subject=Subject.FIRMS) -> SheetImport:
    """Bring a file in, all of it in one unit of work."""
    row = importing.preview(work, subject, content, KEY)
    importing.confirm(work, row)
    while importing.take_some(work, row.id, KEY):
        pass
    return row
