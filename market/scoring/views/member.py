"""The page of a member of the panel: every proposal by its number, and one sheet for all."""

import json

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from market import log
from market.access import Permission, requires
from market.db import UnitOfWork
from market.draws.rules import DrawState
from market.draws.views.blueprint import draw_by
from market.errors import MissingError
from market.needs.queries import by_id as need_by_id
from market.panels import own
from market.panels.model import Seat
from market.scoring import actions, queries
from market.scoring.errors import ScoringNotYetError
from market.scoring.forms import SheetForm, sheet_form
from market.scoring.queries import Scored
from market.scoring.rules import Phase, SheetState, read_document
from market.scoring.views.blueprint import bp, pdf
from market.web.deeds import Page, done, reading
from market.web.work import installation

SAVE = "save"


@bp.get("/<number>/sheet")
@requires(Permission.EXPERT_SERVE)
def sheet(number: str) -> Page:
    """Show the member all proposals and the own sheet, as far as it is filled in."""
    return _page(number, None, 200)


@bp.post("/<number>/sheet")
@requires(Permission.EXPERT_SERVE)
def score(number: str) -> Page:
    """Keep what is typed, or hand the sheet in for good."""
    with reading() as work:
        of, _ = _seated(work, number)
        enrolments = list(queries.to_be_scored(work, of.draw))
    form = sheet_form(of.terms.criteria, enrolments)()
    saves = request.form.get("move") == SAVE
    if saves:
        # A draft is kept as it is typed, right or wrong.
        button = SheetForm()
        refused = done(
            button, lambda work: actions.save_draft(work, draw_by(work, number), form.typed())
        )
        form.form_errors.extend(button.form_errors)
    else:
        refused = done(
            form,
            lambda work: actions.hand_in_sheet(
                work, draw_by(work, number), form.sheet(enrolments), sure=bool(form.sure.data)
            ),
        )
    if refused is not None:
        return _page(number, form, refused)
    if saves:
        flash(gettext("草稿已保存，只有您本人能看到。交分以前可以修改。"), "success")
    else:
        log.sequence(installation())
        flash(gettext("已交分，评分表的摘要已写入公开日志。请等待其他专家交分。"), "success")
    return redirect(url_for("scoring.sheet", number=number), code=303)


@bp.get("/<number>/proposal/<int:place>.pdf")
@requires(Permission.WORKBENCH_OPEN)
def proposal(number: str, place: int) -> Response:
    """Hand a proposal to a member of the panel, and after the result to the supervisor."""
    with reading() as work:
        of = queries.scored(work, draw_by(work, number))
        if not (_oversees(work, of) or _is_member(work, of)):
            raise MissingError
        found = queries.to_be_scored(work, of.draw).get(place - 1)
        if found is None:
            raise MissingError
        return pdf(work, found, number, place - 1)


def _oversees(work: UnitOfWork, of: Scored) -> bool:
    is_drawn = of.draw.state is DrawState.DRAWN
    return is_drawn and Permission.DRAW_SUPERVISE in work.actor.permissions


def _is_member(work: UnitOfWork, of: Scored) -> bool:
    if of.panel is None or own.seat_of_actor(work, of.panel) is None:
        return False
    if queries.phase_of(work, of) in {Phase.HANDING_IN, Phase.WAITING}:
        raise ScoringNotYetError(of.draw.enrol_close_at)
    return True


def _seated(work: UnitOfWork, number: str) -> tuple[Scored, Seat]:
    of = queries.scored(work, draw_by(work, number))
    seat = own.seat_of_actor(work, of.panel) if of.panel else None
    if seat is None:
        raise MissingError
    return of, seat


def _page(number: str, form: SheetForm | None, status: int) -> Page:
    with reading() as work:
        of, seat = _seated(work, number)
        proposals = queries.to_be_scored(work, of.draw)
        state, now = queries.state_of(work, of, seat), queries.phase_of(work, of)
        may_score = now is Phase.SCORING and state in {SheetState.NONE, SheetState.DRAFT}
        draft, handed_in = queries.draft_of(work, seat), queries.sheet_of(work, seat)
        if form is None:
            form = sheet_form(of.terms.criteria, list(proposals))(formdata=None)
            if draft is not None and may_score:
                form.take_up(json.loads(draft.typed))
        page = render_template(
            "scoring/sheet.html",
            of=of,
            draw=of.draw,
            number=number,
            need=need_by_id(work, of.draw.need_id),
            seat=seat,
            phase=now,
            state=state,
            may_score=may_score,
            may_read=now in {Phase.SCORING, Phase.OVER},
            proposals=proposals,
            draft=draft,
            handed_in=handed_in,
            marks=read_document(handed_in.document) if handed_in else {},
            index=log.index_of(work, handed_in.submission_id) if handed_in else None,
            form=form,
        )
    return page, status
