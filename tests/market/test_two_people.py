"""Where two people take two steps of one row, the database refuses one who takes both."""

from datetime import timedelta

import pytest
from sqlalchemy import CheckConstraint, create_engine, text
from sqlalchemy.exc import IntegrityError

from market.access import OrgKind, Role
from market.db import Actor, unit_of_work
from market.messages.model import Banner
from market.schema import metadata
from tests.market.factories.accounts import a_person

# Two columns of people in one row that may be the same person, or of two sides, and why.
MAY_BE_ONE = {
    "award_objection": "two organisations; who decides is a row of its own",
    "contract": "two sides; a contract that is filed again keeps who confirmed the one before",
    "contract_staff_replacement": "two sides: the action compares organisations",
    "document": "a firm hands in, the operator decides",
    "firm_change": "a firm asks, the operator decides; whoever asked may take it back",
    "firm_past_project": "a firm enters, the operator checks",
    "firm_staff_insurance": "a firm enters, the operator checks",
    "holiday_import": "whoever proposed may withdraw it: the last step is one column",
    "interview": "one office invites and records",
    "letter_withdrawal": "replacing is withdrawing and writing anew, by one person",
    "model_text": "whoever proposed may end a published one: the last step is one column",
    "need": "whoever approved may write a returned one; handing it in clears the approval",
    "password_handover": "whoever asked may withdraw it; a manager's own reset is put on record",
    "report_template": "whoever proposed may end a published one: the last step is one column",
    "rereview": "one side asks, the other comments",
    "suspension_over": "the other side answers; where it is silent the operator decides",
}  # fmt: skip
TABLES = {
    name: [column.name for column in table.columns if column.name.endswith("_by_id")]
    for name, table in metadata().tables.items()
}
PAIRED = sorted(name for name, people in TABLES.items() if len(people) > 1)


def checks_of(name: str) -> list[str]:
    """Return the checks of a table, in the same order for every worker."""
    return sorted(
        str(one.sqltext)
        for one in metadata().tables[name].constraints
        if isinstance(one, CheckConstraint) and "_by_id <> " in str(one.sqltext)
    )


@pytest.mark.parametrize("name", PAIRED)
def test_each_table_with_two_people_refuses_one_or_says_why_not(name):
    assert bool(checks_of(name)) is not (name in MAY_BE_ONE)


@pytest.mark.parametrize(
    ("name", "check"), [(name, check) for name in PAIRED for check in checks_of(name)]
)
def test_a_check_refuses_one_person_and_lets_two_pass(name, check):
    first, _, second = check.rpartition(" OR ")[2].split(" ")
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        for one, other, passes in ((1, 1, 0), (1, 2, 1), (1, None, None)):
            columns = {first: one, second: other, "state": "found"}
            said = ", ".join(f":{key} AS {key}" for key in columns)
            found = connection.execute(text(f"SELECT {check} FROM (SELECT {said})"), columns)
            assert found.scalar() == passes


def test_the_list_names_tables_that_are_there():
    assert set(MAY_BE_ONE) <= set(PAIRED)


def a_banner(work, published_by, confirmed_by) -> Banner:
    return Banner(
        words_zh="维护",
        words_en="Maintenance",
        starts_at=work.now,
        ends_at=work.now + timedelta(days=1),
        published_by_id=published_by.id,
        published_at=work.now,
        confirmed_by_id=confirmed_by.id,
        confirmed_at=work.now,
    )


def test_both_databases_refuse_it(here):
    one, other = (a_person(here, Role.OPERATOR_CLERK, kind=OrgKind.OPERATOR) for _ in range(2))
    with unit_of_work(here.sessions, Actor("job:test"), here.clock) as work:
        work.session.add(a_banner(work, one, other))
    with (
        pytest.raises(IntegrityError, match="confirmed_by_another"),
        unit_of_work(here.sessions, Actor("job:test"), here.clock) as work,
    ):
        work.session.add(a_banner(work, one, one))
