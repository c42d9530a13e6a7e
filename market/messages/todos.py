"""What the operator has to do about messages that do not go out, and notices to confirm."""

from datetime import timedelta
from typing import Final

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.db import UnitOfWork
from market.messages import queries
from market.messages.rules import DeliveryState

# Platform default: so long after it was due, something is wrong with the worker or a gateway.
LATE_AFTER: Final = timedelta(minutes=30)


def for_operator(work: UnitOfWork) -> list[Todo]:
    """Messages that were given up, messages that wait although they are due, and notices."""
    found = []
    if count := queries.banners_to_confirm(work):
        found.append(
            Todo(
                what=gettext("复核网站公告"),
                detail=gettext("同事拟写的公告，经另一人复核后才显示。"),
                url=url_for("messages_operator.banners"),
                urgency="soon",
                count=count,
            )
        )
    if count := queries.failed(work):
        found.append(
            Todo(
                what=gettext("处理发送失败的消息"),
                detail=gettext("邮件或者短信多次发送不成，已停止重试。"),
                url=url_for("messages_operator.sent", state=DeliveryState.FAILED.value),
                urgency="soon",
                count=count,
            )
        )
    if since := queries.late_since(work, work.now - LATE_AFTER):
        found.append(
            Todo(
                what=gettext("查看迟迟没有发出的消息"),
                detail=gettext("请检查后台任务和发送通道。"),
                url=url_for("messages_operator.sent", state=DeliveryState.QUEUED.value),
                due_at=since + LATE_AFTER,
                urgency="late",
            )
        )
    return found
