"""A city that replaced a shipped file goes on when the program ships a successor of that file."""

import shutil
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from audit import store
from market import rulebook
from market.cli import main
from market.clock import ManualClock, beijing
from market.config import Config
from market.db import Actor, unit_of_work
from market.installation import Installation
from market.keys import Keys
from market.regulations import (
    Clause,
    NoRegulationError,
    Regulation,
    Regulations,
    check,
    configure,
    current,
    extend_lock,
    files,
    instruments,
)
from market.regulations.drafting import Head, draft
from market.regulations.explaining import explain, set_aside
from market.regulations.files import SHIPPED
from market.regulations.profile import check_profile

SUBJECT = "clock-times"
# The latest that is shipped, whichever that is; a city replaces it, then the program ships another.
LATEST = instruments.load().in_force(SUBJECT, date.max - timedelta(days=1))
OLD, NEXT = LATEST.id, "platform-clock-times-next"
OUR_DAY = LATEST.effective_from + timedelta(days=500)
NEXT_DAY = OUR_DAY + timedelta(days=200)
LATER_DAY = NEXT_DAY + timedelta(days=400)
SHARED = "extension.most_times"
NEW_KEY = "[later]\nwait_working_days = { value = 7, source = 'platform default' }\n"
KEY = "later.wait_working_days"


def one(name: str, year: int, *repeals: str, shipped: bool = False, law: bool = False, **more: int):
    basis = {"clause": "第一条"} if law else {"source": "platform default"}
    return Regulation(
        id=name,
        subject="x",
        title=name,
        issuer="",
        document_number="",
        source="",
        effective_from=date(year, 1, 1),
        repeals=repeals,
        clauses={f"a.{key}": Clause(value=n, **basis) for key, n in ({"b": 1} | more).items()},
        digest=name,
        file=name,
        shipped=shipped,
    )


PLATFORM = one("platform", 2024, shipped=True)
CITY = one("city", 2025, "platform")
CITY_LATE = one("city", 2029, "platform")
SUCCESSOR = one("successor", 2027, "platform", shipped=True, c=2)
SECOND = one("second", 2028, "successor", shipped=True, c=3, d=4)
LAW = one("law", 2028, "platform", shipped=True, law=True)
LAW_AFTER = one("law", 2028, "successor", shipped=True, law=True)
OWN_NEXT = one("own-next", 2030, "city")
OWN_OVER_LAW = one("own-over-law", 2030, "city", "law")

LINES = [
    # what there is; who applies in 2024, 2025, 2026, 2027, 2028, 2029, 2030
    ([PLATFORM, SUCCESSOR], "platform platform platform successor successor successor successor"),
    ([PLATFORM, CITY], "platform city city city city city city"),
    ([PLATFORM, CITY, SUCCESSOR], "platform city city city city city city"),
    ([PLATFORM, CITY, SUCCESSOR, SECOND], "platform city city city city city city"),
    ([PLATFORM, CITY, SUCCESSOR, OWN_NEXT], "platform city city city city city own-next"),
    ([PLATFORM, CITY_LATE, SUCCESSOR], "platform platform platform successor successor city city"),
    (
        [PLATFORM, CITY_LATE, SUCCESSOR, SECOND],
        "platform platform platform successor second city city",
    ),
    ([PLATFORM, CITY, LAW], "platform city city city law law law"),
    ([PLATFORM, CITY, LAW, OWN_NEXT], "platform city city city law law law"),
    ([PLATFORM, CITY_LATE, LAW], "platform platform platform platform law law law"),
    ([PLATFORM, CITY, LAW, OWN_OVER_LAW], "platform city city city law law own-over-law"),
    ([PLATFORM, CITY, SUCCESSOR, LAW_AFTER], "platform city city city law law law"),
]  # fmt: skip


@pytest.mark.parametrize(("there", "applies"), LINES)
def test_the_higher_rank_applies_from_its_own_day_in_whatever_order_files_are_read(there, applies):
    for order in permutations(there):
        known = Regulations(order)
        found = [known.in_force("x", date(year, 6, 1)).id for year in range(2024, 2031)]
        assert found == applies.split()
        for each in there:
            assert known.by_id(each.id).id == each.id, "what began under it still finds it"


def text_of(rules):
    """Return the file of which an instrument is read."""
    head = Head(
        id=rules.id,
        title=rules.title,
        issuer="示例市",
        document_number="示府办〔2025〕1号",
        source="公报",
        effective_from=rules.effective_from,
    )
    text = draft(replace(rules, id="OLD"), head)
    assert text.count('["OLD"]') == 1
    names = ", ".join(f'"{name}"' for name in rules.repeals)
    return text.replace('["OLD"]', f"[{names}]").encode()


@pytest.mark.parametrize(("there", "applies"), LINES)
def test_a_locked_file_is_no_fault_beside_files_that_are_set_aside(there, applies):
    known = Regulations(there)
    for each in there:
        if not each.shipped and each.id in applies:
            assert check_profile(text_of(each), each.id, known, known, locked=True) == []


def test_a_new_file_that_would_never_apply_is_told_so_and_what_to_name():
    known = Regulations([PLATFORM, CITY, LAW])
    (said,) = check_profile(text_of(OWN_NEXT), "own.toml", known, known)
    assert "本文件不会施行" in str(said)
    assert 'repeals = ["law"]' in str(said)
    assert check_profile(text_of(OWN_NEXT), "own.toml", known, known, locked=True) == []
    named = replace(OWN_NEXT, repeals=("law",))
    assert check_profile(text_of(named), "own.toml", known, known) == []
    assert Regulations([*known.everyone(), named]).in_force("x", date(2030, 6, 1)).id == named.id


def test_whoever_replaces_a_file_that_is_set_aside_is_told_which_one_applies():
    known = Regulations([PLATFORM, CITY, SUCCESSOR])
    astray = one("own-next", 2030, "successor", c=2)
    (said,) = check_profile(text_of(astray), "own.toml", known, known)
    assert 'repeals = ["city"]' in str(said)


def test_files_that_replace_nothing_in_common_are_a_fault_still():
    stranger = one("city", 2025)
    with pytest.raises(NoRegulationError):
        Regulations([PLATFORM, stranger]).in_force("x", date(2026, 1, 1))
    twice = [PLATFORM, CITY, one("city-too", 2026, "platform")]
    with pytest.raises(NoRegulationError):
        Regulations(twice).in_force("x", date(2027, 1, 1))


def test_what_the_citys_file_does_not_say_the_latest_shipped_one_does():
    known = Regulations([PLATFORM, CITY, SUCCESSOR, SECOND])
    city = known.in_force("x", date(2026, 1, 1))
    assert {key: (c.value, c.supplied_by) for key, c in city.clauses.items()} == {
        "a.b": (1, ""),
        "a.c": (3, "second"),
        "a.d": (4, "second"),
    }
    assert city.digest == CITY.digest
    assert [rules.id for rules in known.all()] == ["platform", "city"]
    assert "a.c、a.d" in set_aside(known)[0]
    own = one("own-next", 2030, "city", c=9)
    assert Regulations([PLATFORM, CITY, SUCCESSOR, own]).by_id("own-next")["a.c"] == 9
    assert "a.c" not in Regulations([PLATFORM, CITY, LAW]).by_id("city")


@pytest.fixture
def upgraded(tmp_path, monkeypatch):
    """A city that locked its own file, and the program that then ships a successor."""
    folder = tmp_path / "rules"
    folder.mkdir()
    head = Head(
        id="our-times-2025",
        title="示例市计时规则",
        issuer="示例市",
        document_number="示府办〔2025〕1号",
        source="公报",
        effective_from=OUR_DAY,
    )
    (folder / "own.toml").write_text(draft(current().by_id(OLD), head), "utf-8")
    assert extend_lock(folder) == []
    program = tmp_path / "program"
    shutil.copytree(SHIPPED, program, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    ships = replace(head, id=NEXT, effective_from=NEXT_DAY)
    text = draft(current().by_id(OLD), ships)
    (program / f"{NEXT}.toml").write_text(text + NEW_KEY, "utf-8")
    assert extend_lock(program) == []
    monkeypatch.setattr(files, "SHIPPED", program)
    monkeypatch.setattr(instruments, "SHIPPED", program)
    monkeypatch.setenv("ZJCS_CITY_RULES_DIR", str(folder))
    current.cache_clear()
    yield folder
    monkeypatch.undo()
    configure()
    current.cache_clear()


def run(*arguments):
    return CliRunner().invoke(main, ["regulation", *map(str, arguments)])


def test_a_city_starts_after_an_upgrade(upgraded, tmp_path):
    assert check(upgraded) == []
    Keys.make(tmp_path / "keys")
    city = Installation.open(
        Config(
            database_url=f"sqlite:///{tmp_path}/city.db",
            data_dir=tmp_path,
            city_rules_dir=upgraded,
            demo=True,
        ),
        ManualClock(beijing(date(2026, 3, 2), 9)),
    )
    city.engine.dispose()


def test_the_log_has_both_files_of_which_values_are_used(fast_here, upgraded):
    configure(upgraded)
    fast_here.clock.move_to(max(fast_here.clock(), beijing(NEXT_DAY, 9)))
    with unit_of_work(fast_here.sessions, Actor("job:test"), fast_here.clock) as work:
        rules = rulebook.apply(work, SUBJECT)
        said = (rules.id, rules.integer(SHARED), rules.integer(KEY))
        assert said == ("our-times-2025", LATEST.integer(SHARED), 7)
        bodies = b"".join(
            work.session.scalars(select(store.submissions.c.body).order_by(store.submissions.c.id))
        )
    for name in ("our-times-2025", NEXT):
        assert name.encode() in bodies
    lines = explain(current(), KEY, NEXT_DAY)
    assert any(f"本市文件没有此项，按随程序发布的 {NEXT}" in x for x in lines)


def test_the_check_says_what_is_not_used_and_what_to_do(upgraded):
    done = run("check")
    assert done.exit_code == 0, done.output
    assert f"{NEXT} 不适用：{OUR_DAY} 起以 our-times-2025 为准" in done.output
    assert KEY in done.output
    assert 'repeals = ["our-times-2025"]' in done.output


def test_a_new_file_is_told_which_file_to_replace(upgraded):
    head = Head(
        id="our-times-2027",
        title="示例市计时规则",
        issuer="示例市",
        document_number="示府办〔2027〕1号",
        source="公报",
        effective_from=LATER_DAY,
    )
    lone = upgraded.parent / "new.toml"
    old = instruments.load().by_id(OLD)
    (upgraded / "own.toml").unlink()
    (upgraded / "LOCK").unlink()
    lone.write_text(draft(old, head), "utf-8")
    refused = run("check", lone)
    assert refused.exit_code == 1
    assert f'请改写 repeals = ["{NEXT}"]' in refused.output
    lone.write_text(draft(instruments.load().by_id(NEXT), head), "utf-8")
    done = run("check", lone)
    assert done.exit_code == 0, done.output


def test_a_citys_next_file_must_say_what_the_program_supplied(upgraded):
    mine = instruments.load(upgraded).by_id("our-times-2025")
    head = Head(
        id="our-times-2027",
        title="示例市计时规则",
        issuer="示例市",
        document_number="示府办〔2027〕1号",
        source="公报",
        effective_from=LATER_DAY,
    )
    file = upgraded / "next.toml"
    file.write_text(draft(mine, head), "utf-8")
    done = run("check", file)
    assert done.exit_code == 0, done.output
    file.write_text(file.read_text("utf-8").partition("[later]")[0], "utf-8")
    assert f"{KEY}：缺少此项" in run("check", file).output
    assert extend_lock(upgraded) == []
    assert run("check").exit_code == 0, "a locked file goes on"


def test_a_city_is_told_that_the_state_has_replaced_what_it_would_replace():
    known = instruments.load()
    head = Head(
        id="our-terms-2027",
        title="示例市失信名单期限",
        issuer="示例市",
        document_number="示府办〔2027〕1号",
        source="公报",
        effective_from=date(2027, 1, 1),
    )
    text = draft(known.by_id("platform-credit-terms-2024"), head)
    found = [str(one) for one in check_profile(text.encode(), "our.toml", known, known)]
    assert any("2026-04-01 起施行，国家规定优先" in one for one in found)
