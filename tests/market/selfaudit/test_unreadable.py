"""One thing that nobody can read is named, and hides nothing else that was changed."""

from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from lottery.entries import Enrol, Notice, decode
from market import log
from market.cli import main
from market.draws import queries
from market.schema import metadata
from market.selfaudit import actions
from market.selfaudit.compare import compare_on
from market.selfaudit.reverify import verified_draws
from market.selfaudit.rows import reading_anything
from market.selfaudit.seals import BY_THE_LOG
from tests.lengths import length
from tests.market.factories.draws import (
    a_city,
    a_drawn_draw,
    a_supervisor_key,
    an_open_draw,
    enrol,
)
from tests.market.selfaudit.tampering import drop_triggers, unguarded

DONE, REFUSED = 0, 1
CHANGED = "UPDATE award SET price_fen = 7 WHERE id = 1"


@pytest.fixture
def run(monkeypatch, fast_here):
    """Run commands on the test's own installation, under its clock."""
    monkeypatch.setattr("market.cli.open_installation", lambda: fast_here)
    return lambda *arguments: CliRunner().invoke(main, arguments, prog_name="zjcs")


UNREADABLE = {
    "UPDATE draw SET enrol_close_at = 'xyz'": "draw 1 enrol_close_at",
    "UPDATE draw SET series = CAST(x'ff' AS TEXT)": "draw 1 series",
    "UPDATE trustee_key SET public_key = 'zz'": "trustee_key 1 public_key",
    "UPDATE draw SET state = 'asleep'": "draw 1 state",
    "UPDATE log_checkpoint SET note = x'00' WHERE size = (SELECT max(size) FROM log_checkpoint)": (
        "log_checkpoint size="
    ),
    "UPDATE enrolment SET submission_id = x'ff' WHERE id = 2": "enrolment 2 submission_id",
    "UPDATE draw_cut SET checkpoint = 'words'": "draw_cut 1 checkpoint",
    "UPDATE draw_entry SET body = x'00' WHERE type = 'notice'": "draw_entry 1 body",
}


@pytest.mark.parametrize("statement", UNREADABLE)
def test_what_cannot_be_read_hides_nothing_else(run, fast_here, clock, statement):
    city = a_city(fast_here, clock)
    a_supervisor_key(city)
    a_drawn_draw(city)
    actions.run(fast_here)
    with fast_here.engine.begin() as connection:
        drop_triggers(connection)
        connection.execute(text("PRAGMA ignore_check_constraints = ON"))
        connection.execute(text(statement))
        connection.execute(text(CHANGED))
    for command in (("log", "verify"), ("selfaudit", "run"), ("selfaudit", "show")):
        said = run(*command)
        assert said.exit_code == REFUSED, (command, said.output)
        assert isinstance(said.exception, SystemExit), (command, said.exception)
        for name in (UNREADABLE[statement], "award 1 price_fen"):
            shown = command == ("log", "verify") or not name.startswith("trustee_key 1")
            assert name in said.output or not shown, (command, said.output)


def test_a_tile_that_is_too_short_hides_nothing_else(run, fast_here, clock):
    city = a_city(fast_here, clock)
    a_drawn_draw(city)
    with city.work() as work:
        for number in range(260):
            work.submit(b'{"t":"test/%d"}' % number)
    log.sequence(fast_here)
    assert run("log", "verify").exit_code == DONE
    with city.work() as work:
        work.submit(b'{"t":"test/waits"}')
    with fast_here.engine.begin() as connection:
        drop_triggers(connection)
        connection.execute(text("UPDATE log_tile SET data = substr(data, 1, 31) WHERE level = 1"))
        connection.execute(text(CHANGED))
    for command in (("log", "verify"), ("selfaudit", "run"), ("selfaudit", "show")):
        said = run(*command)
        assert said.exit_code == REFUSED
        assert "log_tile level=1" in said.output
        assert "不能编号" in said.output
        assert "award 1 price_fen" in said.output


def cells(connection: Connection) -> Iterator[tuple[str, str]]:
    """Yield every column of every table that the audit reads, if the table has a row."""
    for table in metadata().sorted_tables:
        is_filled = connection.execute(table.select().limit(1)).first() is not None
        if is_filled and table.name not in BY_THE_LOG:
            yield from ((table.name, column.name) for column in table.columns)


@pytest.mark.long
@pytest.mark.parametrize("value", [b"\xff", "\x00xyz"])
def test_no_cell_can_stop_the_comparison(market, value):
    """SQLite takes anything anywhere: whatever it is, the comparison comes to its end."""
    actions.run(market)
    with market.engine.connect() as connection:
        chosen = list(cells(connection))[:: length(90, 1)]
    for table, name in chosen:
        with unguarded(market) as connection, reading_anything(connection):
            statement = f'UPDATE "{table}" SET "{name}" = ? WHERE rowid = 1'
            try:
                connection.exec_driver_sql(statement, (value,))
            except IntegrityError:
                continue
            assert compare_on(connection, market).rows, (table, name)


STRAYS = {
    "spelt wrong": (lambda draw: b'{"draw":"%s","t":"ismdraw/void/v1" }' % draw, "无法识别"),
    "another version": (lambda draw: b'{"draw":"%s","t":"ismdraw/void/v9"}' % draw, "无法识别"),
    "of an unknown draw": (
        lambda draw: Enrol(at=1, draw="ee" * 32, seq=0, enrol_commit="ab" * 32).to_bytes(),
        "没有公告的抽取",
    ),
}


@pytest.mark.parametrize("stray", STRAYS)
def test_an_entry_that_no_draw_has_is_named(run, fast_here, clock, stray):
    """However it came into the log: with the application's own stamp, too."""
    city = a_city(fast_here, clock)
    draw = a_drawn_draw(city)
    body, why = STRAYS[stray]
    with city.work() as work:
        submission_id = work.submit(body(draw.draw_hash.encode()))
    for command in (("log", "verify"), ("selfaudit", "run")):
        said = run(*command)
        assert said.exit_code == REFUSED
        [line] = [one for one in said.output.splitlines() if one.startswith("不符")]
        assert f"log_submission id={submission_id}：" in line
        assert why in line


def test_a_notice_that_is_logged_twice_is_named(run, fast_here, clock):
    city = a_city(fast_here, clock)
    draw = an_open_draw(city)
    enrol(city, draw)
    with city.work() as work:
        again = queries.notice_entry(work, draw).to_bytes()
        submission_id = work.submit(again)
    assert isinstance(decode(again), Notice)
    assert f"draw_entry submission_id={submission_id}" in run("log", "verify").output


def test_words_of_a_person_that_look_like_an_entry_are_none(run, fast_here, clock):
    """Unless they name a draw: then every verifier counts them against it."""
    city = a_city(fast_here, clock)
    draw = a_drawn_draw(city)
    words = b'{"t":"zjcs/x.v1","why":"\\"ismdraw/void/v1 %s"}'
    with city.work() as work:
        work.submit(words % b"")
    assert run("log", "verify").exit_code == DONE
    with city.work() as work:
        submission_id = work.submit(words % draw.draw_hash.encode())
    assert f"log_submission id={submission_id}：" in run("log", "verify").output


def test_a_kept_file_that_is_no_checkpoint_is_a_line_and_no_end(run, fast_here, clock, tmp_path):
    a_drawn_draw(a_city(fast_here, clock))
    log.sequence(fast_here)
    (tmp_path / "kept").write_bytes(b"no checkpoint")
    with fast_here.engine.begin() as connection:
        drop_triggers(connection)
        connection.execute(text("UPDATE draw_file SET body = x'0a' WHERE name = 'list.ndjson'"))
    said = run("log", "verify", "--checkpoint", str(tmp_path / "kept"))
    assert "不是本日志签署的检查点" in said.output
    assert "draw GG-2026-000001：V6 未通过" in said.output
    assert len(list(verified_draws(fast_here))) == 1
