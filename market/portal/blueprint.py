"""The blueprint that the public pages share."""

from flask import Blueprint

bp = Blueprint("portal", __name__)
