"""The page on which a firm confirms or denies what another declared of it."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext

from market.access import Permission, requires
from market.affiliations import actions
from market.affiliations.forms import LinkForm
from market.affiliations.links import queries
from market.affiliations.links.rules import LinkState
from market.db import UnitOfWork
from market.firms import queries as firms
from market.web.addresses import clean
from market.web.deeds import Page, done, reading


def register(bp: Blueprint) -> None:
    """Add the page to the blueprint of affiliations."""
    bp.add_url_rule("/own/links/<link>", "answer_link", answer_link, methods=["GET", "POST"])


@requires(Permission.FIRM_EDIT)
def answer_link(link: str) -> Page:
    """Show a firm what another declared of it, and take its answer."""
    form = LinkForm()
    with reading() as work:
        one = queries.own(work, clean(link))
        declarant = firms.firm_by_id(work, one.declarant_id)
    status = done(form, lambda work: _answer(work, link, form))
    if status is None:
        flash(gettext("已答复。"), "success")
        return redirect(url_for("affiliations.own"), code=303)
    page = render_template(
        "affiliations/link.html",
        form=form,
        one=one,
        declarant=declarant,
        is_open=one.state is LinkState.ASKED,
    )
    return page, status


def _answer(work: UnitOfWork, number: str, form: LinkForm) -> None:
    confirm = form.outcome.data == "confirm"
    actions.answer_link(work, queries.own(work, number), confirm=confirm, text=form.text.data or "")
