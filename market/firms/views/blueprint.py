"""The blueprint that every page of firms hangs on."""

from flask import Blueprint, request

bp = Blueprint("firms", __name__)


def taken_note_of() -> frozenset[str]:
    """Return the notices whose enrolments the reader says to know are lost by what is sent."""
    if not request.form.get("confirmed"):
        return frozenset()
    return frozenset(request.form.getlist("knowing"))
