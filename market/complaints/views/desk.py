"""Complaints at the desk: one's own, those against oneself, those to handle; entry and import."""

from http import HTTPStatus

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext

from market import log
from market.access import Permission, requires
from market.complaints import actions, importing, queries, watching
from market.complaints.forms import EnterForm, GiveForm, ImportForm
from market.complaints.model import Complaint
from market.complaints.rules import NOT_OVER, ComplaintState
from market.complaints.views.blueprint import bp, run
from market.complaints.views.public import facts_of
from market.complaints.views.showing import page_of
from market.db import UnitOfWork
from market.errors import msgid
from market.web.addresses import clean
from market.web.deeds import NUMBER, Page, done, reading
from market.web.errors import sentence_of
from market.web.forms import MarketForm
from market.web.lists import PAGE_ROWS, Pages, csv_file
from market.web.work import installation

S = ComplaintState
_OVER = tuple(state for state in ComplaintState if state not in NOT_OVER)


@bp.get("/desk")
@requires(Permission.WORKBENCH_OPEN)
def desk() -> Response:
    """List what the reader complained about, is accused of, or handles."""
    with reading() as work:
        may = work.actor.permissions
        in_office = bool(may & queries.HANDLING)
        watches = Permission.COMPLAINT_ENTER in may or Permission.DRAW_SUPERVISE in may
        oversees = {Permission.COMPLAINT_AUDIT, Permission.DRAW_SUPERVISE} <= may
        pages = Pages.of(watching.count_watched(work) if oversees else 0)
        page = render_template(
            "complaints/desk.html",
            oversees=oversees,
            pages=pages,
            watched=watching.watched(work, limit=PAGE_ROWS, offset=pages.offset)
            if oversees
            else [],
            own=queries.own_list(work, installation().keys),
            against=queries.against_list(work),
            open_ones=queries.handled_list(work, *NOT_OVER) if in_office else [],
            over=queries.handled_list(work, *_OVER) if in_office else [],
            abuses=queries.abuses(work) if in_office else [],
            to_assign=queries.to_assign(work) if Permission.COMPLAINT_ASSIGN in may else [],
            assigns=Permission.COMPLAINT_ASSIGN in may,
            late=queries.late(work) if watches else [],
            in_office=in_office,
            enters=Permission.COMPLAINT_ENTER in may,
            audits=Permission.COMPLAINT_AUDIT in may,
            watches=watches,
        )
    return Response(page, headers={"Cache-Control": "private, no-store"}, mimetype="text/html")


@bp.get("/openings")
@requires(Permission.COMPLAINT_AUDIT)
def openings() -> str:
    """List who looked at what identifies a complainant, when, and what for."""
    with reading() as work:
        pages = Pages.of(queries.count_openings(work))
        return render_template(
            "complaints/openings.html",
            rows=queries.openings(work, limit=PAGE_ROWS, offset=pages.offset),
            pages=pages,
        )


@bp.route("/enter", methods=["GET", "POST"])
@requires(Permission.COMPLAINT_ENTER)
def enter() -> Page:
    """Enter a complaint that came by telephone."""
    form = EnterForm()
    form.offer()
    made: list[actions.Receipt] = []
    refused = done(
        form,
        lambda work: made.append(actions.enter(work, installation().keys, facts_of(form))),
    )
    if refused is not None:
        return render_template("complaints/enter.html", form=form), refused
    log.sequence(installation())
    page = render_template(
        "complaints/receipt.html", one=made[0].one, code=made[0].code, by_desk=True
    )
    return Response(page, headers={"Cache-Control": "no-store"}, mimetype="text/html")


@bp.post("/<number>/assign")
@requires(Permission.COMPLAINT_ASSIGN)
def assign(number: str) -> Page:
    """Give a complaint to an authority that nobody was found for."""
    form = GiveForm()
    with reading() as work:
        form.offer(actions.others_for(work, queries.unassigned(work, clean(number))))

    def deed(work: UnitOfWork, one: Complaint) -> None:
        actions.assign(work, one, int(form.authority.data))

    refused = run(
        number, form, find=queries.unassigned, deed=deed, words=msgid("已分办。"), show=page_of
    )
    if isinstance(refused, Response) and refused.status_code != HTTPStatus.SEE_OTHER:
        return refused
    return redirect(url_for("complaints.desk"), code=HTTPStatus.SEE_OTHER)


@bp.get("/import/sample.csv")
@requires(Permission.COMPLAINT_ENTER)
def sample() -> Response:
    """Hand out a list as one is imported."""
    header = [column.heading for column in importing.COLUMNS]
    return csv_file("12345", header, [[column.hint for column in importing.COLUMNS]])


@bp.route("/import", methods=["GET", "POST"])
@requires(Permission.COMPLAINT_ENTER)
def upload() -> Page:
    """Judge a list of the hotline line by line; one without a fault waits to be confirmed."""
    form = ImportForm()
    kept: list[int] = []
    reports: list[importing.Report] = []

    def deed(work: UnitOfWork) -> None:
        content = form.file.data.read() if form.file.data else b""
        row, report = importing.preview(work, installation().keys, content)
        reports.append(report)
        if row is not None:
            kept.append(row.id)

    status = done(form, deed)
    if status is None and kept:
        return redirect(url_for("complaints.confirm_import", import_id=kept[0]), code=303)
    problems = [
        (one.row, one.column, one.value, sentence_of(one.error))
        for report in reports
        for one in report.problems
    ]
    return render_template(
        "complaints/import.html",
        form=form,
        rows=reports[0].rows if reports else 0,
        problems=problems,
    ), HTTPStatus.UNPROCESSABLE_ENTITY if status is None else status


@bp.route(f"/import/<{NUMBER}:import_id>", methods=["GET", "POST"])
@requires(Permission.COMPLAINT_ENTER)
def confirm_import(import_id: int) -> Page:
    """Show what a list would enter; confirmed, each line is a complaint with its code, once."""
    form = MarketForm()
    taken: list[importing.Taken] = []

    def deed(work: UnitOfWork) -> None:
        row = queries.waiting_import(work, import_id)
        taken.extend(importing.confirm(work, installation().keys, row))

    status = done(form, deed)
    if status is None:
        log.sequence(installation())
        page = render_template("complaints/receipts.html", taken=taken)
        return Response(page, headers={"Cache-Control": "no-store"}, mimetype="text/html")
    with reading() as work:
        row = queries.waiting_import(work, import_id)
        waiting = importing.waiting(installation().keys, row)
        page = render_template("complaints/confirm.html", form=form, row=row, waiting=waiting)
    headers = {"Cache-Control": "private, no-store"}
    return Response(page, status=status, headers=headers, mimetype="text/html")


@bp.post(f"/import/<{NUMBER}:import_id>/give-up")
@requires(Permission.COMPLAINT_ENTER)
def give_up(import_id: int) -> Page:
    """Forget a list that waits."""
    form = MarketForm()
    refused = done(
        form, lambda work: importing.give_up(work, queries.waiting_import(work, import_id))
    )
    if refused is None:
        flash(gettext("已放弃，清单内容已删除。"), "success")
    return redirect(url_for("complaints.upload"), code=HTTPStatus.SEE_OTHER)
