"""Dated data files: read with a closed schema, locked by digest, found in known folders.

A rules folder holds instruments (``*.toml``), holiday notices (``calendar/*.toml``), service
items (``items/*.toml``), the approvals they serve (``approvals/*.toml``), model contracts
(``models/*.toml``), fee tables (``fees/*.toml``) and ``LOCK``, the SHA-256 of each. The package
ships one; a city may have its own.
"""

import hashlib
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final, Self, TypeVar

from market.errors import MarketError, msgid

SHIPPED: Final = Path(__file__).parent
LOCK: Final = "LOCK"
KINDS: Final = (
    "*.toml",
    "calendar/*.toml",
    "items/*.toml",
    "approvals/*.toml",
    "models/*.toml",
    "fees/*.toml",
)
_NEW: Final = "未列入 LOCK"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a data file, and where."""

    file: str
    key: str
    sentence: str

    def __str__(self) -> str:
        return (
            f"{self.file}：{self.key}：{self.sentence}"
            if self.key
            else f"{self.file}：{self.sentence}"
        )


class DataFileError(MarketError):
    """Data files that must not be used: the program refuses to compute with them."""

    sentence = msgid("规则数据文件有误，系统不予采用：%(problems)s。请更正文件后重新启动。")

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(problems="；".join(map(str, problems)))


class Table:
    """One table of a data file, read key by key; what is not read is a problem.

    Reading never raises for bad content: it notes the problem and returns a stand-in, so that
    one check reports everything that is wrong.
    """

    def __init__(
        self, data: Mapping[str, object], file: str, problems: list[Problem], path: str = ""
    ) -> None:
        self.file = file
        self.path = path
        self.problems = problems
        self._data = data
        self._read: set[str] = set()

    @classmethod
    def parse(cls, content: bytes, file: str, problems: list[Problem]) -> Self:
        """Read a whole file; one that is not TOML is an empty table with a problem."""
        try:
            data: dict[str, object] = tomllib.loads(content.decode("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            problems.append(Problem(file, "", f"不是有效的 UTF-8 TOML 文件（{error}）"))
            data = {}
        return cls(data, file, problems)

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def keys(self) -> tuple[str, ...]:
        """Return the keys of the table, in the order of the file."""
        return tuple(self._data)

    def unread(self) -> tuple[str, ...]:
        """Return the keys nobody has asked for yet."""
        return tuple(key for key in self._data if key not in self._read)

    def fault(self, key: str, sentence: str) -> None:
        """Note a problem with one key."""
        self.problems.append(Problem(self.file, self._name(key), sentence))

    def text(self, key: str, *, optional: bool = False) -> str:
        """Return a non-empty text, or ``""`` if it is absent and may be."""
        value = self._take(key, str, "", "文字", optional=optional)
        if key in self._data and isinstance(self._data[key], str) and not value.strip():
            self.fault(key, "不能是空白文字")
        return value

    def day(self, key: str) -> date:
        """Return a calendar day."""
        return self._take(key, date, date.min, "日期")

    def integer(self, key: str) -> int:
        """Return a whole number that is not negative."""
        value = self._take(key, int, 0, "整数")
        if value < 0:
            self.fault(key, "不能是负数")
        return value

    def flag(self, key: str) -> bool:
        """Return true or false; an absent flag is false."""
        return self._take(key, bool, False, "true 或 false", optional=True)  # noqa: FBT003  # a default value, not a switch

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of different texts; an absent list is empty."""
        return self._list(key, str, "文字")

    def days(self, key: str) -> tuple[date, ...]:
        """Return a list of different days; an absent list is empty."""
        return self._list(key, date, "日期")

    def table(self, key: str) -> "Table":
        """Return a table inside this one; an absent one is empty."""
        empty: dict[str, object] = {}
        data = self._take(key, dict, empty, "表", optional=True)
        return Table(data, self.file, self.problems, self._name(key))

    def tables(self, key: str) -> tuple["Table", ...]:
        """Return the tables of a list; an absent list is empty."""
        items = self._list(key, dict, "表")
        return tuple(
            Table(item, self.file, self.problems, f"{self._name(key)}[{number}]")
            for number, item in enumerate(items)
        )

    def raw(self, key: str) -> object:
        """Return whatever the file says under ``key``; the caller checks it."""
        self._read.add(key)
        return self._data.get(key)

    def close(self) -> None:
        """Note every key that nobody asked for: a misspelt key must not pass in silence."""
        for key in self.unread():
            self.fault(key, "不认识的字段")

    def _name(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _take(
        self, key: str, kind: type[T], stand_in: T, called: str, *, optional: bool = False
    ) -> T:
        self._read.add(key)
        if key not in self._data:
            if not optional:
                self.fault(key, "缺少此字段")
            return stand_in
        value = self._data[key]
        if not is_exactly(value, kind):
            self.fault(key, f"应为{called}")
            return stand_in
        return value  # type: ignore[return-value]  # checked by is_exactly

    def _list(self, key: str, kind: type[T], called: str) -> tuple[T, ...]:
        empty: list[T] = []
        values = self._take(key, list, empty, "列表", optional=True)
        if not all(is_exactly(value, kind) for value in values):
            self.fault(key, f"列表各项应为{called}")
            return ()
        if kind is not dict and len(set(values)) != len(values):
            self.fault(key, "列表有重复项")
        return tuple(values)


def is_exactly(value: object, kind: type) -> bool:
    """Say whether a TOML value has a type, keeping true apart from 1 and instants from days."""
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind is date:
        return isinstance(value, date) and not isinstance(value, datetime)
    return isinstance(value, kind)


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of a file's bytes, in hex."""
    return hashlib.sha256(content).hexdigest()


def read_files(folder: Path, pattern: str) -> list[tuple[str, bytes]]:
    """Return name and content of a folder's files of one kind, in order of their names."""
    return [
        (path.relative_to(folder).as_posix(), path.read_bytes())
        for path in sorted(folder.glob(pattern))
    ]


def lock_text(folder: Path) -> str:
    """Return what the folder's LOCK must say: a line ``<sha256>  <file>`` for each file."""
    files = [file for kind in KINDS for file in read_files(folder, kind)]
    return "".join(f"{digest_of(content)}  {name}\n" for name, content in sorted(files))


def check_lock(folder: Path) -> list[Problem]:
    """Compare a folder with its LOCK: added, changed and lost files are problems."""
    lock = folder / LOCK
    there = _lines(lock_text(folder))
    if not lock.exists():
        return [Problem(str(lock), "", "缺少 LOCK 文件")] if there else []
    said = _lines(lock.read_text("utf-8"))
    return [
        Problem(f"{folder}/{name}", "", _difference(said.get(name), there.get(name)))
        for name in sorted(said.keys() | there.keys())
        if said.get(name) != there.get(name)
    ]


def unlocked(folder: Path) -> list[Path]:
    """Return the files of a folder that its LOCK does not list yet."""
    lock = folder / LOCK
    said = _lines(lock.read_text("utf-8")) if lock.exists() else {}
    return [folder / name for name in sorted(_lines(lock_text(folder)).keys() - said.keys())]


def extend_lock(folder: Path) -> list[Problem]:
    """Add new files to a folder's LOCK; if a locked file was changed or lost, write nothing."""
    lock = folder / LOCK
    text = lock_text(folder)
    problems = check_lock(folder) if lock.exists() else []
    broken = [p for p in problems if p.sentence != _NEW]
    if not broken:
        lock.write_text(text, "utf-8")
    return broken


def _lines(text: str) -> dict[str, str]:
    pairs = (line.split(maxsplit=1) for line in text.splitlines() if line.strip())
    return {pair[-1]: pair[0] for pair in pairs}


def _difference(said: str | None, there: str | None) -> str:
    if said is None:
        return _NEW
    if there is None:
        return "LOCK 列有此文件，但文件不见了"
    return "内容与 LOCK 不符：已公布的文件不得修改，变更须另立新文件"


# The folders of this process. ``configure`` is called once, when the program starts.
_FOLDERS: list[Path] = []
_CACHES: list[Callable[[], None]] = []


def configure(*folders: Path) -> None:
    """Set the city's own rules folders for this process; what was loaded before is dropped.

    The shipped files are a part of the program: what was loaded of them alone is kept.

    Raises:
        DataFileError: A folder does not exist.
    """
    if missing := [folder for folder in folders if not folder.is_dir()]:
        raise DataFileError([Problem(str(folder), "", "没有这个文件夹") for folder in missing])
    if not folders and not _FOLDERS:
        return
    _FOLDERS[:] = folders
    for clear in _CACHES:
        clear()


def configured() -> tuple[Path, ...]:
    """Return the city's own rules folders."""
    return tuple(_FOLDERS)


def rules_folders(*folders: Path) -> tuple[Path, ...]:
    """Return the shipped rules folder and the given ones, each once."""
    return tuple(dict.fromkeys((SHIPPED, *folders)))


def forget_on_configure(clear: Callable[[], None]) -> None:
    """Register the cache of a loader, to be cleared when the folders change."""
    _CACHES.append(clear)
