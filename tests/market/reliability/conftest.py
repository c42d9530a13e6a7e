"""The small market of the security tests, and one with thousands of rows made from it."""

import pytest

from tests.market.security import world as worlds


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> worlds.World:
    """A market in which everything has happened, made once for all tests."""
    return worlds.the_world(tmp_path_factory.getbasetemp())
