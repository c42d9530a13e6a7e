"""A form that arrives after its session ended is not lost: it is shown again, to be sent anew.

The token of a form dies with the session. Instead of an error that throws the typed text away,
the reader gets a page that holds it, signs in beside it if need be, and sends it with a fresh
token. Only a form that comes from a page of this site is held: what another site sends is not.
"""

from typing import Final
from urllib.parse import urlsplit

from flask import render_template, request
from flask_login import current_user

MOST_FIELDS: Final = 200
# Made anew for every page.
NOT_HELD: Final = frozenset({"csrf_token", "request_key"})
# A password is typed again, never held in a page.
SECRET: Final = "password"  # noqa: S105 - part of the names of fields


def is_ours() -> bool:
    """Whether the request is a form of this site that can be shown again."""
    if request.method != "POST" or len(request.form) > MOST_FIELDS or request.files:
        return False
    if any(SECRET in name for name in request.form):
        return False
    came_from = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(came_from).netloc == request.host


def page() -> tuple[str, int]:
    """Show what was sent, ready to be sent again."""
    held = [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_HELD]
    signed_in = current_user.is_authenticated
    return render_template("errors/replay.html", held=held, signed_in=signed_in), 400
