"""The blueprint that every page of firms hangs on."""

from flask import Blueprint

bp = Blueprint("firms", __name__)
