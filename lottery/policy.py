"""Whom a verifier trusts: a C2SP tlog-policy file, given by the person who verifies.

The file names logs, witnesses and a quorum. Lines that begin with ``#@ismdraw`` are comments
to every other tool; here they pin the VRF keys of modes C and D, which the C2SP format leaves
to the application. The drand chains are compiled in. A byte order mark at the beginning and line
ends of Windows are passed over: an editor adds them without being asked.

Source: C2SP tlog-policy; docs/spec/lottery-v1.md, section 6.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from lottery.encoding import unhex
from lottery.errors import NoteError, PolicyError
from lottery.note import COSIGNATURE_ED25519, COSIGNATURE_ML_DSA_44, ED25519, VerifierKey
from lottery.note import parse_vkey as _parse_vkey

MAX_POLICY_BYTES: Final = 512 * 1024
NONE: Final = "none"

_PIN = "#@ismdraw"
_MARK = b"\xef\xbb\xbf"
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
# Names are opaque octets, so nothing but ASCII space and tab may divide a line.
_SPACE = re.compile(r"[ \t]+")
_THRESHOLD = re.compile(r"[1-9][0-9]{0,3}")
ROLES: Final = ("platform", "supervisor", "trustee")
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Group:
    """A number of members, witnesses or groups, of which so many must have signed."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A parsed policy file."""

    logs: tuple[VerifierKey, ...]
    witnesses: dict[str, VerifierKey]
    groups: dict[str, Group]
    quorum: str
    vrf_keys: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def is_witnessed(self) -> bool:
        """Whether any cosignature is asked for."""
        return self.quorum != NONE

    def is_met_by(self, names: Collection[str]) -> bool:
        """Say whether the named witnesses make up the quorum.

        Args:
            names: Names, as in this file, of the witnesses that cosigned.

        Returns:
            True if the quorum is ``none`` or is reached.

        Source: C2SP tlog-policy, "Defining a witness group".
        """
        return self.quorum == NONE or self._holds(self.quorum, names)

    def _holds(self, name: str, names: Collection[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in names
        return sum(self._holds(member, names) for member in group.members) >= group.threshold


def parse_policy(data: bytes) -> Policy:
    """Read a policy file.

    Args:
        data: The whole file.

    Returns:
        The policy.

    Raises:
        PolicyError: A line is malformed or unknown, a name is used before it is defined or
            twice, a key is listed twice or is of a type that cannot be checked, no log is
            listed, or there is not exactly one quorum.

    Source: C2SP tlog-policy, "Policy file syntax and structure"; docs/spec/lottery-v1.md,
    section 6.
    """
    if len(data) > MAX_POLICY_BYTES:
        raise PolicyError(0, f"it is longer than {MAX_POLICY_BYTES} bytes")
    text = data.removeprefix(_MARK).replace(b"\r\n", b"\n")
    if _FORBIDDEN.search(text):
        raise PolicyError(0, "it holds a control character; save it as plain text in UTF-8")
    reader = _Reader()
    # Names are opaque octets, so any byte must survive; latin-1 maps each to one character.
    for number, raw in enumerate(text.split(b"\n"), start=1):
        reader.read(number, raw.decode("latin-1").strip(" \t"))
    return reader.finish()


class _Reader:
    """Collects the lines of one policy file."""

    def __init__(self) -> None:
        self.logs: list[VerifierKey] = []
        self.witnesses: dict[str, VerifierKey] = {}
        self.groups: dict[str, Group] = {}
        self.used: set[str] = set()
        self.pins: dict[str, frozenset[str]] = {}
        self.quorum: str | None = None

    def read(self, number: int, line: str) -> None:
        """Take one line."""
        if line.startswith(_PIN):
            self._pin(number, _SPACE.split(line)[1:])
        elif line and not line.startswith("#"):
            word, *rest = _SPACE.split(line)
            match word, rest:
                case "log", [vkey] | [vkey, _]:
                    self._log(number, vkey)
                case "witness", [name, vkey] | [name, vkey, _]:
                    self._witness(number, name, vkey)
                case "group", [name, threshold, *members] if members:
                    self._group(number, name, threshold, members)
                case "quorum", [name]:
                    self._quorum(number, name)
                case _:
                    raise PolicyError(number, f"{line[:60]!r} is not a line of a policy")

    def finish(self) -> Policy:
        """Return the policy, once every line has been read."""
        if self.quorum is None:
            raise PolicyError(0, "it has no quorum line; write 'quorum none' to ask for none")
        if not self.logs:
            raise PolicyError(0, "it lists no log, so no checkpoint could be believed")
        return Policy(tuple(self.logs), self.witnesses, self.groups, self.quorum, self.pins)

    def _log(self, number: int, vkey: str) -> None:
        key = _vkey(number, vkey)
        if key.kind != ED25519:
            raise PolicyError(number, "a log's key must be of type Ed25519 (01)")
        if any(other.key == key.key for other in self.logs):
            raise PolicyError(number, "this log's key is already listed")
        self.logs.append(key)

    def _witness(self, number: int, name: str, vkey: str) -> None:
        self._define(number, name)
        key = _vkey(number, vkey)
        if key.kind not in {COSIGNATURE_ED25519, COSIGNATURE_ML_DSA_44}:
            raise PolicyError(number, "a witness's key must be a cosignature key (04 or 06)")
        if any(other.key == key.key for other in self.witnesses.values()):
            raise PolicyError(number, "this witness's key is already listed")
        self.witnesses[name] = key

    def _group(self, number: int, name: str, threshold: str, members: list[str]) -> None:
        for member in members:
            self._refer(number, member)
            if member in self.used:
                raise PolicyError(number, f"{member[:40]!r} is a member twice")
            self.used.add(member)
        match threshold:
            case "all":
                least = len(members)
            case "any":
                least = 1
            case _ if _THRESHOLD.fullmatch(threshold) and int(threshold) <= len(members):
                least = int(threshold)
            case _:
                raise PolicyError(number, f"{threshold[:20]!r} is not a threshold of this group")
        self._define(number, name)
        self.groups[name] = Group(least, tuple(members))

    def _quorum(self, number: int, name: str) -> None:
        if self.quorum is not None:
            raise PolicyError(number, "there is a second quorum line")
        if name != NONE:
            self._refer(number, name)
        self.quorum = name

    def _pin(self, number: int, words: list[str]) -> None:
        match words:
            case ["vrf-key", role, _] if role not in ROLES:
                raise PolicyError(number, f"nobody is a {role[:40]!r}: {', '.join(ROLES)}")
            case ["vrf-key", role, key]:
                try:
                    unhex(key, _KEY_BYTES)
                except ValueError as error:
                    raise PolicyError(number, f"the VRF key: {error}") from None
                self.pins[role] = self.pins.get(role, frozenset()) | {key}
            case _:
                raise PolicyError(number, f"after {_PIN} comes: vrf-key ROLE HEX")

    def _define(self, number: int, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise PolicyError(number, f"the name {name[:40]!r} is already taken")

    def _refer(self, number: int, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise PolicyError(number, f"{name[:40]!r} is not defined above this line")


def _vkey(number: int, text: str) -> VerifierKey:
    try:
        return _parse_vkey(text.encode("latin-1").decode("utf-8"))
    except (NoteError, UnicodeDecodeError) as error:
        raise PolicyError(number, str(error)) from None
