"""Published fees: versions that follow one another and are never changed."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DatabaseError

from market.firms import actions, queries
from market.firms.fees import FeeBackdatedError, FeeBasis, FeeKind
from market.firms.listing import (
    DirectoryQuery,
    DirectorySort,
    FeeSort,
    directory,
    fees,
    in_publicity,
    listed_counts,
    sanctioned,
)
from market.firms.model import FirmCheck, FirmFee, FirmPromise, StandingChange
from market.firms.rules import Standing
from tests.market.factories.firms import (
    ITEM,
    a_fee,
    a_listed_firm,
    a_public_firm,
    some_firms,
)


def test_versions_follow_one_another(here, clock, working):
    firm, delegate = a_listed_firm(here, clock)
    with working(here, delegate) as work:
        found = queries.own(work)
        first = queries.current_fee(work, firm.id, ITEM)
        later = actions.publish_fee(
            work, found, ITEM, a_fee(work.today + timedelta(days=3), amount_fen=2_500_000)
        )
        assert (first.version_no, later.version_no) == (1, 2)
        assert queries.current_fee(work, firm.id, ITEM) is first
        day = work.today + timedelta(days=2)
        assert queries.current_fee(work, firm.id, ITEM, day) is first
        assert queries.current_fee(work, firm.id, ITEM, day + timedelta(days=1)) is later
        assert queries.current_fee(work, firm.id, ITEM, date(2026, 3, 1)) is None
        assert queries.fee_history(work, firm.id, ITEM) == [later, first]


def test_a_later_version_replaces_one_that_has_not_begun(fast_here, clock, working):
    firm, delegate = a_listed_firm(fast_here, clock)
    with working(fast_here, delegate) as work:
        found = queries.own(work)
        actions.publish_fee(work, found, ITEM, a_fee(work.today + timedelta(days=9)))
        last = actions.publish_fee(work, found, ITEM, a_fee(work.today + timedelta(days=2)))
        assert queries.current_fee(work, firm.id, ITEM, work.today + timedelta(days=30)) is last


def test_a_fee_published_today_does_not_begin_yesterday(fast_here, clock, working):
    _, delegate = a_listed_firm(fast_here, clock)
    with working(fast_here, delegate) as work:
        found = queries.own(work)
        yesterday = a_fee(work.today - timedelta(days=1))
        with pytest.raises(FeeBackdatedError):
            actions.publish_fee(work, found, ITEM, yesterday)


@pytest.mark.parametrize("table", [FirmFee, FirmPromise, FirmCheck, StandingChange])
@pytest.mark.parametrize("deed", ["update", "delete"])
def test_records_are_only_ever_added_to(here, clock, working, table, deed):
    firm, delegate = a_listed_firm(here, clock)
    with working(here, delegate) as work:
        until_at = work.now + timedelta(days=1)
        actions.set_standing(work, queries.own(work), Standing.SUSPENDED, until_at, "AJ")
    statement = update(table).values(firm_id=firm.id) if deed == "update" else delete(table)
    with (
        pytest.raises(DatabaseError, match="table of record"),
        here.engine.begin() as connection,
    ):
        connection.execute(statement)


def test_the_database_refuses_a_fee_that_is_two_fees(here, clock):
    firm, delegate = a_listed_firm(here, clock)
    insert = text(
        "INSERT INTO firm_fee (firm_id, item_code, version_no, basis, standard_id, basis_document,"
        " kind, amount_fen, rate_ppm, rate_base, brackets, unit, extra_charges, valid_from_on,"
        " promise_version, promise_sha256, published_at, published_by_id) VALUES (:firm, 'X', 1,"
        " 'own', '', '', 'fixed', 1, 1, '', '', '', '', '2026-03-02', '', '',"
        " '2026-03-02 00:00:00', :user)"
    )
    with pytest.raises(DatabaseError, match="one_way_to_charge"), here.engine.begin() as connection:
        connection.execute(insert, {"firm": firm.id, "user": delegate.actor.user_id})


def test_fees_are_compared_item_by_item(here, clock, working):
    made = some_firms(here, clock, 3)
    news = (
        {"amount_fen": 1_000_000},
        {"kind": FeeKind.RATE, "amount_fen": None, "rate_ppm": 1500, "rate_base": "总投资"},
        {
            "kind": FeeKind.DISCOUNT,
            "amount_fen": None,
            "discount_bp": 2000,
            "basis": FeeBasis.STANDARD,
            "basis_document": "计价格〔2002〕125号",
        },
    )
    for (_, delegate), differences in zip(made, news, strict=True):
        with working(here, delegate) as work:
            firm = queries.own(work)
            actions.publish_fee(work, firm, ITEM, a_fee(work.today, **differences))
            actions.publish_fee(work, firm, ITEM, a_fee(work.today + timedelta(days=9)))
    (_, delegate) = made[0]
    with working(here, delegate) as work:

        def first(sort, *, descending=False, item=ITEM):
            found = fees(work, item_code=item, sort=sort, descending=descending, number=1)
            assert found.total == 3
            return found.rows[0].firm.code

        assert first(FeeSort.AMOUNT) == first(FeeSort.AMOUNT, descending=True) == made[0][0].code
        assert first(FeeSort.RATE) == first(FeeSort.RATE, descending=True) == made[1][0].code
        assert first(FeeSort.DISCOUNT, item="") == made[2][0].code
        none = fees(work, item_code="ZJ-02-001-01", sort=FeeSort.ITEM, descending=False, number=9)
        assert (none.total, none.number, none.pages) == (0, 1, 1)


def test_the_directory_is_searched_filtered_sorted_and_paged(here, clock, working):
    made = some_firms(here, clock, 2, name="甲_测试%机构")
    (listed, delegate) = a_listed_firm(here, clock, name="乙机构", item_codes=("ZJ-02-001-01",))
    a_public_firm(here, name="还在公示")
    with working(here, delegate) as work:
        end = work.now + timedelta(days=5)
        actions.set_standing(work, queries.own(work), Standing.SUSPENDED, end, "AJ")

        def codes(number=1, **wanted):
            return [r.firm.code for r in directory(work, DirectoryQuery(**wanted), number).rows]

        both = [firm.code for firm, _ in made]
        assert len(codes()) == 3
        assert codes(words="乙") == [listed.code]
        assert codes(words=f" {listed.code[:9]} {listed.code[9:].lower()}".strip()) == [listed.code]
        assert sorted(codes(words="_测试%")) == sorted(both)
        assert codes(words="测试_机构") == []
        assert codes(item_code="ZJ-02-001-01") == codes(group_code="02") == [listed.code]
        assert sorted(codes(group_code="03")) == sorted(both)
        assert codes(standing=Standing.SUSPENDED) == [listed.code]
        assert codes(sort=DirectorySort.LISTED, descending=True)[0] == listed.code
        assert codes(number=99) == codes()
        assert listed_counts(work) == (3, 3)
        assert [f.code for f in sanctioned(work, Standing.SUSPENDED, work.now)] == [listed.code]
        assert sanctioned(work, Standing.SUSPENDED, end) == []
        assert [f.name for f in in_publicity(work, 1).rows] == ["还在公示"]
