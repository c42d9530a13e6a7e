"""What there is to do with documents and owners, as the workbench lists it."""

from typing import Final

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.db import UnitOfWork
from market.documents import queries, queries_owners
from market.documents.owner_rules import OwnerState
from market.documents.rules import DocState
from market.labels import label_of

ONE_BY_ONE: Final = 20


def for_checker(work: UnitOfWork) -> list[Todo]:
    """Documents that wait."""
    rows = queries.waiting(work, limit=3)
    if not rows:
        return []
    names = "、".join(dict.fromkeys(one.name for _, _, one in rows))
    return [
        Todo(
            what=gettext("核对上传的材料"),
            detail=names,
            url=url_for("documents.checks"),
            count=queries.count_waiting(work),
        )
    ]


def for_operator(work: UnitOfWork) -> list[Todo]:
    """Owners that registered themselves: the most urgent one by one, the others in one line."""
    found = [
        Todo(
            what=gettext("核对业主登记"),
            detail=organisation.name,
            url=url_for("documents.check_owner", organisation_id=organisation.id),
            due_at=row.check_due_at,
        )
        for row, organisation in queries_owners.to_check(work, limit=ONE_BY_ONE)
    ]
    left = queries_owners.count_to_check(work) - len(found)
    if left > 0:
        words = gettext("其余 %(count)s 家见核对列表，按期限排列。", count=left)
        url = url_for("documents.owner_checks")
        found.append(Todo(what=gettext("核对业主登记"), detail=words, url=url, count=left))
    return found


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
