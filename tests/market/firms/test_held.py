"""What the State holds of a firm: taken from files, filled in, compared when it is verified."""

import json
from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from market.accounts.queries import organisation
from market.cli_firms import firm as firm_group
from market.db import Actor, unit_of_work
from market.errors import ConflictError, MissingError
from market.firms import actions, queries, queries_held
from market.firms.actions.holding import LicenceFolder, adopt, take
from market.firms.checks import QualificationState
from market.firms.entry import FactField
from market.firms.held import (
    HeldError,
    HeldLicence,
    LicencePart,
    fact_differences,
    licence_differences,
    not_stated,
    parse,
)
from market.firms.model_held import HeldRecord
from tests.market.factories.accounts import a_code
from tests.market.factories.firms import ITEM, a_delegate, a_filled_in_firm, an_operator, facts

LICENCE = {
    "kind": "信用平台登记",
    "name": "环境影响评价信用平台",
    "number": "HP900001",
    "issuer": "生态环境部",
    "valid_from_on": "2020-01-01",
    "valid_to_on": "2030-12-31",
}


def a_held(code=None, **differences):
    """Return a file of the data platform."""
    usual = {
        "source": "示范市法人库和电子证照库",
        "as_of_on": "2026-03-01",
        "code": code or a_code(),
        "name": "示范环评有限公司",
        "nature": "企业",
        "legal_representative": "陈立",
        "registered_on": "2015-06-01",
        "registered_capital_fen": 500_000_000,
        "registering_authority": "示范市市场监督管理局",
        "registered_address": "示范市滨河路 8 号",
        "licences": [LICENCE],
    }
    return json.dumps(usual | differences, ensure_ascii=False).encode()


def taken(here, tmp_path, *contents):
    folder = tmp_path / "platform"
    folder.mkdir(exist_ok=True)
    for number, content in enumerate(contents):
        (folder / f"{number}.json").write_bytes(content)
    with unit_of_work(here.sessions, Actor("cli"), here.clock) as work:
        return take(work, LicenceFolder(folder))


def code_of(here, person):
    with unit_of_work(here.sessions, person.actor, here.clock) as work:
        return organisation(work, work.org_id).code


@pytest.mark.parametrize(
    ("differences", "key"),
    [
        ({"code": "91510822MA99999998"}, "code"),
        ({"source": " "}, "source"),
        ({"as_of_on": "2026-02-30"}, "as_of_on"),
        ({"as_of_on": None}, "as_of_on"),
        ({"name": None}, "name"),
        ({"nature": "个体"}, "nature"),
        ({"registered_capital_fen": 1.5}, "registered_capital_fen"),
        ({"registered_capital_fen": True}, "registered_capital_fen"),
        ({"telephone": "1"}, "telephone"),
        ({"licences": {}}, "licences"),
        ({"licences": [1]}, "licences"),
        ({"licences": [LICENCE | {"kind": "自称"}]}, "kind"),
        ({"licences": [LICENCE | {"number": ""}]}, "number"),
        ({"licences": [LICENCE | {"valid_to_on": "2019-01-01"}]}, "valid_to_on"),
        ({"licences": [LICENCE | {"holder": "x"}]}, "holder"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(differences, key):
    with pytest.raises(HeldError, match=key):
        parse(a_held(**differences))


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b"[" * 100_000, b"{"])
def test_what_is_no_file_is_refused(content):
    with pytest.raises(HeldError, match="文件"):
        parse(content)


def test_facts_are_compared_where_the_state_holds_them():
    held = parse(a_held())
    same = {
        FactField.NAME: "示范环评有限公司",
        FactField.NATURE: held.facts[FactField.NATURE],
        FactField.LEGAL_REPRESENTATIVE: "陈 立",
        FactField.REGISTERED_ON: date(2015, 6, 1),
        FactField.REGISTERED_CAPITAL_FEN: 500_000_000,
        FactField.REGISTERING_AUTHORITY: "示范市市场监督管理局",
        FactField.REGISTERED_ADDRESS: "示范市滨河路８号",
        FactField.ADDRESS: "别处",
    }
    assert fact_differences(same, held) == []
    (one,) = fact_differences(same | {FactField.LEGAL_REPRESENTATIVE: "王芳"}, held)
    assert (one.field, one.stated, one.held) == (
        FactField.LEGAL_REPRESENTATIVE,
        "王芳",
        "陈立",
    )
    empty = {one.field for one in fact_differences({}, held)}
    assert empty == {
        FactField.NAME,
        FactField.NATURE,
        FactField.LEGAL_REPRESENTATIVE,
        FactField.REGISTERED_ON,
    }


def test_licences_are_compared_part_by_part():
    held = parse(a_held())
    (licence,) = held.licences
    assert licence_differences([licence], held) == []
    assert not_stated([licence], held) == []
    assert not_stated([], held) == [(0, licence)]

    def with_(**differences):
        names = HeldLicence.__dataclass_fields__
        return HeldLicence(**{n: getattr(licence, n) for n in names} | differences)

    (absent,) = licence_differences([with_(number="HP1")], held)
    assert absent.part is LicencePart.ABSENT
    longer = licence_differences([with_(valid_to_on=date(2035, 1, 1), grade="甲级")], held)
    assert [one.part for one in longer] == [LicencePart.GRADE, LicencePart.VALID_TO_ON]
    assert (longer[1].stated, longer[1].held) == ("2035-01-01", "2030-12-31")


def test_files_are_taken_once_and_a_faulty_one_alone_is_refused(fast_here, tmp_path):
    code = a_code()
    first = taken(fast_here, tmp_path, a_held(code), b"{", a_held(as_of_on="2099-01-01"))
    assert (first.fresh, first.known, len(first.refused)) == (1, 0, 2)
    assert first.refused[0][0] == "1.json"
    again = taken(fast_here, tmp_path, a_held(code), a_held(code, as_of_on="2026-02-01"))
    assert (again.fresh, again.known) == (1, 1)
    with unit_of_work(fast_here.sessions, Actor("cli"), fast_here.clock) as work:
        assert queries_held.latest(work, code).as_of_on == date(2026, 3, 1)
        assert work.session.query(HeldRecord).count() == 2


def test_the_command_reports_each_file(fast_here, tmp_path):
    (tmp_path / "a.json").write_bytes(a_held())
    (tmp_path / "b.json").write_bytes(b"{")
    # A command keeps the names of its help for the whole process: the same as the program's.
    names = {"obj": lambda: fast_here, "help_option_names": ["-h", "--help"]}
    done = CliRunner().invoke(firm_group, ["licences", str(tmp_path)], **names)
    assert done.exit_code == 1
    assert "b.json：" in done.stderr
    assert "新接收 1 份，已有 0 份，未接收 1 份" in done.output


def test_the_form_begins_with_what_the_state_holds(fast_here, tmp_path, sign_in, working):
    delegate = a_delegate(fast_here)
    taken(fast_here, tmp_path, a_held(code_of(fast_here, delegate)))
    browser = sign_in(delegate)
    page = browser.get("/firm/facts").text
    assert "已按国家数据预填" in page
    assert "示范市法人库和电子证照库" in page
    assert 'value="陈立"' in page
    assert 'value="5000000.00"' in page
    with working(fast_here, delegate) as work:
        actions.save_facts(work, organisation(work, work.org_id), facts())
    with working(fast_here, delegate) as work:
        firm = queries.own(work)
        assert firm.held_record_id == queries_held.latest(work, firm.code).id
        record_id = firm.held_record_id
    assert "已按国家数据预填" not in browser.get("/firm/facts").text
    page = browser.get("/firm/qualifications").text
    assert "HP900001" in page
    sent = {"record": str(record_id), "place": "0"}
    assert browser.post("/firm/qualifications/adopt", data=sent).status_code == 303
    with working(fast_here, delegate) as work:
        (row,) = queries.qualifications(work, queries.own(work).id)
        assert (row.number, row.state) == ("HP900001", QualificationState.PENDING)
        assert row.valid_to_on == date(2030, 12, 31)
    assert "国家数据中的证照" not in browser.get("/firm/qualifications").text


def test_only_the_newest_data_is_adopted(fast_here, tmp_path, working):
    firm, delegate = a_filled_in_firm(fast_here, item_codes=(ITEM,))
    with working(fast_here, delegate) as work, pytest.raises(MissingError):
        adopt(work, queries.own(work), 1, 0)
    taken(fast_here, tmp_path, a_held(firm.code))
    with working(fast_here, delegate) as work:
        old = queries_held.latest(work, firm.code).id
        with pytest.raises(MissingError):
            adopt(work, queries.own(work), old, 1)
    fast_here.clock.advance(timedelta(days=1))
    taken(fast_here, tmp_path, a_held(firm.code, as_of_on="2026-03-02"))
    with working(fast_here, delegate) as work, pytest.raises(ConflictError):
        adopt(work, queries.own(work), old, 0)


def test_a_verification_finds_the_differences_itself(fast_here, tmp_path, sign_in, working):
    firm, delegate = a_filled_in_firm(fast_here, item_codes=(ITEM,))
    with working(fast_here, delegate) as work:
        actions.submit_on_promise(work, queries.own(work))
    operator = sign_in(an_operator(fast_here))
    path = f"/firm-checks/{firm.id}/promise"
    assert "数据平台没有提供这家机构的数据" in operator.get(path).text
    taken(fast_here, tmp_path, a_held(firm.code, legal_representative="王芳"))
    page = operator.get(path).text
    assert "与国家数据的差异" in page
    assert "王芳" in page
    assert "没有这份证照" in page
    assert "与国家数据的差异" in operator.get(f"/firm-checks/{firm.id}").text
