"""What there is to do with documents and owners, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.db import UnitOfWork
from market.documents import queries, queries_owners
from market.documents.owner_rules import OwnerState
from market.documents.rules import DocState
from market.labels import label_of


def for_checker(work: UnitOfWork) -> list[Todo]:
    """Documents that wait."""
    rows = queries.waiting(work)
    if not rows:
        return []
    names = "、".join(list(dict.fromkeys(one.name for _, _, one in rows))[:3])
    return [
        Todo(
            what=gettext("核对上传的材料"),
            detail=names,
            url=url_for("documents.checks"),
            count=len(rows),
        )
    ]


def for_operator(work: UnitOfWork) -> list[Todo]:
    """Owners that registered themselves."""
    return [
        Todo(
            what=gettext("核对业主登记"),
            detail=organisation.name,
            url=url_for("documents.check_owner", organisation_id=organisation.id),
            due_at=row.check_due_at,
        )
        for row, organisation in queries_owners.to_check(work)
    ]


def for_uploader(work: UnitOfWork) -> list[Todo]:
    """Documents of one's own that were refused."""
    return [
        Todo(
            what=gettext("更换被退回的材料"),
            detail=f"{gettext(label_of(row.kind).text)}：{row.reason}",
            url=url_for("documents.show", document_id=row.id),
            urgency="soon",
        )
        for row in queries.current_of(work, work.org_id).values()
        if row.state is DocState.REJECTED
    ]


def for_owner(work: UnitOfWork) -> list[Todo]:
    """One's own registration, while it is the owner's turn."""
    row = queries_owners.registration(work, work.org_id)
    if row is None or row.state in {OwnerState.SUBMITTED, OwnerState.CHECKED}:
        return []
    is_returned = row.state is OwnerState.RETURNED
    return [
        Todo(
            what=gettext("补正单位登记") if is_returned else gettext("完成单位登记"),
            detail=gettext("运营机构核对通过后才能发布采购需求。"),
            url=url_for("documents.own_owner"),
            urgency="soon",
        )
    ]
