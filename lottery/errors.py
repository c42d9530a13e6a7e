"""Everything that can go wrong in a draw."""

from lottery.moments import beijing


class LotteryError(Exception):
    """A draw could not be made or could not be believed."""


class CanonicalJsonError(LotteryError):
    """Bytes are not the one canonical JSON form of their content."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"not canonical JSON: {reason}; log the exact bytes that were made")
        self.reason = reason


class EntryError(LotteryError):
    """A log entry does not fit the closed schema of its type."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(f"{what}: {reason}; compare it with docs/spec/lottery-v1.md, section 3")
        self.what = what
        self.reason = reason


class MalformedIdError(LotteryError):
    """A candidate is not named by an 18-character unified social credit code."""

    def __init__(self, firm_id: object) -> None:
        super().__init__(f"not a unified social credit code: {firm_id!r:.60}; check its 18 signs")
        self.firm_id = firm_id


class WeightError(LotteryError):
    """A weight, or the sum of all weights, is outside what a draw can hold."""

    def __init__(self, what: str, found: object, least: int, most: int) -> None:
        super().__init__(f"{what} is {found!r:.40}; it must lie between {least} and {most}")
        self.found = found


class RepeatedCandidateError(LotteryError):
    """One firm stands twice in a list."""

    def __init__(self, firm_id: str) -> None:
        super().__init__(f"{firm_id} stands twice in the list; each firm has one place")
        self.firm_id = firm_id


class EmptyPoolError(LotteryError):
    """There are fewer candidates than places to fill."""

    def __init__(self, candidates: int, places: int) -> None:
        super().__init__(
            f"{candidates} candidate(s) cannot fill {places} place(s); "
            "void the draw and publish a second notice"
        )
        self.candidates = candidates
        self.places = places


class ListError(LotteryError):
    """A list file cannot be read, or is not in its one canonical form."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"list.ndjson, line {line}: {reason}")
        self.line = line
        self.reason = reason


class BundleError(LotteryError):
    """A bundle is not a well-formed container, so nothing in it was examined."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"malformed bundle: {reason}; download it again from its source")
        self.reason = reason


class NoteError(LotteryError):
    """A signed note or checkpoint is malformed, or a known key's signature is wrong."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"checkpoint refused: {reason}")
        self.reason = reason


class ProofError(LotteryError):
    """A Merkle proof is malformed or does not prove what it should."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"proof refused: {reason}")
        self.reason = reason


class PolicyError(LotteryError):
    """A policy file does not follow C2SP tlog-policy, or asks for what cannot be checked."""

    def __init__(self, line: int, reason: str) -> None:
        where = f"policy, line {line}" if line else "policy"
        super().__init__(f"{where}: {reason}; see docs/spec/lottery-v1.md, section 6")
        self.line = line
        self.reason = reason


class PhiError(LotteryError):
    """Evidence of the last value is not of the source that the notice fixed."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"evidence of the last value refused: {reason}")
        self.reason = reason


class NotReadyError(LotteryError):
    """A draw is not in a state in which a trustee may prove, or a contributor reveal, its value."""

    def __init__(self, failed: str) -> None:
        super().__init__(
            f"do not prove anything for this draw, nor reveal: {failed} does not hold; "
            "ask for a bundle whose list is frozen and witnessed"
        )
        self.failed = failed


class TooEarlyError(LotteryError):
    """A trustee is asked for a proof while a reveal could still change its input."""

    def __init__(self, now: int, from_at: int) -> None:
        super().__init__(
            f"do not prove anything for this draw yet: until {beijing(from_at)} a reveal could "
            "still come under the cut and change the input; by this clock that is in "
            f"{from_at - now} s: come back then, with a bundle made after it"
        )
        self.now = now
        self.from_at = from_at
