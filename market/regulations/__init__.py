"""Rules of law and of the platform as dated data: one TOML file per instrument, never edited.

``in_force(subject, day)`` answers with exactly one instrument or raises. A city adds files of
its own in a folder of the same shape (``configure``), under the same checks.
"""

from market.regulations.files import (
    DataFileError,
    Problem,
    configure,
    configured,
    extend_lock,
    rules_folders,
)
from market.regulations.instruments import Regulations, check, current, in_force, load
from market.regulations.regulation import Clause, NoClauseError, NoRegulationError, Regulation

__all__ = [
    "Clause",
    "DataFileError",
    "NoClauseError",
    "NoRegulationError",
    "Problem",
    "Regulation",
    "Regulations",
    "check",
    "configure",
    "configured",
    "current",
    "extend_lock",
    "in_force",
    "load",
    "rules_folders",
]
