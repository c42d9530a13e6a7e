"""The operator's page for those who come to watch a draw: where, and who witnessed it."""

from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from market import log
from market.access import Permission, requires
from market.draws.actions import attending
from market.draws.forms import MinutesForm, VenueForm
from market.draws.queries.attending import minutes_of, venue_of
from market.draws.venue import may_keep, may_name
from market.draws.views.blueprint import bp, draw_by
from market.needs.queries import by_id as need_by_id
from market.web.deeds import Page, done, reading
from market.web.work import installation


@bp.get("/<number>/attendance")
@requires(Permission.DRAW_RUN)
def attendance(number: str) -> Page:
    """Show what the public is told of attending a draw, and the forms for it."""
    return _page(number, VenueForm(formdata=None), MinutesForm(formdata=None), HTTPStatus.OK)


@bp.post("/<number>/venue")
@requires(Permission.DRAW_RUN)
def name_venue(number: str) -> Page:
    """Publish where a draw can be attended."""
    form = VenueForm()
    refused = done(
        form,
        lambda work: attending.name_venue(
            work, draw_by(work, number), form.place.data or "", form.video.data or ""
        ),
    )
    if refused is not None:
        return _page(number, form, MinutesForm(formdata=None), refused)
    log.sequence(installation())
    flash(gettext("到场安排已公布。"), "success")
    return redirect(url_for("draws.attendance", number=number), code=303)


@bp.post("/<number>/minutes")
@requires(Permission.DRAW_RUN)
def keep_minutes(number: str) -> Page:
    """Keep who witnessed a draw."""
    form = MinutesForm()
    refused = done(
        form,
        lambda work: attending.keep_minutes(
            work,
            draw_by(work, number),
            form.witnesses.data or "",
            form.names.data or "",
            form.recording.data or "",
        ),
    )
    if refused is not None:
        return _page(number, VenueForm(formdata=None), form, refused)
    log.sequence(installation())
    flash(gettext("见证笔录已登记，身份和单位已公开。"), "success")
    return redirect(url_for("draws.attendance", number=number), code=303)


def _page(number: str, venue_form: VenueForm, minutes_form: MinutesForm, status: int) -> Page:
    with reading() as work:
        draw = draw_by(work, number)
        page = render_template(
            "draws/attendance.html",
            draw=draw,
            number=number,
            need=need_by_id(work, draw.need_id),
            venue=venue_of(work, draw),
            minutes=minutes_of(work, draw),
            may_name=may_name(draw.state, is_before_value=work.now < draw.phi_at),
            may_keep=may_keep(draw.state),
            venue_form=venue_form,
            minutes_form=minutes_form,
        )
    return page, status
