"""Where the pages of the pool hang, and what they share."""

from datetime import date

from flask import Blueprint

from market.catalogue.queries import all_items
from market.web.language import language

bp = Blueprint("experts", __name__, url_prefix="/experts")


def item_names(day: date) -> dict[str, str]:
    """Return what the items of the catalogue are called, by code."""
    return {
        item.code: item.name_en if language() == "en" else item.name_zh for item in all_items(day)
    }
