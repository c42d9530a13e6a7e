"""The templates of progress reports on the web: written by one operator, published by another."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from market.access import Permission, requires
from market.catalogue import queries as catalogue
from market.catalogue.contract_texts.forms import TextDecisionForm
from market.catalogue.contract_texts.rules import TextMove, TextState
from market.catalogue.report_templates import actions, queries
from market.catalogue.report_templates.forms import TemplateForm
from market.catalogue.report_templates.model import ReportTemplate
from market.catalogue.report_templates.shipped import shipped_for
from market.db import UnitOfWork
from market.duties import took
from market.web.deeds import NUMBER, Page, as_seen, done, reading, seen_version

bp = Blueprint("report_templates", __name__, url_prefix="/report-templates")

MOVES: Final[Mapping[TextState, tuple[TextMove, ...]]] = MappingProxyType(
    {
        TextState.PROPOSED: (TextMove.CONFIRM, TextMove.REFUSE),
        TextState.IN_FORCE: (TextMove.END,),
    }
)
_DEEDS: Final[Mapping[TextMove, Callable[[UnitOfWork, ReportTemplate, str], None]]] = (
    MappingProxyType(
        {
            TextMove.CONFIRM: lambda work, row, _words: actions.confirm(work, row),
            TextMove.REFUSE: actions.refuse,
            TextMove.END: actions.end,
        }
    )
)


@bp.get("/desk")
@requires(Permission.CATALOGUE_KEEP)
def desk() -> Page:
    """List every template of the city with its state."""
    with reading() as work:
        return render_template(
            "catalogue/report_templates.html",
            rows=queries.everything(work),
            names={item.code: item.name_zh for item in catalogue.all_items(work.today)},
        )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.CATALOGUE_KEEP)
def write() -> Page:
    """Write a template, for a colleague to check and publish; begin with what is asked for now."""
    form = TemplateForm()
    asked = request.args.get("item", "")
    with reading() as work:
        items = catalogue.all_items(work.today)
        form.offer(items)
        if not form.is_submitted() and asked in {item.code for item in items}:
            form.item_code.data = asked
            form.text.data = queries.asked_for(work, asked).text
    status = done(form, lambda work: actions.propose(work, form.facts()))
    if status is None:
        flash(gettext("已提交，由同事复核后发布。"), "success")
        return redirect(url_for("report_templates.desk"), code=303)
    return render_template("catalogue/report_template_new.html", form=form), status


@bp.route(f"/<{NUMBER}:template_id>/decision", methods=["GET", "POST"])
@requires(Permission.CATALOGUE_KEEP)
def decide(template_id: int) -> Page:
    """Publish or refuse what a colleague wrote, or go back to the platform's text."""
    form = TextDecisionForm()
    with reading() as work:
        form.offer(MOVES.get(queries.by_id(work, template_id).state, ()))

    def deed(work: UnitOfWork) -> None:
        row = queries.by_id(work, template_id)
        as_seen(row.version)
        _DEEDS[TextMove(form.move.data)](work, row, form.words.data or "")

    status = done(form, deed)
    if status is None:
        flash(gettext("已办理并记入公开日志。"), "success")
        return redirect(url_for("report_templates.desk"), code=303)
    with reading() as work:
        row = queries.by_id(work, template_id)
        return render_template(
            "catalogue/report_template_decision.html",
            form=form,
            row=row,
            item=catalogue.item(row.item_code, work.today),
            asked=queries.asked_for(work, row.item_code),
            shipped=shipped_for(row.item_code),
            digest=queries.digest_of(row),
            mine=row.state is TextState.PROPOSED and took(work, row.proposed_by_id),
            version=seen_version(row.version),
        ), status
