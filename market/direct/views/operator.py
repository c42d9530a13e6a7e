"""The operator's pages: checking a choice, and examining every emergency."""

from functools import partial
from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from market.access import Permission, requires
from market.db import UnitOfWork
from market.direct import actions, queries
from market.direct.actions.emergency import of_choice
from market.direct.emergency_rules import TO_EXAMINE, Opinion
from market.direct.forms import DeedForm, OpinionForm, ReasonForm
from market.direct.model import DirectChoice
from market.direct.rules import DirectState
from market.direct.views.blueprint import CHECK, bp
from market.direct.views.parts import part_of
from market.direct.views.shown import facts_of
from market.web.deeds import Page, as_seen, done, reading, seen_version
from market.web.forms import MarketForm


@bp.get("/checks")
@requires(Permission.NEED_CHECK)
def checks() -> str:
    """List the choices to check and the emergencies to examine."""
    with reading() as work:
        return render_template(
            "direct/checks.html",
            waiting=part_of("waiting", queries.count_waiting(work), partial(queries.waiting, work)),
            cases=part_of(
                "cases",
                queries.count_emergencies(work, *TO_EXAMINE),
                partial(queries.emergencies, work, *TO_EXAMINE),
            ),
        )


@bp.get(CHECK)
@requires(Permission.NEED_CHECK)
def check(direct_id: int) -> Page:
    """Show a choice with everything there is to check."""
    return _page(direct_id, ReasonForm(formdata=None), HTTPStatus.OK)


def _page(direct_id: int, form: MarketForm, status: HTTPStatus) -> Page:
    with reading() as work:
        row = queries.to_check(work, direct_id)
        page = render_template(
            "direct/check.html",
            problems=form,
            form=form if isinstance(form, ReasonForm) else ReasonForm(formdata=None),
            opinion_form=form if isinstance(form, OpinionForm) else OpinionForm(formdata=None),
            version=seen_version(row.choice.version),
            waits=row.choice.state is DirectState.CHECK,
            to_examine=row.emergency is not None and row.emergency.state in TO_EXAMINE,
            **facts_of(work, row),
        )
    return page, status


@bp.post(f"{CHECK}/name")
@requires(Permission.NEED_CHECK)
def name(direct_id: int) -> Page:
    """Pass a choice: it is published and its publicity begins."""
    form = DeedForm()
    status = done(form, lambda work: actions.name(work, _seen(work, direct_id)))
    if status is not None:
        return _page(direct_id, form, status)
    flash(gettext("已核验通过并公示。"), "success")
    return redirect(url_for("direct.check", direct_id=direct_id), code=303)


@bp.post(f"{CHECK}/return")
@requires(Permission.NEED_CHECK)
def return_to_owner(direct_id: int) -> Page:
    """Return a choice to its owner, with the reason."""
    form = ReasonForm()

    def deed(work: UnitOfWork) -> None:
        actions.return_to_owner(work, _seen(work, direct_id), form.reason.data or "")

    status = done(form, deed)
    if status is not None:
        return _page(direct_id, form, status)
    flash(gettext("已退回业主，理由已登记。"), "success")
    return redirect(url_for("direct.checks"), code=303)


@bp.post(f"{CHECK}/examine")
@requires(Permission.NEED_CHECK)
def examine(direct_id: int) -> Page:
    """Say whether an emergency and its commission are justified."""
    form = OpinionForm()

    def deed(work: UnitOfWork) -> None:
        case = of_choice(work, queries.to_check(work, direct_id).choice)
        as_seen(case.version)
        actions.examine(work, case, Opinion(form.opinion.data), form.reason.data or "")

    status = done(form, deed)
    if status is not None:
        return _page(direct_id, form, status)
    flash(gettext("审查意见已登记，转监督部门复核。"), "success")
    return redirect(url_for("direct.checks"), code=303)


def _seen(work: UnitOfWork, direct_id: int) -> DirectChoice:
    choice = queries.to_check(work, direct_id).choice
    as_seen(choice.version)
    return choice
