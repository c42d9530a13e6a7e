"""The platform's secret keys: made once by ``zjcs migrate``, read at start, never served."""

import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from market.errors import ConfigurationError


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """Secrets of 32 bytes each. They are never printed: there is no ``repr``."""

    log_seed: bytes
    vrf_secret: bytes
    session_secret: bytes

    @property
    def stamp_key(self) -> bytes:
        """The key by which the log knows what this platform's application handed in."""
        return hmac.digest(self.log_seed, b"zjcs/stamp/v1\n", "sha256")

    @property
    def known_browser_key(self) -> bytes:
        """The key by which a browser proves that it signed in to an account before."""
        return hmac.digest(self.session_secret, b"zjcs/known-browser/v1\n", "sha256")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the keys.

        Raises:
            ConfigurationError: A key is missing or is not 64 hexadecimal characters.
        """
        return cls(*(_read(folder / name) for name in _FILES))

    @classmethod
    def make(cls, folder: Path) -> None:
        """Make those keys that are missing; an existing key is never touched.

        The file is linked into place under its final name only once it is whole, so two nodes
        that start together agree on one key.
        """
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in _FILES:
            path = folder / name
            if path.exists():
                continue
            draft = folder / f".{name}.{secrets.token_hex(8)}"
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                out.write(secrets.token_hex(32) + "\n")
                out.flush()
                os.fsync(out.fileno())
            try:
                os.link(draft, path)
            except FileExistsError:
                pass  # The other node was first; its key is the key.
            finally:
                draft.unlink()


_FILES = ("log.key", "vrf.key", "session.key")


def _read(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except FileNotFoundError:
        raise ConfigurationError(f"缺少密钥文件 {path}，请先运行 zjcs migrate") from None
    except ValueError:
        raise ConfigurationError(f"密钥文件 {path} 不是 64 位十六进制") from None
    if len(key) != 32:  # noqa: PLR2004 - the length of every key here
        raise ConfigurationError(f"密钥文件 {path} 不是 64 位十六进制")
    return key
