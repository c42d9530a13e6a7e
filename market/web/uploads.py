"""A file that may come with a form."""

from typing import BinaryIO, cast

from werkzeug.datastructures import FileStorage

from market import files
from market.db import UnitOfWork
from market.files import StoredFile
from market.web.work import installation


def kept(work: UnitOfWork, upload: FileStorage | None) -> StoredFile | None:
    """Check and keep an uploaded file; None where none was chosen.

    Raises:
        FileError: It is not what its ending says, or holds what may not be kept.
    """
    if not upload:
        return None
    stream = cast("BinaryIO", upload.stream)
    return files.keep(work, installation().config.uploads_dir, stream, upload.filename)
