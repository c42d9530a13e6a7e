"""What a cosigner signs when it vouches for a checkpoint."""

from typing import Final

from audit.checkpoint import parse_text

TIME_BYTES: Final = 8
_LABEL: Final = b"subtree/v1\n\x00"


def ed25519_message(text: str, seconds: int) -> bytes:
    """Return the bytes of an Ed25519 cosignature.

    Args:
        text: The text of the checkpoint with its final newline.
        seconds: When it was cosigned, Unix seconds.

    Returns:
        The message.

    Source: C2SP tlog-cosignature, "Ed25519 signed message".
    """
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def ml_dsa_message(cosigner: str, text: str, seconds: int) -> bytes:
    """Return the bytes of an ML-DSA-44 cosignature.

    Args:
        cosigner: The key name of the cosigner.
        text: The text of the checkpoint with its final newline.
        seconds: When it was cosigned, Unix seconds; 0 where the cosigner states no time.

    Returns:
        The message.

    Raises:
        MalformedError: The text is not that of a checkpoint.
        OverflowError: A name is longer than 255 bytes.

    Source: C2SP tlog-cosignature, "ML-DSA-44 signed message".
    """
    checkpoint = parse_text(text)
    return b"".join(
        [
            _LABEL,
            _short(cosigner),
            seconds.to_bytes(TIME_BYTES, "big"),
            _short(checkpoint.origin),
            (0).to_bytes(TIME_BYTES, "big"),
            checkpoint.size.to_bytes(TIME_BYTES, "big"),
            checkpoint.root,
        ]
    )


def _short(name: str) -> bytes:
    """Write a name behind its length in one byte."""
    encoded = name.encode()
    return len(encoded).to_bytes(1, "big") + encoded
