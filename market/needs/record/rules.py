"""Why a notice is cancelled: a closed list. Pure."""

from enum import StrEnum


class CancelGround(StrEnum):
    """Why an owner calls a notice off. Platform default, a closed list; handbook domain.md 2.4."""

    PROJECT_STOPPED = "project_stopped"
    FUNDING = "funding"
    WRONG_CONTENT = "wrong_content"
    NOT_HERE = "not_here"
    FORCE_MAJEURE = "force_majeure"
    ORDERED = "ordered"
    OTHER = "other"
