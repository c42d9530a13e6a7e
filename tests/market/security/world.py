"""A small market with everything in it, for tests that go through every page as everybody.

Two owners, eight firms, two regulators, the operator and the supervisor; a need at every stage;
contracts, clocks, cards, breaches and cases. It is lived through once by the stories of the
demonstration city, by the real actions only, and copied for each test.
"""

import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import select

from market import jobs, log, migrations, prepare
from market.access import OrgKind, Role
from market.accounts.model import User
from market.clock import ManualClock, beijing
from market.config import Config
from market.db import Actor, unit_of_work
from market.demo.acting import Acting, Cast
from market.demo.needs import Market
from market.demo.people import PASSWORD, Registry
from market.demo.plots import Plot, Twist
from market.demo.registrations import Enlistment
from market.demo.supervisor import Supervisor
from market.demo.timeline import Timeline, working_day
from market.installation import Installation
from market.keys import Keys
from market.needs.rules import Timetable
from market.panels.actions import opening as opening  # noqa: PLC0414 - opened with a notice
from tests.market.factories.firms import state_remedies
from tests.market.security.world_complaints import Complaints
from tests.market.security.world_contracts import Contracts
from tests.market.security.world_firms import Firms
from tests.market.security.world_needs import Needs
from tests.market.security.world_scene import BEGAN, ITEM, PRESENT
from tests.once_a_run import made_once

# Firms whose numbers differ by twelve offer the same services.
LISTED: Final = (0, 12, 24, 36)
ARRIVING: Final = ((48, "submit"), (60, "check"), (72, "pass"), (84, ""))
# Closed and frozen at the present, not drawn.
FROZEN: Final = Timetable(
    enrol_open_at=beijing(working_day(PRESENT.date(), 6), 10),
    enrol_close_at=PRESENT - timedelta(minutes=30),
    freeze_by_at=PRESENT - timedelta(minutes=20),
    reveal_by_at=PRESENT + timedelta(minutes=10),
    phi_at=PRESENT + timedelta(minutes=20),
    result_by_at=PRESENT + timedelta(minutes=50),
)
# One person for each role, by user name.
PEOPLE: Final[dict[str, str | None]] = {
    "anonymous": None,
    Role.OWNER_CLERK: "clerk1",
    Role.OWNER_APPROVER: "approver1",
    Role.FIRM_DELEGATE: "firm00",
    Role.FIRM_AGENT: "agent00",
    Role.OPERATOR_CLERK: "operator1",
    Role.OPERATOR_MANAGER: "manager1",
    Role.REGULATOR_OFFICER: "officer1",
    Role.REGULATOR_DECIDER: "decider1",
    Role.SUPERVISOR_OFFICER: "supervisor1",
    Role.EXPERT: "expert1",
}
PLOTS: Final = (
    (40, "done", {"late": 12}),
    (37, "done", {"rounds": 2, "owner": 1}),
    (34, "running", {"suspends": True}),
    (33, "running", {"suspends": True, "owner": 1}),
    (18, "suspended", {"suspends": True}),
    (17, "suspended", {"suspends": True, "owner": 1}),
    (17, "returned-work", {"late": -13}),
    (16, "delivered", {"late": -13}),
    (16, "done", {"late": -13, "twist": Twist.UNRATED}),
    (16, "in-force", {}),
    (15, "filed", {}),
    (14, "filed", {"owner": 1}),
    (13, "confirmed", {}),
    (12, "confirmed", {"owner": 1}),
    (11, "drawn", {}),
    (9, "drawn", {"owner": 1}),
    (7, "drawn", {"times": FROZEN}),
    (20, "failed", {"enrolments": 1}),
    (5, "withdrawn", {}),
    (4, "open", {}),
    (3, "open", {"owner": 1, "mode": "A"}),
    (2, "returned", {}),
    (1, "check", {}),
    (1, "approval", {}),
    (1, "approval", {"owner": 1}),
    (1, "draft", {}),
    (0, "draft", {"owner": 1}),
    (4, "open", {"enrolments": 3}),
)


@dataclass(frozen=True, slots=True)
class World:
    """A folder with the database, the keys and the files of the whole market."""

    folder: Path

    def open(self, folder: Path | None = None) -> Installation:
        """Open it, or a copy of it in a fresh folder, at its present."""
        if folder is not None:
            shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Installation.open(_config(folder or self.folder), ManualClock(PRESENT))


def _config(folder: Path) -> Config:
    return Config(
        database_url=f"sqlite:///{folder}/market.db",
        data_dir=folder,
        city="青川市",
        password_memory_kib=64,
        demo=True,
    )


def the_world(factory: pytest.TempPathFactory) -> World:
    """Return the small market of this test run: one is enough, whoever asks first."""
    return World(made_once(factory, "world", build))


def build(folder: Path) -> World:
    """Let the small market live through its past."""
    config = _config(folder)
    Keys.make(config.keys_dir)
    clock = ManualClock(beijing(working_day(PRESENT.date(), BEGAN), 8))
    here = Installation.open(config, clock)
    migrations.upgrade(here.engine)
    prepare.begin_log(here)
    _Past(here, clock).live()
    with here.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    here.engine.dispose()
    return World(folder)


class _Past(Firms, Needs, Contracts, Complaints):
    """What happened before the present."""

    def __init__(self, here: Installation, clock: ManualClock) -> None:
        self.here, self.clock = here, clock
        self.registry = registry = Registry(here)
        enter = registry.enter
        self.operator = enter(
            OrgKind.OPERATOR,
            "青川市政务服务局",
            [("operator1", Role.OPERATOR_CLERK), ("manager1", Role.OPERATOR_MANAGER)],
        )
        self.other_operator = enter(
            OrgKind.OPERATOR, "第二运营机构", [("operator2", Role.OPERATOR_CLERK)]
        )
        self.notary = enter(
            OrgKind.SUPERVISOR, "青川市公证处", [("supervisor1", Role.SUPERVISOR_OFFICER)]
        )
        self.regulators = [
            enter(
                OrgKind.REGULATOR,
                f"第{number}监管局",
                [
                    (f"officer{number}", Role.REGULATOR_OFFICER),
                    (f"decider{number}", Role.REGULATOR_DECIDER),
                ],
                scope,
            )
            for number, scope in ((1, ("01", "02", "04", "05", "06", "08")), (2, ("03",)))
        ]
        with unit_of_work(here.sessions, Actor("job:test"), clock) as work:
            for office in (*self.regulators, self.notary):
                state_remedies(work, work.session.get_one(User, office.people[0].user_id))
        self.owners = tuple(
            enter(
                OrgKind.OWNER,
                f"第{number}业主",
                [
                    (f"clerk{number}", Role.OWNER_CLERK),
                    (f"approver{number}", Role.OWNER_APPROVER),
                ],
            )
            for number in (1, 2)
        )
        self.supervisor = Supervisor(
            here, self.notary.people[0], here.config.data_dir / "supervisor.key"
        )
        self.supervisor.register()
        self.timeline = Timeline(here, clock, self._after_tick)
        self.enlistment = Enlistment(here, registry, self.operator)
        cast = Cast(self.operator, self.notary, tuple(self.regulators), self.owners)
        self.market = Market(Acting(here, cast, self.enlistment))

    def live(self) -> None:
        """Let it pass."""
        for at, number in enumerate(LISTED):
            self._firm(BEGAN - 1, at, number)
        for at, (number, stop) in enumerate(ARRIVING):
            self._firm(3, at, number, stop)
        for at, (back, stage, more) in enumerate(PLOTS):
            plot = Plot(**({"stage": stage, "item": ITEM, "owner": 0, "enrolments": 4} | more))
            start = beijing(working_day(PRESENT.date(), back), 9, at)
            self.timeline.begin(start, self.market.story(at, plot))
        self.timeline.run(PRESENT - timedelta(minutes=5), lambda _at: None)
        self._ask_for_a_suspension()
        self._open_cases()
        self._group_firms()
        self._keep_up()
        self._ask_and_change()
        self._choose_directly()
        self._object_and_insure()
        self._complain()
        self._name_and_replace()
        self._invoice_and_add()
        self._archive()
        self._give_cards()
        self._let_buy()
        self._offer_a_text()
        self._import_notices()
        self._enter_experts()
        self._dispute()
        self._ask_for_scores()
        self._ask_for_a_password()
        self._declare_causes_over()
        self._fail_to_tell()
        self.clock.move_to(PRESENT)
        jobs.tick(self.here)
        log.sequence(self.here)

    def _after_tick(self) -> None:
        if self.supervisor.answer():
            jobs.tick(self.here)


def users(here: Installation) -> dict[str, User]:
    """Return everybody by user name."""
    with here.sessions() as session:
        return {user.username: user for user in session.scalars(select(User))}


__all__ = ["PASSWORD", "PRESENT", "World", "build", "users"]
