"""What there is to do about remedies, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market.access import OrgKind
from market.accounts.model import Organisation
from market.accounts.todo import Todo
from market.db import UnitOfWork
from market.duties import took
from market.letters.remedies import queries


def for_handlers(work: UnitOfWork) -> list[Todo]:
    """An authority without any: none of its decisions can be signed."""
    org_id = work.actor.org_id
    if org_id is None or not _is_authority(work, org_id):
        return []
    if queries.clause_of(work, org_id) is not None or queries.pending_of(work, org_id) is not None:
        return []
    return [
        Todo(
            what=gettext("填写救济告知内容"),
            detail=gettext("未确认前，决定书不能签发"),
            url=url_for("letters.remedies"),
            urgency="soon",
        )
    ]


def for_deciders(work: UnitOfWork) -> list[Todo]:
    """What another entered and nobody has confirmed."""
    org_id = work.actor.org_id
    found = queries.pending_of(work, org_id) if org_id is not None else None
    if found is None or took(work, found.proposed_by_id):
        return []
    return [
        Todo(
            what=gettext("确认救济告知内容"),
            detail=found.review_body,
            url=url_for("letters.remedies"),
            urgency="soon",
        )
    ]


def _is_authority(work: UnitOfWork, org_id: int) -> bool:
    return work.session.get_one(Organisation, org_id).kind is OrgKind.REGULATOR
