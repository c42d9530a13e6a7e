"""What there is to do about complaints, as the workbench lists it."""

from collections.abc import Iterable

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.complaints import queries
from market.complaints.model import Complaint
from market.complaints.rules import AbuseState
from market.complaints.rules import ComplaintState as S
from market.db import UnitOfWork
from market.duties import took
from market.labels import label_of
from market.web.work import installation


def _todo(what: str, one: Complaint) -> Todo:
    return Todo(
        what=what,
        detail=f"{one.number} {gettext(label_of(one.matter).text)}",
        url=url_for("complaints.show", number=one.number),
        due_at=one.due_at,
        urgency="soon",
    )


def for_sides(work: UnitOfWork) -> list[Todo]:
    """Complaints to reply to, and findings about one's own."""
    found = [each for one in queries.against_list(work) for each in _to_say(work, one)]
    for one in queries.own_list(work, installation().keys):
        row = queries.abuse_of(work, one)
        if row is not None and row.state is AbuseState.PROPOSED and work.now < row.reply_by_at:
            found.append(
                Todo(
                    what=gettext("对拟认定恶意投诉作出说明"),
                    detail=one.number,
                    url=url_for("complaints.show", number=one.number),
                    due_at=row.reply_by_at,
                    urgency="soon",
                )
            )
    return found


def _to_say(work: UnitOfWork, one: Complaint) -> list[Todo]:
    """Return what the actor's organisation may still say to a complaint."""
    if one.respondent_org_id == work.actor.org_id:
        what, by_at, said_at = gettext("对投诉作出说明"), one.reply_by_at, one.replied_at
    else:
        what = gettext("对涉及中选结果的投诉陈述意见")
        by_at, said_at = one.party_by_at, one.party_said_at
    if one.state is not S.ACCEPTED or said_at is not None or by_at is None or work.now >= by_at:
        return []
    url = url_for("complaints.show", number=one.number)
    return [Todo(what=what, detail=one.number, url=url, due_at=by_at, urgency="soon")]


def for_handler(work: UnitOfWork) -> list[Todo]:
    """Complaints to accept, and to examine."""
    words = {S.RECEIVED: gettext("决定是否受理投诉"), S.ACCEPTED: gettext("办理投诉")}
    return [_todo(words[one.state], one) for one in queries.handled_list(work, *words)]


def for_decider(work: UnitOfWork) -> list[Todo]:
    """What another person proposed, about a complaint and about a malicious one."""
    found = [
        _todo(gettext("对投诉作出决定"), one)
        for one in queries.handled_list(work, S.PROPOSED)
        if not took(work, one.proposed_by_id)
    ]
    found += [
        _todo(gettext("决定是否同意不予受理投诉"), one)
        for one in queries.handled_list(work, S.REFUSING)
        if not took(work, one.proposed_by_id)
    ]
    return found + [
        _todo(gettext("决定是否认定恶意投诉"), one)
        for row, one in queries.abuses(work)
        if row.state in queries.OPEN_ABUSE
        and not took(work, row.proposed_by_id)
        and (row.state is AbuseState.REPLIED or work.now >= row.reply_by_at)
    ]


def for_operator(work: UnitOfWork) -> list[Todo]:
    """Complaints that nobody looks after, and those that an authority lets lie."""
    assigned = [_todo(gettext("把投诉分办到主管部门"), one) for one in queries.to_assign(work)]
    return assigned + _late(gettext("催办：投诉办理逾期"), queries.late(work))


def for_supervisor(work: UnitOfWork) -> list[Todo]:
    """Complaints about an office that nobody handles yet, and those that an authority lets lie."""
    assigned = [_todo(gettext("把投诉分办到办理机关"), one) for one in queries.to_assign(work)]
    return assigned + _late(gettext("督办：投诉办理逾期"), queries.late(work))


def _late(what: str, rows: Iterable[Complaint]) -> list[Todo]:
    return [
        Todo(
            what=what,
            detail=one.number,
            url=url_for("complaints.desk"),
            due_at=one.due_at,
            urgency="late",
        )
        for one in rows
    ]
