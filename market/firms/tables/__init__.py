"""The tables a person may bring in: which columns each has, who may, and how a row is entered."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.access import Permission
from market.firms.tables.fees import Fees
from market.firms.tables.firms import Firms
from market.firms.tables.qualifications import Qualifications
from market.firms.tables.staff import Staff
from market.firms.tables.taker import Taker


class Subject(StrEnum):
    """What a table is a list of."""

    FIRMS = "firms"
    QUALIFICATIONS = "qualifications"
    STAFF = "staff"
    FEES = "fees"


TAKERS: Final[Mapping[Subject, type[Taker]]] = MappingProxyType(
    {
        Subject.FIRMS: Firms,
        Subject.QUALIFICATIONS: Qualifications,
        Subject.STAFF: Staff,
        Subject.FEES: Fees,
    }
)
PERMISSIONS: Final[Mapping[Subject, Permission]] = MappingProxyType(
    {
        Subject.FIRMS: Permission.FIRM_IMPORT,
        Subject.QUALIFICATIONS: Permission.FIRM_EDIT,
        Subject.STAFF: Permission.FIRM_EDIT,
        Subject.FEES: Permission.FEE_PUBLISH,
    }
)
# What a firm brings in itself.
OWN: Final = (Subject.QUALIFICATIONS, Subject.STAFF, Subject.FEES)
