"""Working days: the notices day by day against two other tables, and the laws of counting."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import chinese_calendar
import holidays
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from market.calendar import (
    Calendar,
    Holiday,
    Notice,
    UnknownYearError,
    check_calendar,
    default_calendar,
    end_of,
    load_calendar,
    parse_notice,
)
from market.clock import beijing, beijing_day
from market.regulations import DataFileError, configure, extend_lock
from market.regulations.files import SHIPPED

CALENDAR = default_calendar()
FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)
EVERY_DAY = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]

days = st.dates(FIRST, LAST)


def a_notice(year: int, **differences: object) -> Notice:
    facts: dict = {
        "id": f"notice-{year}",
        "title": f"{year}年安排",
        "issuer": "国务院办公厅",
        "document_number": "测试",
        "issued_on": date(year - 1, 11, 1),
        "source": "测试",
        "year": year,
        "holidays": (
            Holiday(name="元旦", clause="一", days_off=(date(year, 1, 1),), working_days=()),
        ),
        "digest": "0" * 64,
    }
    return Notice(**(facts | differences))


def the_2026_file(old: bytes = b"", new: bytes = b"") -> bytes:
    return (SHIPPED / "calendar/2026.toml").read_bytes().replace(old, new)


def a_2027_file(old: bytes = b"", new: bytes = b"") -> bytes:
    return (SHIPPED / "demonstration/calendar/2027.toml").read_bytes().replace(old, new)


def a_folder(tmp_path: Path, name: str, content: bytes) -> Path:
    (tmp_path / "calendar").mkdir(exist_ok=True)
    (tmp_path / "calendar" / name).write_bytes(content)
    assert extend_lock(tmp_path) == []
    return tmp_path


def test_every_day_agrees_with_chinesecalendar():
    wrong = [d for d in EVERY_DAY if CALENDAR.is_working_day(d) != chinese_calendar.is_workday(d)]
    assert wrong == []


def test_every_day_agrees_with_holidays():
    china = holidays.country_holidays("CN", years=range(2024, 2027))
    wrong = [d for d in EVERY_DAY if CALENDAR.is_working_day(d) != china.is_working_day(d)]
    assert wrong == []


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2024, 2, 9), True),  # New Year's Eve was only recommended as a day off
        (date(2024, 2, 18), True),  # a Sunday worked in exchange
        (date(2025, 1, 28), False),
        (date(2026, 1, 2), False),
        (date(2026, 1, 4), True),
        (date(2026, 10, 10), True),
    ],
)
def test_the_notices_say_so(day: date, worked: bool):  # noqa: FBT001  # the expected answer
    assert CALENDAR.is_working_day(day) is worked


@given(days, st.integers(1, 60))
@settings(max_examples=60, deadline=None)
def test_adding_days_lands_on_the_working_day_of_that_number(day: date, count: int):
    assume(CALENDAR.working_days_between(day, LAST) >= count)
    due = CALENDAR.add_working_days(day, count)
    assert CALENDAR.is_working_day(due)
    assert CALENDAR.working_days_between(day, due) == count
    walked = [day + timedelta(days=n) for n in range(1, (due - day).days + 1)]
    assert sum(chinese_calendar.is_workday(d) for d in walked) == count


@given(st.lists(days, min_size=2, max_size=6))
@settings(max_examples=60, deadline=None)
def test_segments_always_sum_to_the_whole(cuts: list[date]):
    segments = [CALENDAR.working_days_between(a, b) for a, b in pairwise(cuts)]
    assert sum(segments) == CALENDAR.working_days_between(cuts[0], cuts[-1])


@given(st.lists(st.datetimes(datetime(2024, 1, 2), datetime(2026, 12, 30)), min_size=2, max_size=6))  # noqa: DTZ001  # made aware below
@settings(max_examples=60, deadline=None)
def test_a_clock_cut_at_any_instants_loses_nothing(cuts: list[datetime]):
    at = sorted(cut.replace(tzinfo=UTC) for cut in cuts)
    segments = [CALENDAR.working_days_in(a, b) for a, b in pairwise(at)]
    assert sum(segments) == CALENDAR.working_days_in(at[0], at[-1])
    assert all(segment >= 0 for segment in segments)


instants = st.datetimes(datetime(2024, 1, 2), datetime(2025, 6, 30))  # noqa: DTZ001  # made aware below


@given(instants, st.integers(1, 60), st.integers(0, 40), st.integers(0, 400))
@settings(max_examples=60, deadline=None)
def test_a_clock_that_stood_still_gets_its_days_back(start, limit, after, hours):
    at = start.replace(tzinfo=UTC)
    from_at = min(at + timedelta(days=after), CALENDAR.due_at(beijing_day(at), limit))
    to_at = from_at + timedelta(hours=hours)
    due_at = CALENDAR.due_after(at, limit, [(from_at, to_at)])
    last = due_at - timedelta(microseconds=1)
    assert CALENDAR.working_days_in(at, last) == limit + CALENDAR.working_days_in(from_at, to_at)
    assert CALENDAR.is_working_day(beijing_day(last))
    assert CALENDAR.due_after(at, limit) == CALENDAR.due_at(beijing_day(at), limit)


def test_the_day_after_is_day_one():
    friday = date(2026, 11, 20)
    assert CALENDAR.add_working_days(friday, 1) == date(2026, 11, 23)
    assert CALENDAR.next_working_day(friday) == date(2026, 11, 23)
    assert CALENDAR.add_working_days(date(2026, 11, 21), 1) == date(2026, 11, 23)
    assert CALENDAR.add_working_days(friday, 0) == friday


def test_a_limit_ends_at_midnight_in_beijing():
    due = CALENDAR.due_at(date(2026, 11, 20), 3)
    assert due == beijing(date(2026, 11, 26)) == end_of(date(2026, 11, 25))
    assert due == datetime(2026, 11, 25, 16, tzinfo=UTC)


def test_an_evening_in_utc_is_the_next_day_in_beijing():
    thursday_night = datetime(2026, 11, 19, 17, tzinfo=UTC)  # 01:00 on Friday in Beijing
    assert CALENDAR.working_days_in(datetime(2026, 11, 19, 1, tzinfo=UTC), thursday_night) == 1


def test_there_is_no_adding_backwards():
    with pytest.raises(ValueError, match="-1"):
        CALENDAR.add_working_days(FIRST, -1)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: CALENDAR.is_working_day(date(2027, 1, 1)),
        lambda: CALENDAR.add_working_days(LAST, 1),
        lambda: CALENDAR.working_days_between(LAST, date(2027, 1, 1)),
        lambda: CALENDAR.working_day_number(date(2027, 3, 1)),
        lambda: CALENDAR.due_at(date(2026, 12, 1), 40),
        lambda: CALENDAR.due_after(beijing(date(2026, 12, 1)), 40),
    ],
)
def test_a_year_without_a_notice_is_never_guessed(ask):
    with pytest.raises(UnknownYearError) as caught:
        ask()
    assert caught.value.year == 2027
    assert "2027年部分节假日安排的通知" in str(caught.value)


def test_what_does_not_depend_on_an_unknown_year_is_answered():
    eve = date(2023, 12, 31)
    assert CALENDAR.add_working_days(eve, 1) == date(2024, 1, 2)
    assert CALENDAR.working_days_between(eve, date(2024, 1, 2)) == 1
    with pytest.raises(UnknownYearError) as caught:
        CALENDAR.is_working_day(eve)
    assert caught.value.year == 2023
    assert CALENDAR.add_working_days(date(2026, 12, 30), 1) == LAST


def test_each_notice_names_its_number_and_day():
    assert [(n.year, n.document_number, n.issued_on) for n in CALENDAR.notices] == [
        (2024, "国办发明电〔2023〕7号", date(2023, 10, 25)),
        (2025, "国办发明电〔2024〕12号", date(2024, 11, 12)),
        (2026, "国办发明电〔2025〕7号", date(2025, 11, 4)),
    ]


def test_a_city_adds_the_next_year_from_its_own_folder(tmp_path: Path):
    folder = a_folder(tmp_path, "2027.toml", a_2027_file(b"provisional = true", b""))
    assert check_calendar(folder) == []
    calendar = load_calendar(folder)
    assert calendar.years == range(2024, 2028)
    assert not calendar.provisional_years
    assert calendar.add_working_days(LAST, 1) == date(2027, 1, 4)


def test_a_city_file_is_checked_like_any_other(tmp_path: Path):
    folder = a_folder(tmp_path, "2027.toml", a_2027_file(b"days_off", b"day_off"))
    assert any("不认识的字段" in problem.sentence for problem in check_calendar(folder))
    with pytest.raises(DataFileError, match="day_off"):
        load_calendar(folder)


def test_a_year_left_out_is_a_problem():
    with pytest.raises(DataFileError, match="缺少这一年"):
        Calendar([a_notice(2024), a_notice(2026)])


def test_two_different_notices_for_a_year_are_a_problem():
    other = Holiday(name="元旦", clause="一", days_off=(date(2024, 1, 2),), working_days=())
    with pytest.raises(DataFileError, match="内容不同"):
        Calendar([a_notice(2024), a_notice(2024, id="other", holidays=(other,))])


def test_the_same_notice_twice_is_one():
    assert len(Calendar([a_notice(2024), a_notice(2024, id="copy")]).notices) == 1


def test_an_amendment_in_the_middle_of_the_year_wins():
    extra = Holiday(name="延长", clause="一", days_off=(date(2024, 1, 2),), working_days=())
    amendment = a_notice(2024, id="more", amends="notice-2024", holidays=(extra,))
    assert Calendar([a_notice(2024)]).is_working_day(date(2024, 1, 2))
    assert not Calendar([amendment, a_notice(2024)]).is_working_day(date(2024, 1, 2))
    with pytest.raises(DataFileError, match="不存在"):
        Calendar([a_notice(2024), a_notice(2024, id="more", amends="nothing")])


def test_a_provisional_year_says_so_and_gives_way_to_the_notice():
    provisional = a_notice(2025, id="early", provisional=True)
    calendar = Calendar([a_notice(2024), provisional])
    assert calendar.is_provisional(date(2025, 6, 1))
    assert not calendar.is_provisional(date(2024, 6, 1))
    assert not Calendar([a_notice(2024), provisional, a_notice(2025)]).provisional_years


def test_the_demonstration_year_is_provisional_and_not_shipped():
    demonstration = load_calendar(SHIPPED / "demonstration")
    assert demonstration.provisional_years == {2027}
    china = holidays.country_holidays("CN", years=2027)
    off = {day for notice in demonstration.notices if notice.year == 2027 for day in notice.kinds()}
    assert off == set(china)
    assert 2027 not in CALENDAR.years


def test_no_notice_at_all_is_a_problem():
    with pytest.raises(DataFileError, match="没有任何一年"):
        Calendar([])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe nonsense", "不是有效的 UTF-8 TOML"),
        (the_2026_file(b"document_number", b"document_nubmer"), "缺少此字段"),
        (the_2026_file(b"document_number", b"document_nubmer"), "不认识的字段"),
        (the_2026_file(b"[2026-01-04]", b"[2026-01-05]"), "不是周末"),
        (the_2026_file(b"[2026-01-04]", b"[2026-01-03]"), "列了不止一次"),
        (the_2026_file(b"[2026-01-04]", b"[2028-01-08]"), "不在2026年前后"),
        (the_2026_file(b"[2026-01-04]", b"['2026-01-04']"), "列表各项应为日期"),
        (the_2026_file(b"[2026-01-04]", b"[2026-01-04T08:00:00Z]"), "列表各项应为日期"),
        (the_2026_file(b"issued_on = 2025-11-04", b"issued_on = 'today'"), "应为日期"),
        (the_2026_file(b"issuer = ", b'issuer = " " # '), "空白"),
        (the_2026_file().split(b"[[holiday]]")[0], "没有列出任何一天"),
    ],
)
def test_a_bad_notice_is_told_what_is_wrong(content: bytes, sentence: str):
    problems: list = []
    parse_notice(content, "bad.toml", problems)
    assert sentence in "".join(map(str, problems))


def test_configured_folders_feed_the_default_calendar(tmp_path: Path):
    try:
        configure(a_folder(tmp_path, "2027.toml", a_2027_file()))
        assert 2027 in default_calendar().years
    finally:
        configure()
    assert 2027 not in default_calendar().years


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(DataFileError, match="没有这个文件夹"):
        configure(tmp_path / "nowhere")
