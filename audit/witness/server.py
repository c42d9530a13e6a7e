"""The witness over HTTP: a WSGI application of two addresses."""

import logging
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from audit.witness.errors import BadRequestError, RefusedError, TooLargeError
from audit.witness.rules import MAX_REQUEST_BYTES
from audit.witness.service import Witness

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)

ADD_CHECKPOINT: Final = "/add-checkpoint"
TEXT: Final = "text/plain; charset=utf-8"
_MONITOR: Final = re.compile(r"/([0-9a-f]{64})/checkpoint")


def application(witness: Witness) -> "WSGIApplication":
    """Return the application of a witness.

    Source: C2SP tlog-witness, "HTTP Interface"; both prefixes are the root of the server.
    """

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        status, content_type, body = _answer(witness, environ)
        headers = [("Content-Type", content_type), ("Content-Length", str(len(body)))]
        start_response(f"{status.value} {status.phrase}", headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    return answer


def _answer(witness: Witness, environ: "WSGIEnvironment") -> tuple[HTTPStatus, str, bytes]:
    method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
    try:
        if path == ADD_CHECKPOINT:
            if method != "POST":
                return HTTPStatus.METHOD_NOT_ALLOWED, TEXT, b"POST a checkpoint\n"
            return HTTPStatus.OK, TEXT, witness.add_checkpoint(_body(environ)).encode()
        if method in {"GET", "HEAD"} and (match := _MONITOR.fullmatch(path)):
            note = witness.checkpoint(match[1])
            if note is not None:
                return HTTPStatus.OK, TEXT, note
    except RefusedError as error:
        logger.info("%d %s", error.status, error)
        return error.status, error.content_type, error.body.encode()
    except Exception:
        # A disk that is full or a file that is locked: nothing was cosigned.
        logger.exception("the request was not answered")
        return HTTPStatus.INTERNAL_SERVER_ERROR, TEXT, b"not cosigned: this witness has failed\n"
    return HTTPStatus.NOT_FOUND, TEXT, b"nothing is here\n"


def _body(environ: "WSGIEnvironment") -> bytes:
    length = environ.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()):
        raise BadRequestError("its length is not a number")
    if int(length) > MAX_REQUEST_BYTES:
        raise TooLargeError(MAX_REQUEST_BYTES)
    body: bytes = environ["wsgi.input"].read(int(length))
    if len(body) != int(length):
        raise BadRequestError("it ended early")
    return body
