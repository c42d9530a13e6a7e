"""Exclusions on the web: proposed and decided by the operator, objected to, listed for all."""

from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from market.access import Permission, public, requires
from market.codes import credit_code
from market.db import UnitOfWork
from market.draws import actions, queries
from market.draws.basis import known_of
from market.draws.exclusion_rules import BasisKind, ExclusionStep, possible
from market.draws.forms import DecideExclusionForm, ExcludeForm, ExclusionObjectionForm
from market.draws.queries.excluding import BEFORE_FREEZE, Excluded
from market.draws.rules import ExclusionGround
from market.draws.views.blueprint import bp, draw_by
from market.duties import took
from market.needs import queries as need_queries
from market.web.deeds import NUMBER, Page, done, reading
from market.web.lists import Pages

_ONE = f"/exclusions/<{NUMBER}:exclusion_id>"
_OWN = f"/exclusions/<{NUMBER}:own_exclusion_id>/objection"


@bp.get("/exclusions")
@public
def exclusions() -> str:
    """List all exclusions: ground and number for everybody, the rest for those who oversee."""
    with reading() as work:
        pages = Pages.of(queries.exclusion_count(work))
        return render_template(
            "draws/exclusions.html",
            rows=queries.exclusions_on(work, limit=pages.rows, offset=pages.offset),
            pages=pages,
            sees_all=Permission.OVERSIGHT_READ in work.actor.permissions,
            may_decide=Permission.DRAW_RUN in work.actor.permissions,
        )


@bp.get("/<number>/exclude")
@requires(Permission.DRAW_RUN)
def exclude_form(number: str) -> Page:
    """Show the form that proposes to exclude a firm; it does not say who enrolled."""
    return _exclude_page(number, ExcludeForm(formdata=None), HTTPStatus.OK)


@bp.post("/<number>/exclude")
@requires(Permission.DRAW_RUN)
def exclude(number: str) -> Page:
    """Propose that a firm may not be in a draw; the answer is the same for every firm."""
    form = ExcludeForm()
    refused = done(form, lambda work: _exclude(work, number, form))
    if refused is not None:
        return _exclude_page(number, form, refused)
    flash(gettext("已登记并通知该机构，经另一名同事复核后生效。"), "success")
    return redirect(url_for("draws.desk"), code=303)


def _exclude(work: UnitOfWork, number: str, form: ExcludeForm) -> None:
    code = credit_code(form.firm_code.data or "", field="firm_code")
    actions.propose_exclusion(
        work,
        draw_by(work, number),
        code,
        ground=ExclusionGround(form.ground.data),
        basis=form.basis.data or "",
        evidence=form.evidence.data or "",
    )


def _exclude_page(number: str, form: ExcludeForm, status: HTTPStatus) -> Page:
    with reading() as work:
        draw = draw_by(work, number)
        page = render_template(
            "draws/exclude.html",
            draw=draw,
            number=number,
            need=need_queries.by_id(work, draw.need_id),
            may=draw.state in BEFORE_FREEZE,
            form=form,
        )
    return page, status


@bp.route(_ONE, methods=["GET", "POST"])
@requires(Permission.DRAW_RUN)
def exclusion(exclusion_id: int) -> Page:
    """Show a proposed exclusion with what the firm says, and decide it."""
    form = DecideExclusionForm()
    status = done(
        form,
        lambda work: actions.decide_exclusion(
            work, exclusion_id, ExclusionStep(form.step.data), form.words.data or ""
        ),
    )
    if status is None:
        flash(gettext("已办理，并通知该机构。"), "success")
        return redirect(url_for("draws.exclusion", exclusion_id=exclusion_id), code=303)
    with reading() as work:
        seen = queries.exclusion(work, exclusion_id)
        form.offer(possible(seen.taken))
        may = not took(work, seen.proposed_by_id) and bool(possible(seen.taken))
        known = known_of(work, seen.row.basis, seen.firm)
        return _page(seen, form, may=may, known=known), status


@bp.route(_OWN, methods=["GET", "POST"])
@requires(Permission.DRAW_ENROL)
def exclusion_objection(own_exclusion_id: int) -> Page:
    """Show a firm why it would be excluded, and take its objection."""
    form = ExclusionObjectionForm()
    status = done(
        form,
        lambda work: actions.object_to_exclusion(work, own_exclusion_id, form.words.data or ""),
    )
    if status is None:
        flash(gettext("异议已提交，由登记人以外的运营人员答复。"), "success")
        target = url_for("draws.exclusion_objection", own_exclusion_id=own_exclusion_id)
        return redirect(target, code=303)
    with reading() as work:
        seen = queries.exclusion_of_firm(work, own_exclusion_id, work.org_id)
        is_live = seen.state in {"proposed", "in-force"}
        return _page(seen, form, may=is_live and not seen.is_objected, own=True), status


def _page(
    seen: Excluded,
    form: DecideExclusionForm | ExclusionObjectionForm,
    *,
    may: bool,
    own: bool = False,
    known: BasisKind | None = None,
) -> str:
    return render_template(
        "draws/exclusion.html",
        seen=seen,
        form=form,
        may=may and seen.is_changeable,
        own=own,
        known=known,
    )
