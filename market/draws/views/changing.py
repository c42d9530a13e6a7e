"""The operator carries an approved change of a notice out: the old draw ends here."""

from flask import flash, redirect, url_for
from flask_babel import gettext

from market import log
from market.access import Permission, requires
from market.db import UnitOfWork
from market.draws import actions
from market.draws.views.blueprint import NEED, bp
from market.needs import queries as needs
from market.needs.views.changes import changes_page
from market.web.deeds import Page, done
from market.web.forms import MarketForm
from market.web.work import installation


@bp.post(f"/change/{NEED}/<int:change_id>")
@requires(Permission.NEED_CHECK)
def change_notice(need_id: int, change_id: int) -> Page:
    """Call the old draw off and send the changed need to the operator's check."""
    form = MarketForm()
    refused = done(form, lambda work: _change(work, need_id, change_id))
    if refused is not None:
        return changes_page(need_id, form, refused)
    log.sequence(installation())
    words = gettext("原公告已终止。请核对变更后的需求，发布新公告；公告期重新计算。")
    flash(words, "success")
    return redirect(url_for("needs.check", need_id=need_id), code=303)


def _change(work: UnitOfWork, need_id: int, change_id: int) -> None:
    actions.change_notice(work, needs.to_check(work, need_id), change_id)
