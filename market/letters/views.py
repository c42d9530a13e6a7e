"""Letters on the web: one's own to download, and the page where anybody checks one."""

import hashlib

from flask import Blueprint, Flask, Response, render_template, request

from market.access import Permission, public, requires
from market.accounts import todo
from market.errors import msgid
from market.letters import queries
from market.letters.forms import FileForm
from market.letters.kinds import kind_of
from market.letters.queries import Standing
from market.letters.remedies import views as remedies
from market.letters.rules import CODE_LENGTH, spelled, typed_code
from market.web.deeds import reading
from market.web.downloads import attachment
from market.web.lists import Pages, words_asked

bp = Blueprint("letters", __name__, url_prefix="/letters")
remedies.register(bp)
_NUMBER = 24


def init_app(app: Flask) -> None:
    """Register the pages, and how a letter's kind and code are written."""
    app.register_blueprint(bp)
    remedies.provide()
    app.jinja_env.filters["letter_kind"] = lambda code: kind_of(code).name
    app.jinja_env.filters["spelled"] = spelled
    todo.link(Permission.WORKBENCH_OPEN, msgid("文书"), "letters.index")


@bp.get("")
@requires(Permission.WORKBENCH_OPEN)
def index() -> str:
    """List the letters to the reader's organisation."""
    with reading() as work:
        pages = Pages.of(queries.own_count(work))
        rows = queries.own(work, limit=pages.rows, offset=pages.offset)
    return render_template("letters/index.html", rows=rows, pages=pages)


@bp.get("/<number>/file")
@requires(Permission.WORKBENCH_OPEN)
def download(number: str) -> Response:
    """Return a letter as a PDF."""
    with reading() as work:
        content = queries.file_of(work, number)
    response = attachment(content, f"{number}.pdf", "application/pdf")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/check")
@public
def check() -> str:
    """Say whether a number and a code belong to a letter, and whether it stands."""
    number = words_asked("number", _NUMBER).upper()
    code = typed_code(words_asked("code", 2 * CODE_LENGTH))
    found = None
    if number and code:
        with reading() as work:
            found = queries.checked(work, number, code)
    lacks = "code" if number and not code else "number" if code and not number else ""
    return _page(found, asked=bool(number and code), number=number, lacks=lacks)


@bp.post("/check")
@public
def check_file() -> str:
    """Say whether a file is the PDF of a letter, and whether it stands; the file is not kept."""
    sent = request.files.get("file")
    digest = hashlib.sha256(sent.read() if sent else b"").hexdigest()
    with reading() as work:
        found = queries.by_file(work, digest)
    return _page(found, asked=True, digest=digest)


def _page(
    found: Standing | None, *, asked: bool, number: str = "", digest: str = "", lacks: str = ""
) -> str:
    return render_template(
        "letters/check.html",
        found=found,
        asked=asked,
        number=number,
        digest=digest,
        lacks=lacks,
        form=FileForm(),
    )
