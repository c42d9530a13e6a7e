"""The blueprint that every page of draws hangs on, and the parts of its addresses."""

from typing import Final

from flask import Blueprint

from market.db import UnitOfWork
from market.draws import queries
from market.draws.model import Draw
from market.errors import MissingError

bp = Blueprint("draws", __name__, url_prefix="/draws")

NEED: Final = "<int(max=9223372036854775807):need_id>"


def draw_by(work: UnitOfWork, number: str) -> Draw:
    """Return the draw an address names."""
    if "\0" in number or not number.startswith("GG-"):
        raise MissingError
    return queries.by_number(work, number)
