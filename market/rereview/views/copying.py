"""Whether the copy is what was handed in: said by the other side, found by the operator."""

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext

from market import log
from market.access import Permission, requires
from market.contracts.model import Deliverable
from market.db import UnitOfWork
from market.errors import MissingError
from market.rereview import queries, showing
from market.rereview.actions import copying
from market.rereview.forms import DoubtForm, FindCopyForm
from market.rereview.model import Rereview
from market.rereview.views.blueprint import bp
from market.rereview.views.own import after
from market.web.deeds import Page, done, reading
from market.web.downloads import uploaded
from market.web.work import installation


@bp.post("/<number>/copy/agree")
@requires(Permission.CONTRACT_FILE)
def agree_copy(number: str) -> Page:
    """Say that the copy is what was handed in."""

    def deed(work: UnitOfWork) -> None:
        copying.agree(work, queries.for_side(work, number))

    return after(number, deed, gettext("已确认副本与提交的成果一致，不再等待。"))


@bp.route("/<number>/copy/doubt", methods=["GET", "POST"])
@requires(Permission.CONTRACT_FILE)
def doubt_copy(number: str) -> Page:
    """Say in what the copy differs."""
    form = DoubtForm()
    status = done(
        form,
        lambda work: copying.doubt(work, queries.for_side(work, number), form.words.data or ""),
    )
    if status is None:
        flash(
            gettext("已提交，由运营机构对照两份文件认定；认定以前不通知专家，主管部门不裁定。"),
            "success",
        )
        return redirect(url_for("rereview.show", number=number), code=303)
    with reading() as work:
        found = showing.shown(work, queries.for_side(work, number))
        page = render_template("rereview/copy.html", form=form, shown=found, finds=False)
    return page, status


@bp.route("/<number>/copy/find", methods=["GET", "POST"])
@requires(Permission.OBJECTION_ANSWER)
def find_copy(number: str) -> Page:
    """Let the operator find whether the copy is what was handed in."""
    form = FindCopyForm()

    def deed(work: UnitOfWork) -> None:
        is_same = form.outcome.data == "same"
        row = queries.by_number(work, number)
        copying.answer(work, row, is_same=is_same, words=form.words.data or "")

    status = done(form, deed)
    if status is None:
        log.sequence(installation())
        flash(gettext("认定已登记，合同双方在复评页面可以看到。"), "success")
        return redirect(url_for("rereview.show", number=number), code=303)
    with reading() as work:
        found = showing.shown(work, _doubted(work, number))
        page = render_template("rereview/copy.html", form=form, shown=found, finds=True)
    return page, status


@bp.get("/<number>/original")
@requires(Permission.OBJECTION_ANSWER)
def original(number: str) -> Response:
    """Hand out what was handed in, to the operator that compares it with the copy."""
    with reading() as work:
        row = _doubted(work, number)
        return uploaded(work, work.session.get_one(Deliverable, row.deliverable_id).file_id)


@bp.get("/<number>/delivered")
@requires(Permission.OBJECTION_DECIDE)
def delivered(number: str) -> Response:
    """Hand out what was handed in, to the authority that decides: it is not blind."""
    with reading() as work:
        row = queries.for_decider(work, number)
        if not showing.compares_files(work, row):
            raise MissingError
        return uploaded(work, work.session.get_one(Deliverable, row.deliverable_id).file_id)


def _doubted(work: UnitOfWork, number: str) -> Rereview:
    row = queries.by_number(work, number)
    check = queries.check_of(work, row)
    if check is None or check.is_agreed:
        raise MissingError
    return row
