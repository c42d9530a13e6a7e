"""What was acknowledged is there after a crash, and nothing half-done is (R1, R5, short)."""

import secrets

import pytest
from sqlalchemy import event, func, select, text

from audit import store
from market import log
from market.access import public
from market.accounts.model import Organisation
from market.app import create_app
from market.db import Actor, reading_work
from market.draws.model import Draw
from market.draws.rules import DrawState
from market.installation import Installation
from market.numbers import NumberSeries
from market.web.work import request_work
from tests.lengths import length
from tests.market.factories.draws import a_city, an_open_draw, enrol
from tests.market.reliability.clerk import installation

KILLS = length(15, 1000)
MOST = length(25, 2000)  # acknowledgements before a kill
COMMITS = (1, 2, 5, 9)  # of a worker's tick before a kill
READER = Actor("job:test")


def kept(here: Installation, after: int = 0) -> tuple[list[str], int, int]:
    """Return the codes kept after the first few, the last number given out, how many entries."""
    with reading_work(here.sessions, READER) as work:
        inorder = select(Organisation.code).order_by(Organisation.id).offset(after)
        codes = list(work.session.scalars(inorder))
        last = work.session.scalar(select(NumberSeries.last)) or 0
        entries = work.session.scalar(select(func.count()).select_from(store.submissions))
    return codes, last, entries


def check_whole(here: Installation) -> None:
    """Check that the file is sound and that the log verifies from its entries up."""
    with here.engine.connect() as connection:
        assert connection.scalar(text("PRAGMA quick_check")) == "ok"
    log.sequence(here)
    with here.engine.connect() as connection:
        assert log.log_of(here).verify(connection) == []
        assert store.waiting(connection) == 0


@pytest.mark.long
def test_nothing_acknowledged_is_lost_when_the_process_is_killed(folder, clerks):
    here = installation(folder)
    known = 0
    for _ in range(KILLS):
        clerks.start("register", known)
        acknowledged = [clerks.heard() for _ in range(1 + secrets.randbelow(MOST))]
        acknowledged += clerks.kill()
        codes, last, entries = kept(here, after=known)
        expected = [f"{code} KL-2026-{known + n:06d}" for n, code in enumerate(codes, 1)]
        assert acknowledged == expected[: len(acknowledged)]
        # At most the last deed was kept without being acknowledged, and wholly.
        assert last == known + len(codes) == entries
        assert len(codes) - len(acknowledged) <= 1
        known += len(codes)
    assert known > KILLS
    check_whole(here)
    here.engine.dispose()


def test_a_worker_that_is_killed_is_followed_by_one_that_finishes(folder, clerks):
    here = installation(folder)
    city = a_city(here, here.clock, firms=3)
    draws = [an_open_draw(city) for _ in range(2)]
    for draw in draws:
        enrol(city, draw)
    for patience in COMMITS:
        clerks.start("tick")
        for _ in range(patience):
            assert clerks.heard() == "commit"
        clerks.kill()  # it has begun to commit, and not yet begun the next thing
    clerks.start("tick")
    assert set(clerks.until("finished")) == {"commit"}
    with reading_work(here.sessions, READER) as work:
        for draw in draws:
            assert work.session.get_one(Draw, draw.id).state in {DrawState.DRAWN, DrawState.VOID}
    check_whole(here)
    here.engine.dispose()


def test_a_full_disk_loses_nothing_and_work_goes_on_when_there_is_room(folder, clerks):
    here = installation(folder)
    clerks.start("fill")
    acknowledged = [line.split()[0] for line in clerks.until("full: ")]
    assert len(acknowledged) > 10
    codes, last, entries = kept(here)
    assert codes == acknowledged
    assert last == len(codes) == entries
    clerks.tell("there is room")
    acknowledged += [line.split()[0] for line in clerks.until("resumed")]
    codes, last, entries = kept(here)
    assert codes == acknowledged
    assert last == len(codes) == entries
    check_whole(here)
    here.engine.dispose()


def test_a_reader_is_told_that_the_disk_is_full(folder):
    def hand_in() -> str:
        with request_work() as work:
            return str(work.submit(b"x" * 60_000))

    here = installation(folder)
    with here.engine.connect() as connection:
        pages = connection.scalar(text("PRAGMA page_count")) + 30
    here.engine.dispose()
    room = [pages]
    event.listen(
        here.engine, "connect", lambda raw, _: raw.execute(f"PRAGMA max_page_count = {room[-1]}")
    )
    app = create_app(here)
    app.add_url_rule("/hand-in", "hand_in", public(hand_in), methods=["POST"])
    app.config.update(WTF_CSRF_ENABLED=False)
    client = app.test_client()
    answers = [client.post("/hand-in") for _ in range(4)]
    assert (answers[0].status_code, answers[-1].status_code) == (200, 503)
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "full" not in answers[-1].text
    assert client.get("/sign-in").status_code == 200  # reading goes on
    room.append(pages * 10)
    here.engine.dispose()  # the pool's connections know only the old limit
    assert client.post("/hand-in").status_code == 200
    check_whole(here)
    here.engine.dispose()
