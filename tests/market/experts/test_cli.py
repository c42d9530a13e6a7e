"""``zjcs expert``: a list judged row by row, entered by a clerk, confirmed by another."""

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from market.cli import main
from market.experts.model import Expert
from market.experts.rules import ExpertState
from tests.market.factories.experts import EVIDENCE, a_clerk, an_expert
from tests.market.factories.firms import ITEM, a_code, a_delegate, an_id_number

HEADING = "姓名,身份证号码,职称或职务,工作单位,工作单位统一社会信用代码,聘任依据,评审事项"


@pytest.fixture
def run(fast_here, monkeypatch):
    """Run a command at this installation."""
    monkeypatch.setattr("market.cli.open_installation", lambda: fast_here)
    return lambda *arguments: CliRunner().invoke(main, ["expert", *arguments])


def a_list(tmp_path, *rows):
    path = tmp_path / "experts.csv"
    path.write_text("\n".join((HEADING, *rows)) + "\n", "utf-8-sig")
    return str(path)


def a_row(**differences):
    usual = {
        "name": "吴评审",
        "number": an_id_number(),
        "title": "教授",
        "employer": "示范大学",
        "code": a_code("12"),
        "evidence": EVIDENCE,
        "items": ITEM,
    }
    return ",".join((usual | differences).values())


def in_the_pool(here):
    with here.sessions() as session:
        return session.scalars(select(Expert).order_by(Expert.id)).all()


def test_a_list_is_tried_entered_and_changes_nothing_the_second_time(run, fast_here, tmp_path):
    clerk = a_clerk(fast_here)
    number = an_id_number()
    other = a_row(name="郑评审", items=f"{ITEM}、ZJ-03-001-01")
    path = a_list(tmp_path, a_row(number=number), other)
    by = ("--by", clerk.user.username)
    tried = run("import", path, *by, "--dry-run")
    assert (tried.exit_code, in_the_pool(fast_here)) == (0, []), tried.output
    done = run("import", path, *by)
    assert done.exit_code == 0, done.output
    assert "已登记 2 名专家" in done.output
    assert number not in done.output
    first, _ = in_the_pool(fast_here)
    assert (first.state, first.entered_by_id) == (ExpertState.PENDING, clerk.user.id)
    assert "没有改动" in run("import", path, *by).output
    assert len(in_the_pool(fast_here)) == 2


def test_one_faulty_row_enters_nobody(run, fast_here, tmp_path):
    clerk = a_clerk(fast_here)
    number = an_id_number()
    path = a_list(
        tmp_path,
        a_row(number=number),
        a_row(number=number),
        a_row(number="110105194912310021"),
        a_row(code="1"),
        a_row(items="ZJ-99-001-01"),
        a_row(evidence="聘书"),
    )
    done = run("import", path, "--by", clerk.user.username)
    assert done.exit_code == 1
    assert [f"第 {row} 行 " in done.output for row in (2, 3, 4, 5, 6, 7)] == [False, *[True] * 5]
    assert number not in done.output
    assert in_the_pool(fast_here) == []


def test_only_a_clerk_of_the_operator_enters(run, fast_here, tmp_path):
    path = a_list(tmp_path, a_row())
    for username in ("nobody", a_delegate(fast_here).user.username):
        done = run("import", path, "--by", username)
        assert done.exit_code == 1
        assert "不是在用的运营经办人账号" in done.output
    assert in_the_pool(fast_here) == []


def test_experts_are_listed_shown_and_stopped_with_a_reason(run, fast_here):
    expert, clerk = an_expert(fast_here), a_clerk(fast_here)
    listed = run("list", "--state", "active", "--item", ITEM)
    assert expert.code in listed.output
    assert "可供抽取 1 名" in listed.output
    assert expert.code not in run("list", "--state", "paused").output
    stop = ("stop", expert.code, "--by", clerk.user.username, "--words", "本人来函申请暂停。")
    assert run(*stop, "--reason", "conduct").exit_code == 1  # No reason for a pause.
    assert "暂停抽取" in run(*stop, "--reason", "own-wish").output
    shown = run("show", expert.code.lower()).output
    assert "本人来函申请暂停。" in shown
    assert expert.id_masked in shown
    assert run(*stop, "--reason", "own-wish", "--for-good").exit_code == 0
    assert run("show", "EX0").exit_code == 1
