"""Taking a refused suspension to the operator, on the web."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext

from market.access import Permission, requires
from market.clocks import queries
from market.clocks.appeal import actions
from market.clocks.appeal.forms import AppealForm
from market.clocks.model import Clock
from market.clocks.rules import ClockState
from market.db import UnitOfWork
from market.errors import MarketError, MissingError
from market.web.deeds import NUMBER, Page, done, reading

ONE = f"/<{NUMBER}:clock_id>/suspensions/<{NUMBER}:suspension_id>/appeal"


def register(bp: Blueprint) -> None:
    """Add the page to those of clocks."""
    bp.add_url_rule(ONE, view_func=appeal, methods=["GET", "POST"])


def may(work: UnitOfWork, clock: Clock) -> frozenset[int]:
    """Return the refused requests that the actor may take to the operator now."""
    if Permission.SUSPENSION_REQUEST not in work.actor.permissions:
        return frozenset()
    runs = clock.state is ClockState.RUNNING and queries.runs_for(work, clock) is clock.holder
    ours = [
        one
        for one in queries.suspensions_of(work, clock)
        if runs and one.requested_by_org_id == work.actor.org_id
    ]
    found = set()
    for one in ours:
        try:
            actions.check(work, clock, one)
        except MarketError:
            continue
        found.add(one.id)
    return frozenset(found)


@requires(Permission.SUSPENSION_REQUEST)
def appeal(clock_id: int, suspension_id: int) -> Page:
    """Ask the operator to decide what the other side refused."""
    form = AppealForm()

    def deed(work: UnitOfWork) -> None:
        clock = queries.for_party(work, clock_id)
        request = queries.suspension(work, clock, suspension_id)
        actions.appeal(work, clock, request, form.why.data or "")

    status = done(form, deed)
    if status is None:
        flash(gettext("已请运营机构裁定。裁定前继续计时。"), "success")
        return redirect(url_for("clocks.show", clock_id=clock_id), code=303)
    with reading() as work:
        clock = queries.for_party(work, clock_id)
        request = queries.suspension(work, clock, suspension_id)
        if request.requested_by_org_id != work.actor.org_id:
            raise MissingError
        page = render_template(
            "clocks/appeal.html",
            clock=clock,
            request=request,
            form=form,
            by_at=actions.appeal_by(clock, request),
            possible=request.id in may(work, clock),
        )
    return page, status
