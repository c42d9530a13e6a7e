"""Complaints hold awards: wherever an award may go on, this must be known."""

from market.complaints import queries
from market.objections import holders

holders.provide(queries.holds)
