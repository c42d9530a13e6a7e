"""What there is to do for needs, as the workbench lists it."""

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.db import UnitOfWork
from market.duties import took
from market.needs import hindrances, queries
from market.needs.changes import queries as changes
from market.needs.changes.rules import ChangeState
from market.needs.limits import due_at
from market.needs.model import Need
from market.needs.questions import queries as questions
from market.needs.rules import NeedState
from market.needs.sketches import actions as sketches
from market.needs.sketches.model import NeedSketch
from market.needs.withdrawals import queries as withdrawals
from market.web.links import link_to


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
    return found + _unfinished(work)


def _unfinished(work: UnitOfWork) -> list[Todo]:
    """Forms left lying; those of withdrawn needs apart, for their needs remind of nothing."""
    withdrawn = sketches.of_withdrawn(work)
    apart = {one.id for one in withdrawn}
    left = [one for one in sketches.own_list(work) if one.id not in apart]
    words = gettext("需求已撤回，未填完的表单可修改后重新提交或作废")
    found = [_forms(gettext("继续填写未填完的需求"), left), _forms(words, withdrawn)]
    return [todo for todo in found if todo.count]


def _forms(words: str, left: Sequence[NeedSketch]) -> Todo:
    titles = "、".join(title for one in left[:3] if (title := sketches.title_of(one)))
    return Todo(words, titles, url_for("needs.mine") + "#unfinished", count=len(left))


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
        if not took(work, *need.written_by_ids)
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


def to_answer(work: UnitOfWork) -> list[Todo]:
    """Questions that the owner has to answer."""
    return [
        Todo(
            gettext("答复对公告的提问"),
            one.need.title,
            url_for("needs.answer", need_id=one.need.id, question_id=one.question.id),
            due_at=one.question.answer_due_at,
        )
        for one in questions.waiting_of_owner(work)
    ]


def changes_to_approve(work: UnitOfWork) -> list[Todo]:
    """Changes of notices to approve, but for one's own."""
    return [
        Todo(gettext("审批公告变更"), need.title, _changes(need), urgency="soon")
        for change, need in changes.waiting(work, ChangeState.PROPOSED)
        if need.owner_org_id == work.actor.org_id and not took(work, change.proposed_by_id)
    ]


def withdrawals_to_decide(work: UnitOfWork) -> list[Todo]:
    """Requests to withdraw a notice, but for one's own: they lapse when enrolment closes."""
    found = []
    for row, need in withdrawals.waiting(work, work.org_id):
        url = link_to("draws.withdraw_need", need.id)
        if url is None or took(work, row.asked_by_id):
            continue
        notice = queries.notice_of(work, need)
        due = notice.enrol_close_at if notice else None
        found.append(Todo(gettext("审批撤回公告"), need.title, url, due_at=due, urgency="soon"))
    return found


def changes_to_check(work: UnitOfWork) -> list[Todo]:
    """Approved changes of notices: they lapse when enrolment closes."""
    found = []
    for _, need in changes.waiting(work, ChangeState.APPROVED):
        notice = queries.notice_of(work, need)
        due = notice.enrol_close_at if notice else None
        found.append(Todo(gettext("办理公告变更"), need.title, _changes(need), due_at=due))
    return found


def _changes(need: Need) -> str:
    return url_for("needs.changes", need_id=need.id)


def to_be_answered(work: UnitOfWork) -> list[Todo]:
    """Questions that wait for their owners: the operator reminds them."""
    return [
        Todo(
            gettext("业主尚未答复提问，请催办"),
            one.need.title,
            url_for("needs.terms") + "#questions",
            due_at=one.question.answer_due_at,
        )
        for one in questions.waiting(work)
    ]


def overdue(work: UnitOfWork) -> list[Todo]:
    """Checks and answers that are late, in one line, for who watches over the terms."""
    late = late_checks(work)
    unanswered = [one for one in questions.waiting(work) if one.question.answer_due_at <= work.now]
    titles = "、".join([need.title for need, _ in late] + [one.need.title for one in unanswered])
    count = len(late) + len(unanswered)
    words = gettext("需求审核或答疑超期")
    url = url_for("needs.terms")
    return [Todo(words, titles[:100], url, urgency="late", count=count)] if count else []


def late_checks(work: UnitOfWork) -> list[tuple[Need, datetime]]:
    """Return the needs whose check by the operator is late, with when it was due."""
    dated = [(need, due_at(need.state, need.state_since)) for need in queries.for_check(work)]
    return [(need, due) for need, due in dated if due is not None and due <= work.now]


def _own(need: Need) -> str:
    return url_for("needs.show_own", need_id=need.id)
