"""The folder of a witness: its keys, its memory, and what its keys stand for."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from secrets import token_bytes
from typing import Final, Self

from audit.errors import MalformedError
from audit.keys import SEED_BYTES, KeyType, Signer, parse_skey, parse_vkey
from audit.policy import LOG_TYPES
from audit.witness.draws import DrawReader
from audit.witness.errors import FolderError
from audit.witness.records import LogKey
from audit.witness.service import Witness
from audit.witness.signing import ExtraSigner
from audit.witness.store import WitnessStore

DATABASE: Final = "witness.db"
ED25519_KEY: Final = "ed25519.key"
ML_DSA_KEY: Final = "ml-dsa-44.key"
_KEY_FILES: Final = {
    ED25519_KEY: KeyType.ED25519_COSIGNATURE,
    ML_DSA_KEY: KeyType.ML_DSA_44_COSIGNATURE,
}
_LONGEST_NAME: Final = 255
_NAME, _DRAW_AWARE = "name", "draw_aware"


@dataclass(frozen=True, slots=True)
class Folder:
    """A witness's folder, opened.

    Whether it is draw-aware is settled with its key: a key stands for one set of statements
    (C2SP tlog-cosignature, "Additional statements").
    """

    path: Path
    name: str
    is_draw_aware: bool
    signers: tuple[Signer, ...]
    store: WitnessStore

    @classmethod
    def create(
        cls, path: Path, name: str, *, ml_dsa: bool = False, draw_aware: bool = False
    ) -> Self:
        """Make a folder with new keys; nothing that is there is ever overwritten.

        Raises:
            FolderError: There is a witness already.
            MalformedError: The name cannot be that of a key.
        """
        _check_length(path, name)
        signers = {ED25519_KEY: Signer(name, KeyType.ED25519_COSIGNATURE, token_bytes(SEED_BYTES))}
        if ml_dsa:
            seed = token_bytes(SEED_BYTES)
            signers[ML_DSA_KEY] = Signer(name, KeyType.ML_DSA_44_COSIGNATURE, seed)
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any((path / file).exists() for file in (*_KEY_FILES, DATABASE)):
            raise FolderError(path, "there is a witness here already: choose an empty folder")
        os.close(os.open(path / DATABASE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        store = WitnessStore(path / DATABASE)
        store.create()
        for file, signer in signers.items():
            _write_key(path / file, signer.skey)
        store.set_once(_DRAW_AWARE, "1" if draw_aware else "0")
        store.set_once(_NAME, name)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a folder.

        Raises:
            FolderError: There is no witness, or its keys can be read by others.
            MalformedError: A key file is broken.
        """
        if not (path / DATABASE).is_file():
            raise FolderError(path, "no witness is here: make one with 'zjcs witness init'")
        store = WitnessStore(path / DATABASE)
        store.create()
        name = store.setting(_NAME)
        signers = tuple(
            _read_key(path / file, type_)
            for file, type_ in _KEY_FILES.items()
            if (path / file).exists()
        )
        if name is None or not signers or signers[0].type is not KeyType.ED25519_COSIGNATURE:
            raise FolderError(path, "its making was interrupted: remove the folder, make another")
        return cls(path, name, store.setting(_DRAW_AWARE) == "1", signers, store)

    @property
    def vkeys(self) -> list[str]:
        """The public keys as text, Ed25519 first."""
        return [signer.verifier.vkey for signer in self.signers]

    def add_log(self, vkey: str, url: str, at: datetime) -> LogKey:
        """Accept a log by its key.

        Args:
            vkey: The log's key; its name is the origin.
            url: Where the log serves ``tile/…``; empty if it is not to be read.
            at: The present time.

        Raises:
            FolderError: A draw-aware witness must be able to read the log.
            MalformedError: It is not a key of a log.
        """
        verifier = parse_vkey(vkey)
        if verifier.type not in LOG_TYPES:
            raise MalformedError("log key", f"a key of type {verifier.type:#04x} cannot sign a log")
        if self.is_draw_aware and not url.startswith(("http://", "https://")):
            raise FolderError(self.path, "a draw-aware witness needs the address of the log")
        _check_length(self.path, verifier.name)
        key = LogKey(verifier.name, vkey, url, int(at.timestamp()))
        self.store.add_log(key)
        return key

    def witness(
        self,
        clock: Callable[[], datetime],
        reader: DrawReader,
        extra: Sequence[ExtraSigner] = (),
    ) -> Witness:
        """Return the witness at work; it uses the reader if it is draw-aware."""
        return Witness(
            self.store,
            self.signers,
            clock,
            extra=extra,
            reader=reader if self.is_draw_aware else None,
        )


def _check_length(path: Path, name: str) -> None:
    """Refuse a name that an ML-DSA-44 cosignature cannot hold (C2SP tlog-cosignature)."""
    if len(name.encode()) > _LONGEST_NAME:
        raise FolderError(path, f"a name has at most {_LONGEST_NAME} bytes: choose a shorter one")


def _write_key(path: Path, skey: str) -> None:
    """Write a key where only its owner can read it, through to the disk."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(skey + "\n")
        out.flush()
        os.fsync(out.fileno())
    parent = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)


def _read_key(path: Path, type_: KeyType) -> Signer:
    if path.stat().st_mode & 0o077:
        raise FolderError(path, "others can read this key: set its mode to 0600")
    signer = parse_skey(path.read_text("utf-8").removesuffix("\n"))
    if signer.type is not type_:
        raise FolderError(path, "it holds a key of another type")
    return signer
