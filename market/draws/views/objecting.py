"""The page on which a firm objects, before the freeze, to what its affiliations do to it."""

from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from market import log
from market.access import Permission, requires
from market.accounts.queries import organisation
from market.affiliations import queries as affiliations
from market.affiliations.rules import UNANSWERED
from market.draws.actions import objecting
from market.draws.forms import ObjectForm
from market.draws.queries import affiliated
from market.draws.views.blueprint import bp, draw_by
from market.errors import MissingError
from market.firms.queries import of_org_or_none
from market.needs.queries import by_id as need_by_id
from market.web.deeds import Page, done, reading
from market.web.work import installation


@bp.get("/<number>/object")
@requires(Permission.DRAW_ENROL)
def object_form(number: str) -> Page:
    """Show what keeps the firm out, until when it may object, and what it was answered."""
    return _page(number, ObjectForm(formdata=None), HTTPStatus.OK)


@bp.post("/<number>/object")
@requires(Permission.DRAW_ENROL)
def object_to(number: str) -> Page:
    """Take the objection."""
    form = ObjectForm()
    refused = done(
        form,
        lambda work: objecting.object_before_freeze(
            work, draw_by(work, number), form.text.data or ""
        ),
    )
    if refused is not None:
        return _page(number, form, refused)
    log.sequence(installation())
    flash(gettext("异议已提交，运营机构须在名单冻结之前答复。"), "success")
    return redirect(url_for("draws.object_form", number=number), code=303)


def _page(number: str, form: ObjectForm, status: int) -> Page:
    with reading() as work:
        draw = draw_by(work, number)
        need = need_by_id(work, draw.need_id)
        firm = of_org_or_none(work, work.org_id)
        if firm is None:
            raise MissingError
        owner = organisation(work, need.owner_org_id)
        found = affiliated.of_firm(work, firm, owner.code, draw)
        until = objecting.answer_by_at(work, draw, firm)
        objections = affiliations.objections_in(work, firm, number)
        waiting = (one.number for one in objections if one.state in UNANSWERED)
        page = render_template(
            "draws/object.html",
            draw=draw,
            number=number,
            need=need,
            found=found,
            until=until,
            may=bool(found.interests or found.groups)
            and draw.state in affiliated.BEFORE_FREEZE
            and work.now < until,
            objections=objections,
            pending=next(waiting, ""),
            form=form,
        )
    return page, status
