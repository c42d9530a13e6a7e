"""The reader's own rule: which logs to believe, and which witnesses must agree."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from audit.checkpoint import Checkpoint, parse_text
from audit.encoding import from_decimal
from audit.errors import MalformedError, OriginError, QuorumError, UnsignedError
from audit.keys import KeyType, Verifier, parse_vkey
from audit.note import open_note

NONE: Final = "none"
MAX_POLICY_BYTES: Final = 512 * 1024
_FORBIDDEN: Final = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_MARK: Final = b"\xef\xbb\xbf"
LOG_TYPES: Final = (KeyType.ED25519, KeyType.ML_DSA_44_COSIGNATURE)
_WITNESS_TYPES: Final = (KeyType.ED25519_COSIGNATURE, KeyType.ML_DSA_44_COSIGNATURE)


@dataclass(frozen=True, slots=True)
class Witness:
    """An organisation that watches the log, by the name the policy gives it.

    ``url`` is its submission prefix, empty where the policy does not give one: who only checks
    what was cosigned needs none.
    """

    name: str
    verifier: Verifier
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Witnesses and groups of which at least ``threshold`` must have cosigned."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trusted:
    """A checkpoint that the policy accepts.

    ``cosigned_at`` is when the quorum was first reached by the cosigners' own clocks: the
    latest of the cosignatures counted, counting no more of them than the quorum needs.
    """

    checkpoint: Checkpoint
    cosigned_at: datetime | None


@dataclass(frozen=True, slots=True)
class Policy:
    """Logs, witnesses, groups in the order of their definition, and the quorum."""

    logs: tuple[Verifier, ...]
    witnesses: tuple[Witness, ...] = ()
    groups: tuple[Group, ...] = ()
    quorum: str = NONE

    def encode(self) -> bytes:
        """Write the policy file. Source: C2SP tlog-policy, "Policy file syntax"."""
        lines = [f"log {log.vkey}" for log in self.logs]
        lines += [
            f"witness {w.name} {w.verifier.vkey}{f' {w.url}' if w.url else ''}"
            for w in self.witnesses
        ]
        lines += [f"group {g.name} {g.threshold} {' '.join(g.members)}" for g in self.groups]
        lines.append(f"quorum {self.quorum}")
        return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")

    def check(self, note: bytes) -> Trusted:
        """Decide whether to believe a signed checkpoint.

        Args:
            note: The checkpoint with its signatures.

        Returns:
            The checkpoint and when its quorum was reached, None under ``quorum none``.

        Raises:
            MalformedError: It is not a signed checkpoint.
            BadSignatureError: A log or witness of the policy did not make its signature.
            UnsignedError: No log of the policy signed it.
            OriginError: The log that signed it is not the one it names.
            QuorumError: Too few witnesses cosigned it.

        Source: C2SP tlog-policy; C2SP tlog-proof, "Verifying a tlog proof", steps 2 and 3.
        """
        trusted = (*self.logs, *(witness.verifier for witness in self.witnesses))
        signed, verified = open_note(note, trusted)
        checkpoint = parse_text(signed.text)
        signers = [v.verifier.name for v in verified if v.verifier in self.logs]
        if not signers:
            raise UnsignedError(log.name for log in self.logs)
        if checkpoint.origin not in signers:
            raise OriginError(signers[0], checkpoint.origin)
        times = {
            witness.name: min(seen)
            for witness in self.witnesses
            if (
                seen := [
                    v.cosigned_at
                    for v in verified
                    if v.verifier == witness.verifier and v.cosigned_at
                ]
            )
        }
        return Trusted(checkpoint, self.quorum_time(times))

    def quorum_time(self, times: Mapping[str, datetime]) -> datetime | None:
        """Return when the quorum was first reached, from when each witness first cosigned.

        Args:
            times: By the names of the witnesses that cosigned.

        Returns:
            The time; None under ``quorum none``.

        Raises:
            QuorumError: Too few have cosigned.

        Source: C2SP tlog-policy, "Defining a witness group".
        """
        if self.quorum == NONE:
            return None
        reached = dict(times)
        for group in self.groups:
            members = sorted(reached[name] for name in group.members if name in reached)
            if len(members) >= group.threshold:
                reached[group.name] = members[group.threshold - 1]
        if self.quorum not in reached:
            raise QuorumError(self.quorum, times)
        return reached[self.quorum]


def parse(data: bytes) -> Policy:
    """Read a policy file.

    Args:
        data: The file, at most ``MAX_POLICY_BYTES``; the URLs of logs are read and left out. The
            byte order mark and the line ends that editors on Windows write are passed over.

    Returns:
        The policy.

    Raises:
        MalformedError: It breaks a rule of the format; the error names the line.

    Source: C2SP tlog-policy, "Policy file syntax and structure"; docs/spec/lottery-v1.md,
    section 6.
    """
    if len(data) > MAX_POLICY_BYTES:
        raise MalformedError("policy", f"it is longer than {MAX_POLICY_BYTES} bytes")
    text = data.removeprefix(_MARK).replace(b"\r\n", b"\n")
    if _FORBIDDEN.search(text):
        raise MalformedError("policy", "it has a control character")
    if not text.endswith(b"\n"):
        raise MalformedError("policy", "its last line does not end in a newline")
    reader = _Reader()
    for number, line in enumerate(text[:-1].split(b"\n"), 1):
        # Names are opaque octets; surrogates carry those that are not UTF-8 unchanged.
        items = [i.decode("utf-8", "surrogateescape") for i in re.split(rb"[ \t]+", line) if i]
        if items and not items[0].startswith("#"):
            reader.read(number, items)
    return reader.policy()


class _Reader:
    """Takes the lines of a policy one after another."""

    def __init__(self) -> None:
        self._logs: list[Verifier] = []
        self._witnesses: list[Witness] = []
        self._groups: list[Group] = []
        self._names: set[str] = {NONE}
        self._members: set[str] = set()
        self._quorum: str | None = None

    def read(self, number: int, items: list[str]) -> None:
        """Take one line, already cut into its items."""
        try:
            match items:
                case ["log", vkey] | ["log", vkey, _]:
                    self._log(vkey)
                case ["witness", name, vkey]:
                    self._witness(name, vkey, "")
                case ["witness", name, vkey, url]:
                    self._witness(name, vkey, url)
                case ["group", name, threshold, *members] if members:
                    self._group(name, threshold, members)
                case ["quorum", name]:
                    self._set_quorum(name)
                case _:
                    _refuse("it is not a log, witness, group or quorum line")
        except MalformedError as error:
            raise MalformedError("policy", f"line {number}: {error.why}") from error

    def policy(self) -> Policy:
        """Return what was read."""
        if self._quorum is None:
            raise MalformedError("policy", "it has no quorum line")
        return Policy(tuple(self._logs), tuple(self._witnesses), tuple(self._groups), self._quorum)

    def _log(self, vkey: str) -> None:
        self._logs.append(_key(vkey, LOG_TYPES, self._logs))

    def _witness(self, name: str, vkey: str, url: str) -> None:
        verifier = _key(vkey, _WITNESS_TYPES, (w.verifier for w in self._witnesses))
        self._define(name)
        self._witnesses.append(Witness(name, verifier, url))

    def _group(self, name: str, threshold: str, members: list[str]) -> None:
        for member in members:
            if member == NONE or member not in self._names:
                _refuse(f"{member!r} is not defined on a line before")
            if member in self._members:
                _refuse(f"{member!r} is already a member of a group")
            self._members.add(member)
        words = {"any": 1, "all": len(members)}
        needed = words.get(threshold) or from_decimal(threshold, "policy")
        if not 1 <= needed <= len(members):
            _refuse(f"{needed} of {len(members)} members cannot be asked for")
        self._define(name)
        self._groups.append(Group(name, needed, tuple(members)))

    def _set_quorum(self, name: str) -> None:
        if self._quorum is not None:
            _refuse("there is a second quorum line")
        if name not in self._names:
            _refuse(f"{name!r} is not defined on a line before")
        self._quorum = name

    def _define(self, name: str) -> None:
        if name in self._names:
            _refuse(f"{name!r} is already defined")
        self._names.add(name)


def _key(vkey: str, types: tuple[KeyType, ...], others: Iterable[Verifier]) -> Verifier:
    verifier = parse_vkey(vkey)
    if verifier.type not in types:
        _refuse(f"{verifier.name}: a key of type {verifier.type:#04x} cannot do this")
    if any(verifier.public_key == other.public_key for other in others):
        _refuse(f"{verifier.name}: the same public key is listed twice")
    return verifier


def _refuse(why: str) -> None:
    raise MalformedError("policy", why)
