"""The blueprint that every page of needs hangs on, and the parts of its addresses."""

from typing import Final

from flask import Blueprint

bp = Blueprint("needs", __name__, url_prefix="/needs")

# A number no database can hold names no need.
ONE: Final = "/<int(max=9223372036854775807):need_id>"
