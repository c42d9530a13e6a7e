"""Templates compiled once in a test run, although nearly every test makes its own app."""

from pathlib import Path
from types import CodeType
from typing import Final

from flask import Flask
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from jinja2.bccache import Bucket


class Kept(BytecodeCache):
    """Keeps what was compiled, by template and source: in this process, and for the others."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}
        self._folder: FileSystemBytecodeCache | None = None

    def share(self, folder: Path) -> None:
        """Take from a folder what another process compiled, and lay down there what is new."""
        folder.mkdir(exist_ok=True)
        self._folder = FileSystemBytecodeCache(str(folder))

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))
        if bucket.code is None and self._folder is not None:
            self._folder.load_bytecode(bucket)
            if bucket.code is not None:
                self._codes[bucket.key, bucket.checksum] = bucket.code

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.code
        if self._folder is not None:
            self._folder.dump_bytecode(bucket)


KEPT: Final = Kept()


def compile_once() -> None:
    """Let every application of this process share what it compiles."""
    Flask.jinja_options = {"bytecode_cache": KEPT}
