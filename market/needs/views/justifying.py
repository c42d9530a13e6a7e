"""Explaining in public what a check has found."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from market.access import Permission, requires
from market.db import UnitOfWork
from market.needs import actions, queries
from market.needs.checks.actions import justify as write_down
from market.needs.forms import DeedForm, JustifyForm, ReasonForm
from market.needs.views.blueprint import ONE, bp
from market.needs.views.own import own_page
from market.web.deeds import Page, done, sent_version

KEY_LENGTH = 64


@bp.post(f"{ONE}/justify")
@requires(Permission.NEED_POST)
def justify(need_id: int) -> Page:
    """Keep why a finding stays; the notice will show it to everybody."""
    key = request.form.get("key", "")[:KEY_LENGTH]
    form = JustifyForm.about(key, sent=True)
    refused = done(form, lambda work: _justify(work, need_id, key, form))
    if refused is None:
        flash(gettext("说明已保存，将随公告公开。"), "success")
        return redirect(url_for("needs.show_own", need_id=need_id, _anchor="checks"), code=303)
    return own_page(need_id, DeedForm(formdata=None), ReasonForm(formdata=None), refused, form)


def _justify(work: UnitOfWork, need_id: int, key: str, form: JustifyForm) -> None:
    need = queries.own(work, need_id)
    actions.unchanged_since(need, sent_version())
    write_down(work, need, key, form.text.data or "")
