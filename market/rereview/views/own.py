"""The pages of those who act: the firm, the experts who were drawn, the authority."""

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext

from market import log
from market.access import Permission, requires
from market.catalogue.files import current_catalogue
from market.contracts import queries as contracts
from market.db import UnitOfWork
from market.errors import MissingError
from market.panels import own as panels
from market.rereview import queries, showing
from market.rereview.actions import asking, ending, judging
from market.rereview.forms import DecideForm, StepForm, ask_form, numbered, sheet_form
from market.rereview.rules import RereviewMove, RereviewState, points_of
from market.rereview.views.blueprint import bp, pdf
from market.web.deeds import NUMBER, Page, done, reading
from market.web.work import installation


@bp.route(f"/of/<{NUMBER}:contract_id>/ask", methods=["GET", "POST"])
@requires(Permission.DELIVERABLE_SUBMIT)
def ask(contract_id: int) -> Page:
    """Dispute the return of the last round, point by point."""
    with reading() as work:
        contract = contracts.for_firm(work, contract_id)
        found = queries.disputable(work, contract)
        points = points_of(found.review.comment) if found else ()
    form = ask_form(points)()
    made: list[str] = []

    def deed(work: UnitOfWork) -> None:
        upload = form.file.data
        row = asking.ask(
            work,
            installation(),
            contracts.for_firm(work, contract_id),
            form.words(),
            folder=installation().config.uploads_dir,
            stream=upload.stream if upload else None,
            name=upload.filename if upload else None,
            blind=bool(form.blind.data),
        )
        made.append(row.number)

    status = done(form, deed)
    if status is None:
        log.sequence(installation())
        flash(gettext("已申请复评，从专家库抽取专家。复评期间的时间计入评审审批。"), "success")
        return redirect(url_for("rereview.show", number=made[0]), code=303)
    fields = dict(numbered(form, "words_"))
    page = render_template(
        "rereview/ask.html",
        form=form,
        contract=contract,
        found=found,
        points=[(number, text, fields[number]) for number, text in enumerate(points, start=1)],
    )
    return page, status


@bp.post("/<number>/withdraw")
@requires(Permission.DELIVERABLE_SUBMIT)
def withdraw(number: str) -> Page:
    """Take the dispute back."""

    def deed(work: UnitOfWork) -> None:
        ending.withdraw(work, queries.locked(work, queries.for_firm(work, number).id))

    done_one = done(StepForm(), deed)
    return _after(number, done_one, gettext("已撤回复评申请，退回不变。"))


@bp.post("/<number>/refer")
@requires(Permission.DELIVERABLE_SUBMIT)
def refer(number: str) -> Page:
    """Go on to the authority, since the experts came to no conclusion."""

    def deed(work: UnitOfWork) -> None:
        ending.refer(work, queries.locked(work, queries.for_firm(work, number).id))

    return _after(number, done(StepForm(), deed), gettext("已请主管部门裁定。"))


def _after(number: str, status: int | None, words: str) -> Page:
    if status is None:
        log.sequence(installation())
        flash(words, "success")
    else:
        flash(gettext("复评的状态已经变化，没有办理。请查看最新状态。"), "warning")
    return redirect(url_for("rereview.show", number=number), code=303)


@bp.route("/<number>/sheet", methods=["GET", "POST"])
@requires(Permission.EXPERT_SERVE)
def sheet(number: str) -> Page:
    """Judge each disputed point: sealed until all sheets are in, or time is out."""
    with reading() as work:
        row = queries.by_number(work, number)
        judging.seated(work, row)
        points = queries.points_of(work, row)
    form = sheet_form([point.number for point in points])()
    form.offer()
    status = done(
        form,
        lambda work: judging.hand_in_sheet(
            work, queries.by_number(work, number), form.sheet(), sure=bool(form.sure.data)
        ),
    )
    if status is None:
        log.sequence(installation())
        flash(gettext("评审表已密封。全部到齐或者期限届满后同时公开。"), "success")
        return redirect(url_for("rereview.sheet", number=number), code=303)
    with reading() as work:
        row = queries.by_number(work, number)
        panel, seat = judging.seated(work, row)
        handed_in = queries.sheet_of(work, seat)
        item = queries.item_of(work, row)
        page = render_template(
            "rereview/sheet.html",
            row=row,
            item=current_catalogue().latest(item),
            panel_number=panel.number,
            seat=seat,
            points=points,
            form=form,
            by_name={name: dict(numbered(form, name)) for name in _PARTS},
            handed_in=handed_in,
            may_judge=handed_in is None and row.state is RereviewState.REVIEWING,
        )
    return page, status


_PARTS = ("finding_", "clause_", "reason_")


@bp.get("/<number>/copy")
@requires(Permission.WORKBENCH_OPEN)
def copy(number: str) -> Response:
    """Hand out the copy without names: to the experts who sit, to the sides, to who oversees."""
    with reading() as work:
        row = queries.by_number(work, number)
        if not showing.knows(work, row, queries.contract_of(work, row)):
            panel = queries.panel_of(work, row)
            if panel is None or panels.seat_of_actor(work, panel) is None:
                raise MissingError
        return pdf(work, row)


@bp.route("/<number>/decide", methods=["GET", "POST"])
@requires(Permission.OBJECTION_DECIDE)
def decide(number: str) -> Page:
    """Decide as an authority where the experts came to no conclusion."""
    form = DecideForm()
    form.offer()
    status = done(
        form,
        lambda work: judging.decide_as_authority(
            work,
            queries.for_decider(work, number),
            overturn=form.outcome.data == RereviewMove.OVERTURN.value,
            opinion=form.opinion.data or "",
        ),
    )
    if status is None:
        log.sequence(installation())
        flash(gettext("裁定已作出并公开。"), "success")
        return redirect(url_for("rereview.show", number=number), code=303)
    with reading() as work:
        found = showing.shown(work, queries.for_decider(work, number))
        page = render_template("rereview/decide.html", form=form, shown=found)
    return page, status
