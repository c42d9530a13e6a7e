"""A need as the public will see it, on the very page of the public, before anybody else does."""

import json

from flask import render_template, url_for
from flask_babel import gettext

from market import regulations
from market.access import Permission, requires
from market.db import UnitOfWork
from market.errors import MissingError
from market.needs import hindrances, queries
from market.needs.documents import document_of
from market.needs.limits import SUBJECT, agreed_timetable
from market.needs.model import Need, Notice
from market.needs.rules import MOVES, Move, NeedState, Timetable
from market.needs.views.blueprint import ONE, bp
from market.needs.views.public import clauses_of
from market.needs.views.shown import course
from market.web.deeds import reading


@bp.get(f"{ONE}/preview")
@requires(Permission.WORKBENCH_OPEN)
def preview(need_id: int) -> str:
    """Show the owner, and the operator who checks it, what everyone will read."""
    with reading() as work:
        need, back = _readable(work, need_id)
        rules = regulations.in_force(SUBJECT, work.today)
        times = agreed_timetable(work.now, need.ceiling_fen, None, need.mode, need.method)
        document, digest = document_of(work, need, gettext("（发布时编号）"), times, rules)
        notice = _notice(work, need, (document, digest), times)
        return render_template(
            "needs/show.html",
            preview=True,
            back_url=back,
            deeds=_deeds(work, need),
            need=need,
            notice=notice,
            notices=[notice],
            body=json.loads(document),
            state=NeedState.OPEN,
            states={},
            failure=None,
            failures={},
            change=None,
            withdrawal=None,
            cancellation=None,
            steps=course(notice, NeedState.OPEN, work.now, None, work.now),
            preparing=False,
            rules=rules,
            clauses=clauses_of(rules, need),
            draw_url=None,
            list_url=None,
            own=False,
        )


def _deeds(work: UnitOfWork, need: Need) -> dict[str, str]:
    """Return where its owner's clerk goes on from here; nothing for others, or once it is sent."""
    is_own = need.owner_org_id == work.actor.org_id
    posts = is_own and Permission.NEED_POST in work.actor.permissions
    if not posts or (need.state, Move.SUBMIT) not in MOVES:
        return {}
    deeds = {"edit": url_for("needs.edit", need_id=need.id)}
    if hindrances.of_again(work, need) is None:
        deeds["submit"] = url_for("needs.submit", need_id=need.id)
    return deeds


def _readable(work: UnitOfWork, need_id: int) -> tuple[Need, str]:
    if Permission.NEED_CHECK in work.actor.permissions:
        need = queries.to_check(work, need_id)
        return need, url_for("needs.check", need_id=need.id)
    need = queries.own(work, need_id)
    if queries.notice_of(work, need) is not None:
        raise MissingError
    return need, url_for("needs.show_own", need_id=need.id)


def _notice(work: UnitOfWork, need: Need, document: tuple[bytes, str], times: Timetable) -> Notice:
    """Return what the notice would be; it is never added to the session."""
    return Notice(
        need_id=need.id,
        attempt=need.attempt,
        number=gettext("（发布时编号）"),
        document=document[0],
        digest=document[1],
        published_at=work.now,
        enrol_close_at=times.enrol_close_at,
        freeze_by_at=times.freeze_by_at,
        reveal_by_at=times.reveal_by_at,
        phi_at=times.phi_at,
        result_by_at=times.result_by_at,
    )
