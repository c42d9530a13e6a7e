"""A database that was put back, against the witnesses that saw more: asked each night."""

import shutil
from datetime import timedelta

from market import witnessing
from market.db import Actor, reading_work
from market.selfaudit import actions, queries
from market.selfaudit.kept import differences_with_witnesses
from tests.market.witnessing.witnessed import a_town, grow

READER = Actor("job:test")


def found(here) -> list[str]:
    actions.run(here)
    with reading_work(here.sessions, READER, here.clock) as work:
        last = queries.last_run(work)
        return [one.what for one in queries.differences(work, last, limit=9)]


def test_the_night_after_a_rollback_names_the_witness_that_saw_more(fast_here, clock, tmp_path):
    url = fast_here.config.database_url.removeprefix("sqlite:///")
    with a_town(fast_here, tmp_path, witnesses=2) as town:
        grow(fast_here)
        witnessing.feed(fast_here)
        assert found(fast_here) == []
        fast_here.engine.dispose()
        shutil.copyfile(url, tmp_path / "yesterday.db")
        clock.advance(timedelta(hours=1))
        grow(fast_here, 3)
        witnessing.feed(fast_here)
        assert differences_with_witnesses(fast_here) == []
        fast_here.engine.dispose()
        shutil.copyfile(tmp_path / "yesterday.db", url)
        clock.advance(timedelta(days=1))

        said = found(fast_here)
        assert len(said) == 2
        assert all("恢复到了较早的状态" in words for words in said)
        assert [words[:2] for words in said] == ["w1", "w2"]
        town.write_policy(lines=[f"witness w1 {town.folders[0].vkeys[0]} http://127.0.0.1:9"])
        assert differences_with_witnesses(fast_here) == []
