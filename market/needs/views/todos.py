"""What there is to do for needs, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.db import UnitOfWork
from market.needs import hindrances, queries
from market.needs.limits import due_at
from market.needs.model import Need
from market.needs.rules import NeedState


def for_clerk(work: UnitOfWork) -> list[Todo]:
    """Needs sent back, failed needs that may be announced again, and drafts left lying."""
    found = [
        Todo(gettext("修改被退回的需求"), need.title, _own(need), urgency="soon")
        for need in queries.own_in(work, NeedState.RETURNED)
    ]
    found += [_failed(work, need) for need in queries.own_in(work, NeedState.FAILED)]
    if drafts := queries.own_in(work, NeedState.DRAFT):
        found.append(
            Todo(
                gettext("完成并提交需求草稿"),
                "、".join(need.title for need in drafts[:3]),
                url_for("needs.mine", state=NeedState.DRAFT.value),
                count=len(drafts),
            )
        )
    return found


def _failed(work: UnitOfWork, need: Need) -> Todo:
    if hindrances.of_again(work, need):
        return Todo(gettext("查看流标原因，照此另建一条需求"), need.title, _own(need))
    return Todo(
        gettext("查看流标原因，决定是否再次公告"),
        need.title,
        url_for("needs.renotice", need_id=need.id),
    )


def for_approver(work: UnitOfWork) -> list[Todo]:
    """Needs to approve, but for one's own."""
    return [
        Todo(
            gettext("审批采购需求"),
            need.title,
            _own(need),
            due_at=due_at(need.state, need.state_since),
        )
        for need in queries.own_in(work, NeedState.APPROVAL)
        if work.user_id not in {need.posted_by_id, need.submitted_by_id}
    ]


def for_operator(work: UnitOfWork) -> list[Todo]:
    """Needs to check and publish."""
    return [
        Todo(
            gettext("审核采购需求"),
            need.title,
            url_for("needs.check", need_id=need.id),
            due_at=due_at(need.state, need.state_since),
        )
        for need in queries.for_check(work)
    ]


def _own(need: Need) -> str:
    return url_for("needs.show_own", need_id=need.id)
