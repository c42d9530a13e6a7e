"""Why a witness does not cosign: one class for each status of its answer."""

from http import HTTPStatus
from typing import ClassVar

from audit.errors import AuditError


class RefusedError(AuditError):
    """A request that the witness refuses."""

    status: ClassVar[HTTPStatus]
    content_type: ClassVar[str] = "text/plain; charset=utf-8"

    @property
    def body(self) -> str:
        """What the client is told."""
        return f"{self}\n"


class BadRequestError(RefusedError):
    """The request breaks the format, or names an old size above the new one."""

    status = HTTPStatus.BAD_REQUEST

    def __init__(self, why: str) -> None:
        super().__init__(f"not a request to add a checkpoint: {why}")


class TooLargeError(RefusedError):
    """The request is longer than any honest one."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def __init__(self, longest: int) -> None:
        super().__init__(f"a request has at most {longest} bytes")


class UnknownLogError(RefusedError):
    """The witness was not told of a log with this origin."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self, origin: str) -> None:
        super().__init__(f"no log {origin!r} is known here: ask this witness to add its key")


class UntrustedError(RefusedError):
    """No key that is known for the log signed, or a signature of one is wrong."""

    status = HTTPStatus.FORBIDDEN

    def __init__(self, why: str) -> None:
        super().__init__(why)


class ConflictError(RefusedError):
    """The client's old size is not the size that was cosigned last."""

    status = HTTPStatus.CONFLICT
    content_type = "text/x.tlog.size"

    def __init__(self, size: int) -> None:
        super().__init__(f"{size}")
        self.size = size


class InconsistentError(RefusedError):
    """The checkpoint is not shown to continue the one that was cosigned last."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, why: str) -> None:
        super().__init__(f"not cosigned: {why}")
        self.why = why


class HeldError(RefusedError):
    """A list or a contribution came too late; nothing is cosigned until a person has looked."""

    status = HTTPStatus.LOCKED

    def __init__(self, evidence_id: int, what: str) -> None:
        super().__init__(
            f"evidence {evidence_id}: {what}; this witness cosigns again when its operator has "
            "acknowledged it"
        )
        self.evidence_id = evidence_id


class ClockError(RefusedError):
    """The witness's own clock cannot be right, so it states no time."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self, why: str) -> None:
        super().__init__(f"this witness does not trust its clock: {why}")


class UnreadableLogError(RefusedError):
    """The new entries could not be fetched, or are not those that were signed."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self, why: str) -> None:
        super().__init__(f"the new entries could not be read: {why}; try again")


class BusyError(RefusedError):
    """Another request for this log is being answered, or was answered in the meantime."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self) -> None:
        super().__init__("another request for this log was first: try again")


class FolderError(AuditError):
    """The folder of a witness cannot be used."""

    def __init__(self, folder: object, why: str) -> None:
        super().__init__(f"{folder}: {why}")


class NoSuchEvidenceError(AuditError):
    """There is no evidence with this number."""

    def __init__(self, evidence_id: int) -> None:
        super().__init__(f"no evidence {evidence_id}: list what there is and ask again")


class NotHeldError(AuditError):
    """The evidence does not wait for a person, or not any more."""

    def __init__(self, evidence_id: int) -> None:
        super().__init__(
            f"evidence {evidence_id} waits for nobody: there is nothing to acknowledge"
        )
