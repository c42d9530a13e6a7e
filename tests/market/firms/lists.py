"""Lists of firms as files, for the tests of the import."""

from market.firms.importing import COLUMNS
from tests.market.factories.firms import a_code

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
