"""``/log/…``: the checkpoint and the tiles as static bytes, for anybody's monitor, or as a zip."""

from flask import Blueprint, Response, render_template, send_file

from audit.errors import MissingTileError
from market import log
from market.access import public
from market.errors import MissingError
from market.web import log_zip
from market.web.work import installation

bp = Blueprint("log", __name__, url_prefix="/log")

FOR_EVER = "public, max-age=31536000, immutable"


@bp.get("/")
@public
def index() -> str:
    """Say where the whole log is to be had, and what to do with it."""
    here = installation()
    with here.engine.connect().execution_options(reading=True) as connection:
        note = log.log_of(here).checkpoint(connection)
    size = log_zip.size_of(note) if note else 0
    return render_template(
        "log/index.html",
        origin=here.config.origin,
        size=size,
        checkpoint=note.decode() if note else "",
        parts=range(1, log_zip.parts_of(size) + 1) if note else (),
    )


@bp.get("/log-<int:part_no>.zip")
@public
def part(part_no: int) -> Response:
    """Serve a part of the whole log, to unpack into a folder."""
    here = installation()
    with here.engine.connect().execution_options(reading=True) as connection:
        file = log_zip.part(here, connection, part_no)
    response = send_file(
        file, "application/zip", as_attachment=True, download_name=f"log-{part_no}.zip"
    )
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/checkpoint")
@public
def checkpoint() -> Response:
    """Serve the latest signed checkpoint."""
    here = installation()
    with here.engine.connect().execution_options(reading=True) as connection:
        note = log.log_of(here).checkpoint(connection)
    if note is None:
        raise MissingError
    response = Response(note, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/tile/<path:path>")
@public
def tile(path: str) -> Response:
    """Serve a tile or an entry bundle; its bytes never change."""
    here = installation()
    with here.engine.connect().execution_options(reading=True) as connection:
        try:
            data = log.log_of(here).tile(connection, f"tile/{path}")
        except MissingTileError as error:
            raise MissingError from error
    response = Response(data, content_type="application/octet-stream")
    response.headers["Cache-Control"] = FOR_EVER
    return response


@bp.get("/log.vkey")
@public
def vkey() -> Response:
    """Serve the log's public key, for convenience: trust the one printed in the rules."""
    return Response(log.vkey(installation()) + "\n", content_type="text/plain; charset=utf-8")
