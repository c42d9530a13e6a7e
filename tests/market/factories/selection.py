"""A city's own instrument about the ways to select, in force from a day on."""

import re
from datetime import date
from pathlib import Path

from market import regulations
from market.regulations.files import SHIPPED


def selecting_from(folder: Path, day: date, **values: int) -> None:
    """Put other values into force from a day on: ``most_seals=1``."""
    own = (
        (SHIPPED / "platform-selection-2024.toml")
        .read_text("utf-8")
        .replace('id = "platform-selection-2024"', 'id = "city-selection-2026"')
        .replace("effective_from = 2024-01-01", f"effective_from = {day}")
        .replace("\n[methods]", '\nrepeals = ["platform-selection-2024"]\n\n[methods]')
    )
    for name, value in values.items():
        own = re.sub(rf"(?m)^{name} = {{ value = \d+", f"{name} = {{ value = {value}", own)
    folder.mkdir(exist_ok=True)
    (folder / "own.toml").write_text(own, "utf-8")
    assert regulations.extend_lock(folder) == []
    regulations.configure(folder)
