"""Evidence of objections on the web: handed in by the objector, opened by those who decide."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from market import files
from market.access import Permission, requires
from market.db import UnitOfWork
from market.documents import actions as documents
from market.documents import queries as document_queries
from market.documents import queries_retention
from market.documents.errors import DocumentErasedError, NotOpenedError
from market.documents.views.blueprint import take
from market.errors import MissingError
from market.objections import evidence, hearing, queries
from market.objections.forms import EvidenceForm
from market.objections.model import AwardObjection
from market.web.deeds import NUMBER, Page, done, reading
from market.web.downloads import uploaded
from market.web.work import request_work


def register(bp: Blueprint) -> None:
    """Add the pages to the blueprint of objections."""
    one = f"/<number>/evidence/<{NUMBER}:document_id>"
    bp.add_url_rule("/<number>/evidence", "evidence", add, methods=["GET", "POST"])
    bp.add_url_rule(f"{one}/open", "open_evidence", open_one, methods=["POST"])
    bp.add_url_rule(f"{one}/file", "evidence_file", download)
    heard = f"/<number>/statements/<{NUMBER}:statement_id>/file"
    bp.add_url_rule(heard, "hearing_file", hearing_file)


@requires(Permission.WORKBENCH_OPEN)
def add(number: str) -> Page:
    """Hand in a piece of evidence."""
    form = EvidenceForm()

    def deed(work: UnitOfWork) -> None:
        place = evidence.add(work, _found(work, number), form.title.data or "")
        take(work, place, form.file.data)

    status = done(form, deed)
    if status is None:
        flash(
            gettext("证据已收到，主管部门办理时可以直接查看，不以运营机构核对为前提；不公开。"),
            "success",
        )
        return redirect(url_for("objections.show", number=number), code=HTTPStatus.SEE_OTHER)
    with reading() as work:
        one = _found(work, number)
        if one.org_id != work.actor.org_id:
            raise MissingError
        page = render_template(
            "objections/evidence.html",
            one=one,
            row=queries.row_of(work, one),
            form=form,
            may_add=evidence.may_add(work, one),
            accept=files.ACCEPTED,
        )
    return page, status


@requires(Permission.WORKBENCH_OPEN)
def open_one(number: str, document_id: int) -> Response:
    """Write down that the reader looks at a piece of evidence; then it can be had for a while."""
    with request_work() as work:
        piece = evidence.readable(work, _found(work, number), document_id)
        documents.open_document(work, piece.document)
    flash(gettext("已登记。请在时限内下载。"), "success")
    return redirect(url_for("objections.show", number=number), code=HTTPStatus.SEE_OTHER)


@requires(Permission.WORKBENCH_OPEN)
def download(number: str, document_id: int) -> Response:
    """Hand out a piece of evidence, always as a file and never as a page."""
    with reading() as work:
        piece = evidence.readable(work, _found(work, number), document_id)
        if queries_retention.erasure_of(work, piece.document) is not None:
            raise DocumentErasedError
        if not document_queries.is_open(work, piece.document):
            raise NotOpenedError
        return uploaded(work, piece.document.file_id)


@requires(Permission.WORKBENCH_OPEN)
def hearing_file(number: str, statement_id: int) -> Response:
    """Hand out what was handed in with a statement, to whoever reads the statement."""
    with reading() as work:
        rows = [row for row, _ in hearing.readable(work, _found(work, number))]
        said = [step for steps in hearing.statements_of(work, rows).values() for step in steps]
        found = next((step.file_id for step in said if step.id == statement_id), None)
        if found is None:
            raise MissingError
        return uploaded(work, found)


def _found(work: UnitOfWork, number: str) -> AwardObjection:
    if not number.isprintable():
        raise MissingError
    return queries.by_number(work, number)
