"""The blueprint that every page of direct choices hangs on, and what those pages share."""

from typing import BinaryIO, Final, cast

from flask import Blueprint
from werkzeug.datastructures import FileStorage

from market import files
from market.db import UnitOfWork
from market.files import NoFileError, StoredFile
from market.web.deeds import NUMBER
from market.web.work import installation

bp = Blueprint("direct", __name__, url_prefix="/direct")

OWN: Final = f"/own/<{NUMBER}:direct_id>"
CHECK: Final = f"/check/<{NUMBER}:direct_id>"


def keep(work: UnitOfWork, upload: FileStorage | None) -> StoredFile:
    """Check an uploaded file and keep it."""
    if upload is None:
        raise NoFileError
    stream = cast("BinaryIO", upload.stream)
    return files.keep(work, installation().config.uploads_dir, stream, upload.filename)
