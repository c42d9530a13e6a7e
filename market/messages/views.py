"""Messages on the web: the inbox, how one wants them, and the notices on every page."""

from dataclasses import dataclass

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from market.access import Permission, requires
from market.accounts import handover_told, todo
from market.errors import msgid
from market.messages import own, queries, todos, views_operator
from market.messages.accounts import tell_of_account
from market.messages.forms import SettingsForm
from market.messages.gateways import gateways
from market.messages.model import Delivery, Message
from market.messages.rules import Channel, Group
from market.messages.spreading import OUTSIDE
from market.messages.words import said
from market.web.deeds import NUMBER, Page, done, reading
from market.web.language import language, local_path
from market.web.lists import Pages
from market.web.work import installation, request_work

bp = Blueprint("messages", __name__, url_prefix="/messages")
_ONE = f"/<{NUMBER}:delivery_id>"


def init_app(app: Flask) -> None:
    """Register the pages, the number in the header, the notices and the operator's duties."""
    app.register_blueprint(bp)
    app.register_blueprint(views_operator.bp)
    handover_told.listen(tell_of_account)
    todo.provide(Permission.MESSAGE_MANAGE, todos.for_operator)
    todo.link(Permission.WORKBENCH_OPEN, msgid("消息"), "messages.inbox")
    todo.link(Permission.MESSAGE_MANAGE, msgid("消息发送记录"), "messages_operator.sent")
    todo.link(Permission.MESSAGE_MANAGE, msgid("网站公告"), "messages_operator.banners")

    @app.context_processor
    def frame() -> dict[str, object]:
        with reading() as work:
            mine = work.actor.user_id is not None and current_user.is_authenticated
            shown = queries.banners_now(work)
            english = language() == "en"
            return {
                "unread_messages": queries.inbox_count(work, unread=True) if mine else 0,
                "banners": [row.words_en if english else row.words_zh for row in shown],
            }


@dataclass(frozen=True, slots=True)
class Row:
    """One message as the inbox shows it, in the reader's language."""

    delivery: Delivery
    message: Message
    subject: str
    body: str


def _row(delivery: Delivery, message: Message) -> Row:
    words = said(message, language())
    return Row(delivery, message, words.subject, words.body)


@bp.get("")
@requires(Permission.WORKBENCH_OPEN)
def inbox() -> str:
    """List the reader's messages, the newest first."""
    unread = request.args.get("unread") == "1"
    with reading() as work:
        counts = {one: queries.inbox_count(work, unread=one) for one in (False, True)}
        pages = Pages.of(counts[unread])
        found = queries.inbox(work, unread=unread, limit=pages.rows, offset=pages.offset)
    rows = [_row(*one) for one in found]
    return render_template(
        "messages/inbox.html", rows=rows, pages=pages, counts=counts, unread=unread
    )


@bp.get(_ONE)
@requires(Permission.WORKBENCH_OPEN)
def show(delivery_id: int) -> str:
    """Show one message."""
    with reading() as work:
        row = _row(*queries.own(work, delivery_id))
    return render_template("messages/show.html", row=row)


@bp.post(f"{_ONE}/open")
@requires(Permission.WORKBENCH_OPEN)
def open_one(delivery_id: int) -> Response:
    """Mark a message as read and go to the page it is about."""
    with request_work() as work:
        path = own.mark_read(work, delivery_id)
    there = local_path(path) if path else url_for("messages.show", delivery_id=delivery_id)
    return redirect(there, code=303)


@bp.post("/read")
@requires(Permission.WORKBENCH_OPEN)
def read_all() -> Response:
    """Mark all of the reader's messages as read."""
    with request_work() as work:
        own.mark_all_read(work)
    flash(gettext("消息已全部标为已读。"), "success")
    return redirect(url_for("messages.inbox"), code=303)


@bp.route("/settings", methods=["GET", "POST"])
@requires(Permission.WORKBENCH_OPEN)
def settings() -> Page:
    """Let the reader say where and how messages reach them."""
    form = SettingsForm()
    with reading() as work:
        address = queries.address_of(work, work.user_id)
        on = queries.switched_on(work, work.user_id)
    if not form.is_submitted():
        form.process(obj=address)
    else:
        on = _switched_on()
    status = done(
        form,
        lambda work: own.choose(
            work,
            email=form.email.data or "",
            phone=form.phone.data or "",
            language=form.language.data or "zh",
            on=on,
        ),
    )
    if status is None:
        flash(gettext("接收设置已保存。"), "success")
        return redirect(url_for("messages.settings"), code=303)
    return (
        render_template(
            "messages/settings.html",
            form=form,
            groups=list(Group),
            channels=OUTSIDE,
            on=on,
            working=set(gateways(installation().config)),
        ),
        status.value,
    )


def _switched_on() -> frozenset[tuple[Channel, Group]]:
    sent = set(request.form.getlist("on"))
    return frozenset((c, g) for c in OUTSIDE for g in Group if f"{c}:{g}" in sent)
