"""Parts of addresses, as readers typed them."""

from market.errors import MissingError


def clean(text: str) -> str:
    """Return a part of an address as every database can be asked for it.

    Raises:
        MissingError: It holds what no number holds, such as a zero byte.
    """
    if not text.isprintable():
        raise MissingError
    return text
