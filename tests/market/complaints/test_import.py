"""What waits of a list is encrypted, and gone when it was taken in or given up."""

import pytest

from market.complaints import importing, queries
from market.complaints.errors import ImportOverError
from market.complaints.model import ComplaintImport
from market.errors import MissingError
from tests.market.factories.draws import a_drawn_need
from tests.market.factories.objections import another_firm

TEXT = "窗口公示的投诉电话长期无人接听，已经打过三次，请核实处理。"
HEADER = "工单编号,受理日期,投诉事项,编号或者代码,投诉谁,反映的问题,姓名,联系电话,诉求内容"


def a_list(*tickets, on="2026-03-16"):
    lines = (f"{t},{on},其他事项,,不针对具体单位,其他,周某某,13900003333,{TEXT}" for t in tickets)
    return "\r\n".join((HEADER, *lines)).encode("utf-8-sig")


def kept(city, *tickets):
    with city.work(city.operator) as work:
        content = a_list(*tickets, on=work.today.isoformat())
        row, report = importing.preview(work, city.here.keys, content)
        assert report.problems == ()
        return row.id


def test_what_waits_is_encrypted_and_then_forgotten(city, clock):
    import_id = kept(city, "HL-1", "HL-2")
    with city.reading() as work:
        row = work.session.get_one(ComplaintImport, import_id)
        assert "周某某".encode() not in row.sealed
        assert [one.name for one in importing.waiting(city.here.keys, row)] == ["周某某"] * 2
    with city.work(city.operator) as work:
        taken = importing.confirm(work, city.here.keys, queries.waiting_import(work, import_id))
        assert [each.receipt.one.ticket_mark is not None for each in taken] == [True, True]
        assert [each.ticket for each in taken] == ["HL-1", "HL-2"]
    with city.work(city.operator) as work, pytest.raises(ImportOverError):
        importing.confirm(work, city.here.keys, queries.waiting_import(work, import_id))
    with city.reading() as work:
        row = work.session.get_one(ComplaintImport, import_id)
        assert (row.sealed, row.taken) == (None, 2)


def test_what_is_given_up_enters_nothing(city, clock):
    import_id = kept(city, "HL-1")
    with city.work(city.operator) as work:
        importing.give_up(work, queries.waiting_import(work, import_id))
    with city.work(city.operator) as work:
        assert queries.to_assign(work) == []
        with pytest.raises(ImportOverError):
            importing.give_up(work, queries.waiting_import(work, import_id))


def test_a_list_is_its_operators(city, clock):
    import_id = kept(city, "HL-1")
    drawn = a_drawn_need(city.here, clock, city=city)
    with city.work(another_firm(drawn)) as work, pytest.raises(MissingError):
        queries.waiting_import(work, import_id)


def test_two_lists_with_one_ticket_take_it_in_once(city, clock):
    first, second = kept(city, "HL-1"), kept(city, "HL-1")
    with city.work(city.operator) as work:
        importing.confirm(work, city.here.keys, queries.waiting_import(work, first))
    with city.work(city.operator) as work, pytest.raises(importing.TakenBeforeError):
        importing.confirm(work, city.here.keys, queries.waiting_import(work, second))
