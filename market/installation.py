"""One running installation: what the web, the worker and every command share."""

from dataclasses import dataclass
from typing import Self

from sqlalchemy import Engine

from market import regulations
from market.calendar import default_calendar
from market.clock import Clock, beijing_day
from market.config import Config
from market.db import Sessions, make_engine, make_sessions
from market.keys import Keys
from market.regulations.profile import check_folders


@dataclass(frozen=True, slots=True)
class Installation:
    """A database, a clock and the platform's keys, opened from one configuration."""

    config: Config
    engine: Engine
    sessions: Sessions
    clock: Clock
    keys: Keys

    @classmethod
    def open(cls, config: Config, clock: Clock | None = None) -> Self:
        """Open an installation that ``zjcs migrate`` has prepared.

        Raises:
            ConfigurationError: A setting cannot be trusted or a key is missing.
            DataFileError: A rule file or the calendar is faulty.
        """
        config.check()
        regulations.configure(*([config.city_rules_dir] if config.city_rules_dir else []))
        _require_profiles(clock or config.clock)
        default_calendar()
        engine = make_engine(config.database_url)
        keys = Keys.load(config.keys_dir)
        return cls(
            config=config,
            engine=engine,
            sessions=make_sessions(engine, keys.stamp_key, is_demonstration=config.demo),
            clock=clock or config.clock,
            keys=keys,
        )


def _require_profiles(clock: Clock) -> None:
    """Refuse a city's instruments as ``zjcs regulation check`` does; those that are over may rest.

    Raises:
        DataFileError: A file is faulty, or says what the program does not read.
    """
    regulations.current()
    folders = regulations.configured()
    if folders and (problems := check_folders(*folders, day=beijing_day(clock()))):
        raise regulations.DataFileError(problems)
