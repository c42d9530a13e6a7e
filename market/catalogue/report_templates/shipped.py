"""The platform's own templates of progress reports, by service item: data, not program."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

FILE: Final = "templates.toml"


@cache
def _texts() -> tuple[str, dict[str, str]]:
    table = tomllib.loads(
        files("market.catalogue.report_templates").joinpath(FILE).read_text("utf-8")
    )
    return table["default"], table["items"]


def shipped_for(item_code: str) -> str:
    """Return the text for an item: that of the longest prefix of its code."""
    default, items = _texts()
    fitting = [prefix for prefix in items if item_code.startswith(prefix)]
    return items[max(fitting, key=len)] if fitting else default
