"""The pages of those who act: the expert who was drawn, and who carries a round in."""

from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from market import log
from market.access import Permission, requires
from market.db import UnitOfWork
from market.draws import actions as draws
from market.draws.forms import CourierForm
from market.draws.rules import DrawMode, DrawState
from market.draws.views import typing
from market.experts.rules import ExpertState
from market.panels import jobs, own, queries, subjects
from market.panels.actions import seats
from market.panels.forms import AcceptForm, DeclineForm, accept_form
from market.panels.rules import DeclineGround
from market.panels.views.blueprint import bp, panel_by
from market.web.deeds import Page, done, reading
from market.web.links import link_to
from market.web.work import installation


def scoring_link(number: str) -> str | None:
    """Return where an expert scores the proposals of a panel, if the application knows."""
    return link_to("scoring.sheet", number)


@bp.get("/mine")
@requires(Permission.EXPERT_SERVE)
def mine() -> str:
    """List the expert's own seats."""
    with reading() as work:
        rows = [(*row, subjects.is_over(work, row[1])) for row in own.own_seats(work)]
        return render_template("panels/mine.html", rows=rows)


@bp.get("/<number>/seat")
@requires(Permission.EXPERT_SERVE)
def seat(number: str) -> Page:
    """Show the expert's own seat, and ask for the answer."""
    return _seat_page(number, None, DeclineForm(formdata=None), HTTPStatus.OK)


@bp.post("/<number>/accept")
@requires(Permission.EXPERT_SERVE)
def accept(number: str) -> Page:
    """Take the seat."""
    with reading() as work:
        form = accept_form(panel_by(work, number))()
    refused = done(
        form,
        lambda work: seats.accept(work, panel_by(work, number), declared=bool(form.declared.data)),
    )
    if refused is not None:
        return _seat_page(number, form, DeclineForm(formdata=None), refused)
    log.sequence(installation())
    flash(gettext("已接受评审席位。请在截止前完成评审。"), "success")
    return redirect(url_for("panels.seat", number=number), code=303)


@bp.post("/<number>/decline")
@requires(Permission.EXPERT_SERVE)
def decline(number: str) -> Page:
    """Give the seat up."""
    form = DeclineForm()
    form.offer()
    refused = done(
        form,
        lambda work: seats.decline(
            work, panel_by(work, number), DeclineGround(form.ground.data), form.words.data or ""
        ),
    )
    if refused is not None:
        return _seat_page(number, None, form, refused)
    log.sequence(installation())
    flash(gettext("已辞谢，席位由抽取次序中的下一位专家递补。"), "success")
    return redirect(url_for("panels.mine"), code=303)


def _seat_page(
    number: str, accepting: AcceptForm | None, declining: DeclineForm, status: int
) -> Page:
    with reading() as work:
        panel = panel_by(work, number)
        declining.offer()
        found = own.own_seat(work, panel)
        page = render_template(
            "panels/seat.html",
            panel=panel,
            number=number,
            serves=subjects.subject_of(panel).shown(work, panel),
            seat=found,
            is_over=subjects.is_over(work, panel),
            accepting=accepting or accept_form(panel)(formdata=None),
            declining=declining,
            may_leave=seats.may_leave(work, found),
            is_paused=queries.expert_of(work, found).state is ExpertState.PAUSED,
        )
    return page, status


@bp.get("/<number>/phi")
@requires(Permission.WORKBENCH_OPEN)
def phi(number: str) -> Page:
    """Show which round a panel waits for; anybody signed in may bring it: it proves itself."""
    return _phi_page(number, CourierForm(formdata=None), HTTPStatus.OK)


@bp.post("/<number>/phi")
@requires(Permission.WORKBENCH_OPEN)
def submit_phi(number: str) -> Page:
    """Check a carried round; if it is the right one the experts are drawn."""
    form = CourierForm()
    refused = done(form, lambda work: _take_round(work, form))
    if refused is not None:
        return _phi_page(number, form, refused)
    jobs.run_due(installation())
    flash(gettext("随机值核对无误，已经采用。"), "success")
    return redirect(url_for("panels.show", number=number), code=303)


def _take_round(work: UnitOfWork, form: CourierForm) -> None:
    round_number, signature = typing.carried_in(form.evidence.data or "")
    draws.submit_phi_round(work, installation(), round_number, signature)


def _phi_page(number: str, form: CourierForm, status: int) -> Page:
    with reading() as work:
        panel = panel_by(work, number)
        page = render_template(
            "panels/phi.html",
            panel=panel,
            number=number,
            serves=subjects.subject_of(panel).shown(work, panel),
            waits=panel.mode is DrawMode.A and panel.state is DrawState.FROZEN,
            is_time=work.now >= panel.phi_at,
            form=form,
        )
    return page, status
