"""The blueprint that every page of re-reviews hangs on."""

from flask import Blueprint, Response

from market.db import UnitOfWork
from market.rereview.model import Rereview
from market.web.downloads import uploaded

bp = Blueprint("rereview", __name__, url_prefix="/rereviews")


def pdf(work: UnitOfWork, row: Rereview) -> Response:
    """Hand out the copy without names, under a name that says nothing either."""
    response = uploaded(work, row.file_id)
    response.headers["Content-Disposition"] = f'attachment; filename="{row.number}.pdf"'
    return response
