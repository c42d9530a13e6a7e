"""Every reason why a beacon's value is not believed."""

from lottery.errors import LotteryError


class BeaconError(LotteryError):
    """A public value could not be read, or is not what its source would have produced."""


class WrongLengthError(BeaconError):
    """A key, proof or signature has a number of bytes that no valid one has."""

    def __init__(self, what: str, expected: int, found: int) -> None:
        super().__init__(
            f"{what} must be {expected} bytes, this one has {found}; copy it again in full"
        )
        self.what = what
        self.expected = expected
        self.found = found


class NotAPointError(BeaconError):
    """Bytes that should encode a point of a curve do not."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what} is not an encoded curve point: {why}; compare it with its source")
        self.what = what
        self.why = why


class WeakPointError(BeaconError):
    """A point lies outside the large prime-order group, where proofs mean nothing."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} is outside the prime-order group, so anyone could forge with it; refuse it"
        )
        self.what = what


class ScalarRangeError(BeaconError):
    """A proof's scalar is not reduced modulo the group order."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not below the group order; ask its maker for a valid one")
        self.what = what


class ProofRefusedError(BeaconError):
    """A well-formed VRF proof does not prove this input under this key."""

    def __init__(self) -> None:
        super().__init__(
            "the VRF proof does not match this public key and input; "
            "check that both belong to the same draw"
        )


class SignatureRefusedError(BeaconError):
    """A well-formed beacon signature is not the chain's signature of this round."""

    def __init__(self, round_number: int) -> None:
        super().__init__(
            f"the signature is not the beacon's signature of round {round_number}; "
            "check the round number and every character of the signature"
        )
        self.round_number = round_number


class UnknownChainError(BeaconError):
    """A draw names a beacon chain whose key is not built into this program."""

    def __init__(self, hash_hex: str) -> None:
        super().__init__(
            f"beacon chain {hash_hex[:64]!r} is not pinned here; "
            "use a verifier of a release that pins it, never a key from the platform"
        )
        self.hash_hex = hash_hex


class RoundRangeError(BeaconError):
    """A round number is not one that a chain can have."""

    def __init__(self, found: object) -> None:
        super().__init__(
            f"{found!r:.60} is not a round number: rounds are whole numbers from 1 to 2^64-1"
        )
        self.found = found


class BeforeGenesisError(BeaconError):
    """An instant lies before a chain's first round."""

    def __init__(self, unix_seconds: int, genesis_time: int) -> None:
        super().__init__(
            f"the chain had no round at Unix time {unix_seconds}: its first came at "
            f"{genesis_time}; choose a later time"
        )
        self.unix_seconds = unix_seconds
        self.genesis_time = genesis_time


class CourierError(BeaconError):
    """What a courier typed is not a round number followed by a signature."""


class NothingTypedError(CourierError):
    """The courier's field is empty."""

    def __init__(self) -> None:
        super().__init__(
            "nothing was entered; enter the round number, then the 96 hexadecimal characters "
            "of its signature"
        )


class TooMuchTypedError(CourierError):
    """The courier's field holds far more than a round and a signature."""

    def __init__(self, found: int, limit: int) -> None:
        super().__init__(
            f"{found} characters were entered, which is more than {limit}; enter only the round "
            "number and its signature"
        )
        self.found = found
        self.limit = limit


class TypedRoundError(CourierError):
    """The courier's text does not begin with a round number."""

    def __init__(self, found: str) -> None:
        super().__init__(
            f"{found[:24]!r} is not a round number; begin with the round in digits without "
            "spaces, then a space, then the signature"
        )
        self.found = found


class TypedCharacterError(CourierError):
    """The courier's signature has a character that is not hexadecimal."""

    def __init__(self, character: str, position: int) -> None:
        super().__init__(
            f"character {position} of the signature is {character!r}; only 0-9 and a-f occur, "
            "so look for a letter O typed for 0, or l or I for 1"
        )
        self.character = character
        self.position = position


class TypedLengthError(CourierError):
    """The courier's signature is too short or too long."""

    def __init__(self, found: int, expected: int) -> None:
        difference = (
            f"{expected - found} missing" if found < expected else f"{found - expected} extra"
        )
        super().__init__(
            f"the signature has {found} characters, it must have {expected} ({difference}); "
            "compare it group by group"
        )
        self.found = found
        self.expected = expected
