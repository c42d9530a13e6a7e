"""Raising an objection on the web: who may, until when, and the form to those who may."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user

from market import files, log, regulations
from market.access import Permission, public, requires
from market.db import UnitOfWork
from market.documents.views.blueprint import take
from market.draws.model import Draw
from market.draws.queries import number_of
from market.draws.queries.freezes import freeze_of
from market.errors import MarketError
from market.objections import actions, evidence, queries
from market.objections.actions.record import SUBJECT
from market.objections.forms import ObjectionForm
from market.objections.rules import Ground, grounds_of
from market.web.addresses import clean
from market.web.deeds import Page, done, reading
from market.web.errors import sentence_of
from market.web.work import installation


def register(bp: Blueprint) -> None:
    """Add the pages to the blueprint of objections."""
    bp.add_url_rule("/new/<award_number>", "new", new)
    bp.add_url_rule("/new/<award_number>", "raise_one", raise_one, methods=["POST"])


@public
def new(award_number: str) -> Page:
    """Show who may object to an award, until when, and the form to those who may."""
    return _new_page(award_number, ObjectionForm(formdata=None), HTTPStatus.OK)


@requires(Permission.WORKBENCH_OPEN)
def raise_one(award_number: str) -> Page:
    """Take an objection."""
    form = ObjectionForm()
    form.offer(Ground)
    numbers: list[str] = []
    refused = done(form, lambda work: numbers.append(_raise(work, award_number, form)))
    if refused is not None:
        return _new_page(award_number, form, refused)
    log.sequence(installation())
    words = gettext("异议已提交，编号 %(number)s。办理情况在本页公开。", number=numbers[0])
    flash(words, "success")
    return redirect(url_for("objections.show", number=numbers[0]), code=303)


def _raise(work: UnitOfWork, award_number: str, form: ObjectionForm) -> str:
    award = queries.award_by_number(work, clean(award_number))
    one = actions.object_to(
        work,
        installation(),
        award,
        Ground(form.ground.data),
        form.text.data or "",
        more=[Ground(code) for code in form.more.data or ()],
        has_file=bool(form.file.data),
    )
    if form.file.data:
        take(work, evidence.add(work, one, form.title.data or ""), form.file.data)
    return one.number


def _new_page(award_number: str, form: ObjectionForm, status: int) -> Page:
    with reading() as work:
        award = queries.award_by_number(work, clean(award_number))
        party, why_not = None, ""
        if current_user.is_authenticated:
            try:
                party = actions.may_object(work, award)
            except MarketError as error:
                why_not = sentence_of(error)
        form.offer(grounds_of(party) if party else Ground)
        draw = work.session.get(Draw, award.draw_id) if award.draw_id is not None else None
        page = render_template(
            "objections/new.html",
            form=form,
            award=award,
            freeze=freeze_of(work, award.id),
            party=party,
            why_not=why_not,
            signed_in=current_user.is_authenticated,
            firm=queries.firm_of_award(work, award),
            need=queries.need_of_award(work, award),
            draw_number=number_of(work, draw) if draw else "",
            earlier=queries.of_award(work, award.id),
            own=queries.raised_by(work, award.id, work.org_id) if party else [],
            accept=files.ACCEPTED,
            rules=regulations.in_force(SUBJECT, work.today),
        )
    return page, status
