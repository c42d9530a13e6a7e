"""Rules of a city's own for one test: a shipped file with other values."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from market import regulations

SHIPPED = Path(regulations.__file__).parent


@contextmanager
def own_rules(folder: Path, name: str, **values: str) -> Iterator[None]:
    """Put a city's successor of a shipped file into force; ``values`` replace those of its keys."""
    lines = (SHIPPED / f"{name}.toml").read_text("utf-8").splitlines()
    own = []
    for line in lines:
        key = line.partition(" = ")[0]
        if key == "id":
            own.append(f'id = "city-{name}"')
        elif key == "effective_from":
            own += ["effective_from = 2024-06-01", f'repeals = ["{name}"]']
        elif key in values:
            own.append(f'{key} = {{ value = {values[key]}, source = "platform default" }}')
        else:
            own.append(line)
    folder.mkdir(exist_ok=True)
    (folder / "own.toml").write_text("\n".join(own) + "\n", "utf-8")
    assert regulations.extend_lock(folder) == []
    regulations.configure(folder)
    try:
        yield
    finally:
        regulations.configure()
