"""Tables that go out: for anyone, for the operator, and a firm's own."""

from flask import Response, render_template

from market.access import Permission, public, requires
from market.errors import MissingError
from market.firms.tables import OWN, Subject
from market.firms.tables.exporting import OPERATOR, PUBLIC, Export, Sheet, own
from market.firms.views.blueprint import bp
from market.sheets.writing import MEDIA, Format, written
from market.web.downloads import attachment
from market.web.work import request_work


@bp.get("/downloads")
@public
def downloads() -> str:
    """What may be had as a table, without an account."""
    return render_template("firms/downloads.html", tables=list(PUBLIC), formats=list(Format))


@bp.get("/downloads/<table>.<form>")
@public
def download(table: str, form: str) -> Response:
    """A public table as a file."""
    wanted = _export(table)
    if wanted not in PUBLIC:
        raise MissingError
    with request_work() as work:
        return _file(PUBLIC[wanted](work), table, form)


@bp.get("/firm-export")
@requires(Permission.FIRM_CHECK)
def operator_downloads() -> str:
    """What the operator may have as a table."""
    return render_template(
        "firms/downloads_operator.html", tables=list(OPERATOR), formats=list(Format)
    )


@bp.get("/firm-export/<table>.<form>")
@requires(Permission.FIRM_CHECK)
def operator_download(table: str, form: str) -> Response:
    """A table of the operator's as a file."""
    with request_work() as work:
        return _file(OPERATOR[_export(table)](work), f"operator-{table}", form)


@bp.get("/firm/export/<subject>.<form>")
@requires(Permission.FIRM_EDIT)
def own_download(subject: str, form: str) -> Response:
    """A firm's own table as a file, in the columns of its import."""
    if subject not in {one.value for one in OWN}:
        raise MissingError
    with request_work() as work:
        return _file(own(work, Subject(subject)), f"own-{subject}", form)


def _export(table: str) -> Export:
    if table not in {one.value for one in Export}:
        raise MissingError
    return Export(table)


def _file(sheet: Sheet, name: str, form: str) -> Response:
    if form not in {one.value for one in Format}:
        raise MissingError
    wanted = Format(form)
    body = written(wanted, sheet.header, sheet.rows)
    response = attachment(body, f"{name}.{form}", MEDIA[wanted])
    response.headers["Cache-Control"] = "no-store"
    return response
