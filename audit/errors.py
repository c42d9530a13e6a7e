"""Everything that can go wrong in the log. Whatever reads outside bytes raises this family only."""

from collections.abc import Iterable


class AuditError(Exception):
    """The log, or something said about it, could not be believed or found."""


class MalformedError(AuditError):
    """Bytes from outside are not what they claim to be."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"not a valid {what}: {why}; ask its sender for the unchanged original")
        self.what = what
        self.why = why


class BadSignatureError(AuditError):
    """A key we know did not make the signature that bears its name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"the signature of {name} does not verify: reject the note, keep it as evidence"
        )
        self.name = name


class UnsignedError(AuditError):
    """None of the keys we know signed the note."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        wanted = ", ".join(self.names) or "no key at all"
        super().__init__(f"not signed by any key you trust ({wanted}): check which key you gave")


class OriginError(AuditError):
    """The checkpoint belongs to another log."""

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(
            f"the checkpoint is of the log {found!r}, not {expected!r}: an origin never changes"
        )
        self.expected = expected
        self.found = found


class ProofError(AuditError):
    """A Merkle proof does not lead to the root it should."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the proof fails: {why}; keep it and ask the log for a new one")
        self.why = why


class EquivocationError(AuditError):
    """Two signed checkpoints of one log cannot both be true."""

    def __init__(self, origin: str, old_size: int, new_size: int) -> None:
        super().__init__(
            f"{origin} signed a tree of {new_size} that does not continue its tree of {old_size}: "
            "the two checkpoints prove it, keep both and tell the supervisor"
        )
        self.origin = origin
        self.old_size = old_size
        self.new_size = new_size


class QuorumError(AuditError):
    """Too few of the witnesses that the policy asks for have cosigned."""

    def __init__(self, quorum: str, cosigned: Iterable[str]) -> None:
        self.quorum = quorum
        self.cosigned = tuple(cosigned)
        super().__init__(
            f"the quorum {quorum!r} is not reached by {[*self.cosigned]}: "
            "ask for a checkpoint with more cosignatures"
        )


class EntryLengthError(AuditError):
    """An entry is empty or longer than a bundle can carry."""

    def __init__(self, length: int, longest: int) -> None:
        super().__init__(f"an entry has 1 to {longest} bytes, not {length}: log its hash instead")
        self.length = length


class MissingEntryError(AuditError):
    """The log has no entry at this index yet."""

    def __init__(self, index: int, size: int) -> None:
        super().__init__(
            f"no entry {index} in a log of {size}: wait until it is sequenced, then ask again"
        )
        self.index = index
        self.size = size


class MissingTileError(AuditError):
    """The log has no such tile."""

    def __init__(self, path: str) -> None:
        super().__init__(f"no tile {path!r}: take the size from the checkpoint and ask again")
        self.path = path


class MissingCheckpointError(AuditError):
    """The log never signed a tree of this size."""

    def __init__(self, size: int) -> None:
        super().__init__(f"no checkpoint of size {size}: ask for the latest one instead")
        self.size = size


class CorruptLogError(AuditError):
    """What is stored does not lead to what was signed, so nothing more may be signed."""

    def __init__(self, size: int) -> None:
        super().__init__(
            f"the stored tree of {size} entries is not the one that was signed: "
            "nothing was appended; run the check of the log and restore the rows that it names"
        )
        self.size = size


class ExportConflictError(AuditError):
    """The directory holds another log, or a later state of this one."""

    def __init__(self, directory: str, why: str) -> None:
        super().__init__(f"will not write over {directory}: {why}; export to an empty directory")
        self.directory = directory
        self.why = why
