"""One document: its page, handing in a version, opening, downloading and deciding it."""

from enum import StrEnum
from typing import TypeVar

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from market import files, regulations
from market.access import Permission, requires
from market.accounts.queries import organisation
from market.db import UnitOfWork
from market.documents import actions, queries, queries_retention, resting
from market.documents.errors import DocumentErasedError, NotOpenedError
from market.documents.forms import CLEAR, DecideForm, HandInForm
from market.documents.model import Document
from market.documents.rules import (
    ALLOWED,
    PERSONAL,
    SCAN_ENDINGS,
    SCANS,
    DocKind,
    DocState,
    Subject,
)
from market.documents.views.blueprint import bp, take
from market.errors import MissingError
from market.files import NoFileError
from market.labels import label_of
from market.web.deeds import NUMBER, Page, as_seen, done, reading, seen_version
from market.web.downloads import uploaded
from market.web.forms import MarketForm
from market.web.lists import PAGE_ROWS, Pages
from market.web.work import request_work

_E = TypeVar("_E", bound=StrEnum)
_SCAN_TYPES = ",".join(f".{ending}" for ending in SCAN_ENDINGS)
_ONE = f"/documents/<{NUMBER}:document_id>"
# Where an organisation finds the list in which a document has its place.
HOME = {
    Subject.FIRM: "documents.own_firm",
    Subject.QUALIFICATION: "documents.own_firm",
    Subject.DELEGATE: "documents.own_firm",
    Subject.INSURANCE: "documents.own_firm",
    Subject.PAST_PROJECT: "firms.own_past_projects",
    Subject.OWNER: "documents.own_owner",
    Subject.BUYER: "documents.own_buyers",
    Subject.OBJECTION: "objections.index",
    Subject.EXPERT: "experts.mine",
}


def _one_of(kind: type[_E], text: str) -> _E:
    try:
        return kind(text)
    except ValueError:
        raise MissingError from None


@bp.route(f"/documents/new/<subject>/<{NUMBER}:subject_id>/<kind>", methods=["GET", "POST"])
@requires(Permission.DOCUMENT_HAND_IN)
def hand_in(subject: str, subject_id: int, kind: str) -> Page:
    """Take a document, or a newer version of it."""
    place = actions.Place(
        subject=_one_of(Subject, subject), subject_id=subject_id, kind=_one_of(DocKind, kind)
    )
    if place.kind not in ALLOWED[place.subject]:
        raise MissingError
    form = HandInForm()
    if place.kind in SCANS:
        form.file.description = gettext(
            "原件的扫描件或照片：PDF、JPG 或 PNG，最大 20 MB，不得加密。"
        )
    taken: list[int] = []
    status = done(form, lambda work: taken.append(_take(work, place, form)))
    if status is None:
        flash(gettext("材料已收到，系统检查未发现问题的，等待运营机构核对。"), "success")
        return redirect(url_for("documents.show", document_id=taken[0]), code=303)
    with reading() as work:
        queries.subject_of_own(work, place.subject, place.subject_id)
        current = queries.current(work, place.subject, place.subject_id, place.kind)
        page = render_template(
            "documents/hand_in.html",
            form=form,
            place=place,
            current=current,
            fixed_by=resting.fixing(work, current),
            personal=place.kind in PERSONAL,
            home=HOME[place.subject],
            accept=_SCAN_TYPES if place.kind in SCANS else files.ACCEPTED,
        )
    return page, status


def _take(work: UnitOfWork, place: actions.Place, form: HandInForm) -> int:
    if form.upload is None:
        raise NoFileError
    return take(work, place, form.upload).id


@bp.get(_ONE)
@requires(Permission.WORKBENCH_OPEN)
def show(document_id: int) -> Page:
    """Show what is known of a document, and the way to its bytes."""
    return _page(document_id, DecideForm())


def _page(document_id: int, form: MarketForm, status: int = 200) -> Page:
    with reading() as work:
        document = queries.readable(work, document_id)
        checks = Permission.DOCUMENT_CHECK in work.actor.permissions
        page = render_template(
            "documents/show.html",
            document=document,
            version=seen_version(document.version),
            file=queries.file_of(work, document),
            organisation=organisation(work, document.org_id),
            steps=_steps(document),
            history=queries.history(work, document),
            readings=queries.readings(work, document),
            is_open=queries.is_open(work, document),
            must_be_opened=queries.must_be_opened(work, document),
            minutes=regulations.in_force(queries.RULES, work.today).integer("reading.minutes"),
            own=document.org_id == work.actor.org_id,
            checks=checks,
            personal=document.kind in PERSONAL,
            erasure=queries_retention.erasure_of(work, document),
            may_decide=checks and document.state is DocState.HELD and document.erased_at is None,
            home=HOME[document.subject],
            form=form,
        )
    return page, status


def _steps(document: Document) -> list[dict[str, object]]:
    looked = {"label": gettext("系统检查"), "state": "done"}
    if document.suspicions:
        looked = looked | {"note": gettext("提示可疑，由人工判断")}
    decided = {
        DocState.HELD: "current",
        DocState.CLEARED: "done",
        DocState.REJECTED: "failed",
        DocState.REPLACED: "done",
    }[document.state]
    words = gettext("人工核对")
    if document.state is DocState.REPLACED:
        words = gettext("已被新版本替换")
    return [
        {"label": gettext("已收到"), "state": "done", "at": document.handed_in_at},
        looked,
        {"label": words, "state": decided, "at": document.decided_at},
    ]


@bp.post(f"{_ONE}/open")
@requires(Permission.WORKBENCH_OPEN)
def open_document(document_id: int) -> Response:
    """Write down that the reader looks at a document; then its bytes can be had for a while."""
    with request_work() as work:
        document = queries.readable(work, document_id)
        actions.open_document(work, document)
    flash(gettext("已登记。请在时限内下载。"), "success")
    return redirect(url_for("documents.show", document_id=document_id), code=303)


@bp.get(f"{_ONE}/file")
@requires(Permission.WORKBENCH_OPEN)
def download(document_id: int) -> Response:
    """Hand out the bytes, always as a file and never as a page."""
    with reading() as work:
        document = queries.readable(work, document_id)
        if queries_retention.erasure_of(work, document) is not None:
            raise DocumentErasedError
        if not queries.is_open(work, document):
            raise NotOpenedError
        return uploaded(work, document.file_id)


@bp.get("/document-checks")
@requires(Permission.DOCUMENT_CHECK)
def checks() -> str:
    """List the documents in quarantine."""
    with reading() as work:
        pages = Pages.of(queries.count_waiting(work))
        rows = queries.waiting(work, limit=PAGE_ROWS, offset=pages.offset)
        return render_template("documents/checks.html", rows=rows, pages=pages)


@bp.post(f"{_ONE}/decide")
@requires(Permission.DOCUMENT_CHECK)
def decide(document_id: int) -> Page:
    """Take a document, or refuse it with a reason."""
    form = DecideForm()
    said: list[str] = []

    def do(work: UnitOfWork) -> None:
        document = queries.to_decide(work, document_id)
        as_seen(document.version)
        reason = form.reason.data or ""
        if form.outcome.data == CLEAR:
            actions.clear(work, document, reason)
        else:
            actions.reject(work, document, reason)
        said.append(gettext(label_of(document.state).text))

    status = done(form, do)
    if status is None:
        flash(gettext("核对结果已登记：%(state)s。", state=said[0]), "success")
        return redirect(url_for("documents.checks"), code=303)
    return _page(document_id, form, status)
