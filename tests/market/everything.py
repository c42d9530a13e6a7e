"""All modules of the market, for tests that must not overlook one."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import market


def every_module() -> list[ModuleType]:
    """Import and return every module of the market except the migrations, which Alembic runs."""
    return [
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(market.__path__, "market.")
        if not found.name.startswith("market.migrations.")
    ]


def every_subclass(of: type) -> Iterator[type]:
    """Yield the classes of the market that inherit from one, each once."""
    seen: set[type] = set()
    for module in every_module():
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, of) and thing not in seen | {of}:
                seen.add(thing)
                yield thing
