"""The rules of a dossier: which names its files may have, and what its list of hashes is.

Pure functions, no I/O.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Final

from market.errors import MarketError, msgid

LONGEST_PATH: Final = 120
REASON_SHORTEST: Final = 10
# Lower-case folders and plain names: the same on every system, and nothing leads out of it.
_PATH: Final = re.compile(r"(?:[a-z0-9-]+/)*[A-Za-z0-9_-][A-Za-z0-9._-]*")


class NotOverError(MarketError):
    """The service is not over yet."""

    sentence = msgid("服务尚未办结，不能归档。验收通过或者合同解除后再办理。")


class ArchivedError(MarketError):
    """There is a dossier already; another one needs an authority's order."""

    sentence = msgid("卷宗已经归档。需要补充的，请监管部门写明理由后重新归档。")


class NothingArchivedError(MarketError):
    """An authority orders another version of what was never archived."""

    sentence = msgid("卷宗尚未归档，不需要重新归档。")


class NoReasonError(MarketError):
    """A dossier is made anew without a reason."""

    sentence = msgid("请写明重新归档的理由（至少 10 个字），将记入公开日志。")

    def __init__(self) -> None:
        super().__init__(field="why")


def digest_of(body: bytes) -> str:
    """Return the SHA-256 of a file, in hex."""
    return hashlib.sha256(body).hexdigest()


def check_path(path: str) -> str:
    """Return the name of a file in a dossier, if every system can unpack it where it belongs.

    Raises:
        ValueError: It is too long, leads out of the folder, or has other than plain characters.
    """
    if len(path) > LONGEST_PATH or not _PATH.fullmatch(path):
        raise ValueError(f"no name for a file of a dossier: {path!r}")
    return path


def manifest(digests: Mapping[str, str]) -> str:
    """Return the list of hashes, as ``sha256sum --check`` reads it.

    Args:
        digests: The SHA-256 of each file in hex, by its path.

    Returns:
        One line for each file in the order of their paths: the hash, two spaces, the path.

    Raises:
        ValueError: A path is not one that ``check_path`` accepts.

    Source: GNU coreutils manual, "md5sum invocation": the format of the lists.
    """
    return "".join(f"{digests[path]}  {check_path(path)}\n" for path in sorted(digests))
