"""What anybody checks a draw with: the verifiers, as files to keep and as scripts of this site."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from flask import Response

from lottery import onefile, verifiers
from market.access import public
from market.draws.views.blueprint import bp
from market.errors import MissingError, msgid
from market.web.downloads import attachment

A_WHILE: Final = "public, max-age=300"
_RUBY: Final = Path(verifiers.__file__).parent / "ruby" / "ismdraw.rb"


@dataclass(frozen=True, slots=True)
class Tool:
    """A verifier to download."""

    name: str
    content_type: str
    words: str
    use: str
    build: Callable[[], bytes]


TOOLS: Final = (
    Tool(
        "verify.html",
        "text/html; charset=utf-8",
        msgid("离线核对网页"),
        msgid("一个网页文件，断网也能打开，把验证包拖进去"),
        verifiers.offline_page,
    ),
    Tool(
        "verify.pyz",
        "application/octet-stream",
        msgid("Python 核对程序（单个文件）"),
        msgid("python3 verify.pyz verify …，只需 Python 3.11"),
        onefile.build,
    ),
    Tool(
        "ismdraw.rb",
        "text/x-ruby; charset=utf-8",
        msgid("Ruby 核对程序"),
        msgid("另一种语言独立写成，可用来互相印证"),
        _RUBY.read_bytes,
    ),
)


@bp.get("/tools/<name>")
@public
def tool(name: str) -> Response:
    """Serve a verifier to keep: it runs without this site."""
    found = next((one for one in TOOLS if one.name == name), None)
    if found is None:
        raise MissingError
    response = attachment(_built(found), found.name, found.content_type)
    response.headers["Cache-Control"] = A_WHILE
    return response


@cache
def _built(one: Tool) -> bytes:
    return one.build()


@bp.get("/verifier/<path:name>")
@public
def verifier(name: str) -> Response:
    """Serve a script of the JavaScript verifier, as the draw page runs it."""
    body = verifiers.javascript_files().get(name)
    if body is None:
        raise MissingError
    response = Response(body, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = A_WHILE
    return response
