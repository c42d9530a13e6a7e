"""The blueprint that every page of quotes hangs on."""

from flask import Blueprint

bp = Blueprint("quotes", __name__, url_prefix="/quotes")
