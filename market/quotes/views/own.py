"""The page of a firm: sealing its quote before the close, opening it after."""

from typing import cast

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from market import log
from market.access import Permission, requires
from market.db import UnitOfWork
from market.draws import methods
from market.draws.disclosed import Disclosed
from market.draws.model import Enrolment
from market.draws.queries import firm_of
from market.draws.views.blueprint import draw_by
from market.needs.queries import by_id as need_by_id
from market.quotes import actions, queries
from market.quotes.forms import OpenForm, SealForm
from market.quotes.queries import Quoted
from market.quotes.views.blueprint import bp
from market.web.deeds import Page, done, reading
from market.web.work import installation


@bp.get("/<number>/own")
@requires(Permission.DRAW_ENROL)
def own(number: str) -> Page:
    """Show the firm's own quote: what it sealed, and what is to be done when."""
    return _page(number, SealForm(formdata=None), OpenForm(formdata=None), 200)


@bp.post("/<number>/seal")
@requires(Permission.DRAW_ENROL)
def seal(number: str) -> Page:
    """Take a commitment."""
    form = SealForm()
    refused = done(
        form,
        lambda work: actions.seal(
            work, draw_by(work, number), (form.commitment.data or "").lower()
        ),
    )
    if refused is not None:
        return _page(number, form, OpenForm(formdata=None), refused)
    log.sequence(installation())
    flash(gettext("报价已封存，承诺值已写入公开日志。请保管好报价文件，开启时要用。"), "success")
    return redirect(url_for("quotes.own", number=number), code=303)


@bp.post("/<number>/open")
@requires(Permission.DRAW_ENROL)
def open_quote(number: str) -> Page:
    """Take what opens the last commitment."""
    form = OpenForm()
    refused = done(
        form,
        lambda work: actions.open_quote(
            work,
            draw_by(work, number),
            cast("int", form.amount_fen.data),
            (form.salt.data or "").lower(),
        ),
    )
    if refused is not None:
        return _page(number, SealForm(formdata=None), form, refused)
    log.sequence(installation())
    flash(gettext("报价已开启，与封存的承诺值一致。全部报价在名单冻结时一并公布。"), "success")
    return redirect(url_for("quotes.own", number=number), code=303)


def _published(work: UnitOfWork, of: Quoted, enrolment: Enrolment) -> Disclosed | None:
    """Return what the firm's own published fee gives: a quote above it does not count."""
    if not of.terms.capped:
        return None
    return methods.published_fee(work, of.draw, firm_of(work, enrolment.firm_id))


def _page(number: str, seal_form: SealForm, open_form: OpenForm, status: int) -> Page:
    with reading() as work:
        of = queries.quoted(work, draw_by(work, number))
        enrolment = queries.own_enrolment(work, of.draw)
        seals = queries.seals_of(work, enrolment)
        page = render_template(
            "quotes/own.html",
            of=of,
            draw=of.draw,
            number=number,
            need=need_by_id(work, of.draw.need_id),
            enrolment=enrolment,
            phase=queries.phase_of(work, of),
            state=queries.state_of(work, enrolment),
            seals=[(row, log.index_of(work, row.submission_id)) for row in seals],
            opening=queries.opening_of(work, enrolment),
            published=_published(work, of, enrolment),
            verdict=queries.verdict_of(work, enrolment),
            seal_form=seal_form,
            open_form=open_form,
        )
    return page, status
