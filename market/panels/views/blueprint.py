"""The blueprint that every page of panels hangs on."""

from flask import Blueprint

from market.db import UnitOfWork
from market.errors import MissingError
from market.panels import queries
from market.panels.model import Panel

bp = Blueprint("panels", __name__, url_prefix="/panels")


def panel_by(work: UnitOfWork, number: str) -> Panel:
    """Return the panel an address names."""
    if "\0" in number or not number.startswith("PS-"):
        raise MissingError
    return queries.by_number(work, number)
