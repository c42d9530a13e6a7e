"""What a firm reads of another's blacklisting that reaches it, and how it objects."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext

from market import regulations
from market.access import Permission, requires
from market.affiliations import actions, queries
from market.affiliations.forms import SanctionObjectionForm
from market.affiliations.profiles import SUBJECT
from market.affiliations.sanctions.queries import reaching_of
from market.db import UnitOfWork
from market.firms import queries as firms
from market.web.addresses import clean
from market.web.deeds import Page, done, reading


def register(bp: Blueprint) -> None:
    """Add the page to the blueprint of affiliations."""
    bp.add_url_rule(
        "/own/sanctions/<sanction>", "object_to_sanction", object_to, methods=["GET", "POST"]
    )


@requires(Permission.FIRM_EDIT)
def object_to(sanction: str) -> Page:
    """Show a firm why another's blacklisting bars it, and let it say that it is no affiliate."""
    form = SanctionObjectionForm()
    with reading() as work:
        firm = firms.own(work)
        reached = reaching_of(work, firm, clean(sanction))
        pending = queries.open_objection(work, firm, reached.measure.case_number)
        last = queries.last_about(work, firm, reached.measure.case_number)
        rules = regulations.in_force(SUBJECT, work.today)
    status = done(form, lambda work: _object(work, sanction, form))
    if status is None:
        flash(gettext("异议已提交。采纳前仍受限制；采纳后立即解除。"), "success")
        return redirect(url_for("affiliations.own"), code=303)
    page = render_template(
        "affiliations/sanction.html",
        form=form,
        reached=reached,
        pending=pending,
        last=last,
        rules=rules,
    )
    return page, status


def _object(work: UnitOfWork, sanction: str, form: SanctionObjectionForm) -> None:
    firm = firms.own(work)
    case_number = reaching_of(work, firm, sanction).measure.case_number
    new = actions.NewFacts(text=form.new_facts.data or "", on=form.new_on.data)
    actions.object_to(work, firm, form.text.data or "", case_number=case_number, new=new)
