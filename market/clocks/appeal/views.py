"""Taking a refused suspension to the operator, on the web."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext

from market.access import Permission, requires
from market.clocks import queries
from market.clocks.appeal import actions
from market.clocks.appeal import queries as appeals
from market.clocks.appeal.forms import AppealForm, RejoinForm
from market.clocks.appeal.terms import appeal_by
from market.clocks.model import Clock, Suspension
from market.db import UnitOfWork
from market.errors import MarketError, MissingError
from market.web.deeds import NUMBER, Page, done, reading
from market.web.errors import sentence_of

ONE = f"/<{NUMBER}:clock_id>/suspensions/<{NUMBER}:suspension_id>"


def register(bp: Blueprint) -> None:
    """Add the pages to those of clocks."""
    bp.add_url_rule(f"{ONE}/appeal", view_func=appeal, methods=["GET", "POST"])
    bp.add_url_rule(f"{ONE}/rejoin", view_func=rejoin, methods=["GET", "POST"])


def may(work: UnitOfWork, clock: Clock) -> dict[int, datetime | None]:
    """Return the refused requests that the actor may take to the operator now, and until when."""
    if Permission.SUSPENSION_REQUEST not in work.actor.permissions:
        return {}
    asked = queries.suspensions_of(work, clock)
    return {
        one.id: appeal_by(work, clock, one) for one in asked if appeals.may_appeal(work, clock, one)
    }


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
            by_at=appeal_by(work, clock, request),
            possible=request.id in may(work, clock),
            why_not=_why_not(work, clock, request),
        )
    return page, status


def _why_not(work: UnitOfWork, clock: Clock, request: Suspension) -> str:
    """Return why the operator cannot be asked now, in words; empty where it can."""
    try:
        appeals.check(work, clock, request)
    except MarketError as error:
        return sentence_of(error)
    return ""


def may_rejoin(work: UnitOfWork, clock: Clock) -> frozenset[int]:
    """Return the requests on whose appeal the actor may be heard now."""
    actor = work.actor
    ours = actor.org_id in {clock.holder_org_id, clock.other_org_id}
    if not ours or Permission.SUSPENSION_REQUEST not in actor.permissions:
        return frozenset()
    return frozenset(
        one.id
        for one in queries.suspensions_of(work, clock)
        if one.requested_by_org_id != actor.org_id and appeals.waits_for_rejoinder(one)
    )


@requires(Permission.SUSPENSION_REQUEST)
def rejoin(clock_id: int, suspension_id: int) -> Page:
    """Say what the side that had refused has to say, before the operator decides."""
    form = RejoinForm()

    def deed(work: UnitOfWork) -> None:
        clock = queries.for_party(work, clock_id)
        request = queries.suspension(work, clock, suspension_id)
        actions.rejoin(work, clock, request, form.text.data or "")

    status = done(form, deed)
    if status is None:
        flash(gettext("说明已提交运营机构。"), "success")
        return redirect(url_for("clocks.show", clock_id=clock_id), code=303)
    with reading() as work:
        clock = queries.for_party(work, clock_id)
        request = queries.suspension(work, clock, suspension_id)
        if request.requested_by_org_id == work.actor.org_id:
            raise MissingError
        page = render_template(
            "clocks/rejoin.html",
            clock=clock,
            request=request,
            form=form,
            by_at=request.rejoin_by_at,
            possible=request.id in may_rejoin(work, clock),
        )
    return page, status
