"""The operator enters a table for a firm; the firm takes it over, or says why not."""

from http import HTTPStatus

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from market.access import Permission, requires
from market.accounts.todo import Todo
from market.db import UnitOfWork
from market.firms import entered_for, importing
from market.firms.forms_entered import AnswerForm, EnterForm, WithdrawTableForm
from market.firms.identity import identity_key
from market.firms.tables import OWN, TAKERS, Subject
from market.firms.views.blueprint import bp
from market.firms.views.imports import TITLES, own_subject, template_of
from market.sheets.reading import MAX_BYTES
from market.web.deeds import Page, done, reading
from market.web.forms import MarketForm
from market.web.work import installation


@bp.route("/firm-import/for-firm", methods=["GET", "POST"])
@requires(Permission.FIRM_IMPORT)
def enter_for() -> Page:
    """Choose a firm, what the table is of, and the file; below, what was entered so far."""
    form = EnterForm()
    status = HTTPStatus.OK
    if form.is_submitted():
        found: list[int] = []
        refused = done(form, lambda work: found.append(_read(work, form)))
        if refused is None:
            return redirect(url_for("firms.show_import", import_id=found[0]), code=303)
        status = refused
    elif code := request.args.get("code", "")[:18]:
        form.code.data = code
    with reading() as work:
        page = render_template(
            "firms/enter_for.html",
            form=form,
            subjects=[(one, TITLES[one], TAKERS[one].most_rows) for one in OWN],
            titles={one.value: TITLES[one] for one in OWN},
            entered=entered_for.entered(work),
            kept_days=entered_for.KEPT.days,
        )
    return page, status


@bp.get("/firm-import/for-firm/<subject>/template.<form>")
@requires(Permission.FIRM_IMPORT)
def entered_template(subject: str, form: str) -> Response:
    """An empty table to fill in for a firm."""
    return template_of(own_subject(subject), form)


def _read(work: UnitOfWork, form: EnterForm) -> int:
    firm = entered_for.firm_for(work, form.code.data or "")
    with form.file.data.stream as stream:
        content = stream.read(MAX_BYTES + 1)
    key = identity_key(installation().keys)
    subject = Subject(str(form.subject.data))
    return entered_for.preview_for(work, firm, subject, content, key).id


@bp.post("/imports/<int:import_id>/offer")
@requires(Permission.FIRM_IMPORT)
def offer_import(import_id: int) -> Page:
    """Put a table to the firm it was entered for."""
    form = MarketForm()
    refused = done(form, lambda work: entered_for.offer(work, importing.find(work, import_id)))
    if refused is None:
        flash(gettext("已交机构确认。机构确认之前，表中的内容一概不生效。"), "success")
    for words in form.form_errors:
        flash(words, "danger")
    return redirect(url_for("firms.show_import", import_id=import_id), code=303)


@bp.post("/imports/<int:import_id>/decline")
@requires(Permission.FIRM_EDIT)
def decline_import(import_id: int) -> Page:
    """Do not take a table that the operator entered, and say why."""
    with reading() as work:
        importing.find(work, import_id)  # whose it is not is told nothing, whatever was typed
    form = AnswerForm()
    refused = done(
        form,
        lambda work: entered_for.decline(
            work, importing.find(work, import_id), form.answer.data or ""
        ),
    )
    if refused is None:
        flash(gettext("已告知运营机构。表中的内容没有生效，已经清除。"), "success")
    for words in [*form.form_errors, *form.answer.errors]:
        flash(str(words), "danger")
    return redirect(url_for("firms.show_import", import_id=import_id), code=303)


@bp.post("/imports/<int:import_id>/withdraw")
@requires(Permission.FIRM_IMPORT)
def withdraw_table(import_id: int) -> Page:
    """Take back a table that was offered to a firm, and say why."""
    with reading() as work:
        importing.find(work, import_id)  # whose it is not is told nothing, whatever was typed
    form = WithdrawTableForm()
    refused = done(
        form,
        lambda work: entered_for.withdraw(
            work, importing.find(work, import_id), form.reason.data or ""
        ),
    )
    if refused is None:
        flash(gettext("已撤回，机构可以看到原因。表中的内容没有生效，已经清除。"), "success")
    for words in [*form.form_errors, *form.reason.errors]:
        flash(str(words), "danger")
    return redirect(url_for("firms.show_import", import_id=import_id), code=303)


def for_firm(work: UnitOfWork) -> list[Todo]:
    """Tables that the operator entered and the firm has not answered, or that were taken back."""
    withdrawn = [
        Todo(
            what=gettext("运营机构撤回了代为录入的表格，请知悉"),
            detail=f"{gettext(TITLES[Subject(row.subject)])}：{row.withdrawal}",
            url=url_for("firms.show_import", import_id=row.id),
        )
        for row in entered_for.withdrawn_from(work)
    ]
    return withdrawn + [
        Todo(
            what=gettext("确认运营机构代为录入的表格"),
            detail=gettext(TITLES[Subject(row.subject)]),
            url=url_for("firms.show_import", import_id=row.id),
            due_at=(row.offered_at or work.now) + entered_for.KEPT,
            urgency="soon",
        )
        for row in entered_for.waiting_for(work)
    ]
