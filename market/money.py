"""Amounts as sentences name them: integer fen, never a float. Pure."""


def yuan(fen: int) -> str:
    """Return an amount in yuan, exact to the fen.

    Args:
        fen: An amount; what is owed the other way round is negative.

    Returns:
        Such as ``98,000.00``, or ``−1.50``.

    Source: platform default.
    """
    mark = "−" if fen < 0 else ""
    return f"{mark}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def short_yuan(fen: int) -> str:
    """Return an amount in yuan, without the fen where there are none.

    Args:
        fen: An amount.

    Returns:
        Such as ``98,000``, or ``98,000.50``.

    Source: platform default.
    """
    return yuan(fen).removesuffix(".00")
