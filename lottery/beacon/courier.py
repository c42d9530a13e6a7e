"""Reading a beacon's round and signature from what a person typed or pasted."""

import json
import re
import unicodedata

from lottery.beacon.errors import (
    NothingTypedError,
    RoundRangeError,
    TooMuchTypedError,
    TypedCharacterError,
    TypedLengthError,
    TypedRoundError,
)

SIGNATURE_DIGITS = 96

# The longest honest entry is a labelled signature in groups of two, or a pasted answer of
# drand's API; both are far shorter than this.
_MAX_CHARACTERS = 2000
_MAX_ROUND_DIGITS = 20
_LAST_ROUND = 2**64 - 1

_LABELS = re.compile(r"round|signature|sig|轮次|轮号|签名|第|轮|号")
_SEPARATORS = re.compile(r"""[\s:;,.=|/_"'、。·…\-\u2010-\u2015]+""")
_DIGITS = re.compile(r"[0-9]+")
_NOT_HEXADECIMAL = re.compile(r"[^0-9a-f]")


def parse_courier(text: str) -> tuple[int, bytes]:
    """Read a round number and its signature as a courier typed them.

    The round comes first, in digits, then the signature in 96 hexadecimal characters, in
    groups of any size and on any number of lines. Capital letters, full-width characters,
    punctuation between groups, and the words round, signature, 轮次 and 签名 do no harm. The
    JSON answer of a drand server may be pasted whole. Nothing is guessed: a wrong character
    is an error that says where.

    Args:
        text: What was typed, at most 2000 characters.

    Returns:
        The round number, and the 48 bytes of the signature, both still to be verified.

    Raises:
        BeaconError: The text is not a round and a signature; the message says what is wrong.

    Source: platform default.
    """
    if len(text) > _MAX_CHARACTERS:
        raise TooMuchTypedError(len(text), _MAX_CHARACTERS)
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.startswith("{"):
        plain = _from_json(plain)
    words = [word for word in _SEPARATORS.split(_LABELS.sub(" ", plain.lower())) if word]
    if not words:
        raise NothingTypedError
    return _read_round(words[0]), _read_signature("".join(words[1:]))


def _from_json(text: str) -> str:
    """Reduce a pasted API answer to its round and signature."""
    try:
        answer = json.loads(text)
        return f"{answer['round']} {answer['signature']}"
    except (ValueError, KeyError, RecursionError):
        raise TypedRoundError(text) from None


def _read_round(word: str) -> int:
    if not _DIGITS.fullmatch(word):
        raise TypedRoundError(word)
    if len(word) > _MAX_ROUND_DIGITS:
        raise RoundRangeError(word)
    number = int(word)
    if not 1 <= number <= _LAST_ROUND:
        raise RoundRangeError(number)
    return number


def _read_signature(digits: str) -> bytes:
    digits = digits.removeprefix("0x")
    wrong = _NOT_HEXADECIMAL.search(digits)
    if wrong:
        raise TypedCharacterError(wrong.group(), wrong.start() + 1)
    if len(digits) != SIGNATURE_DIGITS:
        raise TypedLengthError(len(digits), SIGNATURE_DIGITS)
    return bytes.fromhex(digits)
