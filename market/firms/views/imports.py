"""The operator's page to take over a list of firms."""

from http import HTTPStatus

from flask import Response as FileResponse
from flask import flash, render_template, request
from flask_babel import gettext

from market.access import Permission, requires
from market.errors import MarketError
from market.firms import importing
from market.firms.forms import ImportForm
from market.firms.importing import COLUMNS, Report
from market.firms.sheets import MAX_BYTES
from market.firms.views.blueprint import bp
from market.firms.views.flow import Page
from market.web.errors import sentence_of
from market.web.once import AlreadySentError, BadRequestKeyError
from market.web.work import request_work


@bp.route("/firm-import", methods=["GET", "POST"])
@requires(Permission.FIRM_IMPORT)
def import_list() -> Page:
    """Check a list, or take it over; the report shows every row that is wrong."""
    form = ImportForm()
    if request.method != "POST":
        return _page(form, None, HTTPStatus.OK)
    if not form.validate():
        return _page(form, None, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        # One byte more than is allowed tells that a file is too large without reading it all.
        with form.file.data.stream as stream:
            content = stream.read(MAX_BYTES + 1)
        with request_work() as work:
            report = importing.import_firms(work, content, dry_run=bool(form.dry_run.data))
    except (AlreadySentError, BadRequestKeyError):
        raise
    except MarketError as error:
        form.refuse(error)
        return _page(form, None, HTTPStatus.UNPROCESSABLE_ENTITY)
    if report.imported:
        flash(gettext("已导入 %(count)s 家机构。", count=len(report.firms)), "success")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if report.problems else HTTPStatus.OK
    return _page(ImportForm(formdata=None), report, status)


def _page(form: ImportForm, report: Report | None, status: HTTPStatus) -> Page:
    problems = report.problems[:500] if report else ()
    return (
        render_template(
            "firms/import.html",
            form=form,
            report=report,
            problems=[(p.row, p.column, sentence_of(p.error)) for p in problems],
            columns=COLUMNS,
        ),
        status,
    )


@bp.get("/firm-import/template.csv")
@requires(Permission.FIRM_IMPORT)
def import_template() -> FileResponse:
    """The empty list to fill in."""
    return FileResponse(
        importing.template(),
        mimetype="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="firms-template.csv"'},
    )
