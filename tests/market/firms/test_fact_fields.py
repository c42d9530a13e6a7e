"""Every fact that a firm states is on its forms, on its page, and in the tables in and out."""

from datetime import date

import pytest

from market.firms.entry import FactField
from market.firms.forms import FactsForm
from market.firms.forms_entry import ChangesForm
from market.firms.model import Firm
from market.firms.rules import FirmNature, FirmState
from market.firms.tables import Subject
from market.firms.tables.exporting import OPERATOR, Export
from market.firms.tables.firms import Firms
from market.sheets.writing import Format
from tests.market.factories.accounts import a_code
from tests.market.factories.firms import a_listed_firm, an_operator
from tests.market.firms.lists import COLUMNS, a_row, judged, table_of

_KEYS = tuple(column.key for column in COLUMNS)
PARENT = a_code()
# What each fact is set to, and the words of it on the page and in a table.
SHOWN = {
    FactField.NAME: ("独一无二咨询有限公司", "独一无二咨询有限公司", "独一无二咨询有限公司"),
    FactField.NATURE: (FirmNature.SOCIAL, "社会组织", "社会组织"),
    FactField.LEGAL_REPRESENTATIVE: ("欧阳静", "欧阳静", "欧阳静"),
    FactField.REGISTERED_ON: (date(2011, 3, 7), "2011-03-07", "2011-03-07"),
    FactField.BUSINESS_UNTIL_ON: (date(2041, 4, 8), "2041-04-08", "2041-04-08"),
    FactField.REGISTERED_CAPITAL_FEN: (765_432_100, "7,654,321.00", "7654321.00"),
    FactField.CAPITAL_CURRENCY: ("HKD", "HKD", "港币"),
    FactField.REGISTERING_AUTHORITY: ("示范市登记局", "示范市登记局", "示范市登记局"),
    FactField.REGISTERED_ADDRESS: ("登记路 1 号", "登记路 1 号", "登记路 1 号"),
    FactField.ADDRESS: ("办公路 2 号", "办公路 2 号", "办公路 2 号"),
    FactField.BUSINESS_SCOPE: ("绝无仅有的经营", "绝无仅有的经营", "绝无仅有的经营"),
    FactField.PARENT_CODE: (PARENT, PARENT, PARENT),
    FactField.PHYSICALLY_PRESENT: (True, "实体进驻并网上挂牌", "是"),
}


@pytest.mark.parametrize("field", FactField)
def test_a_fact_is_in_every_form_and_table(field):
    assert field in SHOWN
    assert hasattr(ChangesForm, field)
    # The name is that of the organisation, which registered before.
    assert hasattr(FactsForm, field) or field is FactField.NAME
    assert field in {column.key for column in Firms.columns}
    assert hasattr(Firm, field)


def test_every_fact_stands_on_the_page_and_in_the_table_that_goes_out(
    fast_here, clock, client, working
):
    listed, _ = a_listed_firm(fast_here, clock)
    with working(fast_here, an_operator(fast_here)) as work:
        firm = work.session.get_one(Firm, listed.id)
        for field, (value, _, _) in SHOWN.items():
            setattr(firm, field, value)
        work.session.flush()
        sheet = OPERATOR[Export.FIRMS](work)
        (row,) = list(sheet.rows)
        cells = dict(zip(sheet.header, row, strict=True))
    page = client.get(f"/firms/{listed.code}").text
    headings = {column.key: column.heading for column in Firms.columns}
    for field, (_, on_page, in_table) in SHOWN.items():
        assert on_page in page, field
        assert cells[headings[field]] == in_table, field
    assert cells["状态"] == "已入驻"
    assert listed.state is FirmState.LISTED


def test_what_went_out_comes_in_again(fast_here, working):
    told = {field.value: in_table for field, (_, _, in_table) in SHOWN.items()}
    content = table_of(
        Subject.FIRMS, dict(zip(_KEYS, a_row(), strict=True)) | told, form=Format.CSV
    )
    with working(fast_here, an_operator(fast_here)) as work:
        found = judged(work, content)
        assert [str(problem.error) for problem in found.problems] == []
        (planned,) = found.planned
    for field, (value, _, _) in SHOWN.items():
        plain = value.isoformat() if isinstance(value, date) else value
        assert planned.payload[field.value] == plain, field


@pytest.mark.parametrize(
    ("typed", "read"),
    [("", "CNY"), ("人民币", "CNY"), ("USD", "USD"), ("美元", "USD"), ("港元", "HKD")],
)
def test_a_currency_is_read_by_name_or_code(fast_here, working, typed, read):
    told = dict(zip(_KEYS, a_row(), strict=True)) | {"capital_currency": typed}
    content = table_of(Subject.FIRMS, told, form=Format.CSV)
    with working(fast_here, an_operator(fast_here)) as work:
        (planned,) = judged(work, content).planned
    assert planned.payload["capital_currency"] == read
