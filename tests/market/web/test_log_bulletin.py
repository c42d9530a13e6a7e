"""The month's last checkpoint: what the gazette prints holds a log that is rewritten later."""

import json
from datetime import date, timedelta

import pytest

from audit import cosignatures, sequencer, store
from audit.checkpoint import parse_text
from audit.directory import verify_export
from audit.keys import parse_vkey
from audit.note import open_note
from market import bulletin, log
from market.clock import beijing
from market.db import make_engine
from tests.market.test_log import submit

MARCH = beijing(date(2026, 3, 2), 9)
ENTRIES = [b"entry %d" % number for number in range(5)]
LATER = [b"later %d" % number for number in range(3)]


@pytest.fixture
def city(fast_here, clock):
    """A log that grew in March and in May 2026; it is now June."""
    for body in ENTRIES:
        submit(fast_here, body)
    log.sequence(fast_here)
    clock.move_to(beijing(date(2026, 5, 31), 23, 59))
    for body in LATER:
        submit(fast_here, body)
    log.sequence(fast_here)
    clock.move_to(beijing(date(2026, 6, 1), 1))
    return fast_here


def exported(here, folder):
    with here.engine.connect() as connection:
        log.log_of(here).export(connection, folder)
    return folder


def rewritten(here, url, folder, bodies):
    """Write what a log of these entries looks like, signed by the same key."""
    engine = make_engine(url)
    with engine.begin() as connection:
        for body in bodies:
            store.append(connection, body, MARCH)
    sequencer.drain(engine, log.signer_of(here), MARCH)
    with engine.connect() as connection:
        log.log_of(here).export(connection, folder)
    engine.dispose()
    return folder


def test_the_page_shows_what_the_log_signed_last_in_the_month(client, city):
    page = client.get("/log/bulletin/2026-03").text
    kept = client.get("/log/bulletin/2026-03/checkpoint")
    note, _ = open_note(kept.data, [parse_vkey(log.vkey(city))])
    said = parse_text(note.text)
    assert said.size == len(ENTRIES)
    groups = [f"<span>{said.root.hex()[at : at + 4]}</span>" for at in range(0, 64, 4)]
    assert " ".join(groups) in page
    assert note.text.split("\n")[2] in page.replace("&#43;", "+")
    assert log.vkey(city) in page.replace("&#43;", "+")
    assert "python3 -m audit verify log --vkey zjcs.vkey --kept log-2026-03.txt" in page
    assert 'filename="log-2026-03.txt"' in kept.headers["Content-Disposition"]
    assert "没有见证人在这个检查点上签名" in page


def test_the_printed_head_holds_the_log_that_grew_and_not_one_that_was_rewritten(
    client, city, tmp_path, sqlite_template
):
    kept = {"log-2026-03.txt": client.get("/log/bulletin/2026-03/checkpoint").data}
    key = log.vkey(city)
    assert verify_export(exported(city, tmp_path / "log"), key, kept) == []
    bodies = {
        "changed": [*ENTRIES[:2], b"another", *ENTRIES[3:], *LATER],
        "left-out": ENTRIES[1:] + LATER,
        "shorter": ENTRIES[:3],
    }
    for name, entries in bodies.items():
        base = tmp_path / f"{name}.db"
        base.write_bytes(sqlite_template.read_bytes())
        folder = rewritten(city, f"sqlite:///{base}", tmp_path / name, entries)
        assert verify_export(folder, key) == []
        assert [found.where for found in verify_export(folder, key, kept)] == [*kept]


def test_each_month_has_its_head_or_says_why_it_has_none(client, city, clock):
    page = client.get("/log/bulletin").text
    rows = [f'href="/log/bulletin/2026-{month:02}"' for month in range(1, 7)]
    assert [row in page for row in rows] == [True] * 6
    assert 'href="/log/bulletin/2026-07"' not in page
    assert page.count("当时日志还没有记录，没有检查点") == 2
    assert page.count("本月没有新的记录") == 1
    assert page.count("本月尚未结束") == 1
    assert "本月没有检查点" in client.get("/log/bulletin/2026-02").text
    assert "次月 1 日 1 时以后公布" in client.get("/log/bulletin/2026-06").text
    for month in ("2026-02", "2026-06", "2031-01"):
        assert client.get(f"/log/bulletin/{month}/checkpoint").status_code == 404
    for month in ("2026-13", "2026-3", "20260-03", "nothing"):
        assert client.get(f"/log/bulletin/{month}").status_code == 404
    clock.move_to(beijing(date(2027, 1, 1), 2))
    page = client.get("/log/bulletin").text
    assert '"/log/bulletin?year=2026"' in page
    assert 'href="/log/bulletin/2026-12"' not in page
    assert 'href="/log/bulletin/2026-12"' in client.get("/log/bulletin?year=2026").text


def test_an_hour_passes_before_a_head_is_printed(fast_here, clock):
    submit(fast_here, b"one")
    log.sequence(fast_here)
    month, end = date(2026, 3, 1), beijing(date(2026, 4, 1))
    with fast_here.engine.connect() as connection:
        assert not bulletin.month_end(connection, month, end).is_over
        settled = bulletin.month_end(connection, month, end + timedelta(hours=1))
    assert settled.head is not None
    assert settled.head.made_at == MARCH == clock()


def test_the_year_is_a_table_and_a_document(client, city):
    table = client.get("/log/bulletin/heads.csv?year=2026").data.decode("utf-8-sig")
    whole = json.loads(client.get("/log/bulletin/heads.json?year=2026").data)
    lines = table.strip().split("\r\n")
    assert [line.split(",")[0] for line in lines[1:]] == ["2026-05", "2026-04", "2026-03"]
    assert [head["month"] for head in whole["heads"]] == ["2026-05", "2026-04", "2026-03"]
    for line, head in zip(lines[1:], whole["heads"], strict=True):
        assert head["root_hex"] in line
        note, _ = open_note(head["note"].encode(), [parse_vkey(whole["vkey"])])
        assert parse_text(note.text).root.hex() == head["root_hex"]


def test_an_empty_log_has_no_month(client):
    assert "日志里还没有记录" in client.get("/log/bulletin").text
    assert json.loads(client.get("/log/bulletin/heads.json").data)["heads"] == []


def test_a_head_that_no_witness_saw_is_vouched_for_by_the_next_that_one_saw(client, city):
    whole = len(ENTRIES) + len(LATER)
    at = store.unix_seconds(beijing(date(2026, 6, 1)))
    with city.engine.begin() as connection:
        for name in ("w1.example", "w2.example"):
            one = cosignatures.Cosignature(whole, name, "00" * 4, b"root", at, "line\n", at)
            store.insert_once(connection, cosignatures.cosignatures, **one._asdict())
    with city.engine.connect() as connection:
        march = bulletin.month_end(connection, date(2026, 3, 1), city.clock()).head
        may = bulletin.month_end(connection, date(2026, 5, 1), city.clock()).head
    assert (march.seen, march.seen_later) == ((), (whole, 2))
    assert (len(may.seen), may.seen_later) == (2, None)
    assert f"签在其后 {whole} 条记录的检查点上" in client.get("/log/bulletin").text
    assert (
        f"其后 {whole} 条记录的检查点有 2 名见证人签名" in client.get("/log/bulletin/2026-03").text
    )
