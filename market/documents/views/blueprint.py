"""The blueprint that every page of documents hangs on, and how an upload is taken."""

from typing import BinaryIO, cast

from flask import Blueprint
from werkzeug.datastructures import FileStorage

from market.db import UnitOfWork
from market.documents import actions
from market.documents.model import Document
from market.documents.seal import seal_key
from market.web.work import installation

bp = Blueprint("documents", __name__)


def take(work: UnitOfWork, place: actions.Place, upload: FileStorage | None) -> Document:
    """Take an upload into quarantine."""
    here = installation()
    return actions.hand_in(
        work,
        place,
        folder=here.config.uploads_dir,
        stream=cast("BinaryIO", upload.stream) if upload else None,
        name=upload.filename if upload else None,
        key=seal_key(here.keys),
    )
