"""What the operator sees of messages: what was sent to whom with what result; notices on pages."""

from datetime import date
from typing import cast

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from market.access import OrgKind, Permission, requires
from market.db import UnitOfWork
from market.duties import took
from market.messages import operating, queries
from market.messages.forms import EVERYBODY, BannerForm
from market.messages.gateways import gateways
from market.messages.rules import Channel, DeliveryState
from market.messages.spreading import OUTSIDE
from market.messages.words import said
from market.web.deeds import NUMBER, Page, done, reading
from market.web.language import language
from market.web.lists import Pages, one_asked, words_asked
from market.web.work import installation, request_work

bp = Blueprint("messages_operator", __name__, url_prefix="/messages")


@bp.get("/sent")
@requires(Permission.MESSAGE_MANAGE)
def sent() -> str:
    """List what was sent to whom, when, on which channel and with what result."""
    asked = queries.Asked(
        channel=one_asked(Channel, "channel"),
        state=one_asked(DeliveryState, "state"),
        words=words_asked(),
    )
    with reading() as work:
        pages = Pages.of(queries.sent_count(work, asked))
        rows = queries.sent(work, asked, limit=pages.rows, offset=pages.offset)
        counts = queries.outside_counts(work)
    failed = sum(n for (_, state), n in counts.items() if state is DeliveryState.FAILED)
    return render_template(
        "messages/sent.html",
        rows=[(row, said(row.message, language()).subject) for row in rows],
        pages=pages,
        asked=asked,
        ways=[
            (way, way in gateways(installation().config), _waiting(counts, way)) for way in OUTSIDE
        ],
        failed=failed,
        channels=list(Channel),
        states=list(DeliveryState),
        may_retry=(DeliveryState.FAILED, DeliveryState.DROPPED),
    )


def _waiting(counts: queries.Counts, way: Channel) -> int:
    return sum(counts.get((way, state), 0) for state in queries.WAITING)


@bp.post(f"/sent/<{NUMBER}:delivery_id>/retry")
@requires(Permission.MESSAGE_MANAGE)
def retry(delivery_id: int) -> Response:
    """Send a delivery again that was given up."""
    with request_work() as work:
        operating.retry(work, delivery_id)
    flash(gettext("已重新排队，稍后发送。"), "success")
    return redirect(url_for("messages_operator.sent"), code=303)


@bp.post("/sent/retry")
@requires(Permission.MESSAGE_MANAGE)
def retry_failed() -> Response:
    """Send everything again that was given up."""
    with request_work() as work:
        count = operating.retry_failed(work)
    words = gettext("%(count)s 条消息已重新排队。", count=count)
    flash(words, "success")
    return redirect(url_for("messages_operator.sent"), code=303)


@bp.route("/banners", methods=["GET", "POST"])
@requires(Permission.MESSAGE_MANAGE)
def banners() -> Page:
    """List the notices on the pages, and write one."""
    form = BannerForm()
    form.offer()
    status = done(form, lambda work: _publish(work, form))
    if status is None:
        flash(gettext("公告已拟写，经另一名同事复核后显示。"), "success")
        return redirect(url_for("messages_operator.banners"), code=303)
    with reading() as work:
        pages = Pages.of(queries.banner_count(work))
        rows = queries.banners(work, limit=pages.rows, offset=pages.offset)
        names = queries.publishers(work, rows)
        mine = {row.id for row in rows if took(work, row.published_by_id)}
    page = render_template(
        "messages/banners.html", form=form, rows=rows, pages=pages, names=names, mine=mine
    )
    return page, status.value


def _publish(work: UnitOfWork, form: BannerForm) -> None:
    audience = form.audience.data
    operating.publish_banner(
        work,
        words_zh=form.words_zh.data or "",
        words_en=form.words_en.data or "",
        audience=None if audience == EVERYBODY else OrgKind(audience),
        starts_on=cast("date", form.starts_on.data),
        ends_on=cast("date", form.ends_on.data),
    )


@bp.post(f"/banners/<{NUMBER}:banner_id>/confirm")
@requires(Permission.MESSAGE_MANAGE)
def confirm_banner(banner_id: int) -> Response:
    """Put a notice on the pages that a colleague wrote."""
    with request_work() as work:
        operating.confirm_banner(work, banner_id)
    flash(gettext("已复核，公告按期显示，全文已写入公开日志。"), "success")
    return redirect(url_for("messages_operator.banners"), code=303)


@bp.post(f"/banners/<{NUMBER}:banner_id>/withdraw")
@requires(Permission.MESSAGE_MANAGE)
def withdraw_banner(banner_id: int) -> Response:
    """Take a notice off the pages."""
    with request_work() as work:
        operating.withdraw_banner(work, banner_id)
    flash(gettext("公告已撤下。"), "success")
    return redirect(url_for("messages_operator.banners"), code=303)
