"""The operator's pages: needs that wait for the check, and one of them with its checklist."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from market.access import Permission, requires
from market.db import UnitOfWork
from market.errors import MarketError, msgid
from market.needs import actions, queries
from market.needs.documents import facts_body
from market.needs.forms import ReasonForm
from market.needs.limits import CHECK_LIMIT, SUBJECT, agreed_timetable, due_at
from market.needs.model import Need
from market.needs.rules import NeedState, Timetable
from market.needs.views.blueprint import ONE, bp
from market.needs.views.checking import Panel, panel_of
from market.regulations import in_force
from market.web.deeds import Page, done, reading, seen_version, sent_version
from market.web.errors import sentence_of
from market.web.links import link_to

# What no program can judge; handbook domain.md 2.3 step 1 and 10.1.
BY_EYE = (
    msgid("服务内容和要求没有指定或变相指定机构，没有与服务无关的门槛"),
    msgid("没有把应当合并选取的服务拆分成多个需求"),
    msgid("资金来源已经批复，服务费上限与批复一致"),
    msgid("回避的机构和原因具体、真实"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One point that the program has checked: what it is, and what is wrong if anything."""

    words: str
    problem: str | None


@bp.get("/checks")
@requires(Permission.NEED_CHECK)
def checks() -> str:
    """List the needs that wait for a check, the oldest first."""
    with reading() as work:
        waiting = queries.for_check(work)
        rules = in_force(SUBJECT, work.today)
        return render_template(
            "needs/checks.html",
            needs=waiting,
            owners=queries.owner_names(work, waiting),
            due={need.id: due_at(need.state, need.state_since) for need in waiting},
            limit=rules.integer(CHECK_LIMIT),
            limit_source=rules.clause_of(CHECK_LIMIT),
        )


@bp.get(f"{ONE}/check")
@requires(Permission.NEED_CHECK)
def check(need_id: int) -> Page:
    """Show everything the check looks at."""
    return _check_page(need_id, ReasonForm(formdata=None), HTTPStatus.OK)


@bp.post(f"{ONE}/return")
@requires(Permission.NEED_CHECK)
def return_to_owner(need_id: int) -> Page:
    """Send a need back to its owner; the refusal is registered with its reason."""
    form = ReasonForm()
    refused = done(form, lambda work: _return(work, need_id, form))
    if refused is not None:
        return _check_page(need_id, form, refused)
    flash(gettext("已退回业主，理由已登记。"), "success")
    return redirect(url_for("needs.checks"), code=303)


def _return(work: UnitOfWork, need_id: int, form: ReasonForm) -> None:
    need = queries.to_check(work, need_id)
    actions.unchanged_since(need, sent_version())
    actions.return_to_owner(work, need, form.reason.data or "")


def _check_page(need_id: int, form: ReasonForm, status: HTTPStatus) -> Page:
    with reading() as work:
        need = queries.to_check(work, need_id)
        panel = panel_of(work, need)
        times, findings = _findings(work, need, panel)
        page = render_template(
            "needs/check.html",
            need=need,
            body=facts_body(work, need),
            owner=queries.owner_name(work, need),
            due=due_at(need.state, need.state_since),
            findings=findings,
            checks=panel,
            by_eye=BY_EYE,
            times=times,
            waits=need.state is NeedState.CHECK,
            returns=queries.returns_of(work, need),
            failures=queries.failures_of(work, need),
            form=form,
            notice=queries.notice_of(work, need),
            publish_url=link_to("draws.publish", need.id),
            version=seen_version(need.version),
        )
    return page, status


def _findings(
    work: UnitOfWork, need: Need, panel: Panel | None
) -> tuple[Timetable | None, list[Finding]]:
    """Check what a program can check, and try the timetable of a notice published now."""
    another = need.approved_by_id not in {None, *need.written_by_ids}
    findings = [
        Finding(
            gettext("业主内部由另一人审批"),
            None if another else gettext("没有另一人的审批记录。"),
        ),
        _tried(
            gettext("预算、时限、人员、候补家数符合目录和规则，依法不必招标"),
            lambda: actions.check(work, actions.facts_of(work, need)),
        ),
    ]
    findings.append(
        _tried(
            gettext("随机源可以使用；再次公告的，可以承接上一次抽取"),
            lambda: actions.check_announcing(work, need),
        )
    )
    findings.append(
        Finding(
            gettext("发布前检查：没有须删改的内容，须说明的已经公开说明"),
            panel.refusal if panel else None,
        )
    )
    times: list[Timetable] = []
    findings.append(
        _tried(
            gettext("时间表可以确定（放假安排已经公布）"),
            lambda: times.append(
                agreed_timetable(work.now, need.ceiling_fen, None, need.mode, need.method)
            ),
        )
    )
    return (times[0] if times else None), findings


def _tried(words: str, attempt: Callable[[], object]) -> Finding:
    try:
        attempt()
    except MarketError as error:
        return Finding(words, sentence_of(error))
    return Finding(words, None)
