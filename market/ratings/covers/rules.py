"""Why the words of a rating may be covered, and who may be heard about it. Pure."""

from enum import StrEnum

LONGEST = 300


class CoverGround(StrEnum):
    """What in the words names or reaches a person. A closed list, public; a platform default."""

    NAME = "name"
    CONTACT = "contact"
    IDENTITY = "identity"
    ADDRESS = "address"
    OTHER = "other"


def may_object(*, covered: bool | None, objected: bool) -> bool:
    """Return whether whoever wrote covered words may still object: once.

    Args:
        covered: Whether the words were covered; None while it waits.
        objected: Whether that was objected to before.

    Source: platform default, docs/adr/0097.
    """
    return covered is True and not objected


def may_rule(*, objected: bool, ruled: bool) -> bool:
    """Return whether an objection waits for the supervisor.

    Args:
        objected: Whether the author objected.
        ruled: Whether it was ruled on.

    Source: platform default, docs/adr/0097.
    """
    return objected and not ruled
