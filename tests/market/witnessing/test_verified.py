"""A draw whose cut comes from here is believed by the lottery's own verifier, or refused by it."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest

import lottery
from audit.witness.folder import Folder
from audit.witness.server import application
from market import log, witnessing
from market.app import create_app
from market.db import unit_of_work
from market.witnessing_draws import Reader
from tests.audit.witness.serving import HandClock, served
from tests.lottery.story import T_PHI, Story, told
from tests.market.witnessing.witnessed import ACTOR, reading

KINDS = (lottery.Freeze, lottery.Reveal, lottery.Phi, lottery.Replace)


@pytest.fixture(scope="module")
def story() -> Story:
    return told(Story())


def index_of(story: Story, kind) -> int:
    return next(
        index for index in story.mine if isinstance(lottery.decode(story.log.entries[index]), kind)
    )


class Session:
    """The story, told again in a platform's log before three draw-aware witnesses."""

    def __init__(self, here, story: Story, path, stack: ExitStack) -> None:
        self.here, self.story, self.submissions = here, story, []
        site = stack.enter_context(served(create_app(here)))
        self.clock = HandClock(datetime.fromtimestamp(T_PHI - 4000, UTC))
        lines = [f"log {log.vkey(here)}"]
        for number in range(1, 4):
            folder = Folder.create(path / f"w{number}", f"w{number}.example", draw_aware=True)
            folder.add_log(log.vkey(here), f"{site}/log", self.clock())
            url = stack.enter_context(served(application(folder.witness(self.clock, Reader()))))
            lines.append(f"witness w{number} {folder.vkeys[0]} {url}")
        lines += ["group g 2 w1 w2 w3", "quorum g"]
        text = "".join(f"{line}\n" for line in lines)
        (here.config.data_dir / "policy").write_text(text, "utf-8")

    def log_up_to(self, index: int, seconds: int) -> int:
        """Log the story up to an entry and let the witnesses see it at this time."""
        with unit_of_work(self.here.sessions, ACTOR, self.here.clock) as work:
            for body in self.story.log.entries[len(self.submissions) : index + 1]:
                self.submissions.append(work.submit(body))
        log.sequence(self.here)
        self.clock.at = datetime.fromtimestamp(seconds, UTC)
        self.here.clock.advance(timedelta(minutes=2))  # past any pause of the feeder
        return witnessing.feed(self.here)

    def bundle(self) -> lottery.Bundle:
        """Build the bundle as the platform does."""
        here, story = self.here, self.story
        with reading(here) as work:
            connection = work.session.connection()
            cut = witnessing.cosigned(
                work,
                here,
                at_least=index_of(story, lottery.Reveal) + 1,
                from_at=datetime.fromtimestamp(T_PHI - 1000, UTC),
                until=datetime.fromtimestamp(T_PHI - 60, UTC),
            )
            final = witnessing.latest_cosigned(work, here)
            proofs = log.log_of(here).receipts(connection, story.mine, final.size)
            steps = log.log_of(here).consistency(connection, cut.size if cut else 0, final.size)
        return lottery.Bundle(
            draw=story.id,
            origin=here.config.origin,
            entries=tuple(
                lottery.LoggedEntry(story.log.entries[index], proof.encode())
                for index, proof in zip(story.mine, proofs, strict=True)
            ),
            cut=lottery.Cut.of(cut.note, steps) if cut else None,
            list_file=story.listed.file,
        )

    def failed(self) -> set[str]:
        policy = lottery.parse_policy(log.policy_text(self.here).encode())
        checks = lottery.verify(self.bundle(), policy)
        return {check.name for check in checks if check.outcome is lottery.Outcome.FAILED}


@pytest.fixture
def session(fast_here, story, tmp_path):
    with ExitStack() as stack:
        yield Session(fast_here, story, tmp_path, stack)


def test_seen_in_time_it_is_believed(session, story):
    times = (T_PHI - 1700, T_PHI - 900, T_PHI + 5, T_PHI + 1100)
    for kind, seconds in zip(KINDS, times, strict=True):
        assert session.log_up_to(index_of(story, kind), seconds) == 3
    assert session.failed() == set()


def test_seen_too_late_there_is_no_cut(session, story):
    times = (T_PHI - 1700, T_PHI - 59, T_PHI + 5, T_PHI + 1100)
    for kind, seconds in zip(KINDS, times, strict=True):
        assert session.log_up_to(index_of(story, kind), seconds) == 3
    assert "V5" in session.failed()


def test_a_list_that_was_logged_after_its_value_finds_no_witness(session, story):
    assert session.log_up_to(index_of(story, lottery.Freeze) - 1, T_PHI - 1700) == 3
    assert session.log_up_to(index_of(story, lottery.Phi), T_PHI - 900) == 0  # a clock set back
    with reading(session.here) as work:
        assert all(light.is_alarm for light in witnessing.lights(work, session.here))
    assert session.log_up_to(index_of(story, lottery.Replace), T_PHI + 1100) == 0
