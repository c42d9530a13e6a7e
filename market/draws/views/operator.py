"""The operator's page on which a notice is published."""

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from market import log
from market.access import Permission, requires
from market.clock import beijing_day
from market.db import UnitOfWork
from market.draws import actions, queries
from market.draws.actions.publishing import issues_of
from market.draws.forms import IssueForm
from market.draws.rules import DrawMode
from market.draws.views.blueprint import NEED, bp
from market.errors import MarketError
from market.needs import actions as needs
from market.needs import queries as need_queries
from market.needs.limits import agreed_timetable
from market.needs.model import Need
from market.needs.rules import NeedState
from market.web.deeds import Page, done, reading
from market.web.forms import MarketForm
from market.web.work import installation


@bp.get(f"/publish/{NEED}")
@requires(Permission.NEED_CHECK)
def publish_form(need_id: int) -> Page:
    """Ask for the issue of a public lottery before anything is decided; mode B needs one."""
    if not _asks_issue(need_id):
        return redirect(url_for("needs.check", need_id=need_id), code=303)
    return _publish_page(need_id, IssueForm(formdata=None))


@bp.post(f"/publish/{NEED}")
@requires(Permission.NEED_CHECK)
def publish(need_id: int) -> Page:
    """Publish the notice of a checked need; everything about its draw is fixed here."""
    form = IssueForm() if _asks_issue(need_id) else MarketForm()
    published: list[str] = []
    refused = done(form, lambda work: published.append(_publish(work, need_id, form)))
    if refused is not None:
        return _publish_page(need_id, form), refused
    log.sequence(installation())
    flash(gettext("公告已发布，摇号的规则、随机源和时间已经定死。"), "success")
    return redirect(url_for("draws.show", number=published[0]), code=303)


def _asks_issue(need_id: int) -> bool:
    with reading() as work:
        need = need_queries.to_check(work, need_id)
        return need.mode == DrawMode.B and need.state is NeedState.CHECK


def _publish(work: UnitOfWork, need_id: int, form: MarketForm) -> str:
    need = need_queries.to_check(work, need_id)
    needs.unchanged_since(need, request.form.get("version", type=int))
    issue = form.issue.data if isinstance(form, IssueForm) else None
    return queries.number_of(work, actions.publish(work, installation(), need, issue=issue))


def _publish_page(need_id: int, form: MarketForm) -> str:
    """Ask for the issue, beside the instant that it must not precede; or say what is wrong."""
    with reading() as work:
        need = need_queries.to_check(work, need_id)
        asks = isinstance(form, IssueForm)
        phi_at = _phi_at(work, need) if asks else None
        issues = issues_of(phi_at) if phi_at else None
        return render_template(
            "draws/publish.html",
            need=need,
            asks_issue=asks,
            phi_at=phi_at,
            year=beijing_day(phi_at).year if phi_at else None,
            issues=issues,
            version=request.values.get("version", need.version),
            form=form,
        )


def _phi_at(work: UnitOfWork, need: Need) -> datetime | None:
    """Return when the value would be drawn if the notice were published now."""
    try:
        return agreed_timetable(work.now, need.ceiling_fen, None, need.mode, need.method).phi_at
    except MarketError:
        return None  # The check page says why, and nothing can be published.
