"""The blueprint that every page of live bidding hangs on."""

from flask import Blueprint

bp = Blueprint("bidding", __name__, url_prefix="/bidding")
