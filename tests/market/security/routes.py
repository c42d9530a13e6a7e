"""Every route of the application, and the reviewed table of who may call it.

``python -m tests.market.security.routes`` writes the table anew; read its diff before you
commit it: each changed line is a door that opened, closed or moved.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask import Flask
from werkzeug.routing import Rule

from market.access import ROLES, Permission
from market.app import create_app
from market.config import Config
from market.installation import Installation
from market.keys import Keys

TABLE: Final = Path(__file__).with_name("access_table.txt")
HEADER: Final = """\
# Who may call what. Written by: python -m tests.market.security.routes
# endpoint | methods | address | permission | roles that carry it
"""
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Route:
    """One address with one method."""

    endpoint: str
    method: str
    rule: Rule
    access: str

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of the places in the address."""
        return tuple(sorted(self.rule.arguments))

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint}"


def routes(app: Flask) -> list[Route]:
    """Return every route, once for each of its methods."""
    return [
        Route(rule.endpoint, method, rule, str(app.view_functions[rule.endpoint].access))
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))
        for method in METHODS
        if method in (rule.methods or ())
    ]


def roles_with(access: str) -> list[str]:
    """Return the roles that carry a permission."""
    if access == "public":
        return ["everyone"]
    return [role.value for role, (_, may) in ROLES.items() if Permission(access) in may]


def table_of(app: Flask) -> str:
    """Return the table of an application."""
    methods: dict[tuple[str, str, str], list[str]] = {}
    for route in routes(app):
        key = (route.endpoint, route.rule.rule, route.access)
        methods.setdefault(key, []).append(route.method)
    lines = [
        " | ".join((endpoint, ",".join(found), address, access, ", ".join(roles_with(access))))
        for (endpoint, address, access), found in methods.items()
    ]
    return HEADER + "\n".join(lines) + "\n"


def main() -> None:
    """Write the table anew."""
    with tempfile.TemporaryDirectory() as folder:
        config = Config(database_url="sqlite://", data_dir=Path(folder))
        Keys.make(config.keys_dir)
        TABLE.write_text(table_of(create_app(Installation.open(config))), "utf-8")


if __name__ == "__main__":
    main()
