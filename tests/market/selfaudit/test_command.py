"""``zjcs log verify`` and ``zjcs selfaudit``: every differing row named, a rollback caught."""

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.engine import make_url

from market import log
from market.cli import main
from market.errors import MarketError
from market.installation import Installation
from market.selfaudit.compare import compare_on
from market.selfaudit.kept import compare_kept
from tests.audit.making import a_checkpoint as any_checkpoint
from tests.audit.making import a_signer, entries, signed
from tests.market.factories.draws import a_city, a_drawn_draw, an_open_draw, enrol
from tests.market.selfaudit.tampering import drop_triggers

DONE, REFUSED = 0, 1


@pytest.fixture
def run(monkeypatch, fast_here):
    """Run commands on the test's own installation, under its clock."""
    monkeypatch.setattr("market.cli.open_installation", lambda: fast_here)
    return lambda *arguments: CliRunner().invoke(main, arguments, prog_name="zjcs")


def checkpoint(here: Installation) -> bytes:
    log.sequence(here)
    with here.engine.connect() as connection:
        return log.log_of(here).checkpoint(connection)


def test_a_sound_market_is_said_to_be_sound(run, fast_here, clock):
    a_drawn_draw(a_city(fast_here, clock))
    assert "还没有自查过" in run("selfaudit", "show").output
    done = run("selfaudit", "run")
    assert (done.exit_code, "0 处不符" in done.output) == (DONE, True)
    verified = run("log", "verify")
    assert (verified.exit_code, "已结束的 1 次摇号全部核验通过" in verified.output) == (DONE, True)


def test_each_row_that_differs_is_a_line(run, fast_here, clock):
    """Before any night has sealed them, the entries alone name rows of draws and their states."""
    city = a_city(fast_here, clock)
    a_drawn_draw(city)
    log.sequence(fast_here)
    changes = {
        "draw 1 places 列": "UPDATE draw SET places = 2",
        "draw_place 1 ticket 列": "UPDATE draw_place SET ticket = 'x' WHERE id = 1",
        "draw_file 1 ": "UPDATE draw_file SET body = x'00' WHERE id = 1",
        "draw_entry submission_id=": "DELETE FROM draw_entry WHERE type = 'result'",
        "enrolment 2 firm_id 列": "UPDATE enrolment SET firm_id = 9 WHERE id = 2",
        "draw_cut 1 checkpoint 列": "UPDATE draw_cut SET checkpoint = x'00'",
        "need 1 state 列": "UPDATE need SET state = 'open'",
        "notice GG-2026-000001": "UPDATE notice SET number = 'GG-2026-000009'",
        "organisation 1 kind 列": "UPDATE organisation SET kind = 'firm' WHERE id = 1",
        "firm_service 1 state 列": "UPDATE firm_service SET state = 'frozen' WHERE id = 1",
        "award 1 rank 列": "UPDATE award SET rank = 3",
    }
    assert run("log", "verify").exit_code == DONE
    with fast_here.engine.connect() as connection:
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        drop_triggers(connection)
        for name, change in changes.items():
            savepoint = connection.begin_nested()
            connection.execute(text(change))
            found = [str(one) for one in compare_on(connection, fast_here).differences]
            assert any(line.startswith(name) for line in found), (name, found)
            savepoint.rollback()
        connection.rollback()


def test_a_draw_that_no_longer_verifies_is_named(run, fast_here, clock):
    a_drawn_draw(a_city(fast_here, clock))
    log.sequence(fast_here)
    with fast_here.engine.begin() as connection:
        drop_triggers(connection)
        connection.execute(text("UPDATE draw_file SET body = x'0a' WHERE name = 'list.ndjson'"))
    said = run("log", "verify")

    assert said.exit_code == REFUSED
    assert "draw_file" in said.output
    assert "draw GG-2026-000001：V6 未通过" in said.output


@pytest.fixture
def copied(request, here, tmp_path):
    """Return a function that copies the database as it is, and one that opens the copy."""

    def copy() -> str:
        url = here.config.database_url
        here.engine.dispose()
        if url.startswith("sqlite"):
            path = url.removeprefix("sqlite:///")
            shutil.copyfile(path, tmp_path / "yesterday.db")
            return f"sqlite:///{tmp_path}/yesterday.db"
        server = request.getfixturevalue("postgres_server")
        return server.url(server.create(make_url(url).database))

    return copy


def test_a_database_put_back_to_yesterday_is_sound_in_itself_and_caught(here, clock, copied):
    city = a_city(here, clock)
    draw = an_open_draw(city)
    log.sequence(here)
    early = checkpoint(here)
    url = copied()
    clock.advance(timedelta(hours=1))
    enrol(city, draw)
    kept = checkpoint(here)
    with here.engine.connect() as connection:
        for note in (early, kept):
            assert compare_kept(connection, here, "witness", note) == []
        receipt = log.log_of(here).receipt(connection, 3).encode()
    yesterday = Installation.open(replace(here.config, database_url=url), clock)
    with yesterday.engine.connect() as connection:
        assert log.log_of(yesterday).verify(connection) == []
        assert compare_kept(connection, yesterday, "witness", early) == []
        for proof in (kept, receipt):
            (found,) = compare_kept(connection, yesterday, "witness", proof)
            assert "恢复到了较早的状态" in found.what
    # The day is lived again, otherwise.
    clock.advance(timedelta(minutes=1))
    other = replace(city, here=yesterday)
    enrol(other, draw)
    checkpoint(yesterday)
    with yesterday.engine.connect() as connection:
        (found,) = compare_kept(connection, yesterday, "witness", kept)
        assert "不是 witness 所签署的内容" in found.what
    yesterday.engine.dispose()


def test_the_command_takes_kept_checkpoints(run, fast_here, clock, tmp_path):
    city = a_city(fast_here, clock)
    url = fast_here.config.database_url.removeprefix("sqlite:///")
    fast_here.engine.dispose()
    shutil.copyfile(url, tmp_path / "yesterday.db")
    an_open_draw(city)
    (tmp_path / "kept").write_bytes(checkpoint(fast_here))
    assert run("log", "verify", "--checkpoint", str(tmp_path / "kept")).exit_code == DONE
    fast_here.engine.dispose()
    shutil.copyfile(tmp_path / "yesterday.db", url)
    for more in ("-wal", "-shm"):
        (tmp_path / (url + more)).unlink(missing_ok=True)
    assert run("log", "verify").exit_code == DONE
    said = run("log", "verify", "--checkpoint", str(tmp_path / "kept"))
    assert (said.exit_code, "较早的状态" in said.output) == (REFUSED, True)


def test_what_was_not_signed_by_this_log_proves_nothing(fast_here, clock):
    a_city(fast_here, clock)
    stranger = signed(any_checkpoint(entries(3)), a_signer())
    with fast_here.engine.connect() as connection:
        for note in (stranger, b"", b"c2sp.org/tlog-proof@v1\nx"):
            with pytest.raises(MarketError, match="不是本日志签署的检查点"):
                compare_kept(connection, fast_here, "found", note)
