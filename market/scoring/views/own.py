"""The page of a firm: handing in its proposal before the close, and what became of it."""

from typing import BinaryIO, cast

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from market import log
from market.access import Permission, requires
from market.db import UnitOfWork
from market.draws.views.blueprint import draw_by
from market.errors import MissingError
from market.needs.queries import by_id as need_by_id
from market.scoring import actions, queries
from market.scoring.forms import ProposalForm
from market.scoring.rules import Phase
from market.scoring.views.blueprint import bp, pdf
from market.web.deeds import Page, done, reading
from market.web.work import installation


@bp.get("/<number>/own")
@requires(Permission.DRAW_ENROL)
def own(number: str) -> Page:
    """Show the firm's own proposals, and what is to be done when."""
    return _page(number, ProposalForm(formdata=None), 200)


@bp.post("/<number>/proposal")
@requires(Permission.DRAW_ENROL)
def hand_in(number: str) -> Page:
    """Take a proposal."""
    form = ProposalForm()
    refused = done(form, lambda work: _take(work, number, form))
    if refused is not None:
        return _page(number, form, refused)
    log.sequence(installation())
    flash(gettext("方案已收存，其 SHA-256 已写入公开日志。截止前可以替换。"), "success")
    return redirect(url_for("scoring.own", number=number), code=303)


def _take(work: UnitOfWork, number: str, form: ProposalForm) -> None:
    upload = cast("FileStorage | None", form.file.data or None)
    actions.hand_in_proposal(
        work,
        draw_by(work, number),
        folder=installation().config.uploads_dir,
        stream=cast("BinaryIO", upload.stream) if upload else None,
        name=upload.filename if upload else None,
        blind=bool(form.blind.data),
    )


@bp.get("/<number>/own.pdf")
@requires(Permission.DRAW_ENROL)
def own_pdf(number: str) -> Response:
    """Hand the firm its own proposal, the one that counts."""
    with reading() as work:
        of = queries.scored(work, draw_by(work, number))
        enrolment = queries.own_enrolment(work, of.draw)
        found = queries.proposals_of(work, enrolment)
        if not found:
            raise MissingError
        return pdf(work, found[-1], number, enrolment.sequence)


def _page(number: str, form: ProposalForm, status: int) -> Page:
    with reading() as work:
        of = queries.scored(work, draw_by(work, number))
        enrolment = queries.own_enrolment(work, of.draw)
        rows = queries.proposals_of(work, enrolment)
        now = queries.phase_of(work, of)
        page = render_template(
            "scoring/own.html",
            of=of,
            draw=of.draw,
            number=number,
            need=need_by_id(work, of.draw.need_id),
            enrolment=enrolment,
            phase=now,
            may_hand_in=now is Phase.HANDING_IN,
            rows=[(row, log.index_of(work, row.submission_id)) for row in rows],
            verdict=queries.verdict_of(work, enrolment),
            form=form,
        )
    return page, status
