"""A stand-in platform, and a monitor with an hour on its clock at which a draw is long over."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from market.clock import ManualClock
from tests.lottery.story import T_PHI
from tests.market.monitoring.standin import Platform, Watch


@pytest.fixture
def platform() -> Iterator[Platform]:
    found = Platform()
    yield found
    found.stop()


@pytest.fixture
def clock() -> ManualClock:
    """Ten minutes before the last value of the stories' draws."""
    return ManualClock(datetime.fromtimestamp(T_PHI - 6000, UTC))


@pytest.fixture
def watch(platform: Platform, tmp_path: Path, clock: ManualClock) -> Watch:
    return Watch(platform.url, tmp_path, clock)
