"""Joining small drafts of one item into one need, and pricing its parts."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from market.access import Permission, requires
from market.db import UnitOfWork
from market.errors import MissingError
from market.needs import queries
from market.needs.actions import EDITABLE, unchanged_since
from market.needs.bundling import actions
from market.needs.bundling import queries as bundles
from market.needs.bundling.forms import BundleForm, PartsForm, words_for
from market.needs.views.blueprint import ONE, bp
from market.web.deeds import Page, done, reading, seen_version, sent_version


@bp.route("/bundle", methods=["GET", "POST"])
@requires(Permission.NEED_POST)
def bundle() -> Page:
    """Join drafts of one item into one need."""
    form = BundleForm()
    made: list[int] = []
    status = HTTPStatus.OK
    if request.method == "POST":
        refused = done(form, lambda work: made.append(_bundle(work, form)))
        if refused is None:
            flash(gettext("已打包为一条需求草稿，请核对后提交审批。"), "success")
            return redirect(url_for("needs.show_own", need_id=made[0]), code=303)
        status = refused
    with reading() as work:
        groups = bundles.groups(work)
        asked = request.args.get("item", "")
        code = asked if asked in groups else next(iter(groups), "")
        form.drafts.choices = [(need.id, words_for(need)) for need in groups.get(code, [])]
        page = render_template(
            "needs/bundle.html",
            form=form,
            groups=groups,
            code=code,
        )
    return page, status


def _bundle(work: UnitOfWork, form: BundleForm) -> int:
    return actions.bundle(work, form.drafts.data or [], form.title.data or "").id


@bp.route(f"{ONE}/parts", methods=["GET", "POST"])
@requires(Permission.NEED_POST)
def parts(need_id: int) -> Page:
    """Change what each part of a bundle may cost."""
    form = PartsForm()
    status = HTTPStatus.OK
    if request.method == "POST":
        refused = done(form, lambda work: _price(work, need_id, form))
        if refused is None:
            flash(gettext("各部分上限已更新，合计为服务费上限。"), "success")
            return redirect(url_for("needs.show_own", need_id=need_id), code=303)
        status = refused
    with reading() as work:
        need = queries.own(work, need_id)
        rows = bundles.parts_of(work, need)
        if not rows:
            raise MissingError
        if request.method == "GET":
            form.offer([part.ceiling_fen for part in rows])
        page = render_template(
            "needs/parts.html",
            form=form,
            need=need,
            rows=list(zip(rows, form.ceilings, strict=False)),
            allowed=need.state in EDITABLE,
            version=seen_version(need.version),
        )
    return page, status


def _price(work: UnitOfWork, need_id: int, form: PartsForm) -> None:
    need = queries.own(work, need_id)
    unchanged_since(need, sent_version())
    actions.price_parts(work, need, form.typed_fen())
