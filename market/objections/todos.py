"""What there is to do about objections to results, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.db import UnitOfWork
from market.duties import took
from market.objections import hearing, queries
from market.objections.queries import Row
from market.objections.rules import ObjectionState as S


def _todo(what: str, row: Row) -> Todo:
    return Todo(
        what=what,
        detail=f"{row.one.number} {row.need.title}",
        url=url_for("objections.show", number=row.one.number),
        due_at=row.one.due_at,
        urgency="soon",
    )


def for_sides(work: UnitOfWork) -> list[Todo]:
    """Answers that the objector has to accept or complain about, and objections to own awards."""
    if work.actor.org_id is None:
        return []
    found = [
        _todo(gettext("接受对异议的答复，或者投诉"), row)
        for row in queries.mine_in(work, S.ANSWERED)
    ]
    found += [
        _todo(gettext("运营机构逾期未答复异议，可以直接投诉"), row)
        for row in queries.mine_in(work, S.OPEN)
        if row.one.due_at is not None and row.one.due_at <= work.now
    ]
    found += [
        Todo(
            what=gettext("决定之前，对异议的处理意见陈述意见"),
            detail=f"{row.one.number} {row.need.title}",
            url=url_for("objections.show", number=row.one.number),
            due_at=at,
            urgency="soon",
        )
        for row, at in hearing.to_speak(work)
    ]
    return found + [
        Todo(
            what=gettext("中选结果有异议，请查看办理情况"),
            detail=f"{row.one.number} {row.need.title}",
            url=url_for("objections.show", number=row.one.number),
        )
        for row in queries.against(work)
    ]


def for_operator(work: UnitOfWork) -> list[Todo]:
    """Objections that wait for their answer, and complaints that an authority lets lie."""
    found = [_todo(gettext("答复中选结果异议"), row) for row in queries.in_state(work, S.OPEN)]
    return found + [
        _todo(gettext("催办：主管部门逾期未办理投诉"), row)
        for row in queries.late_at_authorities(work)
    ]


def for_supervisor(work: UnitOfWork) -> list[Todo]:
    """Complaints that an authority lets lie."""
    return [
        _todo(gettext("督办：主管部门逾期未办理投诉"), row)
        for row in queries.late_at_authorities(work)
    ]


def for_officer(work: UnitOfWork) -> list[Todo]:
    """Complaints to take up, and to examine."""
    words = {
        S.COMPLAINED: gettext("受理对中选结果的投诉"),
        S.EXAMINING: gettext("对投诉提出处理意见"),
    }
    return [_todo(words[row.one.state], row) for row in queries.in_state(work, *words)]


def for_decider(work: UnitOfWork) -> list[Todo]:
    """What was proposed by another person and waits for the decision."""
    waiting = gettext("当事方陈述期内，期满后对中选结果异议作出决定")
    return [
        _todo(
            waiting if hearing.waits(work, row.one) else gettext("对中选结果异议作出决定"),
            row,
        )
        for row in queries.in_state(work, S.PROPOSED)
        if not took(work, row.one.proposed_by_id)
    ]
