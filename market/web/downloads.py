"""Files that a browser is to keep and never to show as a page."""

from io import BytesIO

from flask import Response, send_file

from market import files
from market.db import UnitOfWork
from market.web.work import installation


def uploaded(work: UnitOfWork, file_id: int) -> Response:
    """Return an uploaded file, as a file whatever it is; the caller asked who may have it."""
    stored, data = files.read(work, installation().config.uploads_dir, file_id)
    response = send_file(
        BytesIO(data),
        mimetype=stored.media_type,
        as_attachment=True,
        download_name=stored.name,
        etag=False,
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def attachment(body: bytes | str, name: str, content_type: str) -> Response:
    """Return something the market made as a file to keep under a name."""
    response = Response(body, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
