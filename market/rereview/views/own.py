"""The pages of those who act: both sides, the experts who were drawn, the authority."""

from collections.abc import Callable

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext

from market import log
from market.access import Permission, requires
from market.catalogue.files import current_catalogue
from market.contracts import queries as contracts
from market.db import UnitOfWork
from market.errors import MissingError
from market.needs.queries import by_id as need_by_id
from market.panels import own as panels
from market.rereview import blinding, queries, results, showing
from market.rereview.actions import asking, commenting, ending, judging
from market.rereview.disputable import disputable
from market.rereview.forms import CommentForm, DecideForm, StepForm, ask_form, numbered, sheet_form
from market.rereview.model import Rereview
from market.rereview.rules import RereviewMove, RereviewState, points_of
from market.rereview.views.blueprint import bp, pdf
from market.web.deeds import NUMBER, Page, done, reading
from market.web.work import installation


@bp.route(f"/of/<{NUMBER}:contract_id>/ask", methods=["GET", "POST"])
@requires(Permission.CONTRACT_FILE)
def ask(contract_id: int) -> Page:
    """Dispute the return of the last round, point by point."""
    with reading() as work:
        contract = contracts.for_party(work, contract_id)
        found = disputable(work, contract)
        points = points_of(found.review.comment) if found else ()
        names = blinding.names_of_return(work, found) if found else ()
        item_code = need_by_id(work, contract.need_id).item_code
        has_pool = asking.pool_is_enough(work, item_code)
        is_owner = work.org_id == contract.owner_org_id
        lost_before = results.lost_before(work, contract, work.org_id)
        lost_free = asking.lost_free(work)
    form = ask_form(points)()
    made: list[Rereview] = []

    def deed(work: UnitOfWork) -> None:
        upload = form.file.data
        row = asking.ask(
            work,
            installation(),
            contracts.for_party(work, contract_id),
            form.words(),
            folder=installation().config.uploads_dir,
            stream=upload.stream if upload else None,
            name=upload.filename if upload else None,
            blind=bool(form.blind.data),
        )
        made.append(row)

    status = done(form, deed)
    if status is None:
        log.sequence(installation())
        _say_asked(made[0])
        return redirect(url_for("rereview.show", number=made[0].number), code=303)
    fields = dict(numbered(form, "words_"))
    page = render_template(
        "rereview/ask.html",
        form=form,
        contract=contract,
        found=found,
        is_owner=is_owner,
        has_pool=has_pool,
        lost_before=lost_before,
        lost_free=lost_free,
        clause=blinding.masked(found.review.clause, names) if found else "",
        points=[
            (number, text, blinding.masked(text, names), fields[number])
            for number, text in enumerate(points, start=1)
        ],
    )
    return page, status


def _say_asked(row: Rereview) -> None:
    if row.state is RereviewState.FAILED:
        why = gettext("申请已受理，但专家库人数不足，没有抽取专家。可以在本页请主管部门裁定。")
        flash(why, "warning")
    else:
        said = gettext("已申请复评，正在从专家库抽取专家。复评期间的时间计入评审审批。")
        flash(said, "success")


@bp.route("/<number>/comment", methods=["GET", "POST"])
@requires(Permission.CONTRACT_FILE)
def comment(number: str) -> Page:
    """Say something to the other side's dispute, before the experts read it."""
    form = CommentForm()
    status = done(
        form,
        lambda work: commenting.comment(
            work, queries.for_side(work, number), form.words.data or ""
        ),
    )
    if status is None:
        flash(gettext("意见已提交，和争议内容一并交给作出结论的专家或者主管部门。"), "success")
        return redirect(url_for("rereview.show", number=number), code=303)
    with reading() as work:
        found = showing.shown(work, queries.for_side(work, number))
        page = render_template("rereview/comment.html", form=form, shown=found)
    return page, status


@bp.post("/<number>/withdraw")
@requires(Permission.CONTRACT_FILE)
def withdraw(number: str) -> Page:
    """Take the dispute back."""

    def deed(work: UnitOfWork) -> None:
        ending.withdraw(work, queries.locked(work, queries.for_asker(work, number).id))

    return after(number, deed, gettext("已撤回复评申请，退回不变。"))


@bp.post("/<number>/refer")
@requires(Permission.CONTRACT_FILE)
def refer(number: str) -> Page:
    """Go on to the authority, since the experts came to no conclusion."""

    def deed(work: UnitOfWork) -> None:
        ending.refer(work, queries.locked(work, queries.for_referrer(work, number).id))

    return after(number, deed, gettext("已请主管部门裁定。"))


def after(number: str, deed: Callable[[UnitOfWork], None], words: str) -> Page:
    """Do what a button asks for; what refuses it is said as it is."""
    form = StepForm()
    if done(form, deed) is None:
        log.sequence(installation())
        flash(words, "success")
    else:
        for why in [*form.form_errors, *(one for field in form for one in field.errors)]:
            flash(why, "warning")
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
