"""What there is to do about affiliations, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market import regulations
from market.accounts.todo import Todo
from market.affiliations import queries
from market.affiliations.links import queries as links
from market.affiliations.links.rules import LinkState
from market.affiliations.profiles import SUBJECT
from market.affiliations.rules import NEVER, UNANSWERED, GroupState
from market.affiliations.sanctions import queries as sanctions
from market.db import UnitOfWork
from market.duties import took
from market.firms import queries as firms
from market.firms.model import Firm
from market.firms.rules import FirmState
from market.labels import label_of


def for_firm(work: UnitOfWork) -> list[Todo]:
    """Cases the firm may still speak in, and a declaration that is missing."""
    firm = firms.of_org_or_none(work, work.org_id)
    if firm is None:
        return []
    found = [
        Todo(
            what=gettext("对拟认定的关联组陈述意见"),
            detail=f"{row.group.number} {gettext(label_of(row.group.ground).text)}",
            url=url_for("affiliations.case", number=row.group.number),
            due_at=row.group.state_by_at,
            urgency="soon",
        )
        for row in queries.cases_of_firm(work, firm)
        if row.group.state is GroupState.HEARING
        and work.now < row.group.state_by_at
        and queries.member(work, row.group, firm).stated_at is None
    ]
    return found + _put_to(work, firm) + _undeclared(work, firm)


def _put_to(work: UnitOfWork, firm: Firm) -> list[Todo]:
    return [
        Todo(
            what=gettext("确认或者否认其他机构申报的关联关系"),
            detail=f"{row.link.number} {row.declarant.name}",
            url=url_for("affiliations.answer_link", link=row.link.number),
            due_at=row.link.answer_by_at,
            urgency="soon",
        )
        for row in links.put_to(work, firm)
        if row.link.state is LinkState.ASKED and work.now < row.link.answer_by_at
    ]


def _undeclared(work: UnitOfWork, firm: Firm) -> list[Todo]:
    asked_from = regulations.in_force(SUBJECT, work.today).text("declaration.required_from")
    if asked_from == NEVER or firm.state is not FirmState.LISTED:
        return []
    if queries.declaration_of(work, firm.id) is not None:
        return []
    return [
        Todo(
            what=gettext("申报关联关系"),
            detail=gettext("%(day)s 起发布的公告，没有申报的不能报名", day=asked_from),
            url=url_for("affiliations.declare"),
        )
    ]


def for_operator(work: UnitOfWork) -> list[Todo]:
    """Objections without an answer, and cases that were heard and that another person opened."""
    found = [
        Todo(
            what=gettext("答复关联组或回避的异议"),
            detail=f"{one.number} {firm.name}",
            url=url_for("affiliations.answer", objection=one.number),
            due_at=one.answer_by_at,
            urgency="soon",
        )
        for one, firm in queries.objections(work, *UNANSWERED)
        if not took(work, one.proposed_by_id)
    ]
    found += [
        Todo(
            what=gettext("核查被否认或者没有答复的关联申报"),
            detail=f"{row.link.number} {row.declarant.name}、{row.other.name}",
            url=url_for("affiliations.desk"),
        )
        for row in links.to_look_at(work)
    ]
    found += [
        Todo(
            what=gettext("核查受限期间撤回的关联申报"),
            detail=firm.name,
            url=url_for("affiliations.desk"),
        )
        for firm in sanctions.taken_back(work)
    ]
    return found + [
        Todo(
            what=gettext("决定是否认定关联组"),
            detail=f"{row.group.number} {'、'.join(firm.name for firm in row.firms)}",
            url=url_for("affiliations.decide", number=row.group.number),
        )
        for row in queries.to_decide(work)
    ]
