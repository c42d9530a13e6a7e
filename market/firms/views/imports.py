"""Tables brought in from files: choose, see what would happen, confirm, watch, read the result."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Response as FileResponse
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from market.access import Permission, requires
from market.accounts.queries import organisation
from market.db import UnitOfWork
from market.errors import ForbiddenError, MissingError, msgid
from market.firms import import_jobs, importing, promises
from market.firms.forms import ImportForm
from market.firms.forms_entered import AnswerForm, WithdrawTableForm
from market.firms.identity import identity_key
from market.firms.tables import OWN, PERMISSIONS, TAKERS, Subject
from market.firms.views.blueprint import bp
from market.sheets.columns import Column
from market.sheets.model import SheetImport, SheetImportRow
from market.sheets.reading import MAX_BYTES
from market.sheets.rules import ImportState
from market.sheets.writing import MEDIA, Format, written
from market.web.deeds import Page, done
from market.web.downloads import attachment
from market.web.forms import MarketForm
from market.web.work import installation, request_work

TITLES: Mapping[Subject, str] = {
    Subject.FIRMS: msgid("导入机构名单"),
    Subject.QUALIFICATIONS: msgid("导入资质清单"),
    Subject.STAFF: msgid("导入执业人员名单"),
    Subject.FEES: msgid("导入收费标准"),
}
LEADS: Mapping[Subject, str] = {
    Subject.FIRMS: msgid(
        "上传后先预览，确认后才导入。导入的机构状态为“待运营审核”，须由另一人审核、公示后才入驻。"
    ),
    Subject.QUALIFICATIONS: msgid("上传后先预览，确认后才填入。入驻后新增的资质，经核对后生效。"),
    Subject.STAFF: msgid(
        "上传后先预览，确认后才填入。系统不保存文件，身份证号码只保留摘要和遮蔽后的号码。"
    ),
    Subject.FEES: msgid("上传后先预览，确认即公开并签署收费承诺。已公开的版本不能修改或删除。"),
}
# Where a person goes on when an import is over, and in which words.
NEXT: Mapping[Subject, tuple[str, str]] = {
    Subject.FIRMS: ("firms.checks", msgid("查看待审核名单")),
    Subject.QUALIFICATIONS: ("firms.own_qualifications", msgid("查看本机构资质")),
    Subject.STAFF: ("firms.own_staff", msgid("查看本机构执业人员")),
    Subject.FEES: ("firms.own_services", msgid("查看本机构服务与收费")),
}
SHOWN_ROWS = 20
SHOWN_PROBLEMS = 200


@bp.route("/firm-import", methods=["GET", "POST"])
@requires(Permission.FIRM_IMPORT)
def import_list() -> Page:
    """Choose a list of firms."""
    return _choose(Subject.FIRMS)


@bp.get("/firm-import/template.<form>")
@requires(Permission.FIRM_IMPORT)
def import_template(form: str) -> FileResponse:
    """The empty list of firms to fill in."""
    return template_of(Subject.FIRMS, form)


@bp.route("/firm/import/<subject>", methods=["GET", "POST"])
@requires(Permission.FIRM_EDIT)
def import_own(subject: str) -> Page:
    """Choose a table of the firm's own."""
    return _choose(own_subject(subject))


@bp.get("/firm/import/<subject>/template.<form>")
@requires(Permission.FIRM_EDIT)
def import_own_template(subject: str, form: str) -> FileResponse:
    """An empty table of the firm's own to fill in."""
    return template_of(own_subject(subject), form)


def own_subject(subject: str) -> Subject:
    """Return a table that a firm has of its own, by its name."""
    if subject not in {one.value for one in OWN}:
        raise MissingError
    return Subject(subject)


def template_of(subject: Subject, form: str) -> FileResponse:
    """Return an empty table to fill in."""
    if form not in set(Format):
        raise MissingError
    return _file(importing.template(subject, Format(form)), f"{subject}-template", Format(form))


def _file(content: bytes, name: str, form: Format) -> FileResponse:
    response = attachment(content, f"{name}.{form}", MEDIA[form])
    response.headers["Cache-Control"] = "no-store"
    return response


def _choose(subject: Subject) -> Page:
    form = ImportForm()
    status: HTTPStatus | None = HTTPStatus.OK
    if form.is_submitted():
        found: list[int] = []
        status = done(form, lambda work: found.append(_read(work, subject, form)))
        if status is None:
            return redirect(url_for("firms.show_import", import_id=found[0]), code=303)
        if form.file.errors:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
    with request_work() as work:
        if PERMISSIONS[subject] not in work.actor.permissions:
            raise ForbiddenError
        return render_template(
            "firms/import.html",
            form=form,
            subject=subject,
            title=TITLES[subject],
            lead=LEADS[subject],
            columns=TAKERS[subject].columns,
            most_rows=TAKERS[subject].most_rows,
            recent=importing.recent(work, [subject]),
            template_url=_template_url,
        ), status or HTTPStatus.OK


def _template_url(subject: Subject, form: str) -> str:
    if subject is Subject.FIRMS:
        return url_for("firms.import_template", form=form)
    return url_for("firms.import_own_template", subject=subject.value, form=form)


def _again_url(subject: Subject) -> str:
    if subject is Subject.FIRMS:
        return url_for("firms.import_list")
    return url_for("firms.import_own", subject=subject.value)


def _read(work: UnitOfWork, subject: Subject, form: ImportForm) -> int:
    if PERMISSIONS[subject] not in work.actor.permissions:
        raise ForbiddenError
    # One byte more than is allowed tells that a file is too large without reading it all.
    with form.file.data.stream as stream:
        content = stream.read(MAX_BYTES + 1)
    return importing.preview(work, subject, content, identity_key(installation().keys)).id


@dataclass(frozen=True, slots=True)
class Said:
    """A problem in the reader's language."""

    row: int
    column: str
    value: str
    words: str


@bp.get("/imports/<int:import_id>")
@requires(Permission.WORKBENCH_OPEN)
def show_import(import_id: int) -> Page:
    """What a file says, how far its import has come, or what became of it."""
    with request_work() as work:
        row = importing.find(work, import_id)
        subject = Subject(row.subject)
        # Whoever signs for fees, or for what somebody else typed, is shown all of it.
        shows_all = subject is Subject.FEES or row.state is ImportState.OFFERED
        most = TAKERS[subject].most_rows if shows_all else SHOWN_ROWS
        columns, cells = _filled(importing.waiting(work, row, most), subject)
        endpoint, words = NEXT[subject]
        # The operator looks on; only the firm decides.
        is_entered = row.entered_by_org_id is not None and row.entered_by_org_id == work.org_id
        if is_entered:
            endpoint, words = "firms.enter_for", msgid("查看代为录入的表格")
        return render_template(
            "firms/import_show.html",
            row=row,
            subject=subject,
            title=TITLES[subject],
            problems=_said(row)[:SHOWN_PROBLEMS],
            columns=columns,
            column_words=[gettext("行"), *(gettext(c.heading) for c in columns)],
            cells=cells,
            again_url=url_for("firms.enter_for") if is_entered else _again_url(subject),
            is_entered=is_entered,
            is_offered=row.state is ImportState.OFFERED and not is_entered,
            holder=organisation(work, row.for_org_id).name if row.for_org_id else "",
            answer_form=AnswerForm(formdata=None),
            withdraw_form=WithdrawTableForm(formdata=None),
            next_url=url_for(endpoint),
            next_words=words,
            promise=promises.FEE_TEXT if subject is Subject.FEES else "",
        )


Cells = list[tuple[int, list[str]]]


def _filled(waiting: Sequence[SheetImportRow], subject: Subject) -> tuple[list[Column], Cells]:
    """Return the columns in which some row says something, and what each row says there."""
    kind = TAKERS[subject]
    payloads = [(one.row_no, json.loads(one.payload)) for one in waiting]
    columns = [
        column
        for column in kind.columns
        if column.key in kind.preview and any(column.shown(payload) for _, payload in payloads)
    ]
    return columns, [(row_no, [c.shown(payload) for c in columns]) for row_no, payload in payloads]


def _said(row: SheetImport) -> list[Said]:
    return [
        Said(one["row"], gettext(one["column"]) if one["column"] else "", one["value"], _words(one))
        for one in json.loads(row.problems)
    ]


def _words(problem: Mapping[str, object]) -> str:
    facts = problem["facts"]
    given = facts if isinstance(facts, dict) else {}
    translated = {k: gettext(v) if isinstance(v, str) and v else v for k, v in given.items()}
    return str(gettext(str(problem["sentence"]), **translated))


@bp.get("/imports/<int:import_id>/problems.csv")
@requires(Permission.WORKBENCH_OPEN)
def import_problems(import_id: int) -> FileResponse:
    """What is wrong with a file, as a table."""
    with request_work() as work:
        row = importing.find(work, import_id)
        header = [gettext("行"), gettext("列"), gettext("内容"), gettext("问题和办法")]
        rows = [(one.row or "", one.column, one.value, one.words) for one in _said(row)]
        return _file(written(Format.CSV, header, rows), f"import-{row.id}-problems", Format.CSV)


@bp.post("/imports/<int:import_id>/confirm")
@requires(Permission.WORKBENCH_OPEN)
def confirm_import(import_id: int) -> Response:
    """Let a preview be taken over. A short list is at once; a long one goes on by itself."""
    refused = _decide(import_id, confirmed=True)
    if refused is None:
        here = installation()
        with request_work() as work:
            short = importing.find(work, import_id).fresh <= importing.CHUNK
        if short:
            import_jobs.step(here, import_id)
    return redirect(url_for("firms.show_import", import_id=import_id), code=303)


@bp.post("/imports/<int:import_id>/discard")
@requires(Permission.WORKBENCH_OPEN)
def discard_import(import_id: int) -> Response:
    """Give up a preview."""
    _decide(import_id, confirmed=False)
    return redirect(url_for("firms.show_import", import_id=import_id), code=303)


def _decide(import_id: int, *, confirmed: bool) -> HTTPStatus | None:
    form = MarketForm()

    def deed(work: UnitOfWork) -> None:
        row = importing.find(work, import_id)
        if confirmed:
            importing.confirm(work, row)
        else:
            importing.discard(work, row)

    status = done(form, deed)
    for words in form.form_errors:
        flash(words, "danger")
    return status
